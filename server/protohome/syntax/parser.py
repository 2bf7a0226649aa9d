"""tree-sitter parsing, from scratch or incrementally, to facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..model import ProtoFile

if TYPE_CHECKING:
    import tree_sitter

# Other threads have to wait while so many bytes are parsed: some milliseconds.
_AT_ONCE = 1 << 14


class Parser:
    """Reads one document, version after version; parses only what changed since the last one."""

    __slots__ = ("_parser", "_source", "_tree")

    def __init__(self) -> None:
        from tree_sitter import Parser  # only who parses pays for it

        from .grammar import language

        self._parser = Parser(language())
        self._tree: tree_sitter.Tree | None = None
        self._source = b""

    def read(self, path: str, source: bytes) -> ProtoFile:
        """The facts of ``source``; never raises. ``path`` is only copied into the result."""
        if self._tree is None:
            tree = self._parser.parse(_input(source))
        else:
            _tell_change(self._tree, self._source, source)
            tree = self._parser.parse(_input(source), self._tree)
        self._tree, self._source = tree, source
        return _facts(path, source, tree)

    def read_once(self, path: str, source: bytes) -> ProtoFile:
        """As ``read``, for a file of its own: from scratch, and nothing is kept."""
        return _facts(path, source, self._parser.parse(_input(source)))


def read(path: str, source: bytes) -> ProtoFile:
    """The facts of one file's bytes; never raises. ``path`` is only copied into the result."""
    return Parser().read_once(path, source)


def _input(source: bytes) -> bytes | Callable[[int, object], bytes]:
    """What tree-sitter is given: a large source piece by piece, which lets other threads in."""
    if len(source) <= _AT_ONCE:
        return source
    return lambda offset, _point: source[offset : offset + _AT_ONCE]


def _facts(path: str, source: bytes, tree: tree_sitter.Tree) -> ProtoFile:
    from . import declarations, recovery  # as above

    root = tree.root_node
    if root.has_error:
        return recovery.read(path, source)
    try:
        return declarations.read(path, source, root)
    except RecursionError:
        return recovery.read(path, source)


def _tell_change(tree: tree_sitter.Tree, old: bytes, new: bytes) -> None:
    """Tell ``tree`` the one replacement that leads from ``old`` to ``new``."""
    start = _common_prefix(old, new)
    limit = min(len(old), len(new)) - start
    tail = _common_prefix(old[: len(old) - limit - 1 : -1], new[: len(new) - limit - 1 : -1])
    old_end, new_end = len(old) - tail, len(new) - tail
    tree.edit(
        start, old_end, new_end, _point(old, start), _point(old, old_end), _point(new, new_end)
    )


def _common_prefix(a: bytes, b: bytes) -> int:
    """How many leading bytes are equal; bisection, so that the comparing is done by memcmp."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _point(source: bytes, offset: int) -> tuple[int, int]:
    return source.count(b"\n", 0, offset), offset - (source.rfind(b"\n", 0, offset) + 1)
