"""What was reserved in a message or enum and is not any more."""

from __future__ import annotations

from collections.abc import Iterator

from ....model import Enum, Message
from ..model import GONE, Change, Location
from .ranges import lost, ranges_said


def reserved_changes(
    symbol: str,
    member: str,
    one: Message | Enum,
    other: Message | Enum,
    place: tuple[Location, Location],
) -> Iterator[Change]:
    """Ranges may be split, merged and extended; no number or name of them may go."""
    numbers = lost(one.reserved, other.reserved)
    names = sorted(set(one.reserved_names) - set(other.reserved_names))
    if numbers or names:
        said = ", ".join(filter(None, [ranges_said(numbers), *(f'"{name}"' for name in names)]))
        rules = (f"RESERVED_{type(one).__name__.upper()}_NO_DELETE",)
        yield Change(rules, "reserved", symbol, member, GONE, said, "", *place)


def missing(one: Message | Enum, number: int, name: str) -> str:
    """What of a removed member is not reserved: ``number``, ``name``, both or ``""``."""
    has_number = any(start <= number <= end for start, end in one.reserved)
    words = ("" if has_number else "number", "" if name in one.reserved_names else "name")
    return " and ".join(filter(None, words))


def unless_reserved(kind: str, lacks: str) -> list[str]:
    """Buf's rules about a removed field or value of which ``lacks`` is not reserved."""
    words = lacks.upper().split(" AND ") if lacks else []
    return [f"{kind}_NO_DELETE_UNLESS_{word}_RESERVED" for word in words]
