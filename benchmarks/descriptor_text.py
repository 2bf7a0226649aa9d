"""A ``FileDescriptorProto`` written out as ``.proto`` text, without comments and most options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    ServiceDescriptorProto,
)

_NAMED = (FieldDescriptorProto.TYPE_MESSAGE, FieldDescriptorProto.TYPE_ENUM)


def text(file: FileDescriptorProto) -> str:
    """The text that declares what ``file`` does; types by full name."""
    syntax = file.syntax or "proto2"
    lines = [f'syntax = "{syntax}";', ""]
    if file.package:
        lines += [f"package {file.package};", ""]
    lines += [f'import "{path}";' for path in file.dependency]
    for message in file.message_type:
        lines += ["", *_message(message, syntax)]
    for enum in file.enum_type:
        lines += ["", *_enum(enum)]
    for service in file.service:
        lines += ["", *_service(service)]
    return "\n".join(lines) + "\n"


def _message(message: DescriptorProto, syntax: str) -> Iterator[str]:
    yield f"message {message.name} {{"
    maps = {one.name: one for one in message.nested_type if one.options.map_entry}
    oneofs: dict[int, list[str]] = {}
    for field in message.field:
        if field.HasField("oneof_index") and not field.proto3_optional:
            line = f"{_type(field)} {field.name} = {field.number};"
            oneofs.setdefault(field.oneof_index, []).append(line)
            continue
        entry = maps.get(field.type_name.rpartition(".")[2])
        if entry is not None:
            key, value = (_type(one) for one in entry.field)
            yield f"  map<{key}, {value}> {field.name} = {field.number};"
        else:
            yield f"  {_label(field, syntax)}{_type(field)} {field.name} = {field.number};"
    for index, lines in oneofs.items():
        yield f"  oneof {message.oneof_decl[index].name} {{"
        yield from (f"    {line}" for line in lines)
        yield "  }"
    for inner in message.nested_type:
        if inner.name not in maps:
            yield from _indented(list(_message(inner, syntax)))
    for enum in message.enum_type:
        yield from _indented(list(_enum(enum)))
    for span in message.reserved_range:
        yield f"  reserved {span.start} to {span.end - 1};"
    if message.reserved_name:
        yield "  reserved " + ", ".join(f'"{name}"' for name in message.reserved_name) + ";"
    yield "}"


def _enum(enum: EnumDescriptorProto) -> Iterator[str]:
    yield f"enum {enum.name} {{"
    if enum.options.allow_alias:
        yield "  option allow_alias = true;"
    yield from (f"  {value.name} = {value.number};" for value in enum.value)
    yield "}"


def _service(service: ServiceDescriptorProto) -> Iterator[str]:
    yield f"service {service.name} {{"
    for rpc in service.method:
        sent = ("stream " if rpc.client_streaming else "") + rpc.input_type
        back = ("stream " if rpc.server_streaming else "") + rpc.output_type
        yield f"  rpc {rpc.name}({sent}) returns ({back});"
    yield "}"


def _type(field: FieldDescriptorProto) -> str:
    if field.type in _NAMED:
        return field.type_name
    return FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()


def _label(field: FieldDescriptorProto, syntax: str) -> str:
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return "repeated "
    if field.label == FieldDescriptorProto.LABEL_REQUIRED:
        return "required "
    return "optional " if syntax == "proto2" or field.proto3_optional else ""


def _indented(lines: Sequence[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
