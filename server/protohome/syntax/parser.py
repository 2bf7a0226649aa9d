"""From bytes to facts, from scratch or by what changed since the last version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ..model import Contract, ProtoFile, moved
from ..positions import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

    from .tolerant.pieces import Piece, Pieces

# Other threads have to wait while so many bytes are parsed: some milliseconds.
_AT_ONCE = 1 << 14


class Parser:
    """Reads one document, version after version; reads only what changed since the last one.

    ``before`` is the version that others have already, whose declarations the document keeps. Who
    has time has it compared ``ahead`` what both readers say of it: that takes three times as long,
    and else the first key after which the grammar reads it no more has to wait for it.
    """

    __slots__ = ("_ahead", "_before", "_parser", "_pieces")

    def __init__(self, before: ProtoFile | None = None, ahead: bool = False) -> None:
        from tree_sitter import Parser  # only who parses pays for it

        from .grammar import language

        self._parser = Parser(language())
        self._before, self._ahead = before, ahead
        self._pieces: Pieces | None = None

    def read(self, path: str, source: bytes) -> ProtoFile:
        """The facts of ``source``; never raises. ``path`` is only copied into the result."""
        before = self._pieces
        if before is None and self._before is not None:
            before, self._before = self._known(self._before), None
        again = self._again(before, source) if before is not None else None
        self._pieces = again or self._whole(before, source)
        return self._pieces.file(path)

    def read_once(self, path: str, source: bytes) -> ProtoFile:
        """As ``read``, for a file of its own: from scratch, and nothing is kept."""
        from . import declarations  # as above
        from .top import Top

        top = Top()
        try:
            for node in _statements(self._parse(source)):
                declarations.read_statement(source, node, top)
        except (declarations.NotProtobuf, RecursionError):
            from .tolerant import recovery  # few files need it

            return recovery.read(path, source)
        return top.file(path, source)

    def _known(self, file: ProtoFile) -> Pieces | None:
        """The pieces of a file with the declarations that it has, None where that cannot be."""
        from .declarations import NotProtobuf
        from .tolerant.pieces import Pieces

        known = (one for one in file.declarations if one.is_contract)
        read: list[Piece] = []
        try:
            for one in self._clean(file.source):
                if self._ahead:
                    one = _agreed(one, file.source)
                mine = one.declaration
                if mine is not None and mine.is_contract:
                    theirs = next(known, None)
                    if theirs is None or theirs.outline != mine.outline:
                        return None
                    origin = one.origin - file.move_of(theirs)
                    one = one._replace(declaration=theirs, origin=origin)
                read.append(one)
        except (NotProtobuf, RecursionError):
            return None
        return None if next(known, None) else Pieces(file.source, read)

    def _again(self, before: Pieces, source: bytes) -> Pieces | None:
        """The next version of a file's pieces, None where all of it is to be read."""
        from .tolerant import recovery
        from .tolerant.pieces import Pieces

        if before.source == source:
            return before
        start, end, _ = _difference(before.source, source)
        first, last = before.touched(start, end)
        region = before.region(first, last)
        text = source[region.start : region.end + len(source) - len(before.source)]
        if text == source:
            return None
        by_tree, read = self._by_tree(text), recovery.pieces(text)
        compared = self._compared(text, read, by_tree)
        if by_tree is not None and len(by_tree) == len(compared):
            both = zip(by_tree, compared, strict=True)
            agreeing = [one._replace(agreed=other.agreed) for one, other in both]
            after = before.replaced(source, first, last, agreeing)
            if after is not None and after.clean:
                return after
        after = before.replaced(source, first, last, compared)
        if after is None or after.balanced == Pieces(text, read).balanced:
            return after
        if after.balanced:  # a brace elsewhere makes up for one here
            return None
        read = recovery.pieces(text, balanced=False)
        return before.replaced(source, first, last, self._compared(text, read, by_tree))

    def _whole(self, before: Pieces | None, source: bytes) -> Pieces:
        """All pieces of a file; those are the same as ``before`` that say the same."""
        from .tolerant import recovery
        from .tolerant.pieces import Pieces

        read = self._by_tree(source)
        is_clean = read is not None
        read = recovery.pieces(source) if read is None else read
        if before is not None:
            read = list(_kept(before, source, read, is_clean != before.clean))
        return Pieces(source, read if is_clean else self._compared(source, read, None))

    def _by_tree(self, source: bytes) -> list[Piece] | None:
        """The pieces of a text, None where the grammar does not read it."""
        from .declarations import NotProtobuf

        try:
            return list(self._clean(source))
        except (NotProtobuf, RecursionError):
            return None

    def _clean(self, source: bytes) -> Iterator[Piece]:
        """The pieces of a text; raises NotProtobuf or RecursionError as ``read_statement``."""
        from .declarations import read_statement
        from .tolerant.pieces import piece
        from .top import Top

        end = 0
        for node in _statements(self._parse(source)):
            top = Top()
            read_statement(source, node, top)
            one = piece(source, end, Span(node.start_byte, node.end_byte), top)
            yield one._replace(clean=True)
            end = node.end_byte

    def _compared(
        self, source: bytes, read: list[Piece], by_tree: list[Piece] | None
    ) -> list[Piece]:
        """What the tolerant reader has read, each piece told whether the tree says so, too."""
        found: list[Piece] = []
        end = 0
        for at, one in enumerate(read):
            start, end = end + one.lead, end + one.length
            if one.clean:
                found.append(one)
                continue
            other = self._by_tree(source[start:end]) if by_tree is None else by_tree[at : at + 1]
            agreed = other is not None and any(one.says(each) for each in other)
            found.append(one._replace(clean=other is not None, agreed=agreed))
        return found

    def _parse(self, source: bytes) -> Tree:
        return self._parser.parse(_input(source))


