"""From ``FileDescriptorSet`` to facts: a compiler's image, in the shape that a parser gives.

What compilers derive is folded back by the rules of ``google/protobuf/descriptor.proto``: entry
messages into ``map<K, V>``, the oneof of a proto3 ``optional``, groups into their field, a
``json_name`` that is the default. Type names are fully qualified, with the leading dot. All spans
are empty, at 0; ``source`` is ``b""``. Options that are extensions are left out, but for the
features that decide how strings are read in C++ and Java.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    Edition,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    ServiceDescriptorProto,
)

from ..model import (
    MAX_FIELD_NUMBER,
    Enum,
    EnumValue,
    Field,
    Head,
    Import,
    Message,
    NumberRange,
    Oneof,
    Option,
    Parts,
    ProtoFile,
    Rpc,
    Service,
    TypeRef,
    json_name,
)
from ..positions import Span
from .values import option_texts, quoted

_NOWHERE = Span(0, 0)
_OPTIONAL, _REQUIRED, _REPEATED = 1, 2, 3
_GROUP, _MESSAGE, _ENUM, _STRING, _BYTES = 10, 11, 14, 9, 12


def file_facts(file: FileDescriptorProto) -> ProtoFile:
    """The facts of one descriptor. Raises ValueError or LookupError when it is damaged."""
    syntax = file.syntax or "proto2"
    if syntax == "editions":
        syntax = Edition.Name(file.edition).removeprefix("EDITION_")
    groups = _groups(file.extension, file.message_type)
    return ProtoFile(
        file.name,
        b"",
        Head(file.package, _NOWHERE, syntax, tuple(_imports(file)), _options(file.options)),
        Parts(
            tuple(_message(m, syntax) for m in file.message_type if m.name not in groups),
            tuple(_enum(each) for each in file.enum_type),
            tuple(_service(each) for each in file.service),
            tuple(_field(each, syntax, [], {}, groups) for each in file.extension),
        ),
    )


def _imports(file: FileDescriptorProto) -> Iterable[Import]:
    public, weak = set(file.public_dependency), set(file.weak_dependency)
    for index, path in enumerate(file.dependency):
        modifier = "public" if index in public else "weak" if index in weak else ""
        yield Import(path, modifier, _NOWHERE, _NOWHERE)
    for path in getattr(file, "option_dependency", ()):  # newer than protobuf 5
        yield Import(path, "option", _NOWHERE, _NOWHERE)


def _options(options: Any) -> tuple[Option, ...]:
    return tuple(Option(name, value, _NOWHERE) for name, value in option_texts(options))


def _brackets(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in pairs)


def _groups(
    fields: Iterable[FieldDescriptorProto], nested: Iterable[DescriptorProto]
) -> dict[str, DescriptorProto]:
    """The messages among ``nested`` that a group among ``fields`` declares, by name."""
    named = {field.type_name.rpartition(".")[2] for field in fields if field.type == _GROUP}
    return {message.name: message for message in nested if message.name in named}


def _message(message: DescriptorProto, syntax: str) -> Message:
    entries = {n.name: n for n in message.nested_type if n.options.map_entry}
    groups = _groups((*message.field, *message.extension), message.nested_type)
    synthetic = {f.oneof_index for f in message.field if f.proto3_optional}
    oneofs = [
        "" if index in synthetic else oneof.name for index, oneof in enumerate(message.oneof_decl)
    ]
    return Message(
        message.name,
        tuple(_field(each, syntax, oneofs, entries, groups) for each in message.field),
        tuple(Oneof(name, _NOWHERE, _NOWHERE) for name in oneofs if name),
        tuple(
            _message(each, syntax)
            for each in message.nested_type
            if each.name not in entries and each.name not in groups
        ),
        tuple(_enum(each) for each in message.enum_type),
        tuple(_field(each, syntax, [], {}, groups) for each in message.extension),
        _options(message.options),
        tuple(NumberRange(each.start, each.end - 1) for each in message.reserved_range),
        tuple(message.reserved_name),
        tuple(
            NumberRange(each.start, min(each.end - 1, MAX_FIELD_NUMBER))
            for each in message.extension_range
        ),
        _NOWHERE,
        _NOWHERE,
    )


def _field(
    field: FieldDescriptorProto,
    syntax: str,
    oneofs: list[str],
    entries: dict[str, DescriptorProto],
    groups: dict[str, DescriptorProto],
) -> Field:
    oneof = oneofs[field.oneof_index] if field.HasField("oneof_index") else ""
    short = field.type_name.rpartition(".")[2]
    entry = entries.get(short) if field.type == _MESSAGE else None
    group = groups.get(short) if field.type == _GROUP else None
    label = ""
    if entry is not None:
        key, value = (next(f for f in entry.field if f.number == n) for n in (1, 2))
        type_text, ref = f"map<{_type(key)[0]}, {_type(value)[0]}>", _type(value)[1]
    else:
        type_text, ref = _type(field)
        label = _label(field, syntax, oneof)
    if group is not None:
        type_text, ref = group.name, TypeRef(group.name, _NOWHERE)
    return Field(
        field.name,
        field.number,
        type_text,
        label,
        oneof,
        ref,
        _NOWHERE,
        _NOWHERE,
        TypeRef(field.extendee, _NOWHERE) if field.extendee else None,
        _message(group, syntax) if group is not None else None,
        _brackets(_field_options(field)),
    )


def _type(field: FieldDescriptorProto) -> tuple[str, TypeRef | None]:
    if field.type_name:
        return field.type_name, TypeRef(field.type_name, _NOWHERE)
    if not field.HasField("type"):
        raise ValueError("a field without a type")
    return FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower(), None


def _label(field: FieldDescriptorProto, syntax: str, oneof: str) -> str:
    if field.label == _REPEATED:
        return "repeated"
    if field.label == _REQUIRED:
        return "required"
    written = field.proto3_optional or (syntax == "proto2" and not oneof)
    return "optional" if written else ""


def _field_options(field: FieldDescriptorProto) -> Iterable[tuple[str, str]]:
    if field.HasField("default_value"):
        value = field.default_value
        if field.type == _STRING:
            value = quoted(value)
        elif field.type == _BYTES:
            value = f'"{value}"'  # escaped already
        yield "default", value
    if field.json_name and field.json_name != json_name(field.name):
        yield "json_name", quoted(field.json_name)
    yield from option_texts(field.options)


def _enum(enum: EnumDescriptorProto) -> Enum:
    return Enum(
        enum.name,
        tuple(
            EnumValue(
                value.name,
                value.number,
                _NOWHERE,
                _NOWHERE,
                _brackets(option_texts(value.options)),
            )
            for value in enum.value
        ),
        _options(enum.options),
        tuple(NumberRange(each.start, each.end) for each in enum.reserved_range),
        tuple(enum.reserved_name),
        _NOWHERE,
        _NOWHERE,
    )


def _service(service: ServiceDescriptorProto) -> Service:
    return Service(
        service.name,
        tuple(
            Rpc(
                rpc.name,
                TypeRef(rpc.input_type, _NOWHERE),
                TypeRef(rpc.output_type, _NOWHERE),
                rpc.client_streaming,
                rpc.server_streaming,
                _NOWHERE,
                _NOWHERE,
                _options(rpc.options),
            )
            for rpc in service.method
        ),
        _options(service.options),
        _NOWHERE,
        _NOWHERE,
    )
