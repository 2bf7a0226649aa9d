"""Completion in the map: packages, owner lanes and files, in cells and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....packagemap.inline import name, plain
from ....packagemap.markdown.document import Around, table_around
from ....packagemap.markdown.tables import AUDIT, title
from ....packagemap.model import PackageMap
from ....positions import Span
from ....workspace.snapshot import Snapshot
from ...shown import Proposal

_DROW = re.compile(r"[\w./:@-]*")  # of a line read backwards, or a long one takes for ever
_TELLING = re.compile(r"[./:@]")
_HOMES = ("Current package", "Canonical package home")


def complete_in_map(
    snapshot: Snapshot, package_map: PackageMap, source: bytes, offset: int
) -> tuple[Span, list[Proposal]]:
    """The proposals at a byte offset of the map's text, and the span of the word they replace.

    In a cell they are what its column names; elsewhere any of them, once a back-tick or the word
    itself tells that a name is being typed.
    """
    start = source.rfind(b"\n", 0, offset) + 1
    before = source[start:offset].decode("utf-8", "replace")
    after = source[offset:].partition(b"\n")[0].decode("utf-8", "replace")
    drow = _DROW.match(before[::-1])
    word = drow[0][::-1] if drow else ""
    rest = _DROW.match(after)
    end = offset + len(rest[0].encode() if rest else b"")
    span = Span(offset - len(word.encode()), end)
    quoted = before.count("`") % 2 == 1  # a back-tick is open
    around = table_around(source, offset)
    if around is not None:
        found = list(_in_cell(snapshot, package_map, around))
    elif quoted or _TELLING.search(word):
        files = (one for one in _files(snapshot) if "/" in word and word in one.label)
        found = [*_packages(snapshot), *_lanes(package_map), *files]
    else:
        found = []
    closing = "" if source.startswith(b"`", end) else "`"
    opening = "" if quoted else "`"
    typed = source[span.start : span.end].decode()
    return span, [
        one._replace(insert=f"{opening}{one.label}{closing}") for one in found if one.label != typed
    ]


def _in_cell(snapshot: Snapshot, package_map: PackageMap, around: Around) -> Iterator[Proposal]:
    titles = [title(cell.text) for cell in around.header.cells]
    column = titles[around.column] if around.column < len(titles) else ""
    if column == "Owner lane":
        yield from _lanes(package_map)
    elif column == "Package":
        yield from _unlisted(snapshot)
    elif column == AUDIT[0]:
        yield from _files(snapshot, without_row=True)
    elif column in _HOMES and AUDIT[0] in titles:
        file = snapshot.files.get(name(around.row.cell(titles.index(AUDIT[0])).text))
        yield from _packages(snapshot, file.package if file else "")


def _packages(snapshot: Snapshot, likely: str = "") -> Iterator[Proposal]:
    """The mapped packages, the likely one first."""
    for row in snapshot.map.packages:
        detail = " \u00b7 ".join(part for part in (row.domain, row.owner.lane) if part)
        rank = int(row.package != likely)
        yield Proposal(row.package, "package", detail, f"Contains: {row.contains}", rank)


def _unlisted(snapshot: Snapshot) -> Iterator[Proposal]:
    """The packages of the tree that have no row."""
    for package, files in snapshot.by_package.items():
        if package and package not in snapshot.packages:
            names = ", ".join(file.path for file in files)
            yield Proposal(package, "package", "has no row", names, 0)


def _lanes(package_map: PackageMap) -> Iterator[Proposal]:
    owners = [row.owner for row in package_map.packages]
    owners += [row.owner for row in package_map.audit]
    named = dict.fromkeys(lane for one in owners for lane in (one.lane, *one.consumers) if lane)
    for lane in named:
        packages = [row.package for row in package_map.packages if row.owner.lane == lane]
        yield Proposal(plain(lane), "lane", ", ".join(packages), "", 2)


def _files(snapshot: Snapshot, without_row: bool = False) -> Iterator[Proposal]:
    """The governed files, those without an audit row first, or alone."""
    for path, file in snapshot.files.items():
        listed = path in snapshot.rows
        if not (listed and without_row):
            yield Proposal(path, "file", file.package, "", 3 + listed)
