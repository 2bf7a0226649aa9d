"""Texts put into the body of a declaration, or read there, that the model has no place for."""

from __future__ import annotations

from collections.abc import Iterable

from ...edits import TextEdit
from ...model import Contract, EnumValue, Field
from ...named import NamedTuple
from ...positions import Span
from ...syntax.tokens import Token, lexemes, tokens
from .statements import line_break, trailing


def first_in_body(source: bytes, declaration: Contract, lines: Iterable[str]) -> TextEdit:
    """Statements that come first in the body, below what trails the opening brace."""
    newline = line_break(source).decode()
    inside = list(lexemes(source, declaration.name_span.end, declaration.span.end))
    brace = next(at for at, token in enumerate(inside) if token.text == b"{")
    comments: list[Token] = []
    for token in inside[brace + 1 :]:
        if token.kind != "comment":
            break
        comments.append(token)
    first = inside[brace + 1 + len(comments)]
    count = trailing(source, inside[brace].end, comments, first.start)
    end = comments[count - 1].end if count else inside[brace].end
    following = comments[count].start if count < len(comments) else first.start
    if b"\n" not in source[end:following]:
        space = "" if source[end : end + 1].isspace() else " "
        return TextEdit(Span(end, end), f" {' '.join(lines)}{space}")
    indent = margin(source, declaration.span.start)
    inner = "  " if first.text == b"}" else margin(source, first.start)[len(indent) :] or "  "
    text = "".join(f"{newline}{indent}{inner}{line}" for line in lines)
    return TextEdit(Span(end, end), text)


def margin(source: bytes, at: int) -> str:
    """The white space that the line begins with, on which the byte ``at`` stands."""
    line = source[source.rfind(b"\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip())].decode()


class Reserved(NamedTuple):
    """A ``reserved`` statement: all its tokens but the semicolon, and whether it lists names."""

    tokens: tuple[Token, ...]
    names: bool

    @property
    def end(self) -> int:
        return self.tokens[-1].end


def reserved_statements(source: bytes, declaration: Contract) -> list[Reserved]:
    """The ``reserved`` statements of a message or enum itself, in order."""
    found: list[Reserved] = []
    statement: list[Token] = []
    depth = 0
    for token in tokens(source, declaration.name_span.end, declaration.span.end):
        text = token.text if token.kind == "symbol" else b""
        if text == b";" and depth == 1:
            if statement and statement[0].text == b"reserved" and len(statement) > 1:
                kind = statement[1].kind
                found.append(Reserved(tuple(statement), kind in ("string", "name")))
            statement = []
        elif text in (b"{", b"}"):
            depth += 1 if text == b"{" else -1
            statement = []
        elif depth == 1:
            statement.append(token)
    return found


def number_span(source: bytes, member: Field | EnumValue) -> Span:
    """Where a member's number stands, with its sign."""
    sign: int | None = None
    for token in tokens(source, member.name_span.end, member.span.end):
        if token.text == b"-":
            sign = token.start
        elif token.kind == "number":
            return Span(token.start if sign is None else sign, token.end)
    return Span(member.span.end, member.span.end)
