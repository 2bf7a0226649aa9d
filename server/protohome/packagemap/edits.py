"""Row edits of a map's tables that leave every other byte as it was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise, takewhile

from ..escaping.terminal import is_safe, one_line
from ..named import NamedTuple
from ..positions import Span
from .inline import code_spans, name
from .markdown.document import Row, Table, parse
from .markdown.tables import AUDIT, OWNERSHIP, title
from .model import AuditRow, Cell, PackageMap

FILE, CURRENT, HOME, OWNER, FOLLOW_ON = range(5)


class MapEdit(NamedTuple):
    """The bytes of the map's ``span`` become ``text``."""

    span: Span
    text: str


class Unwritable(Exception):
    """Why a text cannot stand in a cell of a table, in one sentence without its stop."""


def has_audit_table(package_map: PackageMap) -> bool:
    """Whether the map has an audit table to put rows in."""
    return _audit_table(package_map) is not None


def audit_span(package_map: PackageMap) -> Span | None:
    """The bytes of the audit table, from its header to its last row; None where there is none."""
    table = _audit_table(package_map)
    if table is None:
        return None
    end = table.rows[-1].span if table.rows else _delimiter(package_map.source, table)
    return Span(table.header.span.start, end.end)


def with_row(
    package_map: PackageMap, file: str, current: str, home: str, lane: str, follow_on: str
) -> MapEdit | None:
    """A new audit row, None when the map has no audit table.

    It stands below the last row of its packages, else below the last row, written as the others
    are: the same columns, code spans where they have them, padded where they are. Raises
    Unwritable for a name that would damage the table.
    """
    for text in (file, current, home):
        _check(text)
    table = _audit_table(package_map)
    if table is None:
        return None
    lines = {row.line for row in table.rows}
    audit = [row for row in package_map.audit if row.line in lines]
    alike = [row for row in audit if row.home == home]
    alike = [row for row in alike if row.current == current] or alike
    like = max(alike, key=lambda row: row.line, default=None)
    last = table.rows[-1] if table.rows else None
    below = next((row for row in table.rows if like and row.line == like.line), last)
    texts = {FILE: f"`{file}`", CURRENT: f"`{current}`", HOME: f"`{home}`"}
    texts[OWNER] = _as_others(lane, [row.cells[OWNER] for row in audit])
    texts[FOLLOW_ON] = follow_on.replace("|", "\\|")
    return _added(package_map.source, table, below, _row_text(package_map.source, table, texts))


def with_package_row(package_map: PackageMap, package: str) -> MapEdit | None:
    """A new ownership row, None when the map has no ownership table with a row.

    It stands below the row that its name is nearest to. The next version of a mapped package gets
    that one's cells; for another, a person says what only a person knows. Raises Unwritable for a
    name that would damage the table.
    """
    _check(package)
    if not package_map.packages:
        return None
    family = package.rpartition(".")[0]
    like = max(package_map.packages, key=lambda row: (_shared(row.package, package), row.line))
    tables = parse(package_map.source).tables
    rows = ((table, row) for table in tables for row in table.rows)
    table, below = next((table, row) for table, row in rows if row.line == like.line)
    texts = {0: f"`{package}`"}
    is_next = re.fullmatch(r"v\d\w*", package[len(family) + 1 :])
    if is_next and like.package.rpartition(".")[0] == family:
        texts |= {at: like.cells[at].text for at in range(1, len(like.cells))}
    text = _row_text(package_map.source, table, texts, OWNERSHIP)
    return _added(package_map.source, table, below, text)


