"""``// protohome:ignore RULE[, RULE] -- why`` and ``// protohome:ignore-file …`` comments."""

from __future__ import annotations

import re
from typing import NamedTuple

from .model import ProtoFile
from .positions import LineIndex, Span
from .syntax.tokens import comments

_MARK = b"protohome:ignore"
_OPENING = re.compile(r"(?://|/\*)[\s*]*protohome:ignore(?P<file>-file)?(?![\w-])")
_CODE = re.compile(rb"\S")


class Suppression(NamedTuple):
    """One comment. ``line`` is the 0-based line it silences, None for the whole file.

    ``used`` are those of ``rules`` that it silenced in this run, ``unjudged`` those that were not
    run.
    """

    rules: tuple[str, ...]
    reason: str
    line: int | None
    span: Span
    used: frozenset[str] = frozenset()
    unjudged: frozenset[str] = frozenset()


def read(file: ProtoFile) -> tuple[Suppression, ...]:
    """The suppressions in a file, in source order."""
    if _MARK not in file.source:
        return ()
    every = comments(file.source)
    places = _Places(file.source, every)
    found: list[Suppression] = []
    for at, span in enumerate(every):
        text = file.source[span.start : span.end].decode("utf-8", "replace")
        opening = _OPENING.match(text)
        if opening is None:
            continue
        said = text[opening.end() :].rstrip()
        rules, _, why = said.removesuffix("*/").partition("--")
        line = None if opening["file"] else places.silenced(at)
        names = tuple(re.findall(r"[A-Za-z0-9_-]+", rules))
        found.append(Suppression(names, " ".join(why.split()), line, span))
    return tuple(found)


class _Places:
    """Which lines comments silence; every byte between them is looked at once."""

    def __init__(self, source: bytes, every: list[Span]) -> None:
        self._source, self._every = source, every
        self._lines = LineIndex(source)
        self._first: dict[int, int] = {}
        self._code: dict[int, int] = {}
        following = len(source)
        for at in range(len(every) - 1, -1, -1):
            end = every[at].end
            before = every[at + 1].start if at + 1 < len(every) else len(source)
            found = _CODE.search(source, end, before)
            following = self._code[at] = found.start() if found else following

    def silenced(self, at: int) -> int:
        """The comment's own line if something stands before it there, else the next with code."""
        start = self._every[at].start
        line = self._lines.line_of(start)
        if line not in self._first:
            span = self._lines.line_span(line)
            found = _CODE.search(self._source, span.start, span.end)
            self._first[line] = found.start() if found else span.end
        return line if self._first[line] < start else self._lines.line_of(self._code[at])
