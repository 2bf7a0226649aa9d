"""A Markdown document as its tables and list items, each with its place in the source.

markdown-it-py reads the blocks. Its own table rule is left out: it makes 17 tokens a row, and 8,000
rows take a second; without it a table is a paragraph with a delimiter row (GFM 4.10) in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate, islice, pairwise
from typing import TYPE_CHECKING

from ...named import NamedTuple
from ...positions import LineIndex, Span
from ..model import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_PIPE = re.compile(rb"(?<!\\)\|")
_DELIMITER = re.compile(r":?-+:?")
_MOST_CELLS = 64  # a table this wide is none of ours; a line of a million pipes is no table
_LISTS = ("bullet_list_open", "ordered_list_open")


class Line(NamedTuple):
    """A line of a block without its list markers and indentation; ``number`` is 1-based."""

    number: int
    span: Span
    text: str


class Row(NamedTuple):
    """A table row: its 1-based line, its bytes without indentation, its cells."""

    line: int
    span: Span
    cells: tuple[Cell, ...]

    def cell(self, column: int | None) -> Cell:
        """The cell of a 0-based column, an empty one at the row's end where the row has none."""
        if column is None or column >= len(self.cells):
            return Cell("", Span(self.span.end, self.span.end))
        return self.cells[column]


class Table(NamedTuple):
    """A table, and the headings it stands under, outermost first, as ``(level, text)``."""

    header: Row
    rows: tuple[Row, ...]
    headings: tuple[tuple[int, str], ...] = ()


class Item(NamedTuple):
    """A paragraph, ``listed`` when it is of a list item.

    ``headings`` are those it stands under, outermost first, as ``(level, text)``; ``leads`` are the
    paragraphs ending in a colon that introduce the lists it is in.
    """

    headings: tuple[tuple[int, str], ...]
    leads: tuple[str, ...]
    lines: tuple[Line, ...]
    listed: bool

    @property
    def line(self) -> int:
        return self.lines[0].number

    @property
    def span(self) -> Span:
        return Span(self.lines[0].span.start, self.lines[-1].span.end)

    @property
    def text(self) -> str:
        """Its lines, a space between."""
        return " ".join(line.text for line in self.lines)

    def parts(self, cuts: Sequence[int]) -> Iterator[Item]:
        """The item cut at offsets of its text; each part without the spaces at its ends."""
        starts = [0, *accumulate(len(line.text) + 1 for line in self.lines)]
        for start, end in pairwise((0, *cuts, starts[-1] - 1)):
            lines: list[Line] = []
            for number in range(bisect_right(starts, start) - 1, bisect_left(starts, end)):
                line, at = self.lines[number], starts[number]
                first, last = max(start - at, 0), min(end - at, len(line.text))
                body = line.text[first:last] if first < last else ""
                first += len(body) - len(body.lstrip())
                if body := body.strip():
                    begin = line.span.start + len(line.text[:first].encode())
                    lines.append(Line(line.number, Span(begin, begin + len(body.encode())), body))
            if lines:
                yield self._replace(lines=tuple(lines))


class Around(NamedTuple):
    """The table that a place is in: its header, the row there, and the 0-based column there."""

    header: Row
    row: Row
    column: int


class Document(NamedTuple):
    tables: tuple[Table, ...]
    items: tuple[Item, ...]


def parse(source: bytes) -> Document:
    """Read a document; code blocks and tables in block quotes are passed over.

    Raises UnicodeDecodeError when ``source`` is not UTF-8.
    """
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark")
    markdown.core.ruler.enableOnly(["normalize", "block"])
    # NUL would become U+FFFD, which is wider. Where HTML is open as an item in a quote ends,
    # markdown-it looks past the last line (`> - <pre>`, `>`).
    text = source.decode("utf-8-sig").replace("\0", "\x1a")
    tokens = markdown.parse(text + "\n")
    return _walk(tokens, source, LineIndex(source))


def table_around(source: bytes, offset: int) -> Around | None:
    """The table that a byte offset is in, by the lines alone: a row that is typed may be none yet.

    None outside of tables, and in a header. ``source`` is UTF-8.
    """
    start = source.rfind(b"\n", 0, offset) + 1
    row = _row(_bare(source, start), source)
    bars = _PIPE.findall(source, row.span.start, max(offset, row.span.start))
    column = len(bars) - source.startswith(b"|", row.span.start)
    while start:
        start = source.rfind(b"\n", 0, start - 1) + 1
        line = _bare(source, start)
        if "|" not in line.text:
            return None
        if start and line.text.lstrip("|: \t").startswith("-"):
            above = _bare(source, source.rfind(b"\n", 0, start - 1) + 1)
            return Around(_row(above, source), row, max(column, 0))
    return None


