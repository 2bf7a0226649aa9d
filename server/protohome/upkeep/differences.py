"""How a shim and its successor differ, beyond their names and packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ..model import ANY, TYPE, Enum, EnumValue, Field, Message, Rpc, Service, TypeRef
from ..named import NamedTuple
from ..positions import Span
from ..verdicts import Judge
from ..verdicts.successors import bare_value
from ..workspace.snapshot import Located

_Typed: TypeAlias = Message | Enum


class Difference(NamedTuple):
    """A member of a shim that its successor does not have alike.

    ``what`` is missing, number, name, type, cardinality or oneof; for services also streaming.
    ``member`` is the path below the shim (``Inner.seq``). ``legacy`` and ``successor`` say what
    differs on each side, as written; ``successor`` is ``""`` for what is missing. ``span`` is in
    the shim's file, ``successor_span`` in the successor's.
    """

    what: str
    member: str
    legacy: str
    successor: str
    span: Span
    successor_span: Span


class _Side(NamedTuple):
    """One of the two contracts, and the path of enclosing names inside its package."""

    located: Located
    scope: str


def differences(judge: Judge, legacy: Located, successor: Located) -> list[Difference]:
    """All differences, in the order of the shim's members.

    What the successor has besides is no difference: it is additive. Types are equal when the
    successor's type is the successor of the shim's.
    """
    one, other = legacy.contract, successor.contract
    sides = _Side(legacy, one.name), _Side(successor, other.name)
    if isinstance(one, Message) and isinstance(other, Message):
        return list(_messages(judge, one, other, sides, ""))
    if isinstance(one, Enum) and isinstance(other, Enum):
        return list(_enums(one, other, ""))
    if isinstance(one, Service) and isinstance(other, Service):
        return list(_services(judge, one, other, sides))
    return [Difference("type", "", _sort(one), _sort(other), one.name_span, other.name_span)]


def _sort(contract: Message | Enum | Service) -> str:
    return type(contract).__name__.lower()


def _messages(
    judge: Judge, one: Message, other: Message, sides: tuple[_Side, _Side], prefix: str
) -> Iterator[Difference]:
    names = {field.name: field for field in other.fields}
    numbers = {field.number: field for field in other.fields}
    for field in one.fields:
        counterpart = names.get(field.name) or numbers.get(field.number)
        if counterpart is None or field.number is None:
            if field.number is not None and not _is_reserved(other, field.name, field.number):
                said = f"{field.name} = {field.number}"
                yield _missing(prefix + field.name, said, field.name_span, other.name_span)
            continue
        yield from _fields(judge, field, counterpart, sides, prefix + field.name)
        if field.group is not None and counterpart.group is not None:
            inner = _deeper(sides, field.group.name, counterpart.group.name)
            path = f"{prefix}{field.group.name}."
            yield from _messages(judge, field.group, counterpart.group, inner, path)
    theirs: tuple[_Typed, ...] = other.messages + other.enums
    mine: tuple[_Typed, ...] = one.messages + one.enums
    types = {type_.name: type_ for type_ in theirs}
    for type_ in mine:
        counter = types.get(type_.name)
        if counter is None:
            yield _missing(prefix + type_.name, _sort(type_), type_.name_span, other.name_span)
        elif isinstance(type_, Message) and isinstance(counter, Message):
            inner = _deeper(sides, type_.name, counter.name)
            yield from _messages(judge, type_, counter, inner, f"{prefix}{type_.name}.")
        elif isinstance(type_, Enum) and isinstance(counter, Enum):
            yield from _enums(type_, counter, f"{prefix}{type_.name}.")
        else:
            spans = type_.name_span, counter.name_span
            yield Difference("type", prefix + type_.name, _sort(type_), _sort(counter), *spans)


def _fields(
    judge: Judge, one: Field, other: Field, sides: tuple[_Side, _Side], member: str
) -> Iterator[Difference]:
    spans = one.name_span, other.name_span
    if one.number != other.number:
        yield Difference("number", member, str(one.number), str(other.number), *spans)
    if one.name != other.name:
        yield Difference("name", member, one.name, other.name, *spans)
    if _type(judge, one, sides[0]) != _type(judge, other, sides[1]):
        yield Difference("type", member, one.type, other.type, *spans)
    labels = _label(judge, one, sides[0]), _label(judge, other, sides[1])
    if one.oneof != other.oneof:
        yield Difference("oneof", member, one.oneof or "none", other.oneof or "none", *spans)
    elif labels[0] != labels[1]:
        yield Difference("cardinality", member, *labels, *spans)


def _type(judge: Judge, field: Field, side: _Side) -> str:
    """A field's type with names replaced by the FQN of what succeeds them."""
    if field.ref is None:
        return field.type
    key = field.type.partition(",")[0] + "," if field.type.startswith("map") else ""
    return "".join(key.split()) + _meaning(judge, field.ref, side)


