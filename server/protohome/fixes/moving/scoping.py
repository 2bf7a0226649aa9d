"""Which declaration a name means, by the rule that protobuf compilers follow.

As protoc's ``DescriptorBuilder::LookupSymbol``: from the innermost scope outwards, the first scope
that knows the *first* component decides; a compound name whose first component is no aggregate
there, and a simple type name that is no type there, are looked for further out. Only the file
itself, its imports and what those import publicly are visible.

Imports that no file of the workspace answers for are *absent*: the well-known types are known all
the same; of others only the package is guessed, from the folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ...model import Enum, Field, Import, Message, ProtoFile, nested_types
from .names import DECLARED, FULL, LITERAL, TYPE, Name, names

_TYPES = frozenset(("message", "enum"))
_AGGREGATES = frozenset(("package", "message", "enum", "service"))


class Target(NamedTuple):
    """What a name means: an FQN, and the import path of what declares it.

    Several files where it is only known that one of these absent files must.
    """

    fqn: str
    files: tuple[str, ...]


class View:
    """The files of a workspace by import path, as a compiler sees them; immutable."""

    def __init__(self, files: Mapping[str, ProtoFile], parent: View | None = None) -> None:
        self.files = files
        self._symbols: dict[str, Mapping[str, str]] = {}
        self._names: dict[str, tuple[Name, ...]] = {}
        self._tables: dict[str, dict[str, tuple[str, str]]] = {}
        if parent is not None:
            same = {path for path, file in files.items() if parent.files.get(path) is file}
            self._symbols = {p: s for p, s in parent._symbols.items() if p in same}
            self._names = {p: s for p, s in parent._names.items() if p in same}

    def replaced(self, changed: Mapping[str, ProtoFile | None]) -> View:
        """The view after these files were replaced, added, or (None) removed."""
        files = {path: file for path, file in self.files.items() if path not in changed}
        files.update((path, file) for path, file in changed.items() if file is not None)
        return View(files, self)

    # What files declare and see

    def names(self, path: str) -> tuple[Name, ...]:
        """The names written in a file."""
        if path not in self._names:
            self._names[path] = names(self.files[path])
        return self._names[path]

    def symbols(self, path: str) -> Mapping[str, str]:
        """What a file declares: FQN to kind; of absent files only well-known types."""
        if path not in self._symbols:
            file = self.files.get(path)
            self._symbols[path] = dict(_symbols(file) if file else _well_known(path))
        return self._symbols[path]

    def exported(self, path: str) -> tuple[str, ...]:
        """The file and what it imports publicly, at any depth."""
        found = [path]
        for each in found:
            file = self.files.get(each)
            for inner in file.imports if file else ():
                if inner.modifier == "public" and inner.path not in found:
                    found.append(inner.path)
        return tuple(found)

    def visible(self, path: str) -> tuple[str, ...]:
        """The file and what it sees by its imports."""
        found = {path: None}
        for each in self.files[path].imports:
            found.update(dict.fromkeys(self.exported(each.path)))
        return tuple(found)

    def seeing(self, paths: frozenset[str]) -> list[str]:
        """The files that see one of ``paths``."""
        exporting = {
            path
            for path in {i.path for file in self.files.values() for i in file.imports}
            if path in paths or not paths.isdisjoint(self.exported(path))
        }
        return [
            path
            for path, file in self.files.items()
            if path in paths or any(each.path in exporting for each in file.imports)
        ]

    def declaring(self, fqn: str) -> str | None:
        """A file that declares ``fqn``, whether or not anything imports it."""
        package = fqn
        while package:
            package = package.rpartition(".")[0]
            for path in self._by_package.get(package, ()):
                if fqn in self.symbols(path):
                    return path
        return None

    @cached_property
    def _by_package(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path, file in self.files.items():
            found.setdefault(file.package, []).append(path)
        return found

    def is_package(self, fqn: str) -> bool:
        """Whether ``fqn`` is a package, or the beginning of one."""
        return any(p == fqn or p.startswith(fqn + ".") for p in self._by_package)

    def _table(self, path: str) -> dict[str, tuple[str, str]]:
        """FQN to kind and declaring file, of everything that a file sees."""
        if path not in self._tables:
            table: dict[str, tuple[str, str]] = {}
            for each in self.visible(path):
                file = self.files.get(each)
                package = file.package if file else _package(each)
                while package:
                    table.setdefault(package, ("package", each))
                    package = package.rpartition(".")[0]
                for fqn, kind in self.symbols(each).items():
                    table[fqn] = (kind, each)
            self._tables[path] = table
        return self._tables[path]

    def absent(self, path: str) -> tuple[str, ...]:
        """The files that a file sees though nothing is known of them."""
        return tuple(p for p in self.visible(path) if p not in self.files and not self.symbols(p))

    # Resolution

    def resolve(self, path: str, name: Name) -> Target | None:
        """What a name in a file means; None when nothing that the file sees fits."""
        package = self.files[path].package
        table = self._table(path)
        if name.kind == DECLARED:
            declaring = self.declaring(name.text)
            return Target(name.text, (declaring,)) if declaring else None
        if name.text.startswith(".") or name.kind == FULL:
            return self._known(path, name.text.removeprefix("."))
        first, _, rest = name.text.partition(".")
        for scope in _scopes(package, "" if name.kind == LITERAL else name.scope):
            at = f"{scope}.{first}" if scope else first
            kind = table.get(at, ("",))[0]
            if not kind:
                continue
            if not rest:
                if kind in _TYPES or (name.kind != TYPE and kind != "package"):
                    return self._known(path, at)
            elif kind in _AGGREGATES:
                return self._known(path, f"{scope}.{name.text}" if scope else name.text)
        if not rest:
            for scope in _scopes(package, ""):
                files = tuple(p for p in self.absent(path) if _package(p) == scope)
                if files and scope:
                    return Target(f"{scope}.{first}", files)
        elif absent := self.absent(path):
            return Target(name.text, absent)
        return None

    def meant(self, path: str, name: Name) -> Target | None:
        """As ``resolve``; when the file lacks the import, what the name would mean with it."""
        target = self.resolve(path, name)
        if target is not None:
            return target
        scope = "" if name.kind == LITERAL else name.scope
        for outer in _scopes(self.files[path].package, scope):
            text = name.text.removeprefix(".")
            fqn = f"{outer}.{text}" if outer and text == name.text else text
            declaring = self.declaring(fqn)
            if declaring is not None and (name.kind != TYPE or self.kind(fqn) in _TYPES):
                return Target(fqn, (declaring,))
        return None

    def is_exported(self, fqn: str) -> bool:
        """Whether other files may use a type; before edition 2024 they may use every one.

        As "Symbol Visibility" of the edition 2024 spec: what is neither marked ``export`` nor
        ``local`` is exported at the top level only; in later editions it is not.
        """
        file = self.files[self.declaring(fqn) or ""]
        if not file.syntax.isdigit() or file.syntax < "2024":
            return True
        for contract in file.contracts:
            own = file.fqn(contract)
            every = {own: contract}
            if isinstance(contract, Message):
                every.update(nested_types(contract, own))
            if fqn in every:
                word = file.source[every[fqn].span.start :].partition(b" ")[0]
                default = fqn == own and file.syntax == "2024"
                return word == b"export" or (word != b"local" and default)
        return True

    def kind(self, fqn: str) -> str:
        """The kind of what is declared by that name, ``""`` for nothing."""
        declaring = self.declaring(fqn)
        return self.symbols(declaring)[fqn] if declaring else ""

    def _known(self, path: str, fqn: str) -> Target | None:
        kind, declaring = self._table(path).get(fqn, ("", ""))
        if kind and kind != "package":
            return Target(fqn, (declaring,))
        absent = self.absent(path)
        package = fqn
        while package := package.rpartition(".")[0]:
            files = tuple(p for p in absent if _package(p) == package)
            if files:
                return Target(fqn, files)
        return None

    # Imports

    def imports(self, path: str) -> tuple[Import, ...]:
        file = self.files.get(path)
        return file.imports if file else ()

    def way_back(self, path: str) -> list[str]:
        """The shortest cycle of imports through ``path``, empty when there is none."""
        before: dict[str, str] = {}
        queue = [path]
        for each in queue:
            for following in self.imports(each):
                if following.path == path:
                    way = [path, each]
                    while way[-1] != path:
                        way.append(before[way[-1]])
                    return way[::-1] if each != path else [path, path]
                if following.path not in before:
                    before[following.path] = each
                    queue.append(following.path)
        return []


def _scopes(package: str, scope: str) -> Iterator[str]:
    """The enclosing scopes, innermost first; the last is the root."""
    prefix = f"{package}.{scope}" if package and scope else package or scope
    while prefix:
        yield prefix
        prefix = prefix.rpartition(".")[0]
    yield ""


def _package(path: str) -> str:
    """The package of an absent file, if its folder tells."""
    return path.rpartition("/")[0].replace("/", ".")


def _symbols(file: ProtoFile) -> Iterator[tuple[str, str]]:
    prefix = f"{file.package}." if file.package else ""
    for message in file.messages:
        yield from _of_message(message, prefix)
    for enum in file.enums:
        yield from _of_enum(enum, prefix)
    for service in file.services:
        yield prefix + service.name, "service"
        for rpc in service.rpcs:
            yield f"{prefix}{service.name}.{rpc.name}", "rpc"
    yield from _of_fields(file.extensions, prefix, "extension")


def _of_message(message: Message, prefix: str) -> Iterator[tuple[str, str]]:
    fqn = prefix + message.name
    yield fqn, "message"
    inside = f"{fqn}."
    yield from _of_fields(message.fields, inside, "field")
    yield from _of_fields(message.extensions, inside, "extension")
    for oneof in message.oneofs:
        yield inside + oneof.name, "oneof"
    for inner in message.messages:
        yield from _of_message(inner, inside)
    for enum in message.enums:
        yield from _of_enum(enum, inside)


def _of_fields(fields: tuple[Field, ...], prefix: str, kind: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        yield prefix + field.name, kind
        if field.group is not None:
            yield from _of_message(field.group, prefix)
        elif field.type.startswith("map<"):
            words = field.name.split("_")
            entry = "".join(word[:1].upper() + word[1:] for word in words)
            yield f"{prefix}{entry}Entry", "message"


def _of_enum(enum: Enum, prefix: str) -> Iterator[tuple[str, str]]:
    yield prefix + enum.name, "enum"
    for value in enum.values:
        yield prefix + value.name, "value"


def _well_known(path: str) -> Iterator[tuple[str, str]]:
    """What ``google/protobuf/*.proto`` declare, from the descriptors that the runtime ships."""
    folder, _, name = path.rpartition("/")
    if folder != "google/protobuf":
        return
    from importlib import import_module

    try:
        module = import_module(f"google.protobuf.{name.removesuffix('.proto')}_pb2")
    except ImportError:
        return
    file = module.DESCRIPTOR
    yield from ((enum.full_name, "enum") for enum in file.enum_types_by_name.values())
    pending = list(file.message_types_by_name.values())
    for message in pending:
        yield message.full_name, "message"
        yield from ((enum.full_name, "enum") for enum in message.enum_types)
        pending += message.nested_types