def _bare(source: bytes, start: int) -> Line:
    """The line that begins at a byte offset, without its outer spaces; its number is unknown."""
    end = source.find(b"\n", start)
    text = source[start : len(source) if end < 0 else end].decode()
    body = text.strip()
    first = start + len(text[: len(text) - len(text.lstrip())].encode())
    return Line(0, Span(first, first + len(body.encode())), body)


def _walk(tokens: Sequence[Token], source: bytes, index: LineIndex) -> Document:
    tables: list[Table] = []
    items: list[Item] = []
    headings: list[tuple[int, str]] = []
    leads: list[str] = []
    quotes = 0
    latest = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type in _LISTS:
            leads.append(latest if latest.endswith(":") else "")
            latest = ""
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            leads.pop()
            latest = ""
        elif token.type == "list_item_open":
            latest = ""
        elif token.type == "blockquote_open":
            quotes += 1
        elif token.type == "blockquote_close":
            quotes -= 1
        elif token.type == "inline" and before is not None:
            lines = _lines(token, source, index)
            at = _table_start(lines, source)
            text = " ".join(line.text for line in lines[:at])
            if at is not None and not quotes:
                tables.append(_table(lines[at:], source, tuple(headings)))
            elif before.type == "heading_open" and not quotes:
                level = int(before.tag[1:])
                while headings and headings[-1][0] >= level:
                    headings.pop()
                headings.append((level, text))
            if text and before.type == "paragraph_open":
                said = tuple(lines[:at])
                items.append(Item(tuple(headings), tuple(leads), said, bool(leads)))
            latest = text if before.type == "paragraph_open" else ""
    return Document(tuple(tables), tuple(items))


def _lines(token: Token, source: bytes, index: LineIndex) -> list[Line]:
    """The lines of a block: markers and indentation only ever stand before what belongs to it."""
    assert token.map is not None
    lines: list[Line] = []
    for number, content in enumerate(token.content.split("\n"), token.map[0]):
        whole = index.line_span(number)
        text = source[whole.start : whole.end].decode()
        body = content.strip()
        end = len(text.rstrip())
        start = end - len(body)
        if start < 0 or text[start:end].replace("\0", "\x1a") != body:
            start = len(text) - len(text.lstrip())
        first = whole.start + len(text[:start].encode())
        body = text[start:end]
        lines.append(Line(number + 1, Span(first, first + len(body.encode())), body))
    return lines


def _table_start(lines: Sequence[Line], source: bytes) -> int | None:
    for at, line in enumerate(lines[1:]):
        if not line.text.lstrip("|: \t").startswith("-") or "|" not in lines[at].text:
            continue
        marks = _row(line, source).cells
        if len(marks) == len(_row(lines[at], source).cells) and all(
            _DELIMITER.fullmatch(mark.text) for mark in marks
        ):
            return at
    return None


def _table(lines: Sequence[Line], source: bytes, headings: tuple[tuple[int, str], ...]) -> Table:
    rows = tuple(_row(line, source) for line in lines[2:])
    return Table(_row(lines[0], source), rows, headings)


def _row(line: Line, source: bytes) -> Row:
    """Split a row at its pipes: as GFM says, a back-slash protects one and a code span does not."""
    start, end = line.span
    body = source[start:end]
    cuts = [match.start() for match in islice(_PIPE.finditer(body), _MOST_CELLS)]
    edges = [-1, *cuts] if len(cuts) == _MOST_CELLS else [-1, *cuts, len(body)]
    if cuts and cuts[0] == 0:
        edges.pop(0)
    if cuts and cuts[-1] == len(body) - 1 and len(edges) > 2:
        edges.pop()
    cells: list[Cell] = []
    for left, right in pairwise(edges):
        raw = body[left + 1 : right]
        text = raw.strip()
        first = start + left + 1 + len(raw) - len(raw.lstrip())
        if not text:
            first = start + left + 1
        cells.append(Cell(text.decode(), Span(first, first + len(text))))
    return Row(line.number, line.span, tuple(cells))
