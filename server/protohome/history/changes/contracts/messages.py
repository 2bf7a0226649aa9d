"""Messages, whole: fields, oneofs, nested types, what is reserved and what is open."""

from __future__ import annotations

from collections.abc import Iterator

from ....model import Field, Message
from ....syntax.constants import boolean
from ..model import GONE, RENAMED, Change
from .enums import enum_changes
from .fields import Pair, cardinality, field_changes, pushed
from .ranges import lost, ranges_said
from .reserved import missing, reserved_changes, unless_reserved
from .sides import Declaration, Scope


def message_changes(
    symbol: str, prefix: str, one: Message, other: Message, old: Scope, new: Scope, moving: bool
) -> Iterator[Change]:
    """How ``other`` differs from ``one``; the scopes are those inside the two."""
    numbers = {f.number: f for f in other.fields if f.number is not None}
    names = {f.name: f for f in other.fields}
    moved = _renumbered(one, names)
    rules: set[str] = set()
    for field in one.fields:
        if field.number is None or not field.name:
            continue
        counterpart = numbers.get(field.number)
        if counterpart is None:
            gone = _gone(symbol, prefix, field, other, old, new)
            if field.name in moved:
                rules.update(gone.rules)
            elif names.get(field.name, field).number is not None:
                yield gone
            continue
        pair = Pair(symbol, prefix + field.name, field, counterpart, old, new, moving)
        found = list(field_changes(pair))
        if field.name in moved:
            rules.update(rule for change in found for rule in change.rules)
        elif counterpart.name in moved and field.name not in names:
            yield _pushed_out(pair, tuple(rule for change in found for rule in change.rules))
        else:
            yield from found
            if field.group is not None and counterpart.group is not None:
                yield from _group(pair, prefix)
    if moved:
        pairs = [(f, names[f.name]) for f in one.fields if f.name in moved]
        yield pushed(symbol, prefix, pairs, tuple(sorted(rules)), old, new)
    yield from _oneofs(symbol, prefix, one, other, old, new)
    yield from _required(symbol, prefix, one, other, old, new)
    yield from _nested(symbol, prefix, one, other, old, new, moving)
    yield from _numbers(symbol, prefix, one, other, old, new)
    yield from _settings(symbol, prefix, one, other, old, new)


def _renumbered(one: Message, names: dict[str, Field]) -> set[str]:
    """The fields of ``one`` whose names go on under another number."""
    return {
        field.name
        for field in one.fields
        if field.name in names and names[field.name].number not in (field.number, None)
        and field.number is not None
    }  # fmt: skip


def _pushed_out(pair: Pair, rules: tuple[str, ...]) -> Change:
    """A field that is gone and whose number another one has now, which had its own: no rename.

    Nobody can be asked to reserve the number.
    """
    return Change(
        tuple(dict.fromkeys(rules)),
        "field",
        pair.symbol,
        pair.member,
        GONE,
        f"{pair.before.name} = {pair.before.number}",
        "",
        pair.new.place(pair.after.name_span),
        pair.old.place(pair.before.name_span),
    )


def _gone(symbol: str, prefix: str, field: Field, other: Message, old: Scope, new: Scope) -> Change:
    assert field.number is not None
    lacks = missing(other, field.number, field.name)
    rules = ["FIELD_NO_DELETE", *unless_reserved("FIELD", lacks)]
    if cardinality(old, field) == "required":
        rules.append("MESSAGE_SAME_REQUIRED_FIELDS")
    return Change(
        tuple(rules),
        "field",
        symbol,
        prefix + field.name,
        GONE,
        f"{field.name} = {field.number}",
        "",
        new.place(other.name_span),
        old.place(field.name_span),
        unreserved=lacks,
    )


def _group(pair: Pair, prefix: str) -> Iterator[Change]:
    one, other = pair.before.group, pair.after.group
    if one is not None and other is not None:
        scopes = pair.old.inside(one.name, one.options), pair.new.inside(other.name, other.options)
        yield from message_changes(
            pair.symbol, f"{prefix}{one.name}.", one, other, *scopes, pair.moving
        )


