"""The names that contracts write, and those of the types inside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..positions import Span
from .facts import ANY, TYPE, Contract, Enum, Field, Message, Service, TypeRef


def json_name(name: str) -> str:
    """The name that protobuf's JSON gives a field unless ``json_name`` says another."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def nested_types(message: Message, prefix: str) -> Iterator[tuple[str, Message | Enum]]:
    """The types declared inside ``message``, at any depth, each with its FQN below ``prefix``."""
    groups = [f.group for f in (*message.fields, *message.extensions) if f.group is not None]
    for inner in (*message.messages, *groups):
        name = f"{prefix}.{inner.name}"
        yield name, inner
        yield from nested_types(inner, name)
    for enum in message.enums:
        yield f"{prefix}.{enum.name}", enum


def declared_types(contract: Contract, fqn: str) -> dict[str, Message | Enum]:
    """The types a contract declares, itself first, by FQN."""
    if isinstance(contract, Message):
        return {fqn: contract, **dict(nested_types(contract, fqn))}
    return {fqn: contract} if isinstance(contract, Enum) else {}


def type_refs(contract: Contract) -> list[tuple[str, TypeRef, str]]:
    """Every type name written in ``contract``, with the scope it is resolved from and its kind.

    The scope is the path of enclosing names below the package (``Outer.Inner``), as protobuf's
    "Name Resolution" starts from the innermost scope. The kind is TYPE or ANY.
    """
    found: list[tuple[str, TypeRef, str]] = []
    if isinstance(contract, Message):
        _message_refs(found, contract, contract.name)
    elif isinstance(contract, Service):
        for rpc in contract.rpcs:
            refs = (rpc.input, rpc.output)
            found += [(contract.name, ref, ANY) for ref in refs if ref is not None]
    return found


def field_refs(fields: Iterable[Field], scope: str) -> list[tuple[str, TypeRef, str]]:
    """As ``type_refs``, of fields inside ``scope``; each extendee once."""
    found: list[tuple[str, TypeRef, str]] = []
    _field_refs(found, fields, scope)
    return found


def _field_refs(found: list[tuple[str, TypeRef, str]], fields: Iterable[Field], scope: str) -> None:
    seen: set[Span] = set()
    for field in fields:
        if field.extendee is not None and field.extendee.span not in seen:
            seen.add(field.extendee.span)
            found.append((scope, field.extendee, ANY))
        if field.group is not None:
            inner = f"{scope}.{field.group.name}" if scope else field.group.name
            _message_refs(found, field.group, inner)
        elif field.ref is not None:
            found.append((scope, field.ref, TYPE))


def _message_refs(found: list[tuple[str, TypeRef, str]], message: Message, scope: str) -> None:
    _field_refs(found, message.fields, scope)
    if message.extensions:
        _field_refs(found, message.extensions, scope)
    for inner in message.messages:
        _message_refs(found, inner, f"{scope}.{inner.name}")
