"""The statements that hold no others, and what they are made of, for the tolerant reader."""

from __future__ import annotations

from ...model import MAX_FIELD_NUMBER, SCALARS, Import, NumberRange, Option, TypeRef
from ...positions import Span
from ..texts import bracketed_text, string_text
from ..tokens import Token
from .cursor import BrokenStatement, Cursor

_MODIFIERS = (b"public", b"weak", b"option")


class Statements(Cursor):
    """Every method raises BrokenStatement where the statement cannot be read on."""

    def string(self) -> tuple[str, Span]:
        token = self.peek()
        if token.kind != "string":
            raise BrokenStatement
        self.at += 1
        span = Span(token.start, token.end)
        return string_text(self.source, span), span

    def syntax_statement(self, start: Token) -> str:
        """``syntax = "LEVEL";`` or ``edition = "YEAR";``."""
        self.at += 1
        self.expect(b"=")
        syntax = self.string()[0]
        self.close(start)
        return syntax

    def package_name(self) -> TypeRef:
        """``package NAME``; its semicolon is still to be read."""
        self.at += 1
        return self.type_name()

    def import_statement(self, start: Token) -> Import:
        self.at += 1
        modified = self.peek().text in _MODIFIERS and self.peek(1).kind == "string"
        modifier = self.take().text.decode() if modified else ""
        path, path_span = self.string()
        self.close(start)
        return Import(path, modifier, self.span_from(start), path_span)

    def option(self, start: Token) -> Option:
        self.at += 1
        name_at = self.peek().start
        while not self.looking_at(b"="):
            token = self.peek()
            if token.kind not in ("name", "symbol") or token.text in (b";", b"{", b"}"):
                raise BrokenStatement
            if self.begins():
                raise BrokenStatement
            self.at += 1
        name = self.source[name_at : self.last_end()]
        self.at += 1
        value_at = self.peek().start
        while not self.looking_at(b";") and not self.begins():
            if self.looking_at(b"{"):
                self.skip_balanced(b"{", b"}")
            elif self.looking_at(b"<"):
                self.skip_balanced(b"<", b">")
            else:
                self.at += 1
        value = self.source[value_at : self.last_end()] if value_at >= 0 else b""
        self.close(start)
        return Option(
            name.decode("utf-8", "replace"),
            value.decode("utf-8", "replace"),
            self.span_from(start),
        )

    def field_options(self) -> str:
        """What is between ``[`` and ``]``, ``""`` when they are not there."""
        if not self.looking_at(b"["):
            return ""
        opening = self.peek().end
        self.skip_balanced(b"[", b"]")
        return bracketed_text(self.source[opening : self.peek(-1).start])

    def field_type(self) -> tuple[str, TypeRef | None]:
        if self.looking_at(b"map", b"<"):
            self.at += 2
            key = self.name()[0]
            self.expect(b",")
            ref = self.type_name()
            self.expect(b">")
            return f"map<{key}, {ref.name}>", None if ref.name in SCALARS else ref
        ref = self.qualified()
        return ref.name, None if ref.name in SCALARS else ref

    def assigned_number(self, start: Token) -> tuple[int | None, str]:
        """``= NUMBER [OPTIONS];``, as far as it goes; None without a number.

        Raises BrokenStatement where what follows shows that no field or enum value was meant.
        """
        token = self.peek()
        ends = token.kind == "end" or token.text in (b"=", b";", b"}") or self.starts_line(token)
        if not ends:
            raise BrokenStatement
        number: int | None = None
        options = ""
        try:
            self.expect(b"=")
            number = self.number()
            options = self.field_options()
            self.close(start)
        except BrokenStatement:
            if number is not None:
                self.skip_statement(start)
        return number, options

    def rpc_type(self, into: list[tuple[TypeRef | None, bool]]) -> None:
        """``( [stream] TYPE )``: the type, and whether it is a stream."""
        self.expect(b"(")
        streaming = self.looking_at(b"stream") and self.peek(1).text != b")"
        if streaming:
            self.at += 1
        into.append((self.type_name(), streaming))
        self.expect(b")")

    def reserved(
        self, start: Token, largest: int, numbers: list[NumberRange], names: list[str]
    ) -> None:
        """``reserved …;`` into ``numbers`` and ``names``; ``largest`` is what ``max`` means."""
        self.at += 1
        while True:
            token = self.peek()
            if token.kind == "string":
                names.append(self.string()[0])
            elif token.kind == "name" and not self.begins():
                names.append(self.name()[0])
            else:
                numbers.append(self.number_range(largest))
            if not self.accept(b","):
                break
        self.close(start)

    def number_range(self, largest: int) -> NumberRange:
        first = last = self.number()
        if self.accept(b"to"):
            last = largest if self.accept(b"max") else self.number()
        return NumberRange(first, last)

    def extensions(self, start: Token, ranges: list[NumberRange]) -> None:
        """``extensions …;`` into ``ranges``."""
        self.at += 1
        while True:
            ranges.append(self.number_range(MAX_FIELD_NUMBER))
            if not self.accept(b","):
                break
        self.field_options()
        self.close(start)
