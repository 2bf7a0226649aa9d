"""A tree without errors to facts: one function a kind of node, named after the grammar's node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..model import (
    MAX_ENUM_NUMBER,
    MAX_FIELD_NUMBER,
    Enum,
    EnumValue,
    Field,
    Import,
    Message,
    NumberRange,
    Oneof,
    Option,
    Rpc,
    Service,
    TypeRef,
)
from ..positions import Span
from .texts import bracketed_text, name_text, string_text
from .tokens import integer, tokens
from .top import Top
from .usual import usual_field, usual_option, usual_value

if TYPE_CHECKING:
    from tree_sitter import Node


_new = tuple.__new__  # as what a named tuple is made by, but in C
_GLUED = re.compile(rb"[A-Za-z0-9_]")
_CLOSED = re.compile(
    rb"""//[^\n]* | /\*.*?\*/ | "(?:\\[^\n]|[^"\\\n])*" | '(?:\\[^\n]|[^'\\\n])*'""",
    re.VERBOSE | re.DOTALL,
)


class NotProtobuf(Exception):
    """The grammar reads a text that protobuf does not allow."""


def read_statement(source: bytes, node: Node, into: Top) -> None:
    """A statement of the top level of a tree without errors.

    Raises NotProtobuf, and RecursionError on absurd nesting.
    """
    kind = node.type
    if kind == "empty_statement":
        return
    _spaced(source, node)
    if kind == "message":
        into.messages.append(_message(source, node))
    elif kind == "enum":
        into.enums.append(_enum(source, node))
    elif kind == "service":
        into.services.append(_service(source, node))
    elif kind == "import":
        into.imports.append(_import(source, node))
    elif kind == "option":
        into.options.append(_option(source, node))
    elif kind == "package":
        span = _span(next(n for n in node.children if n.type == "full_ident"))
        into.package = TypeRef(name_text(source, span), span)
    elif kind in ("syntax", "edition"):
        into.syntax = _syntax(source, _span(node))
    elif kind == "extend":
        into.extensions += _extend(source, node)


def _spaced(source: bytes, node: Node) -> None:
    """The grammar lets a name follow its keyword at once; raises NotProtobuf for that."""
    keyword = node.child(0)
    if keyword is not None and _GLUED.match(source, keyword.end_byte):
        raise NotProtobuf


def _in_lines(text: bytes) -> bytes:
    """A text with strings in it, each of which ends on its line; else raises NotProtobuf."""
    if b"\n" in text:
        rest = _CLOSED.sub(b"", text)
        if b'"' in rest or b"'" in rest:
            raise NotProtobuf
    return text


def _span(node: Node) -> Span:
    return _new(Span, (node.start_byte, node.end_byte))


def _syntax(source: bytes, span: Span) -> str:
    literals = [t for t in tokens(source, *span) if t.kind == "string"]
    return string_text(source, Span(literals[0].start, literals[0].end)) if literals else "proto2"


def _import(source: bytes, node: Node) -> Import:
    modifier = ""
    path_span = Span(node.end_byte, node.end_byte)
    for child in node.children:
        if child.type in ("public", "weak"):
            modifier = child.type
        elif child.type == "string":
            path_span = _span(child)
    _in_lines(source[path_span.start : path_span.end])
    return Import(string_text(source, path_span), modifier, _span(node), path_span)


def _option(source: bytes, node: Node) -> Option:
    usual = usual_option(source, node.start_byte, node.end_byte)
    if usual is not None:
        return usual
    equals = next(child for child in node.children if child.type == "=")
    children = node.children
    name = source[children[0].end_byte : equals.start_byte].strip()
    value = _in_lines(source[equals.end_byte : children[-1].start_byte].strip())
    return Option(name.decode("utf-8", "replace"), value.decode("utf-8", "replace"), _span(node))


