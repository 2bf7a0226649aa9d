"""Where a package or an owner lane is named in a text, by its exact name and no more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ..positions import Span
from .model import AuditRow, PackageMap, PackageRow

_DOTTED = re.compile(rb"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_EDGE = rb"[\w@/:\x80-\xff-]"  # what would make another name of a lane, on either side of it


def packages_in(
    source: bytes, known: Collection[str], start: int = 0, end: int | None = None
) -> Iterator[tuple[str, Span]]:
    """Every place where a known package is named, alone or before a contract's name.

    The longest one counts. A name without a dot is a word like others, save in back-ticks.
    """
    stop = len(source) if end is None else end
    for match in _DOTTED.finditer(source, start, stop):
        parts = match[0].decode().split(".")
        for count in range(len(parts), 0, -1):
            name = ".".join(parts[:count])
            if name in known:
                quoted = source[match.start() - 1 : match.start()] in (b"`", b'"', b"'")
                if "." in name or quoted:
                    yield name, Span(match.start(), match.start() + len(name))
                break


def lanes_in(
    source: bytes, lanes: Collection[str], start: int = 0, end: int | None = None
) -> Iterator[tuple[str, Span]]:
    """Every place where one of the lanes is named."""
    stop = len(source) if end is None else end
    for lane in lanes:
        name = re.escape(lane.encode())
        pattern = rb"(?<!%b)(?<!\.)%b(?!%b|\.\w)" % (_EDGE, name, _EDGE)
        for match in re.compile(pattern).finditer(source, start, stop):
            yield lane, Span(*match.span())


def lanes_of(package_map: PackageMap) -> Iterator[tuple[str, Span]]:
    """Every place in a map where one of its lanes is named.

    One that is spelt like nothing else, ``owner:ios`` or ``@team``, counts anywhere; one of mere
    words only in the cells of owners.
    """
    rows: list[AuditRow | PackageRow] = [*package_map.packages, *package_map.audit]
    named = {lane for row in rows for lane in (row.owner.lane, *row.owner.consumers) if lane}
    telling = {lane for lane in named if lane.startswith("@") or ":" in lane}
    yield from lanes_in(package_map.source, telling)
    for row in rows:
        cell = row.cells[3] if isinstance(row, AuditRow) else row.cells[2]
        own = {row.owner.lane, *row.owner.consumers} - telling - {""}
        yield from lanes_in(package_map.source, own, *cell.span)