def _agreed(one: Piece, source: bytes) -> Piece:
    """A piece by the tree, told whether the tolerant reader says so, too, which is known of none
    that is not firm.
    """
    from .tolerant import recovery

    if not one.firm:
        return one
    statement = source[one.origin : one.origin + one.length - one.lead]
    others = recovery.pieces(statement)
    return one._replace(agreed=len(others) == 1 and others[0].firm and one.says(others[0]))


def _statements(tree: Tree) -> Iterator[Node]:
    """The statements of the top level; raises NotProtobuf where the tree has an error."""
    from .declarations import NotProtobuf

    if tree.root_node.has_error:
        raise NotProtobuf
    return (node for node in tree.root_node.children if node.type != "comment")


def read(path: str, source: bytes) -> ProtoFile:
    """The facts of one file's bytes; never raises. ``path`` is only copied into the result."""
    return Parser().read_once(path, source)


def read_contract(source: bytes, span: Span) -> Contract | None:
    """The contract that stands there, by itself; None for what takes all of the file to be read."""
    text = source[span.start : span.end]
    file = Parser().read_once("", text)
    if file.broken or len(file.contracts) != 1:
        return None
    return moved(file.contracts[0], span.start)


def _input(source: bytes) -> bytes | Callable[[int, object], bytes]:
    """What tree-sitter is given: a large source piece by piece, which lets other threads in."""
    if len(source) <= _AT_ONCE:
        return source
    return lambda offset, _point: source[offset : offset + _AT_ONCE]


def _kept(before: Pieces, source: bytes, read: list[Piece], otherwise: bool) -> Iterator[Piece]:
    """The pieces of a file, those that are as they were before; ``otherwise`` they were read."""
    start, old_end, new_end = _difference(before.source, source)
    end = 0
    for one in read:
        begin, end = end + one.lead, end + one.length
        known = None
        if end < start:
            known = before.at(begin)
        elif begin > new_end:
            known = before.at(begin - new_end + old_end)
        if known is not None and known.firm == one.firm and known.says(one):
            known = known.behind_gap_of(one)
            yield known._replace(clean=known.clean or one.clean, agreed=known.agreed or otherwise)
        else:
            yield one


def _difference(old: bytes, new: bytes) -> tuple[int, int, int]:
    """The one place, as small as it can be, where two texts differ: its start, its end in each.

    By blocks and then by bisection, so that the comparing is done by memcmp.
    """
    most = min(len(old), len(new))
    start = _alike(most, lambda low, high: old[low:high] == new[low:high])
    by = len(new) - len(old)
    end = len(old)
    same = _alike(
        most - start,
        lambda low, high: old[end - high : end - low] == new[end + by - high : end + by - low],
    )
    return start, end - same, end + by - same


def _alike(most: int, are: Callable[[int, int], bool]) -> int:
    """How far two texts are alike, at the most so far, where it is known whether they ``are``."""
    low = 0
    while low + _AT_ONCE <= most and are(low, low + _AT_ONCE):
        low += _AT_ONCE
    high = min(low + _AT_ONCE, most)
    while low < high:
        middle = (low + high + 1) // 2
        if are(low, middle):
            low = middle
        else:
            high = middle - 1
    return low
