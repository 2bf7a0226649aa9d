"""CommonMark's blocks: the lines of paragraphs and headings, and the lists and quotes around them.

As CommonMark 0.31 says, section numbers are its. Code and HTML are known only to be passed over,
reference definitions (4.7) too; what is inside a line is nobody's business here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

PARAGRAPH, HEADING = "paragraph", "heading"
LIST, ITEM, QUOTE = "list", "item", "quote"
LIST_END, QUOTE_END = "end of list", "end of quote"

# A line is looked at once for each container that is open, so that there is an end to them.
_DEEPEST = 20
_TAB = 4  # 2.2
_STARTS = frozenset("#>`~<=-*_+0123456789")  # with what blocks begin that may end a paragraph

_HEADING = re.compile(r"(#{1,6})(?=[ \t]|$)")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_BREAK = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_MARKER = re.compile(r"([-+*]|(\d{1,9})([.)]))( +|$)", re.ASCII)
# A label, a destination and perhaps a title (4.7), in a paragraph, so that no line is blank.
# Parentheses in a destination are not counted.
_DEFINITION = (
    r"\[((?:\\.|[^\\\[\]]){1,999})\]:[ \t\n]*"
    r"(?:<(?:\\.|[^<>\n\\])*>|[^\x00-\x20\x7f<][^\x00-\x20\x7f]*)"
    r"""(?:[ \t\n]+(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?[ \t]*(?:\n|\Z)"""
)

# HTML blocks (4.6): what they begin with, and what their last line holds; "" where it is blank.
_FLAGS = re.IGNORECASE | re.ASCII
_ATTRIBUTE = r"""\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?"""
_TAGS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details"
    "|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header"
    "|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param"
    "|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_HTML = (
    (r"<(?:script|pre|style|textarea)(?:\s|>|$)", r"</(?:script|pre|style|textarea)>"),
    (r"<!--", r"-->"),
    (r"<\?", r"\?>"),
    (r"<![a-z]", r">"),
    (r"<!\[CDATA\[", r"\]\]>"),
    (rf"</?(?:{_TAGS})(?:\s|/?>|$)", ""),
)
_HTML_TAG = rf"<(?:[a-z][a-z0-9-]*(?:{_ATTRIBUTE})*\s*/?|/[a-z][a-z0-9-]*\s*)>\s*$"  # ends none


class Block(NamedTuple):
    """A paragraph, a heading of a ``level``, or where a container begins or ends.

    ``texts`` are its lines from the 0-based ``line`` on, without what is before them.
    """

    kind: str
    line: int
    texts: tuple[str, ...] = ()
    level: int = 0


class _Container:
    """A list, an item or a quote that is open.

    ``marker`` is what the items of a list have alike; ``width`` are the columns that the lines of
    an item are indented by.
    """

    def __init__(self, kind: str, marker: str = "", width: int = 0) -> None:
        self.kind, self.marker, self.width = kind, marker, width
        self.empty = True


class _Verbatim(NamedTuple):
    """Code or HTML that is open: up to a ``fence``, to what ``end`` matches, or neither.

    Without either it is indented code, or ``html`` up to the next blank line.
    """

    fence: str = ""
    end: str = ""
    html: bool = False


def read(text: str) -> list[Block]:
    """The blocks of a document, in its order. Never raises."""
    reader = _Reader()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines):
        reader.read(number, line)
    reader.close(0)
    return reader.blocks


class _Reader:
    """Reads a document line by line, as CommonMark's appendix has it."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._number = 0
        self._open: list[_Container] = []
        self._verbatim: _Verbatim | None = None
        self._paragraph: list[str] = []
        self._first = 0  # the paragraph's line

    def read(self, number: int, raw: str) -> None:
        """Read the next line."""
        self._number = number
        # Where a tab stops depends on its column alone.
        line = raw.expandtabs(_TAB) if "\t" in raw else raw
        depth, at = self._continued(line)
        whole = depth == len(self._open)
        if self._verbatim is not None and whole and self._passes(line, at):
            return
        while True:
            start = _start(line, at)
            if start == len(line):
                if self._paragraph or not whole or self._verbatim:
                    self.close(depth)
                return
            if start - at >= _TAB:
                if not self._paragraph:
                    self._add(depth)
                    self._verbatim = _Verbatim()
                    return
                break
            if line[start] not in _STARTS:
                break
            inside = self._begin_container(line, at, start, depth, whole)
            if inside is None:
                if self._begin_leaf(_rest(raw, line, start), depth, whole):
                    return
                break
            depth, at, whole = len(self._open), inside, True
        if not self._paragraph:
            self._add(depth)
            self._first = number
        self._paragraph.append(_rest(raw, line, start))

    def _continued(self, line: str) -> tuple[int, int]:
        """How many of the open containers a line continues, and where in it their content is."""
        at = 0
        for depth, container in enumerate(self._open):
            start = _start(line, at)
            if container.kind == QUOTE:
                if start - at >= _TAB or line[start : start + 1] != ">":
                    return depth, at
                at = _after_quote(line, start)
            elif container.kind == ITEM:
                if start == len(line):
                    if container.empty:
                        return depth, at
                    at = start
                elif start - at >= container.width:
                    at += container.width
                else:
                    return depth, at
        return len(self._open), at

    def _passes(self, line: str, at: int) -> bool:
        """Whether a line is of the code or HTML that is open; closes it where it ends."""
        verbatim = self._verbatim
        assert verbatim is not None
        start = _start(line, at)
        if verbatim.fence:
            mark = line[start:].rstrip(" ") if start - at < _TAB else ""
            ended = mark.startswith(verbatim.fence) and not mark.strip(mark[0])
        elif verbatim.end:
            ended = bool(re.search(verbatim.end, line[at:], _FLAGS))
        elif verbatim.html:
            return start < len(line)
        else:
            ended = start < len(line) and start - at < _TAB
        if ended:
            self._verbatim = None
        return bool(verbatim.fence or verbatim.end) or not ended

    def _begin_container(
        self, line: str, at: int, start: int, depth: int, whole: bool
    ) -> int | None:
        """Open the quote or item that begins at ``start``; where its content is, else None."""
        if len(self._open) >= _DEEPEST:
            return None
        if line[start] == ">":
            self._add(depth)
            self._push(_Container(QUOTE))
            return _after_quote(line, start)
        marker = _MARKER.match(line, start)
        if marker is None or _BREAK.match(line, start):
            return None
        interrupts = bool(self._paragraph) and whole
        if interrupts and _UNDERLINE.match(line, start):
            return None
        blank = marker.end() == len(line)
        if interrupts and (blank or marker[2] not in (None, "1")):
            return None
        spaces = len(marker[4])
        if blank or spaces > _TAB:
            spaces = 1
        kind = marker[3] or marker[1]
        self.close(depth)
        if not (self._open and self._open[-1].marker == kind):
            self._add(depth)
            self._push(_Container(LIST, marker=kind))
        self._push(_Container(ITEM, width=marker.end(1) - at + spaces))
        return min(marker.end(1) + spaces, len(line))

    def _begin_leaf(self, text: str, depth: int, whole: bool) -> bool:
        """Read the line of a block without containers; False where it is a paragraph's."""
        heading = _HEADING.match(text)
        if heading:
            self._add(depth)
            said = text[heading.end() :].strip()
            closed = said.rstrip("#")
            if closed != said and (not closed or closed[-1] in " \t"):
                said = closed.rstrip()
            self.blocks.append(Block(HEADING, self._number, (said,), heading.end()))
            return True
        fence = _FENCE.match(text)
        if fence:
            self._add(depth)
            self._verbatim = _Verbatim(fence=fence[0])
            return True
        if text[0] == "<":
            return self._begin_html(text, depth)
        if self._paragraph and whole and _UNDERLINE.match(text) and self._undefined():
            level = 1 if text[0] == "=" else 2
            self.blocks.append(Block(HEADING, self._first, tuple(self._paragraph), level))
            self._paragraph = []
            return True
        if _BREAK.match(text):
            self._add(depth)
            return True
        return False

    def _begin_html(self, text: str, depth: int) -> bool:
        ends = [end for begin, end in _HTML if re.match(begin, text, _FLAGS)]
        if not ends and (self._paragraph or not re.match(_HTML_TAG, text, _FLAGS)):
            return False
        end = ends[0] if ends else ""
        self._add(depth)
        if not end or not re.search(end, text, _FLAGS):
            self._verbatim = _Verbatim(end=end, html=True)
        return True

    def _add(self, depth: int) -> None:
        """Make room for a block that is no item, inside so many of the open containers."""
        self.close(depth)
        if self._open and self._open[-1].kind == LIST:
            self.close(len(self._open) - 1)
        if self._open:
            self._open[-1].empty = False

    def _push(self, container: _Container) -> None:
        self._open.append(container)
        self.blocks.append(Block(container.kind, self._number))

    def close(self, depth: int) -> None:
        """End what is open inside of so many containers."""
        if self._paragraph and self._undefined():
            self.blocks.append(Block(PARAGRAPH, self._first, tuple(self._paragraph)))
        self._paragraph = []
        self._verbatim = None
        while len(self._open) > depth:
            kind = self._open.pop().kind
            if kind != ITEM:
                self.blocks.append(Block(LIST_END if kind == LIST else QUOTE_END, self._number))

    def _undefined(self) -> bool:
        """Drop the definitions that the paragraph begins with; whether something is left."""
        if not self._paragraph[0].startswith("["):
            return True
        text, at = "\n".join(self._paragraph), 0
        definition = re.compile(_DEFINITION, re.DOTALL)
        while (match := definition.match(text, at)) and match[1].strip():
            at = match.end()
        done = text.count("\n", 0, at) if at < len(text) else len(self._paragraph)
        self._first += done
        del self._paragraph[:done]
        return bool(self._paragraph)


def _start(line: str, at: int) -> int:
    """Where the first character that is no space is."""
    end = len(line)
    while at < end and line[at] == " ":
        at += 1
    return at


def _after_quote(line: str, start: int) -> int:
    return start + 2 if line[start + 1 : start + 2] == " " else start + 1


def _rest(raw: str, line: str, start: int) -> str:
    """What of the line as written is behind ``start``, which is in it with spaces for tabs."""
    if raw is line:
        return raw[start:]
    before = start - line.count(" ", 0, start)
    shown = (at for at, character in enumerate(raw) if character not in " \t")
    return raw[next(at for count, at in enumerate(shown) if count == before) :]
