"""Reserved and extension numbers as sets."""

from __future__ import annotations

from collections.abc import Iterable

from ....model import MAX_ENUM_NUMBER, MAX_FIELD_NUMBER, NumberRange


def union(ranges: Iterable[NumberRange]) -> list[NumberRange]:
    """The same numbers, sorted, ranges that touch joined."""
    found: list[NumberRange] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1].end + 1:
            found[-1] = NumberRange(found[-1].start, max(found[-1].end, end))
        else:
            found.append(NumberRange(start, end))
    return found


def lost(before: Iterable[NumberRange], after: Iterable[NumberRange]) -> list[NumberRange]:
    """The numbers of ``before`` that ``after`` has not."""
    found: list[NumberRange] = []
    kept = union(after)
    for start, end in union(before):
        for first, last in kept:
            if last < start or first > end:
                continue
            if first > start:
                found.append(NumberRange(start, first - 1))
            start = last + 1
        if start <= end:
            found.append(NumberRange(start, end))
    return found


def ranges_said(ranges: Iterable[NumberRange]) -> str:
    """``4, 8 to 10, 100 to max``, as one writes it."""
    said = []
    for start, end in ranges:
        last = "max" if end in (MAX_FIELD_NUMBER, MAX_ENUM_NUMBER) else str(end)
        said.append(str(start) if start == end else f"{start} to {last}")
    return ", ".join(said)


def said(number: int | None) -> str:
    return "" if number is None else str(number)
