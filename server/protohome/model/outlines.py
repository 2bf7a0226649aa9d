"""What of a declaration is told without all its facts: an outline, and a digest of its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from ..named import NamedTuple
from .facts import Contract, Enum, Field, Message, Service
from .names import field_refs, type_refs

Words: TypeAlias = "tuple[str | tuple[str, ...], ...]"


class Outline(NamedTuple):
    """Which types a declaration declares.

    ``kind`` is message, enum or service, ``""`` for the fields of ``extend`` blocks, which have no
    ``name``. ``types`` are those inside it, at any depth, by their name below the package and their
    kind; a map field declares the message of its entries, too, as compilers have it. ``rpcs`` are
    the names of a service's. ``extends`` says whether ``extend`` blocks stand in it.
    """

    kind: str
    name: str
    types: tuple[tuple[str, str], ...] = ()
    rpcs: tuple[str, ...] = ()
    extends: bool = False


class Digest(NamedTuple):
    """What a declaration writes. ``refs`` are its type names, each with the scope that it is
    resolved from and its kind, as ``type_refs`` has them.

    ``words`` are the names of its members at any depth in source order, the values of an enum as
    one tuple behind the enum's name.
    """

    refs: tuple[tuple[str, str, str], ...]
    words: Words


def outlined(contract: Contract | None, extensions: Iterable[Field]) -> Outline:
    """The outline of a declaration with these facts."""
    types: list[tuple[str, str]] = []
    if contract is None:
        for field in extensions:
            if field.group is not None:
                _types(types, field.group, "")
        return Outline("", "", tuple(types), extends=True)
    if isinstance(contract, Message):
        _types(types, contract, "")
        return Outline("message", contract.name, tuple(types[1:]), extends=_extends(contract))
    if isinstance(contract, Enum):
        return Outline("enum", contract.name)
    return Outline("service", contract.name, (), tuple([rpc.name for rpc in contract.rpcs]))


def digested(contract: Contract | None, extensions: Iterable[Field]) -> Digest:
    """The digest of a declaration with these facts."""
    refs = field_refs(extensions, "") if contract is None else type_refs(contract)
    words = () if contract is None else tuple(_words(contract))
    return Digest(tuple([(scope, ref.name, kind) for scope, ref, kind in refs]), words)


def _types(found: list[tuple[str, str]], message: Message, prefix: str) -> None:
    found.append((prefix + message.name, "message"))
    inside = f"{prefix}{message.name}."
    fields = message.fields + message.extensions
    for field in [f for f in fields if f.group is not None or "<" in f.type]:
        if field.group is not None:
            _types(found, field.group, inside)
        else:
            parts = field.name.split("_")
            entry = "".join(part[:1].upper() + part[1:] for part in parts)
            found.append((f"{inside}{entry}Entry", "message"))
    for inner in message.messages:
        _types(found, inner, inside)
    for enum in message.enums:
        found.append((inside + enum.name, "enum"))


def _extends(message: Message) -> bool:
    return bool(message.extensions) or any(map(_extends, message.messages))


def _words(contract: Contract) -> Iterator[str | tuple[str, ...]]:
    if isinstance(contract, Message):
        for field in contract.fields:
            yield field.name
            if field.group is not None:
                yield from _words(field.group)
        for message in contract.messages:
            yield message.name
            yield from _words(message)
        for enum in contract.enums:
            yield enum.name
            yield from _words(enum)
    elif isinstance(contract, Enum):
        yield (contract.name, *(value.name for value in contract.values))
    elif isinstance(contract, Service):
        yield from (rpc.name for rpc in contract.rpcs)