def _shared(one: str, other: str) -> int:
    """How many components two packages' names begin with alike."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _added(source: bytes, table: Table, below: Row | None, text: str) -> MapEdit:
    """A row's text on a line of its own below a row, else below the table's header."""
    newline = "\r\n" if b"\r\n" in source else "\n"
    above = below.span if below else _delimiter(source, table)
    indented = _indent(source, (below or table.header).span.start) + text
    end = source.find(b"\n", above.end) + 1
    if not end:
        return MapEdit(Span(len(source), len(source)), newline + indented)
    return MapEdit(Span(end, end), indented + newline)


def without_row(package_map: PackageMap, row: AuditRow) -> MapEdit:
    """The row goes, with its line break."""
    source = package_map.source
    start = source.rfind(b"\n", 0, row.span.start) + 1
    end = source.find(b"\n", row.span.end) + 1 or len(source)
    if end == len(source) and not source.endswith(b"\n"):
        start = max(start - 1, 0)
    return MapEdit(Span(start, end), "")


def with_cells(row: AuditRow, texts: Mapping[int, str]) -> tuple[MapEdit, ...]:
    """The row with other names in some cells, by FILE, CURRENT, …; prose behind them stays.

    Raises Unwritable for a name that would damage the table.
    """
    for text in texts.values():
        _check(text)
    ticks = "`" if any(code_spans(cell.text) for cell in row.cells) else ""
    return tuple(_with_cell(row.cells[at], text, ticks) for at, text in sorted(texts.items()))


def _check(name: str) -> None:
    """A code span holds no escapes, and a cell of GitHub's Markdown ends at any bar."""
    if not is_safe(name) or set("`|\\") & set(name) or name != name.strip():
        raise Unwritable(f"“{one_line(name)}” cannot stand in the map as it is; rename it")


def _with_cell(cell: Cell, text: str, ticks: str) -> MapEdit:
    if not cell.text:
        return MapEdit(cell.span, f" {ticks}{text}{ticks}")
    spans = code_spans(cell.text)
    if spans:
        first, last, text = spans[0].start, spans[0].end, f"`{text}`"
    else:
        named = name(cell.text)
        first = max(cell.text.find(named), 0)
        last = first + len(named)
    start = cell.span.start + len(cell.text[:first].encode())
    return MapEdit(Span(start, start + len(cell.text[first:last].encode())), text)


def _audit_table(package_map: PackageMap) -> Table | None:
    """The table of the last audit row, else one with an audit table's header."""
    tables = parse(package_map.source).tables
    lines = {row.line for row in package_map.audit}
    holding = [table for table in tables if lines & {row.line for row in table.rows}]
    if holding:
        return holding[-1]
    for table in tables:
        if {*AUDIT[:3]} <= {title(cell.text) for cell in table.header.cells}:
            return table
    return None


def _as_others(text: str, cells: list[Cell]) -> str:
    bare = cells and not any(code_spans(cell.text) for cell in cells)
    return text if bare or not text else f"`{text}`"


def _row_text(
    source: bytes, table: Table, texts: Mapping[int, str], names: tuple[str, ...] = AUDIT
) -> str:
    columns = {column: at for at, column in enumerate(names)}
    cells = [texts.get(columns.get(title(cell.text), -1), "") for cell in table.header.cells]
    widths = _widths(source, table)
    if widths is not None:
        cells = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    return re.sub(r"  +\|", " |", _joined(cells)) if widths is None else _joined(cells)


def _joined(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _widths(source: bytes, table: Table) -> list[int] | None:
    """The width of each column in code points, when all rows are padded to one width."""
    rows = (table.header, *table.rows)
    if len(rows) < 2 or len({len(row.cells) for row in rows}) > 1:
        return None
    lengths = {len(_line(source, row)) for row in rows}
    starts = {_starts(source, row) for row in rows}
    if len(lengths) > 1 or len(starts) > 1:
        return None
    edges = [*starts.pop(), lengths.pop() + 1]
    return [right - left - 3 for left, right in pairwise(edges)]


def _line(source: bytes, row: Row) -> str:
    return source[row.span.start : row.span.end].decode("utf-8", "replace")


def _starts(source: bytes, row: Row) -> tuple[int, ...]:
    return tuple(
        len(source[row.span.start : cell.span.start].decode("utf-8", "replace")) + (not cell.text)
        for cell in row.cells
    )


def _delimiter(source: bytes, table: Table) -> Span:
    """The line below the header."""
    start = source.find(b"\n", table.header.span.end) + 1
    end = source.find(b"\n", start)
    return Span(start, len(source) if end < 0 else end)


def _indent(source: bytes, start: int) -> str:
    line = source[source.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")
    return re.sub(r"\S", " ", line)
