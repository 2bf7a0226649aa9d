"""``// protohome:ignore RULE[, RULE] -- why`` and ``// protohome:ignore-file …`` comments."""

from __future__ import annotations

import re
from typing import NamedTuple

from .model import ProtoFile
from .positions import LineIndex, Span
from .syntax.tokens import comments

_MARK = b"protohome:ignore"
_COMMENT = re.compile(
    r"(?://|/\*)[\s*]*protohome:ignore(?P<file>-file)?(?![\w-])(?P<rules>.*?)(?:--(?P<why>.*?))?(?:\*/)?\s*\Z",
    re.DOTALL,
)


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
    lines = LineIndex(file.source)
    found: list[Suppression] = []
    for span in every:
        match = _COMMENT.match(file.source[span.start : span.end].decode("utf-8", "replace"))
        if match is None:
            continue
        rules = tuple(re.findall(r"[A-Za-z0-9_-]+", match["rules"]))
        reason = " ".join((match["why"] or "").split())
        line = None if match["file"] else _line_silenced(file.source, lines, span, every)
        found.append(Suppression(rules, reason, line, span))
    return tuple(found)


def _line_silenced(source: bytes, lines: LineIndex, span: Span, every: list[Span]) -> int:
    """The comment's own line if code stands before it there, else the next line with code."""
    line = lines.position(span.start).line
    if source[lines.line_span(line).start : span.start].strip():
        return line
    ends = {comment.start: comment.end for comment in every}
    at = span.end
    while at < len(source):
        if at in ends:
            at = ends[at]
        elif source[at : at + 1].isspace():
            at += 1
        else:
            break
    return lines.position(at).line