def _meaning(judge: Judge, ref: TypeRef, side: _Side, kind: str = TYPE) -> str:
    found = judge.snapshot.resolve(side.located.file, side.scope, ref.name, kind)
    return judge.canonical(found) if found is not None else ref.name.lstrip(".")


def _label(judge: Judge, field: Field, side: _Side) -> str:
    """``repeated``, ``required``, ``optional`` or ``implicit``: as presence is, not as written."""
    if field.type.startswith("map"):
        return "repeated"
    if field.label in ("repeated", "required"):
        return field.label
    explicit = field.label or field.oneof or side.located.file.syntax != "proto3"
    return "optional" if explicit or _is_message(judge, field, side) else "implicit"


def _is_message(judge: Judge, field: Field, side: _Side) -> bool:
    """Whether a field's type is a message; a type that is not governed is taken for one."""
    if field.ref is None:
        return field.group is not None
    snapshot = judge.snapshot
    found = snapshot.resolve(side.located.file, side.scope, field.ref.name)
    kinds = {where.kind for where in snapshot.view.declared.get(found or "", ())}
    return not kinds or "message" in kinds


def _enums(one: Enum, other: Enum, prefix: str) -> Iterator[Difference]:
    names = {bare_value(value.name, other.name): value for value in other.values}
    numbers: dict[int | None, list[EnumValue]] = {}
    for value in other.values:
        numbers.setdefault(value.number, []).append(value)
    for value in one.values:
        if value.number is None:
            continue
        counterpart = names.get(bare_value(value.name, one.name))
        if counterpart is not None and counterpart.number == value.number:
            continue
        spans = value.name_span, (counterpart or other).name_span
        if counterpart is not None:
            said = str(value.number), str(counterpart.number)
            yield Difference("number", prefix + value.name, *said, *spans)
        elif value.number in numbers:
            named = numbers[value.number][0]
            said = value.name, named.name
            yield Difference("name", prefix + value.name, *said, spans[0], named.name_span)
        elif not _is_reserved(other, value.name, value.number):
            yield _missing(prefix + value.name, f"{value.name} = {value.number}", *spans)


def _is_reserved(type_: _Typed, name: str, number: int) -> bool:
    """Whether a member was retired on purpose: a type reserves its name or its number."""
    return name in type_.reserved_names or any(
        span.start <= number <= span.end for span in type_.reserved
    )


def _services(
    judge: Judge, one: Service, other: Service, sides: tuple[_Side, _Side]
) -> Iterator[Difference]:
    names = {rpc.name: rpc for rpc in other.rpcs}
    for rpc in one.rpcs:
        counterpart = names.get(rpc.name)
        if counterpart is None:
            yield _missing(rpc.name, f"rpc {rpc.name}", rpc.name_span, other.name_span)
            continue
        spans = rpc.name_span, counterpart.name_span
        for mine, theirs in ((rpc.input, counterpart.input), (rpc.output, counterpart.output)):
            if mine is not None and theirs is not None:
                meanings = (
                    _meaning(judge, mine, sides[0], ANY),
                    _meaning(judge, theirs, sides[1], ANY),
                )
                if meanings[0] != meanings[1]:
                    yield Difference("type", rpc.name, mine.name, theirs.name, *spans)
        if _streams(rpc) != _streams(counterpart):
            said = _streams(rpc), _streams(counterpart)
            yield Difference("streaming", rpc.name, *said, *spans)


def _streams(rpc: Rpc) -> str:
    client, server = rpc.client_streaming, rpc.server_streaming
    if client and server:
        return "both ways"
    return "client" if client else "server" if server else "none"


def _missing(member: str, said: str, span: Span, successor_span: Span) -> Difference:
    return Difference("missing", member, said, "", span, successor_span)


def _deeper(sides: tuple[_Side, _Side], one: str, other: str) -> tuple[_Side, _Side]:
    return (
        sides[0]._replace(scope=f"{sides[0].scope}.{one}"),
        sides[1]._replace(scope=f"{sides[1].scope}.{other}"),
    )
