"""A tree without errors to facts: one function a kind of node, named after the grammar's node."""

from __future__ import annotations

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
    ProtoFile,
    Rpc,
    Service,
    TypeRef,
)
from ..positions import Span
from .tokens import integer, tokens

if TYPE_CHECKING:
    from tree_sitter import Node


def read(path: str, source: bytes, root: Node) -> ProtoFile:
    """The facts of a tree that has no error. Raises RecursionError on absurd nesting."""
    package, package_span, syntax = "", Span(0, 0), "proto2"
    imports: list[Import] = []
    options: list[Option] = []
    messages: list[Message] = []
    enums: list[Enum] = []
    services: list[Service] = []
    extensions: list[Field] = []
    for node in root.children:
        kind = node.type
        if kind == "comment":
            continue
        if kind == "message":
            messages.append(_message(source, node))
        elif kind == "enum":
            enums.append(_enum(source, node))
        elif kind == "service":
            services.append(_service(source, node))
        elif kind == "import":
            imports.append(_import(source, node))
        elif kind == "option":
            options.append(_option(source, node))
        elif kind == "package":
            package_span = _span(next(n for n in node.children if n.type == "full_ident"))
            package = name_text(source, package_span)
        elif kind in ("syntax", "edition"):
            syntax = _syntax(source, _span(node))
        elif kind == "extend":
            extensions += _extend(source, node)
    return ProtoFile(
        path,
        source,
        package,
        package_span,
        syntax,
        tuple(imports),
        tuple(options),
        tuple(messages),
        tuple(enums),
        tuple(services),
        tuple(extensions),
        (),
    )


def name_text(source: bytes, span: Span) -> str:
    """A possibly qualified name without the white space and comments that may stand inside it."""
    text = source[span.start : span.end]
    if not text.replace(b".", b"").replace(b"_", b"").isalnum():
        text = b"".join(token.text for token in tokens(text))
    return text.decode("utf-8", "replace")


def string_text(source: bytes, span: Span) -> str:
    """What is between the quotes of one string literal; escapes stay as written."""
    text = source[span.start : span.end]
    last = len(text) - (len(text) > 1 and text[-1] == text[0])
    return text[1:last].decode("utf-8", "replace")


def bracketed_text(source: bytes, opening: int, closing: int) -> str:
    """The options between a ``[`` that ends and a ``]`` that starts there, as written."""
    return source[opening:closing].strip().decode("utf-8", "replace")


def _span(node: Node) -> Span:
    return Span(node.start_byte, node.end_byte)


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
    return Import(string_text(source, path_span), modifier, _span(node), path_span)


def _option(source: bytes, node: Node) -> Option:
    equals = next(child for child in node.children if child.type == "=")
    children = node.children
    name = source[children[0].end_byte : equals.start_byte].strip()
    value = source[equals.end_byte : children[-1].start_byte].strip()
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
        bracketed_text(source, opening, closing) if closing else "",
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
            options = bracketed_text(source, opening, child.start_byte)
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
            rpcs.append(_rpc(source, child))
        elif kind == "option":
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