def _message(source: bytes, node: Node) -> Message:
    name_span = Span(0, 0)
    body = node
    for child in node.children:
        kind = child.type
        if kind == "message_name":
            name_span = _span(child)
        elif kind == "message_body":
            body = child
    fields: list[Field] = []
    oneofs: list[Oneof] = []
    messages: list[Message] = []
    enums: list[Enum] = []
    extensions: list[Field] = []
    options: list[Option] = []
    reserved: list[NumberRange] = []
    reserved_names: list[str] = []
    extension_ranges: list[NumberRange] = []
    for child in body.children:
        kind = child.type
        if kind == "field" or kind == "map_field":
            fields.append(_field(source, child, ""))
        elif kind == "comment":
            continue
        elif kind == "oneof":
            oneofs.append(_oneof(source, child, fields))
        elif kind == "message":
            messages.append(_message(source, child))
        elif kind == "enum":
            enums.append(_enum(source, child))
        elif kind == "option":
            options.append(_option(source, child))
        elif kind == "extend":
            extensions += _extend(source, child)
        elif kind == "reserved":
            _reserved(source, child, MAX_FIELD_NUMBER, reserved, reserved_names)
        elif kind == "extensions":
            _reserved(source, child, MAX_FIELD_NUMBER, extension_ranges, [])
    return Message(
        name_text(source, name_span),
        tuple(fields),
        tuple(oneofs),
        tuple(messages),
        tuple(enums),
        tuple(extensions),
        tuple(options),
        tuple(reserved),
        tuple(reserved_names),
        tuple(extension_ranges),
        _span(node),
        name_span,
    )


def _field(source: bytes, node: Node, oneof: str, extendee: TypeRef | None = None) -> Field:
    usual = usual_field(source, node.start_byte, node.end_byte, oneof, extendee)
    if usual is not None:
        return usual
    label = ""
    number: int | None = None
    type_text = key = ""
    ref: TypeRef | None = None
    name_span = Span(0, 0)
    opening = closing = 0
    for child in node.children:
        kind = child.type
        if kind == "type":
            ref, type_text = _type(source, child)
        elif kind == "identifier":
            name_span = _span(child)
        elif kind == "field_number":
            number = integer(source[child.start_byte : child.end_byte])
        elif kind == "repeated" or kind == "optional" or kind == "required":
            label = kind
        elif kind == "[":
            opening = child.end_byte
        elif kind == "]":
            closing = child.start_byte
        elif kind == "key_type":
            key = source[child.start_byte : child.end_byte].decode("utf-8", "replace")
    return Field(
        source[name_span.start : name_span.end].decode("utf-8", "replace"),
        number,
        f"map<{key}, {type_text}>" if key else type_text,
        label,
        oneof,
        ref,
        _span(node),
        name_span,
        extendee,
        None,
        bracketed_text(_in_lines(source[opening:closing])) if closing else "",
    )


def _type(source: bytes, node: Node) -> tuple[TypeRef | None, str]:
    span = _span(node)
    if node.named_child_count:
        ref = TypeRef(name_text(source, span), span)
        return ref, ref.name
    return None, source[span.start : span.end].decode("utf-8", "replace")


def _oneof(source: bytes, node: Node, fields: list[Field]) -> Oneof:
    name, name_span = "", Span(0, 0)
    before = ""
    for child in node.children:
        kind = child.type
        if kind == "identifier":
            name_span = _span(child)
            name = name_text(source, name_span)
        elif kind == "oneof_field":
            fields.append(_field(source, child, name))
        elif kind == "empty_statement" and before == "oneof_field":
            # The grammar leaves a oneof field's semicolon beside it.
            fields[-1] = fields[-1]._replace(span=Span(fields[-1].span.start, child.end_byte))
        before = kind
    return Oneof(name, _span(node), name_span)


def _extend(source: bytes, node: Node) -> list[Field]:
    extendee: TypeRef | None = None
    fields: list[Field] = []
    for child in node.children:
        if child.type == "full_ident":
            span = _span(child)
            extendee = TypeRef(name_text(source, span), span)
        elif child.type == "message_body":
            fields = [
                _field(source, inner, "", extendee)
                for inner in child.children
                if inner.type == "field"
            ]
    return fields


