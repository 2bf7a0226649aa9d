"""Files beside the map that hold blocks which protohome keeps: Markdown lists and CODEOWNERS.

A block stands between two lines of its own, ``protohome:begin KIND …`` and ``protohome:end``: in
Markdown in HTML comments, in CODEOWNERS behind a ``#``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ...named import NamedTuple
from ...positions import Span
from ..files import Files
from ..files.disk import DISK
from .codeowners import PLACES

BEGIN, END = "protohome:begin", "protohome:end"

_SUFFIXES = (".md", ".markdown")
_MOST_FILES = 5000  # of a tree without git; more is no documentation that a person wrote
_MOST_BYTES = 1_000_000
_MARK = re.compile(
    rb"^[ \t]*(?:<!--[ \t]*|#[ \t]*)protohome:(begin|end)\b[ \t]*(.*?)[ \t]*(?:-->)?[ \t]*$"
)
_FENCE = re.compile(rb"^ {0,3}(```+|~~~+)")


class Block(NamedTuple):
    """A kept block: what follows ``begin``, the span of that line and of what is in between.

    ``body`` is None where the block has no end; spans are in bytes. ``begun`` is False for an end
    without a beginning, whose line ``head`` then is.
    """

    words: tuple[str, ...]
    head: Span
    body: Span | None
    begun: bool = True


def find(root: str, files: Files = DISK) -> dict[str, bytes]:
    """The files below ``root`` that hold a block, by path; those that cannot be read are not."""
    found: dict[str, bytes] = {}
    owners = [place for place in PLACES if files.is_file(os.path.join(root, place))]
    for path in (*owners, *_mentioning(root, files)):
        try:
            source = files.contents(os.path.join(root, path))
        except OSError:
            continue
        if any(mark.encode() in source for mark in (BEGIN, END)) and len(source) <= _MOST_BYTES:
            found[path] = source
    return found


def blocks(path: str, source: bytes) -> Iterator[Block]:
    """The blocks of a file, in order; in Markdown, what is in a fenced code block is none."""
    words: tuple[str, ...] | None = None
    head = Span(0, 0)
    fence = b""
    at = 0
    for line in source.splitlines(keepends=True):
        start, at = at, at + len(line)
        body = line.rstrip(b"\r\n")
        fenced = _FENCE.match(body) if path.endswith(_SUFFIXES) else None
        if fenced and (not fence or fenced[1].startswith(fence)):
            fence = b"" if fence else fenced[1]
        marked = _MARK.match(body) if not fence else None
        if marked is None:
            continue
        if marked[1] == b"begin":
            if words is not None:
                yield Block(words, head, None)
            # What follows in brackets is for people.
            words = tuple(marked[2].decode("utf-8", "replace").partition("(")[0].split())
            head = Span(start, start + len(body))
        elif words is not None:
            yield Block(words, head, Span(head.end + _break(source, head.end), start))
            words = None
        else:
            yield Block((), Span(start, start + len(body)), None, begun=False)
    if words is not None:
        yield Block(words, head, None)


def _break(source: bytes, at: int) -> int:
    return 2 if source[at : at + 2] == b"\r\n" else 1


def _mentioning(root: str, files: Files) -> list[str]:
    """The Markdown files that have the mark somewhere."""
    if files.top(root):
        patterns = tuple(f"*{suffix}" for suffix in _SUFFIXES)
        marked = files.searched(root, (BEGIN, END), ("-F",), patterns)
        return [os.path.relpath(file, root).replace(os.sep, "/") for file in marked]
    found: list[str] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name[0] != "." and name != "node_modules")
        inner = os.path.relpath(folder, root).replace(os.sep, "/")
        here = [name for name in sorted(names) if name.endswith(_SUFFIXES)]
        found += (name if inner == "." else f"{inner}/{name}" for name in here)
        if len(found) > _MOST_FILES:
            break
    return found[:_MOST_FILES]
