"""The lexical elements of protobuf (language spec, "Lexical elements"), tolerant of anything.

Regular expressions over bytes; every byte that is no white space belongs to exactly one lexeme. An
unterminated string ends at its line. A block comment that nothing closes is none: its marks are
symbols, so that what stands on the lines below it is still seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..named import NamedTuple
from ..positions import Span

_LINE_COMMENT = rb"//[^\r\n]*(?:\r(?!\n)[^\r\n]*)*"  # protobuf ends lines at \\n only
_OTHERS = rb"""
    | (?P<string>  "(?:\\[^\n]|[^"\\\n])*"? | '(?:\\[^\n]|[^'\\\n])*'? )
    | (?P<name>    [A-Za-z_][A-Za-z0-9_]* )
    | (?P<number>  \.?[0-9](?:[eE][+-]|[A-Za-z0-9_.])* )
    | (?P<symbol>  [^\s\x00-\x20] )
"""
_LEXEME = re.compile(
    rb"(?P<comment>" + _LINE_COMMENT + rb"| /\*.*?\*/ ) | (?P<unclosed> /\* )" + _OTHERS,
    re.VERBOSE | re.DOTALL,
)
_AFTER_UNCLOSED = re.compile(rb"(?P<comment>" + _LINE_COMMENT + rb")" + _OTHERS, re.VERBOSE)


class Token(NamedTuple):
    """``kind`` is comment, string, name, number or symbol (one byte); the span is in bytes."""

    kind: str
    text: bytes
    start: int
    end: int


def lexemes(source: bytes, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The tokens and comments of ``source[start:end]``.

    A comment has its marks but not the line break that ends it.
    """
    stop = len(source) if end is None else end
    for match in _matches(source, start, stop):
        yield Token(match.lastgroup or "", match.group(), match.start(), match.end())


def tokens(source: bytes, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The tokens of ``source[start:end]``, comments and white space left out."""
    stop = len(source) if end is None else end
    for match in _matches(source, start, stop):
        kind = match.lastgroup
        if kind is not None and kind != "comment":
            yield Token(kind, match.group(), match.start(), match.end())


def comments(source: bytes) -> list[Span]:
    """Every comment, with its marks but without the line break that ends it."""
    return [Span(each.start, each.end) for each in lexemes(source) if each.kind == "comment"]


def _matches(source: bytes, start: int, end: int) -> Iterator[re.Match[bytes]]:
    for match in _LEXEME.finditer(source, start, end):
        if match.lastgroup == "unclosed":
            # Nothing closes a later one either; looking again each time would be quadratic.
            yield from _AFTER_UNCLOSED.finditer(source, match.start(), end)
            return
        yield match


def integer(text: bytes) -> int | None:
    """The value of an ``intLit`` (decimal, octal or hexadecimal), None when it is not one."""
    try:
        if text.isdigit():
            return int(text, 8 if text[:1] == b"0" else 10)
        return int(text, 16) if text[:2] in (b"0x", b"0X") and b"_" not in text else None
    except ValueError:
        return None
