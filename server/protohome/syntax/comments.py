"""Which comments belong to a declaration, by the compiler's rule.

The rule is protoc's: descriptor.proto, ``SourceCodeInfo.Location`` ("leading_comments" and what
follows it), as ``io::Tokenizer::NextWithComments`` does it. It looks at tokens and lines only, so
it holds for broken text as well.
"""

from __future__ import annotations

from bisect import bisect_left

from ..named import NamedTuple
from ..positions import BOM, Span
from .tokens import Token, lexemes


class Attached(NamedTuple):
    """The comments of a declaration; line comments on adjacent lines are one.

    ``detached`` are those before it that a blank line or another comment sets apart. ``trailing``
    follows the ``;`` or ``{`` that ends its head. ``whole`` is the declaration with the comments
    around it, also with one behind its closing brace; what to cut when it moves.
    """

    detached: tuple[Span, ...]
    leading: Span | None
    trailing: Span | None
    whole: Span


class Comments:
    """The comments of one text, for several questions."""

    __slots__ = ("_lexemes", "_source", "_starts")

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._lexemes = list(lexemes(source, len(BOM) if source.startswith(BOM) else 0))
        self._starts = [each.start for each in self._lexemes]

    def attached(self, span: Span) -> Attached:
        """The comments of the declaration at ``span``, which begins and ends with a token."""
        first = bisect_left(self._starts, span.start)
        before = first
        while before and self._lexemes[before - 1].kind == "comment":
            before -= 1
        gap = _Gap(self._source, self._lexemes, before)
        head = self._end_of_head(first, span)
        trailing = None if head is None else _Gap(self._source, self._lexemes, head + 1).trailing
        parts = [*gap.detached, gap.leading, span, trailing, self._behind(span)]
        every = [part for part in parts if part is not None]
        whole = Span(every[0].start, max(part.end for part in every))
        return Attached(tuple(gap.detached), gap.leading, trailing, whole)

    def _behind(self, span: Span) -> Span | None:
        """The comment behind a closing brace, on its line; protoc keeps none for that place."""
        gap = _Gap(self._source, self._lexemes, bisect_left(self._starts, span.end))
        comment = gap.trailing
        if comment is None or self._source.count(b"\n", span.end, comment.start):
            return None
        return comment

    def _end_of_head(self, first: int, span: Span) -> int | None:
        """The index of the ``;`` that ends the declaration or the ``{`` that opens it, if any."""
        depth = 0
        for at in range(first, len(self._lexemes)):
            token = self._lexemes[at]
            if token.start >= span.end:
                break
            if depth == 0 and (token.text == b";" or token.text == b"{"):
                return at
            depth += (token.text in (b"[", b"(")) - (token.text in (b"]", b")"))
        return None


def attached(source: bytes, span: Span) -> Attached:
    """The comments of the declaration at ``span``, which begins and ends with a token."""
    return Comments(source).attached(span)


class _Gap:
    """The comments between two tokens, told apart: behind the first, in between, before the second.

    ``at`` is the index of the lexeme after the first token.
    """

    def __init__(self, source: bytes, every: list[Token], at: int) -> None:
        self.trailing: Span | None = None
        self.detached: list[Span] = []
        self.leading: Span | None = None
        self._source = source
        self._first_ends = every[at - 1].end if at else 0
        self._open = at > 0  # whether a comment can still belong to the first token
        self._is_line = False
        beyond = at
        while beyond < len(every) and every[beyond].kind == "comment":
            beyond += 1
        self._read(every[at:beyond], every[beyond] if beyond < len(every) else None)

    def _read(self, comments: list[Token], following: Token | None) -> None:
        at = last = self._first_ends
        end = following.start if following else len(self._source)
        if self._open:
            if comments and not self._lines(at, comments[0].start):
                self._take(comments[0])
                self._set_apart()
                at = last = comments[0].end
                comments = comments[1:]
            at = self._line_below(at)
        for comment in comments:
            if self._lines(at, comment.start):
                self._blank_line()
            self._take(comment)
            at = self._line_below(comment.end)
        if self._lines(at, end):
            self._blank_line()
        if following is None or following.text in (b"}", b"]", b")"):
            self._set_apart()
        if following is not None and not self._lines(last, end):
            self._doubt()

    def _lines(self, start: int, end: int) -> int:
        return self._source.count(b"\n", start, end)

    def _line_below(self, end: int) -> int:
        """Where the next line begins, if nothing but white space is left on this one."""
        at = self._source.find(b"\n", end)
        return end if at < 0 or self._source[end:at].strip() else at + 1

    def _doubt(self) -> None:
        """One comment between two tokens on one line may be either's: it is neither's."""
        found = [each for each in (self.trailing, *self.detached, self.leading) if each]
        if len(found) == 1:
            self.trailing, self.detached, self.leading = None, found, None

    def _take(self, comment: Token) -> None:
        is_line = comment.text.startswith(b"//")
        if self.leading is not None and not (is_line and self._is_line):
            self._set_apart()
        start = comment.start if self.leading is None else self.leading.start
        self.leading = Span(start, comment.end)
        self._is_line = is_line

    def _blank_line(self) -> None:
        self._set_apart()
        self._open = False

    def _set_apart(self) -> None:
        """What was read last does not belong to the second token."""
        if self.leading is not None:
            if self._open:
                self.trailing = self.leading
                self._open = False
            else:
                self.detached.append(self.leading)
            self.leading = None
