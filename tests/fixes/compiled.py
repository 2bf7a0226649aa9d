"""What a compiler makes of a tree: contracts by full name, to compare two states of it."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    SourceCodeInfo,
)
from google.protobuf.unknown_fields import UnknownFieldSet

MESSAGES, ENUMS, SERVICES, EXTENSIONS = 4, 5, 6, 7  # their field numbers in FileDescriptorProto
_BUF_EXTENSION, _UNUSED_DEPENDENCY = 8042, 4


class DoesNotCompile(Exception):
    """``buf build`` says no; the message is what it prints."""


class Described(NamedTuple):
    """All that matters of a contract or file-level extension: what it is, what its file says, its
    serialized descriptor, and the comments by their place inside it.
    """

    kind: int
    syntax: str
    edition: int
    features: bytes
    descriptor: bytes
    comments: Mapping[tuple[int, ...], tuple[Any, ...]]


class Compiled(NamedTuple):
    """``contracts`` are by FQN, file-level extensions among them; ``symbols`` are all names in
    packages, enum values too. ``imports`` are all of them, each with its file, first the file that
    imports; ``unused`` are those that bring nothing;
    those that import publicly are left out, as buf overlooks what they bring now and then.
    """

    contracts: Mapping[str, Described]
    unused: frozenset[tuple[str, str]]
    symbols: frozenset[str]
    imports: frozenset[tuple[str, str]]


def compiled(root: Path, renamed: Mapping[str, str] | None = None) -> Compiled:
    """Build the tree with buf. ``renamed`` (old FQN to new) tells what to call the contracts."""
    return read_image(image(root), renamed or {})


def image(root: Path) -> bytes:
    """The image of a tree, without what it only imports. Raises DoesNotCompile."""
    program = shutil.which("buf", path=sysconfig.get_path("scripts")) or shutil.which("buf")
    assert program, "buf is missing: pip install buf-bin"
    done = subprocess.run(
        [program, "build", "--exclude-imports", "-o", "-"], cwd=root, capture_output=True
    )
    if done.returncode:
        raise DoesNotCompile((done.stdout + done.stderr).decode(errors="replace"))
    return done.stdout


def read_image(data: bytes, renamed: Mapping[str, str]) -> Compiled:
    """What an image says, its contracts called by their new names."""
    contracts: dict[str, Described] = {}
    unused: set[tuple[str, str]] = set()
    symbols: set[str] = set()
    files = FileDescriptorSet.FromString(data).file
    exporting = {file.name for file in files if file.public_dependency}
    sought = [f".{name}".encode() for name in renamed]
    for file in files:
        unused.update(pair for pair in _unused(file) if pair[1] not in exporting)
        comments = _comments(file)
        settings = (file.syntax, file.edition, file.options.features.SerializeToString())
        kinds: tuple[tuple[int, Iterable[Any]], ...] = (
            (MESSAGES, file.message_type),
            (ENUMS, file.enum_type),
            (SERVICES, file.service),
            (EXTENSIONS, file.extension),
        )
        for kind, every in kinds:
            for at, contract in enumerate(every):
                fqn = f"{file.package}.{contract.name}" if file.package else contract.name
                text = contract.SerializeToString(deterministic=True)
                if any(name in text for name in sought):
                    _rename(contract, renamed)
                    text = contract.SerializeToString(deterministic=True)
                new = _renamed(renamed, fqn)
                contracts[new] = Described(kind, *settings, text, comments.get((kind, at), {}))
                values = contract.value if kind == ENUMS else ()
                symbols.update((fqn, *(f"{file.package}.{value.name}" for value in values)))
    imports = frozenset((file.name, each) for file in files for each in file.dependency)
    return Compiled(contracts, frozenset(unused), frozenset(symbols), imports)


def _unused(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    unknown: Any = UnknownFieldSet(file)
    for field in unknown:
        if field.field_number == _BUF_EXTENSION:
            for at in _varints(field.data, _UNUSED_DEPENDENCY):
                yield file.name, file.dependency[at]


def _varints(data: bytes, number: int) -> Iterator[int]:
    """The values of a repeated varint field of a serialized message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 == 0:
            value, at = _varint(data, at)
            if key >> 3 == number:
                yield value
        elif key & 7 == 2:
            length, at = _varint(data, at)
            packed, end = at, at + length
            while key >> 3 == number and packed < end:
                value, packed = _varint(data, packed)
                yield value
            at = end
        else:
            raise ValueError(f"unexpected wire type in {data!r}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _comments(
    file: FileDescriptorProto,
) -> dict[tuple[int, int], dict[tuple[int, ...], tuple[Any, ...]]]:
    found: dict[tuple[int, int], dict[tuple[int, ...], tuple[Any, ...]]] = {}
    for location in file.source_code_info.location:
        said = _said(location)
        if any(said) and len(location.path) > 1:
            path = tuple(location.path)
            found.setdefault((path[0], path[1]), {})[path[2:]] = said
    return found


def _said(location: SourceCodeInfo.Location) -> tuple[Any, ...]:
    return (
        location.leading_comments,
        location.trailing_comments,
        tuple(location.leading_detached_comments),
    )


def _renamed(renamed: Mapping[str, str], fqn: str) -> str:
    head = fqn
    while head:
        if head in renamed:
            return renamed[head] + fqn[len(head) :]
        head = head.rpartition(".")[0]
    return fqn


def _rename(contract: Any, renamed: Mapping[str, str]) -> None:
    """Every type name inside a descriptor becomes the new one."""
    if isinstance(contract, DescriptorProto):
        for field in (*contract.field, *contract.extension):
            _rename(field, renamed)
        for inner in contract.nested_type:
            _rename(inner, renamed)
        for span in contract.extension_range:
            for declaration in span.options.declaration:
                declaration.type = "." + _renamed(renamed, declaration.type[1:])
                declaration.full_name = "." + _renamed(renamed, declaration.full_name[1:])
    elif isinstance(contract, FieldDescriptorProto):
        for attribute in ("type_name", "extendee"):
            name = getattr(contract, attribute)
            if name:
                setattr(contract, attribute, "." + _renamed(renamed, name[1:]))
    else:
        for method in getattr(contract, "method", ()):
            method.input_type = "." + _renamed(renamed, method.input_type[1:])
            method.output_type = "." + _renamed(renamed, method.output_type[1:])
