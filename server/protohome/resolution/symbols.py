"""What a file declares, by fully qualified name.

A kind is message, enum, service, field, extension, oneof, value or rpc. A map field declares the
message of its entries, too, as compilers have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..model import Enum, Field, Message, ProtoFile

TYPES = frozenset(("message", "enum"))
AGGREGATES = frozenset(("package", "message", "enum", "service"))


class Declared(NamedTuple):
    """Where a message, enum or service is declared: a file, its kind, the FQN of its contract."""

    path: str
    kind: str
    contract: str


def symbols(file: ProtoFile) -> Iterator[tuple[str, str]]:
    """Everything that a file declares: FQN and kind."""
    yield from ((fqn, kind) for fqn, (_, kind, _) in aggregates("", file))
    prefix = _prefix(file)
    for message in file.messages:
        yield from _members(message, prefix)
    for enum in file.enums:
        yield from _values(enum, prefix)
    for service in file.services:
        for rpc in service.rpcs:
            yield f"{prefix}{service.name}.{rpc.name}", "rpc"
    yield from _fields(file.extensions, prefix, "extension")


def aggregates(path: str, file: ProtoFile) -> list[tuple[str, Declared]]:
    """The messages, enums and services of a file by FQN, as declared at ``path``."""
    found: list[tuple[str, Declared]] = []
    prefix = _prefix(file)
    for message in file.messages:
        _message(found, message, prefix, path, prefix + message.name)
    for enum in file.enums:
        fqn = prefix + enum.name
        found.append((fqn, Declared(path, "enum", fqn)))
    for service in file.services:
        fqn = prefix + service.name
        found.append((fqn, Declared(path, "service", fqn)))
    for field in file.extensions:
        if field.group is not None:
            _message(found, field.group, prefix, path, prefix + field.group.name)
    return found


def _prefix(file: ProtoFile) -> str:
    return f"{file.package}." if file.package else ""


def _message(
    found: list[tuple[str, Declared]], message: Message, prefix: str, path: str, contract: str
) -> None:
    fqn = prefix + message.name
    found.append((fqn, Declared(path, "message", contract)))
    inside = f"{fqn}."
    fields = message.fields + message.extensions
    for field in [f for f in fields if f.group is not None or "<" in f.type]:
        if field.group is not None:
            _message(found, field.group, inside, path, contract)
        else:
            words = field.name.split("_")
            entry = "".join(word[:1].upper() + word[1:] for word in words)
            found.append((f"{inside}{entry}Entry", Declared(path, "message", contract)))
    for inner in message.messages:
        _message(found, inner, inside, path, contract)
    for enum in message.enums:
        found.append((inside + enum.name, Declared(path, "enum", contract)))


def _members(message: Message, prefix: str) -> Iterator[tuple[str, str]]:
    inside = f"{prefix}{message.name}."
    yield from _fields(message.fields, inside, "field")
    yield from _fields(message.extensions, inside, "extension")
    for oneof in message.oneofs:
        yield inside + oneof.name, "oneof"
    for inner in message.messages:
        yield from _members(inner, inside)
    for enum in message.enums:
        yield from _values(enum, inside)


def _fields(fields: Iterable[Field], prefix: str, kind: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        yield prefix + field.name, kind
        if field.group is not None:
            yield from _members(field.group, prefix)


def _values(enum: Enum, prefix: str) -> Iterator[tuple[str, str]]:
    """An enum's values stand beside it, in the scope around it."""
    for value in enum.values:
        yield prefix + value.name, "value"
