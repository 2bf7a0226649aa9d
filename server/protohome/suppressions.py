"""``// protohome:ignore RULE[, RULE] -- why`` and ``// protohome:ignore-file …`` comments."""

from __future__ import annotations

import re

from .model import ProtoFile
from .named import NamedTuple
from .positions import LineIndex, Span
from .syntax.tokens import comments

# Compiled when a comment is there: few files have one.
_COMMENT = r"(?://|/\*)[\s*]*protohome:ignore(?P<file>-file)?(?![\w-])"
_MEANT = (
    r"(?i)(?://|/\*)[\s*]*(?:protohome[ \t]*[:,-]?[ \t]*|noqa:[ \t]*protohome[ \t]*)"
    r"(?:ignore|disable|suppress|allow|skip|noqa|off)(?P<file>-file)?(?:-next-line|-line)?(?![\w-])"
)
_RULE = r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*"
_BECAUSE = r"(?i)^(?:because|since|as|reason|why|for)\b[\s:]*|^[\s:,;\u2014\u2013(-]+"
_CODE = re.compile(rb"\S")


class Suppression(NamedTuple):
    """One comment. ``line`` is the 0-based line it silences, None for the whole file.

    ``used`` are those of ``rules`` that it silenced in this run, ``unjudged`` those that were not
    run. ``instead`` is how to write a comment that was meant to be one, or that has its reason in
    the wrong place.
    """

    rules: tuple[str, ...]
    reason: str
    line: int | None
    span: Span
    used: frozenset[str] = frozenset()
    unjudged: frozenset[str] = frozenset()
    instead: str = ""


def read(file: ProtoFile) -> tuple[Suppression, ...]:
    """The suppressions in a file, in source order."""
    if not file.names_protohome:
        return ()
    every = comments(file.source)
    places = _Places(file.source, every)
    found: list[Suppression] = []
    for at, span in enumerate(every):
        text = file.source[span.start : span.end].decode("utf-8", "replace").rstrip()
        text = text.removesuffix("*/")
        match = re.match(_COMMENT, text)
        meant = match or re.match(_MEANT, text)
        if meant is None:
            continue
        rules, left, reason = _said(text[meant.end() :])
        form = "ignore-file" if meant["file"] else "ignore"
        instead = f"protohome:{form} {', '.join(rules) or 'RULE'} -- {reason or left or 'why'}"
        line = None if meant["file"] else places.silenced(at)
        if match is None:
            found.append(Suppression((), reason, line, span, instead=instead))
        else:
            found.append(Suppression(rules, reason, line, span, instead=instead if left else ""))
    return tuple(found)


def _said(text: str) -> tuple[tuple[str, ...], str, str]:
    """The rules that a comment names, the words left over, and the reason after the dashes."""
    named, _, why = text.partition("--")
    words = named.replace(",", " , ").replace(":", " ").split()
    rules: list[str] = []
    at = 0
    while at < len(words) and (words[at] == "," or not rules or "-" in words[at].strip("-")):
        if re.fullmatch(_RULE, words[at]):
            rules.append(words[at])
        elif words[at] != ",":
            break
        at += 1
    left = re.sub(_BECAUSE, "", " ".join(words[at:]).replace(" ,", ","))
    return tuple(rules), left, " ".join(why.split())


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
