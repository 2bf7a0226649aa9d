"""A cursor over tokens for the tolerant reader: looking ahead, finding where broken text ends.

Where braces match they are believed. Where they do not, indentation is: a line that stands no
deeper than the line on which a block began is no longer in that block, and a closing brace that
stands deeper does not close it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from ...model import TypeRef
from ...positions import BOM, Span
from ..tokens import Token, integer, tokens

LABELS = (b"optional", b"required", b"repeated")
TOP_LEVEL = frozenset(
    b"message enum service extend import option package syntax edition export local".split()
)
NESTED = frozenset(b"message enum extend oneof option rpc export local".split())
_BEFORE_OTHERS = frozenset([*LABELS, *b"import option reserved extensions map extend".split()])
_OTHERS = frozenset([b"(", b"<", b"-", b"."])
_LINE = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|\n)([^\S\n]*)")
_END = Token("end", b"", -1, -1)


def _matching_braces(every: list[Token]) -> tuple[dict[int, int], bool]:
    """The index of the closing brace of each opening one that has one; whether all match."""
    opened: list[int] = []
    closings: dict[int, int] = {}
    strays = 0
    for at, token in enumerate(every):
        if token.text == b"{":
            opened.append(at)
        elif token.text == b"}":
            if opened:
                closings[opened.pop()] = at
            else:
                strays += 1
    return closings, not opened and not strays


class BrokenStatement(Exception):
    """This statement cannot be read on."""


class Cursor:
    """``balanced`` says whether the braces around ``source`` leave its own in balance."""

    def __init__(self, source: bytes, balanced: bool = True) -> None:
        self.source = source
        self.tokens = list(tokens(source, len(BOM) if source.startswith(BOM) else 0))
        self.at = 0
        self.broken: list[Span] = []
        lines = [match.span(1) for match in _LINE.finditer(source)]
        self._lines = [start for start, _ in lines]
        self._margins = [first - start for start, first in lines]
        # Of what stands first on its line: where it starts, and how far in.
        self._columns = {first: first - start for start, first in lines}
        self._closings, alone = _matching_braces(self.tokens)
        self.balanced = balanced and alone
        self._leftmost: list[int] = []
        if not self.balanced:
            self._leftmost = [at for at in range(len(self.tokens)) if self.begins_leftmost(at)]
        self.trusted = self.balanced

    # Looking around

    def peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else _END

    def looking_at(self, *texts: bytes) -> bool:
        return all(self.peek(ahead).text == text for ahead, text in enumerate(texts))

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def accept(self, text: bytes) -> bool:
        if self.peek().text == text:
            self.at += 1
            return True
        return False

    def expect(self, text: bytes) -> None:
        if not self.accept(text):
            raise BrokenStatement

    def starts_line(self, token: Token) -> bool:
        return token.start in self._columns

    def margin(self, token: Token) -> int:
        """The indentation, in bytes, of the line that ``token`` stands on."""
        return self._margins[bisect_right(self._lines, token.start) - 1]

    def last_end(self) -> int:
        return self.tokens[min(self.at, len(self.tokens)) - 1].end if self.at else 0

    def span_from(self, start: Token) -> Span:
        return Span(start.start, max(self.last_end(), start.end))

    # Names and numbers

    def name(self) -> tuple[str, Span]:
        token = self.peek()
        if token.kind != "name":
            raise BrokenStatement
        self.at += 1
        return token.text.decode(), Span(token.start, token.end)

    def qualified(self) -> TypeRef:
        first = self.peek()
        text = "." if self.accept(b".") else ""
        text += self.name()[0]
        while self.looking_at(b".") and self.peek(1).kind == "name" and not self.begins(1):
            self.at += 1
            text += "." + self.name()[0]
        return TypeRef(text, Span(first.start, self.last_end()))

    def type_name(self) -> TypeRef:
        if self.begins():
            raise BrokenStatement
        return self.qualified()

    def number(self) -> int:
        sign = -1 if self.accept(b"-") else 1
        value = integer(self.peek().text) if self.peek().kind == "number" else None
        if value is None:
            raise BrokenStatement
        self.at += 1
        return sign * value

    # Where statements begin and blocks end

    def begins(self, ahead: int = 0) -> bool:
        """Whether a statement of its own, or the end of the block, begins ``ahead`` tokens on."""
        token, follows = self.peek(ahead), self.peek(ahead + 1)
        if token.kind == "end" or token.text == b"}":
            return True
        if token.start not in self._columns or not (token.kind == "name" or token.text == b"."):
            return False
        if follows.kind == "end" or follows.text == b"}":  # a first word
            return True
        if follows.text == b"=":  # of an enum value; or the first line of a file
            third = self.peek(ahead + 2)
            number = third.kind == "number" or third.text == b"-"
            return number or token.text in (b"syntax", b"edition")
        if token.text in _BEFORE_OTHERS and (
            follows.kind in ("string", "number") or follows.text in _OTHERS
        ):
            return True
        if token.kind == "name":
            ahead += 1
        while self.peek(ahead).text == b"." and self.peek(ahead + 1).kind == "name":
            ahead += 2
            if self.starts_line(self.peek(ahead)):
                break
        return self.peek(ahead).kind == "name"

    def begins_leftmost(self, ahead: int = 0) -> bool:
        """Whether a statement of a file's top level begins there, at the very left."""
        token = self.peek(ahead)
        return (
            token.text in TOP_LEVEL and self._columns.get(token.start) == 0 and self.begins(ahead)
        )

    def matched(self, start: Token) -> bool:
        """Whether the braces of the declaration that begins here match, as far as layout tells."""
        ahead = 0
        while self.peek(ahead).text != b"{":
            ahead += 1
            if self.peek(ahead - 1).text == b";" or self.begins(ahead):
                return True
        closing = self._closings.get(self.at + ahead, 0)
        following = bisect_right(self._leftmost, self.at)
        if not closing or any(at < closing for at in self._leftmost[following : following + 1]):
            return False
        return self._columns.get(self.tokens[closing].start) in (None, self.margin(start))

    def left(self, margin: int) -> bool:
        """Whether text that began at ``margin`` is left here, though nothing has closed it."""
        if self.balanced:
            return False
        token = self.peek()
        column = self._columns.get(token.start)
        if column is None or token.text == b"}":
            return False
        return self.begins_leftmost() or (not self.trusted and column <= margin and self.begins())

    def ends_block(self, margin: int, indented: bool) -> bool:
        """Whether a block that began at ``margin`` ends here without its brace.

        ``indented`` says that its statements stand deeper than that.
        """
        token = self.peek()
        if token.kind == "end":
            return True
        column = self._columns.get(token.start)
        if column is None:
            return False
        if self.trusted:  # nested declarations may well be leftmost, but not these
            return token.text in (b"import", b"service") and self.begins_leftmost()
        if token.text == b"}":
            return indented and column < margin
        if column > margin:
            return False
        return indented or (token.text in NESTED and self.begins()) or self.begins_leftmost()

    # Passing what is broken

    def close(self, start: Token) -> None:
        """The ``;`` of a statement; when it is missing the statement ends where the next begins."""
        if self.accept(b";"):
            return
        if not self.begins():
            raise BrokenStatement
        self.broken.append(self.span_from(start))

    def skip_statement(self, start: Token) -> None:
        """Pass what cannot be read: up to its ``;`` or block, or to where a statement begins."""
        depth = 0
        margin = self.margin(start)
        while self.at < len(self.tokens):
            token = self.peek()
            if token is not start and (self.left(margin) if depth else self.begins()):
                break
            self.at += 1
            depth += (token.text == b"{") - (token.text == b"}")
            if depth <= 0 and token.text in (b";", b"}"):
                break
        self.broken.append(self.span_from(start))

    def skip_balanced(self, opening: bytes, closing: bytes) -> None:
        """Pass a bracketed value; raises BrokenStatement where a statement begins inside it."""
        depth = braces = angles = 0
        margin = self.margin(self.peek())
        while self.at < len(self.tokens):
            text = self.peek().text
            if depth and braces == 0 and (text == b"}" or self._begins_after_item(opening)):
                break
            if depth and braces == angles == 0 and text == b";" and opening == b"[":
                break
            if depth and self.left(margin):
                break
            self.at += 1
            braces += (text == b"{") - (text == b"}")
            angles += (text == b"<") - (text == b">")
            depth += (text == opening) - (text == closing)
            if depth == 0:
                return
        raise BrokenStatement

    def _begins_after_item(self, opening: bytes) -> bool:
        """Whether a statement begins here, and not an item of a list that looks like one."""
        item = self.peek(1).text == b"=" and self.peek(-1).text in (b",", opening)
        return self.begins() and not item

    # Reading statements

    def attempt(self, statement: Callable[[], None]) -> None:
        """Read one statement; pass over what of it is broken."""
        start = self.peek()
        try:
            statement()
        except BrokenStatement:
            if self.peek() is start or not self.begins():
                self.skip_statement(start)
            else:
                self.broken.append(self.span_from(start))

    def block(self, owner: Token, statement: Callable[[], None]) -> None:
        """``{ … }``, each statement read by ``statement``. Raises BrokenStatement without ``{``."""
        self.expect(b"{")
        margin = self.margin(owner)
        indented = self._columns.get(self.peek().start, -1) > margin
        while not self.ends_block(margin, indented):
            token = self.peek()
            if token.text == b"}":
                self.at += 1
                if self.trusted or not indented or self._columns.get(token.start, 0) <= margin:
                    return
                self.broken.append(Span(token.start, token.end))
            elif not self.accept(b";"):
                self.attempt(statement)
        self.broken.append(Span(self.last_end(), self.last_end()))
