r"""Spans and positions: byte offsets to lines and columns, and back.

Everything inside protohome is a half-open range of *byte* offsets into a file's bytes. Lines and
columns appear only at the edges: 1-based code points in text and JSON, 0-based UTF-8, UTF-16 or
UTF-32 units in LSP (LSP 3.17, "Position"). A line ends at ``\n``, ``\r\n`` or ``\r``. A leading
byte order mark belongs to no column.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

from .named import NamedTuple

BOM = b"\xef\xbb\xbf"

_LINE_END = re.compile(rb"\r\n|\n|\r")

_BLOCK = 1 << 12  # bytes whose lines are found in no time, a hundred or so
_MOST = 4 * _BLOCK  # and that one may have grown to before all are laid out anew
_STRIDE = 1024  # bytes of a long line between places whose columns are remembered


class Span(NamedTuple):
    """A half-open range of byte offsets, 0-based."""

    start: int
    end: int


class Position(NamedTuple):
    """A place in a text: 0-based line, 0-based column in the unit of the encoding asked for."""

    line: int
    column: int


class LineIndex:
    """Where the lines of ``source`` start, to convert offsets to positions and back. Immutable."""

    __slots__ = ("_ascii", "_before", "_blocks", "_first", "_marks", "_starts", "source")

    def __init__(self, source: bytes) -> None:
        # Lines are counted by blocks, and found only in those that somebody asks about.
        if b"\r" in source:
            self._lay_out(source, [0], [0, len(_LINE_END.findall(source))])
            return
        blocks = [*range(0, len(source), _BLOCK)] or [0]
        counts = (source.count(b"\n", start, start + _BLOCK) for start in blocks)
        self._lay_out(source, blocks, [*accumulate(counts, initial=0)])

    def _lay_out(self, source: bytes, blocks: list[int], before: list[int]) -> None:
        """``blocks`` is where each begins, ``before`` how many lines end before it, and in all."""
        self.source, self._blocks, self._before = source, blocks, before
        self._ascii = source.isascii()
        self._first = len(BOM) if source.startswith(BOM) else 0
        self._starts: dict[int, list[int]] = {}
        self._marks: dict[tuple[int, str], list[int]] = {}

    def replaced(self, start: int, end: int, text: bytes) -> LineIndex:
        """The lines of the source with ``text`` in place of the bytes from ``start`` to ``end``."""
        whole = memoryview(self.source)
        source = b"".join((whole[:start], text, whole[end:]))
        blocks, before, by = self._blocks, self._before, len(text) - (end - start)
        first, last = bisect_right(blocks, start) - 1, bisect_right(blocks, end)
        behind = [block + by for block in blocks[last:]]
        until = behind[0] if behind else len(source)
        if b"\r" in source or until - blocks[first] > _MOST:
            return LineIndex(source)
        after = LineIndex.__new__(LineIndex)
        more = before[first] + source.count(b"\n", blocks[first], until) - before[last]
        counts = [*before[: first + 1], *(count + more for count in before[last:])]
        after._lay_out(source, [*blocks[: first + 1], *behind], counts)
        return after

    def __len__(self) -> int:
        return self._before[-1] + 1

    def _starts_in(self, block: int) -> list[int]:
        """Where the lines start that a line end in a block is before."""
        if block not in self._starts:
            start, *rest = self._blocks[block : block + 2]
            found = _LINE_END.finditer(self.source, start, *rest)
            self._starts[block] = [match.end() for match in found]
        return self._starts[block]

    def _start(self, line: int) -> int:
        if not line:
            return self._first
        block = bisect_left(self._before, line) - 1
        return self._starts_in(block)[line - self._before[block] - 1]

    def position(self, offset: int, encoding: str = "utf-32") -> Position:
        """Convert a byte offset to a 0-based position; ``encoding`` is utf-8, utf-16 or utf-32.

        Offsets outside the source are clamped; an offset inside a character, a line break or the
        byte order mark is the position before it. Bytes that are not UTF-8 count one unit each.
        """
        line = self.line_of(offset)
        start, end = self.line_span(line)
        place = min(max(offset, start), end)
        if self._ascii or encoding == "utf-8":
            place = place if self._ascii else _character_start(self.source, place)
            return Position(line, place - start)
        place = _character_start(self.source, place)
        before = 0
        if place - start > _STRIDE:
            marks = self._marked(line, encoding)
            before = marks[(place - start) // _STRIDE]
            start = self._stride(start, (place - start) // _STRIDE)
        return Position(line, before + _units(self.source[start:place], encoding))

    def line_of(self, offset: int) -> int:
        """The 0-based line that an offset is on; that of the nearest for one outside the source."""
        block = bisect_right(self._blocks, min(max(offset, 0), max(len(self.source) - 1, 0))) - 1
        return self._before[block] + bisect_right(self._starts_in(block), offset)

    def _stride(self, start: int, number: int) -> int:
        return max(_character_start(self.source, start + number * _STRIDE), start)

    def _marked(self, line: int, encoding: str) -> list[int]:
        """The units before each stride of a line, so that a long one is not counted each time."""
        if (line, encoding) not in self._marks:
            start, end = self.line_span(line)
            marks = [0]
            for number in range(1, (end - start) // _STRIDE + 1):
                last, this = self._stride(start, number - 1), self._stride(start, number)
                marks.append(marks[-1] + _units(self.source[last:this], encoding))
            self._marks[line, encoding] = marks
        return self._marks[line, encoding]

    def offset(self, line: int, column: int, encoding: str = "utf-32") -> int:
        """Convert a 0-based position to a byte offset.

        A column past the line's end is the line's end, before its line break; a line past the last
        is the end of the source; a column inside a character is the start of it.
        """
        if line < 0:
            return self._first
        if line >= len(self):
            return len(self.source)
        start, end = self.line_span(line)
        if encoding == "utf-8":
            return _character_start(self.source, min(start + max(column, 0), end))
        units = 0
        text = self.source[start:end].decode("utf-8", "surrogateescape")
        for character in text:
            width = 2 if encoding == "utf-16" and character > "\uffff" else 1
            if units + width > column:
                break
            units += width
            start += len(character.encode("utf-8", "surrogateescape"))
        return start

    def line_span(self, line: int) -> Span:
        """The bytes of a 0-based line without its line break."""
        start = self._start(line)
        end = self._start(line + 1) if line + 1 < len(self) else len(self.source)
        while end > start and self.source[end - 1] in b"\r\n":
            end -= 1
        return Span(start, end)


def _units(data: bytes, encoding: str) -> int:
    if encoding == "utf-8" or data.isascii():
        return len(data)
    text = data.decode("utf-8", "surrogateescape")
    if encoding == "utf-16":
        return len(text) + sum(character > "\uffff" for character in text)
    return len(text)


def _character_start(source: bytes, offset: int) -> int:
    """The start of the UTF-8 character that ``offset`` is inside of; else ``offset`` itself."""
    for start in range(offset - 1, max(offset - 4, -1), -1):
        lead = source[start]
        if lead & 0xC0 != 0x80:
            length = 2 + (lead >= 0xE0) + (lead >= 0xF0)
            if lead < 0xC0 or start + length <= offset:
                break
            try:
                source[start : start + length].decode()
            except UnicodeDecodeError:
                break
            return start
    return offset
