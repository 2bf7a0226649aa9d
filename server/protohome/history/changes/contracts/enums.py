"""Enums, by number; a number's names are compared as a set, since aliases may come and stay."""

from __future__ import annotations

from collections.abc import Iterator

from ....model import Enum, EnumValue
from ..model import GONE, RENAMED, RENUMBERED, Change
from .ranges import said
from .reserved import missing, reserved_changes, unless_reserved
from .sides import Scope


def enum_changes(
    symbol: str, prefix: str, one: Enum, other: Enum, old: Scope, new: Scope
) -> Iterator[Change]:
    """How ``other`` differs from ``one``; the scopes are those inside the two."""
    before, after = _by_number(one), _by_number(other)
    names = {value.name: value for value in other.values}
    rules: set[str] = set()
    moved: list[tuple[EnumValue, EnumValue]] = []
    for number, values in before.items():
        kept = {value.name for value in after.get(number, [])}
        left = [value for value in values if value.name not in kept]
        if not left:
            continue
        elsewhere = [
            (value, names[value.name]) for value in left if value.name in names
            and names[value.name].number is not None
        ]  # fmt: skip
        moved += elsewhere
        if elsewhere:
            rules.add("ENUM_VALUE_SAME_NAME" if kept else "ENUM_VALUE_NO_DELETE")
        left = [value for value in left if value.name not in names]
        if not left:
            continue
        if number in after:
            yield _renamed(symbol, prefix, left, after[number], old, new)
        else:
            yield from (_gone(symbol, prefix, value, other, old, new) for value in left)
    if moved:
        yield _pushed(symbol, prefix, moved, tuple(sorted(rules)), old, new)
    yield from _settings(symbol, prefix, one, other, old, new)


def _by_number(enum: Enum) -> dict[int, list[EnumValue]]:
    found: dict[int, list[EnumValue]] = {}
    for value in enum.values:
        if value.number is not None and value.name:
            found.setdefault(value.number, []).append(value)
    return found


def _renamed(
    symbol: str, prefix: str, left: list[EnumValue], here: list[EnumValue], old: Scope, new: Scope
) -> Change:
    return Change(
        ("ENUM_VALUE_SAME_NAME",),
        "value",
        symbol,
        prefix + left[0].name,
        RENAMED,
        ", ".join(value.name for value in left),
        ", ".join(value.name for value in here),
        new.place(here[0].name_span),
        old.place(left[0].name_span),
    )


def _gone(
    symbol: str, prefix: str, value: EnumValue, other: Enum, old: Scope, new: Scope
) -> Change:
    assert value.number is not None
    lacks = missing(other, value.number, value.name)
    rules = ["ENUM_VALUE_NO_DELETE", *unless_reserved("ENUM_VALUE", lacks)]
    return Change(
        tuple(rules),
        "value",
        symbol,
        prefix + value.name,
        GONE,
        f"{value.name} = {value.number}",
        "",
        new.place(other.name_span),
        old.place(value.name_span),
        unreserved=lacks,
    )


def _pushed(
    symbol: str,
    prefix: str,
    moved: list[tuple[EnumValue, EnumValue]],
    rules: tuple[str, ...],
    old: Scope,
    new: Scope,
) -> Change:
    moved = sorted(moved, key=lambda pair: pair[0].number or 0)
    one, other = moved[0]
    return Change(
        rules,
        "value",
        symbol,
        prefix + one.name,
        RENUMBERED,
        said(one.number),
        said(other.number),
        new.place(other.name_span),
        old.place(one.name_span),
        members=tuple(f"{prefix}{value.name} = {value.number}" for value, _ in moved),
    )


def _settings(
    symbol: str, prefix: str, one: Enum, other: Enum, old: Scope, new: Scope
) -> Iterator[Change]:
    place = new.place(other.name_span), old.place(one.name_span)
    member = prefix.rstrip(".")
    for feature, rule in (
        ("enum_type", "ENUM_SAME_TYPE"),
        ("json_format", "ENUM_SAME_JSON_FORMAT"),
    ):
        was, now = old.features[feature], new.features[feature]
        if was != now and (feature == "enum_type" or was == "ALLOW"):
            yield Change((rule,), "enum", symbol, member, feature, was, now, *place)
    yield from reserved_changes(symbol, member, one, other, place)
