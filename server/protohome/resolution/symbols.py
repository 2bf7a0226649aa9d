"""What a file declares, by fully qualified name.

A kind is message, enum, service, field, extension, oneof, value or rpc. A map field declares the
message of its entries, too, as compilers have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, count
from operator import is_not
from sys import intern

from ..model import Declaration, Enum, Field, Message, ProtoFile
from ..named import NamedTuple

TYPES = frozenset(("message", "enum"))
AGGREGATES = frozenset(("package", "message", "enum", "service"))


class Declared(NamedTuple):
    """Where a message, enum or service is declared: a file, its kind, the FQN of its contract."""

    path: str
    kind: str
    contract: str


def symbols_of(package: str, declarations: Iterable[Declaration]) -> Iterator[tuple[str, str]]:
    """Everything that declarations in a package declare: FQN and kind."""
    prefix = _prefix(package)
    for declaration in declarations:
        yield from ((fqn, kind) for fqn, (_, kind, _) in aggregates("", package, [declaration]))
        contract = declaration.contract
        if isinstance(contract, Message):
            yield from _members(contract, prefix)
        elif isinstance(contract, Enum):
            yield from _values(contract, prefix)
        elif contract is not None:
            for rpc in contract.rpcs:
                yield f"{prefix}{contract.name}.{rpc.name}", "rpc"
        yield from _fields(declaration.extensions, prefix, "extension")


def aggregates(
    path: str, package: str, declarations: Iterable[Declaration]
) -> list[tuple[str, Declared]]:
    """The messages, enums and services of declarations by FQN, as declared at ``path``."""
    found: list[tuple[str, Declared]] = []
    prefix = _prefix(package)
    for declaration in declarations:
        kind, name, types, *_ = declaration.outline
        contract = intern(prefix + name)
        if kind:
            found.append((contract, Declared(path, kind, contract)))
        for inside, what in types:
            if not kind:  # the group of an extension is beside contracts
                contract = intern(prefix + inside.partition(".")[0])
            found.append((intern(prefix + inside), Declared(path, what, contract)))
    return found


def beside(declarations: Iterable[Declaration]) -> Iterator[Declaration]:
    """The declarations of what stands beside contracts: the values of enums, and extensions."""
    return (one for one in declarations if one.outline.kind in ("enum", ""))


def has_rpc(file: ProtoFile, service: str, name: str) -> bool:
    """Whether a file declares a service of that FQN that has an rpc of that name."""
    every = (one for one in file.declarations if name in one.outline.rpcs)
    return any(file.fqn(one) == service for one in every)


def differing(
    before: ProtoFile | None, after: ProtoFile | None
) -> tuple[Sequence[Declaration], Sequence[Declaration]]:
    """The declarations that are gone and those that came, from one version of a file to another.

    All of both where a version is not there, or is in another package or sees other files.
    """
    gone = before.declarations if before else ()
    come = after.declarations if after else ()
    if before and after and sees(before) == sees(after):
        start, end = _alike(gone, come)
        gone, come = gone[start : len(gone) - end], come[start : len(come) - end]
        kept = set(gone).intersection(come)
        gone = tuple(one for one in gone if one not in kept)
        come = tuple(one for one in come if one not in kept)
    return gone, come


def _alike(one: Sequence[Declaration], other: Sequence[Declaration]) -> tuple[int, int]:
    """At how many of the first, and of the last, two files have the same declarations."""
    least = min(len(one), len(other))
    start = next(compress(count(), map(is_not, one, other)), least)
    end = next(compress(count(), map(is_not, reversed(one), reversed(other))), least)
    return start, min(end, least - start)


def sees(file: ProtoFile) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What decides, beside other files, what a file sees: its package and its imports."""
    return file.package, file.imported


def _prefix(package: str) -> str:
    return f"{package}." if package else ""


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
