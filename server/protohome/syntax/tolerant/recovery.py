"""The tolerant reader: facts of text that does not parse, as far as a person would see them.

A recursive descent over tokens (language specs of proto2, proto3 and editions) that never gives up:
a statement that cannot be read becomes a broken region up to its ``;``, its block or its line, and
reading goes on behind it. Where braces do not match, indentation tells what stands where
(``cursor``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from ...model import (
    MAX_ENUM_NUMBER,
    MAX_FIELD_NUMBER,
    Enum,
    EnumValue,
    Field,
    Message,
    NumberRange,
    Oneof,
    Option,
    ProtoFile,
    Rpc,
    Service,
    TypeRef,
)
from ...positions import Span
from ..tokens import Token
from ..top import Top
from .cursor import LABELS, NESTED, BrokenStatement
from .pieces import Piece, piece
from .statements import Statements

_MAX_DEPTH = 60


def read(path: str, source: bytes) -> ProtoFile:
    """The facts of ``source``, whatever it holds; never raises."""
    reader = _Reader(source)
    top = Top()
    while reader.at < len(reader.tokens):
        reader.attempt(lambda: reader.top_level(top))
    top.broken = reader.broken
    return top.file(path, source)


def pieces(source: bytes, balanced: bool = True) -> list[Piece]:
    """The statements of ``source``; of a text that is not all, ``balanced`` is as for a Cursor."""
    reader = _Reader(source, balanced)
    found: list[Piece] = []
    end = 0
    while reader.at < len(reader.tokens):
        top, at = Top(), reader.at
        reader.broken = top.broken
        reader.attempt(partial(reader.top_level, top))
        said = reader.tokens[at : reader.at]
        span = Span(said[0].start, said[-1].end)
        found.append(piece(source, end, span, top, _braces(said), _unclosed(said)))
        end = span.end
    return found


def _braces(said: list[Token]) -> tuple[int, int]:
    """How many braces close and open nothing among these tokens."""
    closing = opening = 0
    for token in said:
        if token.text == b"{":
            opening += 1
        elif token.text == b"}" and opening:
            opening -= 1
        elif token.text == b"}":
            closing += 1
    return closing, opening


def _unclosed(said: list[Token]) -> int:
    """Where a ``/*`` is from the first token on that nothing closes, -1 for nowhere."""
    for one, other in pairwise(said):
        if one.text == b"/" and other.text == b"*" and one.end == other.start:
            return one.start - said[0].start
    return -1


class _Body:
    """What has been read of a message or enum so far."""

    def __init__(self) -> None:
        self.fields: list[Field] = []
        self.oneofs: list[Oneof] = []
        self.messages: list[Message] = []
        self.enums: list[Enum] = []
        self.values: list[EnumValue] = []
        self.extensions: list[Field] = []
        self.options: list[Option] = []
        self.reserved: list[NumberRange] = []
        self.reserved_names: list[str] = []
        self.extension_ranges: list[NumberRange] = []


class _Reader(Statements):
    def __init__(self, source: bytes, balanced: bool = True) -> None:
        super().__init__(source, balanced)
        self.depth = 0

    def top_level(self, body: Top) -> None:
        start = self.peek()
        if self.accept(b";"):
            return
        self.trusted = self.balanced or self.matched(start)
        if start.text in (b"export", b"local") and self.peek(1).text in (b"message", b"enum"):
            self.at += 1
        keyword = self.peek().text
        if keyword == b"message":
            self.message(start, body)
        elif keyword == b"enum":
            self.enum(start, body)
        elif keyword == b"service":
            self.service(start, body)
        elif keyword == b"extend":
            self.extend(start, body)
        elif keyword == b"import":
            body.imports.append(self.import_statement(start))
        elif keyword == b"option":
            body.options.append(self.option(start))
        elif keyword == b"package":
            body.package = self.package_name()
            self.close(start)
        elif keyword in (b"syntax", b"edition"):
            body.syntax = self.syntax_statement(start)
        else:
            raise BrokenStatement

    # Blocks

    def declared_name(self) -> tuple[str, Span]:
        """Keyword and name."""
        self.at += 1
        if self.begins():
            raise BrokenStatement
        return self.name()

    def message(self, start: Token, body: _Body | Top) -> None:
        name, name_span = self.declared_name()
        body.messages.append(self.message_body(start, name, name_span))

    def message_body(self, start: Token, name: str, name_span: Span) -> Message:
        inner = _Body()
        self.nest(start, lambda: self.message_statement(inner))
        return Message(
            name,
            tuple(inner.fields),
            tuple(inner.oneofs),
            tuple(inner.messages),
            tuple(inner.enums),
            tuple(inner.extensions),
            tuple(inner.options),
            tuple(inner.reserved),
            tuple(inner.reserved_names),
            tuple(inner.extension_ranges),
            self.span_from(start),
            name_span,
        )

    def nest(self, start: Token, statement: Callable[[], None]) -> None:
        """A declaration's ``{ … }``; without it, the declaration so far is all there is."""
        if self.depth >= _MAX_DEPTH or not self.looking_at(b"{"):
            if self.begins():
                self.broken.append(self.span_from(start))
            else:
                self.skip_statement(start)
            return
        self.depth += 1
        self.block(start, statement)
        self.depth -= 1

    def message_statement(self, body: _Body) -> None:
        start = self.peek()
        ahead = self.peek(1)
        keyword = start.text
        if keyword in (b"export", b"local") and ahead.text in (b"message", b"enum"):
            self.at += 1
            keyword, ahead = ahead.text, self.peek(1)
        if keyword == b"message" and ahead.kind == "name" and self.peek(2).text != b"=":
            self.message(start, body)
        elif keyword == b"enum" and ahead.kind == "name" and self.peek(2).text != b"=":
            self.enum(start, body)
        elif keyword == b"oneof" and ahead.kind == "name" and self.peek(2).text != b"=":
            self.oneof(start, body)
        elif keyword == b"extend" and (ahead.kind == "name" or ahead.text == b"."):
            self.extend(start, body)
        elif keyword == b"option" and (ahead.kind == "name" or ahead.text == b"("):
            body.options.append(self.option(start))
        elif keyword == b"reserved" and ahead.text != b".":
            self.reserved(start, MAX_FIELD_NUMBER, body.reserved, body.reserved_names)
        elif keyword == b"extensions" and ahead.kind == "number":
            self.extensions(start, body.extension_ranges)
        else:
            self.field(start, body.fields)

    def enum(self, start: Token, body: _Body | Top) -> None:
        name, name_span = self.declared_name()
        inner = _Body()
        self.nest(start, lambda: self.enum_statement(inner))
        body.enums.append(
            Enum(
                name,
                tuple(inner.values),
                tuple(inner.options),
                tuple(inner.reserved),
                tuple(inner.reserved_names),
                self.span_from(start),
                name_span,
            )
        )

    def enum_statement(self, body: _Body) -> None:
        start, ahead = self.peek(), self.peek(1)
        if start.text == b"option" and ahead.text != b"=":
            body.options.append(self.option(start))
        elif start.text == b"reserved" and ahead.text != b"=":
            self.reserved(start, MAX_ENUM_NUMBER, body.reserved, body.reserved_names)
        else:
            name, name_span = self.name()
            number, options = self.assigned_number(start)
            body.values.append(EnumValue(name, number, self.span_from(start), name_span, options))
            if number is None:
                raise BrokenStatement

    def service(self, start: Token, body: Top) -> None:
        name, name_span = self.declared_name()
        inner = _Body()
        rpcs: list[Rpc] = []
        self.nest(start, lambda: self.service_statement(inner, rpcs))
        body.services.append(
            Service(name, tuple(rpcs), tuple(inner.options), self.span_from(start), name_span)
        )

    def service_statement(self, body: _Body, rpcs: list[Rpc]) -> None:
        start = self.peek()
        if start.text == b"option":
            body.options.append(self.option(start))
            return
        if start.text != b"rpc":
            raise BrokenStatement
        name, name_span = self.declared_name()
        types: list[tuple[TypeRef | None, bool]] = []
        inner = _Body()
        try:
            self.rpc_type(types)
            self.expect(b"returns")
            self.rpc_type(types)
            if self.looking_at(b"{"):
                self.block(start, lambda: self.rpc_statement(inner))
            else:
                self.close(start)
        finally:
            (takes, streamed), (gives, streaming), *_ = [*types, (None, False), (None, False)]
            span = self.span_from(start)
            options = tuple(inner.options)
            rpcs.append(Rpc(name, takes, gives, streamed, streaming, span, name_span, options))

    def rpc_statement(self, body: _Body) -> None:
        if not self.looking_at(b"option"):
            raise BrokenStatement
        body.options.append(self.option(self.peek()))

    def extend(self, start: Token, body: _Body | Top) -> None:
        self.at += 1
        extendee = self.type_name()
        self.block(start, lambda: self.field(self.peek(), body.extensions, "", extendee))

    def oneof(self, start: Token, body: _Body) -> None:
        name, name_span = self.declared_name()

        def statement() -> None:
            if self.looking_at(b"option") and self.peek(2).text != b"=":
                self.option(self.peek())
            else:
                self.field(self.peek(), body.fields, name)

        self.nest(start, statement)
        body.oneofs.append(Oneof(name, self.span_from(start), name_span))

    # Fields

    def field(
        self, start: Token, into: list[Field], oneof: str = "", extendee: TypeRef | None = None
    ) -> None:
        label = ""
        if start.text in LABELS and self.peek(1).text != b"=":
            label = self.take().text.decode()
            if self.peek().text in NESTED and self.begins():
                raise BrokenStatement
        if self.looking_at(b"group") and self.peek(1).kind == "name" and self.peek(2).text == b"=":
            self.group(start, label, into, oneof, extendee)
            return
        type_text, ref = self.field_type()
        if self.starts_line(self.peek()) and self.peek(1).text != b"=":
            raise BrokenStatement
        name, name_span = self.name()
        number, options = self.assigned_number(start)
        span = self.span_from(start)
        into.append(
            Field(
                name,
                number,
                type_text,
                label,
                oneof,
                ref,
                span,
                name_span,
                extendee,
                None,
                options,
            )
        )
        if number is None:
            raise BrokenStatement

    def group(
        self, start: Token, label: str, into: list[Field], oneof: str, extendee: TypeRef | None
    ) -> None:
        self.at += 1
        name, name_span = self.name()
        self.expect(b"=")
        number = self.number()
        options = self.field_options()
        message = self.message_body(start, name, name_span)
        ref = TypeRef(name, name_span)
        span = self.span_from(start)
        into.append(
            Field(
                name.lower(),
                number,
                name,
                label,
                oneof,
                ref,
                span,
                name_span,
                extendee,
                message,
                options,
            )
        )
