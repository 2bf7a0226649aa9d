"""A file in pieces, so that a key has only what it touched read again.

A piece is a statement of the top level with the gap before it. Readers find their way back at the
next *firm* one at the latest: a whole statement from the left margin, broken nowhere, whose end is
where its layout says, so that it means the same whatever is around it (``cursor``). Touched pieces
are read together with a firm one on either side; where these come out as they were, reading the
whole file would say the same of every piece.

One thing does hang on the whole: of a file without errors the tree tells, of any other the tolerant
reader, by layout where braces do not match. That may change with a key where every other piece is
*agreed*, the same to both readers.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from ...model import OUR_NAME, Contract, Declaration, ProtoFile, moved
from ...named import NamedTuple
from ...positions import Span
from ..top import Top
from .cursor import TOP_LEVEL

_KEYWORD = rb"(?:" + b"|".join(sorted(TOP_LEVEL)) + rb")\b"
_FIRST, _LEFTMOST = re.compile(_KEYWORD), re.compile(rb"\n" + _KEYWORD)
_INDENTED_END = re.compile(rb"\n[^\S\n]+\Z")


class Piece(NamedTuple):
    """A statement as it was read; its spans are those of a text where it begins at ``origin``.

    ``length`` is that of gap and statement, ``lead`` that of the gap, in bytes. ``said`` is None
    where the ``declaration`` is all that there is to say. ``braces`` are the
    numbers of those inside that close and that open nothing there; ``unclosed`` is where in the
    statement a ``/*`` is that nothing closes, -1 for nowhere. ``names_protohome`` says whether our
    name stands in gap or statement. It is ``clean`` if the grammar reads it; whether it is
    ``agreed`` may not be known yet.
    """

    length: int
    lead: int
    origin: int
    said: Top | None
    declaration: Declaration | None
    firm: bool
    braces: tuple[int, int] = (0, 0)
    unclosed: int = -1
    names_protohome: bool = False
    clean: bool = False
    agreed: bool = False

    def behind_gap_of(self, other: Piece) -> Piece:
        """The same statement behind another gap, that of one that is written alike."""
        named = other.names_protohome
        return self._replace(length=other.length, lead=other.lead, names_protohome=named)

    def says(self, other: Piece) -> bool:
        """Whether another statement is as long and says the same."""
        if self.length - self.lead != other.length - other.lead:
            return False
        return self._facts() == moved(other._facts(), self.origin - other.origin)

    def _facts(self) -> tuple[object, ...]:
        """All that it says, to compare."""
        if self.said is not None:
            return self.said.facts()
        assert self.declaration is not None
        return self.declaration.contract, self.declaration.extensions


def piece(
    source: bytes,
    after: int,
    span: Span,
    said: Top,
    braces: tuple[int, int] = (0, 0),
    unclosed: int = -1,
) -> Piece:
    """The piece of the statement at ``span``; the one before ends at ``after``."""
    contracts: list[Contract] = [*said.messages, *said.enums, *said.services]
    declaration = None
    if contracts or said.extensions:
        declaration = Declaration(next(iter(contracts), None), tuple(said.extensions))
    firm = braces == (0, 0) and not said.broken and _is_firm(source, span)
    lead = span.start - after
    rest = said if declaration is None or said.broken else None
    named = OUR_NAME in source[after : span.end]
    length = span.end - after
    return Piece(length, lead, span.start, rest, declaration, firm, braces, unclosed, named)


def _is_firm(source: bytes, span: Span) -> bool:
    start, end = span
    leftmost = start == 0 or source[start - 1 : start] == b"\n"
    if not leftmost or not _FIRST.match(source, start) or _LEFTMOST.search(source, start, end):
        return False
    if source[end - 1 : end] == b"}":
        return not _INDENTED_END.search(source, start, end - 1)
    return source[end - 1 : end] == b";" and b"{" not in source[start:end]


class _Places(NamedTuple):
    """Where each piece ends, and how many bytes on its statement is from what its spans say."""

    ends: list[int]
    moves: list[int]

    @classmethod
    def of(cls, pieces: Iterable[Piece], start: int = 0) -> _Places:
        """Those of pieces that follow each other from ``start`` on."""
        places = cls([], [])
        for each in pieces:
            places.moves.append(start + each.lead - each.origin)
            start += each.length
            places.ends.append(start)
        return places

    def replaced(self, first: int, last: int, read: Iterable[Piece], by: int) -> _Places:
        """With others in place of these pieces, so that all behind is so many bytes further on."""
        ends, moves = self.of(read, self.ends[first - 1] if first else 0)
        return _Places(
            [*self.ends[:first], *ends, *[end + by for end in self.ends[last:]]],
            [*self.moves[:first], *moves, *[move + by for move in self.moves[last:]]],
        )


class Pieces:
    """All pieces of one version of a file; immutable."""

    def __init__(
        self, source: bytes, pieces: Sequence[Piece], places: _Places | None = None
    ) -> None:
        self.source, self.all = source, pieces
        self.clean = all(each.clean for each in pieces)
        self.balanced = self.clean or _is_balanced(pieces)
        self._places = places or _Places.of(pieces)
        self._ends = self._places.ends

    def file(self, path: str) -> ProtoFile:
        """The facts; each declaration that no key has touched is the one that it was."""
        whole = Top()
        declarations: list[Declaration] = []
        moves: list[int] = []
        named = OUR_NAME in self.source[len(self.source) - self._rest :]
        for each, by in zip(self.all, self._places.moves, strict=True):
            said = each.said
            named = named or each.names_protohome
            if each.declaration is not None:
                declarations.append(each.declaration)
                moves.append(by)
            if said is None:
                continue
            if each.declaration is None:
                whole.package = moved(said.package, by) or whole.package
                whole.syntax = whole.syntax if said.syntax is None else said.syntax
                whole.imports += moved(tuple(said.imports), by)
                whole.options += moved(tuple(said.options), by)
            whole.broken += moved(tuple(said.broken), by)
        declared = tuple(declarations), tuple(moves)
        return ProtoFile.of(path, self.source, whole.head(), *declared, named)

    def start(self, at: int) -> int:
        """Where a piece's statement begins."""
        return self._ends[at] - self.all[at].length + self.all[at].lead

    def at(self, start: int) -> Piece | None:
        """The piece whose statement begins there."""
        at = bisect_right(self._ends, start)
        return self.all[at] if at < len(self.all) and self.start(at) == start else None

    def touched(self, start: int, end: int) -> tuple[int, int]:
        """The pieces between two firm ones that an edit of these bytes leaves alone.

        The index of the first, and of the one behind the last.
        """
        first, last = bisect_left(self._ends, start), bisect_right(self._ends, end)
        while first and not self.all[first - 1].firm:
            first -= 1
        while last < len(self.all) and not (self.all[last].firm and self.start(last) > end):
            last += 1
        return first, last

    def region(self, first: int, last: int) -> Span:
        """The text of these pieces and of the one before and behind, or up to the file's ends."""
        start = self.start(first - 1) if first else 0
        return Span(start, self._ends[last] if last < len(self.all) else len(self.source))

    def replaced(
        self, source: bytes, first: int, last: int, read: Sequence[Piece]
    ) -> Pieces | None:
        """The next version, from what was read of ``region`` there.

        None where the pieces around come out otherwise, or what the others say may have changed.
        """
        inside = list(read)
        around = [*self.all[first - 1 : first], *self.all[last : last + 1]]
        ends = [*inside[: first > 0], *inside[len(inside) - (last < len(self.all)) :]]
        lengths = [one.length - one.lead for one in around]
        if len(inside) < len(around) or lengths != [one.length - one.lead for one in ends]:
            return None
        if first:
            inside[0] = self.all[first - 1]
        if last < len(self.all):
            inside[-1] = self.all[last].behind_gap_of(inside[-1])
        before, behind = self.all[: max(first - 1, 0)], self.all[last + 1 :]
        by = len(source) - len(self.source)
        places = self._places.replaced(len(before), last + 1, inside, by)
        after = Pieces(source, [*before, *inside, *behind], places)
        if (last < len(self.all) and after._rest != self._rest) or after._is_swallowed():
            return None
        others = [*before, *around, *behind]
        if after.balanced != self.balanced and not all(one.firm for one in others):
            return None
        if after.clean != self.clean and not all(one.agreed and one.firm for one in others):
            return None
        return after

    @property
    def _rest(self) -> int:
        """How many bytes are behind the last piece."""
        return len(self.source) - (self._ends[-1] if self.all else 0)

    def _is_swallowed(self) -> bool:
        """Whether a comment that a piece leaves open is closed further on."""
        return any(
            self.source.find(b"*/", self.start(at) + each.unclosed + 2) >= 0
            for at, each in enumerate(self.all)
            if each.unclosed >= 0
        )


def _is_balanced(pieces: Sequence[Piece]) -> bool:
    """Whether the braces of these pieces, one after the other, all match."""
    opened = 0
    for each in pieces:
        opened -= each.braces[0]
        if opened < 0:
            return False
        opened += each.braces[1]
    return not opened