def _enum(source: bytes, node: Node) -> Enum:
    name_span = Span(0, 0)
    values: list[EnumValue] = []
    options: list[Option] = []
    reserved: list[NumberRange] = []
    reserved_names: list[str] = []
    for child in node.children:
        if child.type == "enum_name":
            name_span = _span(child)
        elif child.type == "enum_body":
            for inner in child.children:
                kind = inner.type
                if kind == "enum_field":
                    values.append(_enum_value(source, inner))
                elif kind == "option":
                    options.append(_option(source, inner))
                elif kind == "reserved":
                    _reserved(source, inner, MAX_ENUM_NUMBER, reserved, reserved_names)
    return Enum(
        name_text(source, name_span),
        tuple(values),
        tuple(options),
        tuple(reserved),
        tuple(reserved_names),
        _span(node),
        name_span,
    )


def _enum_value(source: bytes, node: Node) -> EnumValue:
    usual = usual_value(source, node.start_byte, node.end_byte)
    if usual is not None:
        return usual
    name_span = Span(0, 0)
    number: int | None = None
    sign = 1
    opening = 0
    options = ""
    for child in node.children:
        kind = child.type
        if kind == "identifier":
            name_span = _span(child)
        elif kind == "-":
            sign = -1
        elif kind == "int_lit":
            number = integer(source[child.start_byte : child.end_byte])
        elif kind == "[":
            opening = child.end_byte
        elif kind == "]":
            options = bracketed_text(_in_lines(source[opening : child.start_byte]))
    if number is not None:
        number *= sign
    return EnumValue(name_text(source, name_span), number, _span(node), name_span, options)


def _reserved(
    source: bytes,
    node: Node,
    largest: int,
    numbers: list[NumberRange],
    names: list[str],
) -> None:
    for child in node.children:
        if child.type == "ranges":
            for inner in child.named_children:
                if inner.type != "comment":
                    numbers.append(_range(source, inner, largest))
        elif child.type == "reserved_field_names":
            listed = [inner for inner in child.named_children if inner.type != "comment"]
            _in_lines(source[child.start_byte : child.end_byte])
            names += [string_text(source, _span(inner)) for inner in listed]


def _range(source: bytes, node: Node, largest: int) -> NumberRange:
    bounds: list[int] = []
    sign = 1
    for token in tokens(source, node.start_byte, node.end_byte):
        if token.text == b"-":
            sign = -1
        elif token.text == b"max":
            bounds.append(largest)
        elif token.kind == "number":
            bounds.append(sign * (integer(token.text) or 0))
            sign = 1
    return NumberRange(bounds[0], bounds[-1])


def _service(source: bytes, node: Node) -> Service:
    name_span = Span(0, 0)
    rpcs: list[Rpc] = []
    options: list[Option] = []
    for child in node.children:
        kind = child.type
        if kind == "service_name":
            name_span = _span(child)
        elif kind == "rpc":
            _spaced(source, child)
            rpcs.append(_rpc(source, child))
        elif kind == "option":
            _spaced(source, child)
            options.append(_option(source, child))
    return Service(
        name_text(source, name_span), tuple(rpcs), tuple(options), _span(node), name_span
    )


def _rpc(source: bytes, node: Node) -> Rpc:
    name_span = Span(0, 0)
    refs: list[TypeRef] = []
    options: list[Option] = []
    streaming = [False, False]
    for child in node.children:
        kind = child.type
        if kind == "rpc_name":
            name_span = _span(child)
        elif kind == "stream":
            streaming[len(refs)] = True
        elif kind == "message_or_enum_type":
            span = _span(child)
            refs.append(TypeRef(name_text(source, span), span))
        elif kind == "option":
            _spaced(source, child)
            options.append(_option(source, child))
    return Rpc(
        name_text(source, name_span),
        refs[0],
        refs[1],
        streaming[0],
        streaming[1],
        _span(node),
        name_span,
        tuple(options),
    )
