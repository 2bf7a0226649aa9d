"""Where things stand in a TOML document: ``tomllib`` tells what it says, but not where.

The scanner follows the TOML specification's keys, tables and values, and reads what a TOML parser
accepts; at the first thing it does not understand it stops. Offsets are bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from ..named import NamedTuple
from ..positions import BOM, Span

Path: TypeAlias = "tuple[str | int, ...]"

HEADER, PAIR, ITEM, PARENT = "header", "pair", "item", "parent"


class Node(NamedTuple):
    """One thing of the document, by its keys and list indexes from the top.

    ``kind`` is ``pair`` (``key = value``), ``item`` (of a list), ``header`` (``[key]``) or
    ``parent`` (a part before the last of a dotted key or header). ``key`` is that one part of the
    key as written, an item's value; ``value`` is the value, a header with its brackets, empty for
    a parent. ``[[key]]`` is a parent, the list, before it is a header, the item.
    """

    kind: str
    path: Path
    key: Span
    value: Span


_SPACE = re.compile(rb"[ \t]*")
_TRIVIA = re.compile(rb"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(rb'[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'')
_STRING = re.compile(
    rb'"""(?:\\.|(?!""")[^\\])*"""(?:"{0,2})'
    rb"|'''(?:(?!''').)*'''(?:'{0,2})"
    rb'|"(?:\\.|[^"\\\n])*"'
    rb"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(rb"[^\"',\[\]{}#\r\n]*[^\"',\[\]{}#\r\n \t]")
_HEADER_OPEN = re.compile(rb"\[\[?")


class _Lost(Exception):
    """The scanner does not understand what comes next."""


def nodes(source: bytes) -> Iterator[Node]:
    """Everything in ``source``, in order; a list or inline table before what is in it."""
    return _Scanner(source).document()


class _Scanner:
    def __init__(self, source: bytes) -> None:
        self.source = source
        self.at = len(BOM) if source.startswith(BOM) else 0
        self.rows: dict[Path, int] = {}

    def document(self) -> Iterator[Node]:
        table: Path = ()
        try:
            self.take(_TRIVIA)
            while self.at < len(self.source):
                if self.source.startswith(b"[", self.at):
                    header = self.header()
                    yield from header
                    table = header[-1].path
                else:
                    yield from self.pair(table)
                self.take(_TRIVIA)
        except (_Lost, RecursionError):
            return

    def take(self, expected: re.Pattern[bytes]) -> Span:
        match = expected.match(self.source, self.at)
        if match is None:
            raise _Lost
        self.at = match.end()
        return Span(*match.span())

    def taken(self, literal: bytes) -> bool:
        found = self.source.startswith(literal, self.at)
        self.at += len(literal) * found
        return found

    def header(self) -> list[Node]:
        opening = self.take(_HEADER_OPEN)
        brackets = opening.end - opening.start
        keys = self.dotted()
        if not self.taken(b"]" * brackets):
            raise _Lost
        path: Path = ()
        found: list[Node] = []
        for node in keys:
            path += node.path
            last = node is keys[-1]
            if last and brackets == 2:
                self.rows[path] = self.rows.get(path, -1) + 1
            if path in self.rows:
                if last:
                    found.append(Node(PARENT, path, node.key, node.value))
                path += (self.rows[path],)
            span = Span(opening.start, self.at) if last else node.value
            found.append(Node(HEADER if last else PARENT, path, node.key, span))
        return found

    def dotted(self) -> list[Node]:
        """A key's parts, each with the path of that part alone."""
        parts: list[Node] = []
        while True:
            self.take(_SPACE)
            span = self.take(_KEY)
            name = _unquoted(self.source[span.start : span.end])
            parts.append(Node(PARENT, (name,), span, Span(span.end, span.end)))
            self.take(_SPACE)
            if not self.taken(b"."):
                return parts

    def pair(self, table: Path) -> Iterator[Node]:
        path = table
        *parents, last = self.dotted()
        for node in parents:
            path += node.path
            yield node._replace(path=path)
        if not self.taken(b"="):
            raise _Lost
        self.take(_SPACE)
        yield from self.value(PAIR, path + last.path, last.key)

    def value(self, kind: str, path: Path, key: Span | None) -> Iterator[Node]:
        start = self.at
        inside: list[Node] = []
        if self.taken(b"["):
            self.take(_TRIVIA)
            index = 0
            while not self.taken(b"]"):
                inside += self.value(ITEM, (*path, index), None)
                self.separator(b"]")
                index += 1
        elif self.taken(b"{"):
            self.take(_TRIVIA)
            while not self.taken(b"}"):
                inside += self.pair(path)
                self.separator(b"}")
        elif self.source[start : start + 1] in (b'"', b"'"):
            self.take(_STRING)
        else:
            self.take(_SCALAR)
        span = Span(start, self.at)
        yield Node(kind, path, key or span, span)
        yield from inside

    def separator(self, closing: bytes) -> None:
        self.take(_TRIVIA)
        if not self.taken(b",") and not self.source.startswith(closing, self.at):
            raise _Lost
        self.take(_TRIVIA)


def _unquoted(key: bytes) -> str:
    text = key.decode("utf-8", "surrogateescape")
    if text[0] not in "\"'":
        return text
    if "\\" not in text or text[0] == "'":
        return text[1:-1]
    from .toml import loads

    try:
        [name] = loads(f"{text} = 0")
    except ValueError:
        raise _Lost from None
    return name