def _oneofs(
    symbol: str, prefix: str, one: Message, other: Message, old: Scope, new: Scope
) -> Iterator[Change]:
    here = {oneof.name: oneof for oneof in other.oneofs}
    there = {oneof.name: oneof for oneof in one.oneofs}
    numbers = {field.number: field for field in other.fields}
    pairs = [(f, numbers[f.number]) for f in one.fields if f.number in numbers]
    pairs = [(a, b) for a, b in pairs if a.number is not None and a.oneof != b.oneof]
    for name, oneof in there.items():
        if name in here or not name:
            continue
        to = {b.oneof for a, b in pairs if a.oneof == name}
        renamed = next(iter(to)) if len(to) == 1 and not to & there.keys() else ""
        rules: tuple[str, ...] = ("ONEOF_NO_DELETE",)
        if renamed:
            pairs = [(a, b) for a, b in pairs if a.oneof != name]
            rules += ("FIELD_SAME_ONEOF",)
        yield Change(
            rules,
            "oneof",
            symbol,
            prefix + name,
            RENAMED if renamed else GONE,
            name,
            renamed,
            new.place(here[renamed].name_span if renamed else other.name_span),
            old.place(oneof.name_span),
        )
    for field, counterpart in pairs:
        rules = ("FIELD_SAME_ONEOF",)
        if cardinality(old, field) != cardinality(new, counterpart):
            rules += ("FIELD_SAME_CARDINALITY",)
        yield Change(
            rules,
            "field",
            symbol,
            prefix + field.name,
            "oneof",
            field.oneof,
            counterpart.oneof,
            new.place(counterpart.name_span),
            old.place(field.name_span),
        )


def _required(
    symbol: str, prefix: str, one: Message, other: Message, old: Scope, new: Scope
) -> Iterator[Change]:
    """A new field that every writer must set: old ones do not."""
    known = {field.number for field in one.fields}
    for field in other.fields:
        if field.number not in known and cardinality(new, field) == "required":
            yield Change(
                ("MESSAGE_SAME_REQUIRED_FIELDS",),
                "field",
                symbol,
                prefix + field.name,
                "required",
                "",
                "required",
                new.place(field.name_span),
                old.place(one.name_span),
            )


def _nested(
    symbol: str, prefix: str, one: Message, other: Message, old: Scope, new: Scope, moving: bool
) -> Iterator[Change]:
    messages = {inner.name: inner for inner in other.messages}
    messages.update((f.group.name, f.group) for f in other.fields if f.group is not None)
    enums = {inner.name: inner for inner in other.enums}
    for message in one.messages:
        path = f"{prefix}{message.name}"
        same = messages.get(message.name)
        if same is None:
            yield from type_gone(symbol, path, message, other, old, new)
        else:
            inner = old.inside(message.name, message.options), new.inside(same.name, same.options)
            yield from message_changes(symbol, f"{path}.", message, same, *inner, moving)
    for enum in one.enums:
        path = f"{prefix}{enum.name}"
        alike = enums.get(enum.name)
        if alike is None:
            yield from type_gone(symbol, path, enum, other, old, new)
        else:
            yield from enum_changes(
                symbol, f"{path}.", enum, alike,
                old.inside(enum.name, enum.options), new.inside(alike.name, alike.options),
            )  # fmt: skip


def type_gone(
    symbol: str, path: str, one: Declaration, around: Message, old: Scope, new: Scope
) -> Iterator[Change]:
    """A nested type that is gone, and the types inside it, one by one."""
    kind = type(one).__name__.lower()
    yield Change(
        (f"PACKAGE_{kind.upper()}_NO_DELETE",),
        kind,
        symbol,
        path,
        GONE,
        f"{kind} {one.name}",
        "",
        new.place(around.name_span),
        old.place(one.name_span),
    )
    if isinstance(one, Message):
        inside: list[Declaration] = [*one.messages, *one.enums]
        for inner in inside:
            yield from type_gone(symbol, f"{path}.{inner.name}", inner, around, old, new)


def _numbers(
    symbol: str, prefix: str, one: Message, other: Message, old: Scope, new: Scope
) -> Iterator[Change]:
    place = new.place(other.name_span), old.place(one.name_span)
    yield from reserved_changes(symbol, prefix.rstrip("."), one, other, place)
    closed = lost(one.extension_ranges, other.extension_ranges)
    if closed:
        yield Change(
            ("EXTENSION_MESSAGE_NO_DELETE",),
            "extensions",
            symbol,
            prefix.rstrip("."),
            GONE,
            ranges_said(closed),
            "",
            *place,
        )


def _settings(
    symbol: str, prefix: str, one: Message, other: Message, old: Scope, new: Scope
) -> Iterator[Change]:
    place = new.place(other.name_span), old.place(one.name_span)
    was, now = old.features["json_format"], new.features["json_format"]
    if was == "ALLOW" != now:
        rules = ("MESSAGE_SAME_JSON_FORMAT",)
        yield Change(rules, "message", symbol, prefix.rstrip("."), "json_format", was, now, *place)
    name = "no_standard_descriptor_accessor"
    asks = [
        any(o.name == name and boolean(o.value) for o in message.options)
        for message in (one, other)
    ]
    if asks == [False, True]:
        rules = ("MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR",)
        yield Change(rules, "message", symbol, prefix.rstrip("."), name, "false", "true", *place)
