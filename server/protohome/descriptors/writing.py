"""From facts to ``FileDescriptorSet``, without a compiler.

As ``buf build`` and ``protoc`` make it, but for what a parser cannot know: options that are
extensions stand as ``uninterpreted_option``, since their types are declared elsewhere; a type name
that no file of the tree declares stays as written, without ``type``; extension ranges have no
options, and there is neither source information nor symbol visibility.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    Edition,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

from ..model import (
    ANY,
    MAX_FIELD_NUMBER,
    TYPE,
    Enum,
    Field,
    Message,
    Option,
    ProtoFile,
    Service,
    TypeRef,
    json_name,
)
from ..syntax import bracketed
from .defaults import default_text
from .setting import set_options

Meaning: TypeAlias = Callable[[str, str, TypeRef, str], "tuple[str, str] | None"]
"""What a name means: from a file's key, the scope below its package, the name and its kind (as
``model.type_refs`` has them) to an FQN and ``message``, ``enum`` or ``""``; None if unknown."""

# A message set, of which ``max`` is larger (language guide, "Extension declarations").
_MESSAGE_SET_END = 2147483647
_LABELS = {"required": FieldDescriptorProto.LABEL_REQUIRED,
           "repeated": FieldDescriptorProto.LABEL_REPEATED}  # fmt: skip


def descriptor_set(files: Mapping[str, ProtoFile], meaning: Meaning) -> FileDescriptorSet:
    """The set of ``files``, by import path; what a file imports comes before it."""
    ordered: dict[str, None] = {}
    for path in sorted(files):
        _before(path, files, ordered, set())
    return FileDescriptorSet(
        file=[_Writer(path, files[path], meaning).file_descriptor() for path in ordered]
    )


def _before(
    path: str, files: Mapping[str, ProtoFile], ordered: dict[str, None], above: set[str]
) -> None:
    pending = [(path, False)]
    while pending:
        each, done = pending.pop()
        if done:
            ordered[each] = None
        elif each in files and each not in ordered and each not in above:
            above.add(each)
            pending.append((each, True))
            pending += [(i.path, False) for i in reversed(files[each].imports)]


class _Writer:
    def __init__(self, path: str, file: ProtoFile, meaning: Meaning) -> None:
        self.path = path
        self.file = file
        self.meaning = meaning
        self.edition = file.syntax.isdigit()

    def file_descriptor(self) -> FileDescriptorProto:
        file = self.file
        imports = [each for each in file.imports if each.modifier != "option"]
        made = FileDescriptorProto(
            name=self.path,
            dependency=[each.path for each in imports],
            public_dependency=[n for n, each in enumerate(imports) if each.modifier == "public"],
            weak_dependency=[n for n, each in enumerate(imports) if each.modifier == "weak"],
        )
        if file.package:
            made.package = file.package
        if self.edition:
            made.syntax = "editions"
            made.edition = Edition.Value(f"EDITION_{file.syntax}")
        elif file.syntax != "proto2":
            made.syntax = file.syntax
        for each in file.imports:
            if each.modifier == "option" and hasattr(made, "option_dependency"):
                made.option_dependency.append(each.path)
        groups = [f.group for f in file.extensions if f.group is not None]
        for message in sorted((*file.messages, *groups), key=lambda m: m.span):
            self._message(made.message_type.add(), message, "")
        for enum in file.enums:
            self._enum(made.enum_type.add(), enum)
        for service in file.services:
            self._service(made.service.add(), service)
        for field in file.extensions:
            self._field(made.extension.add(), field, "")
        if file.options:
            set_options(made.options, _pairs(file.options))
        return made

    def _message(self, made: DescriptorProto, message: Message, outer: str) -> None:
        scope = f"{outer}.{message.name}" if outer else message.name
        made.name = message.name
        oneofs = [oneof.name for oneof in message.oneofs]
        for name in oneofs:
            made.oneof_decl.add().name = name
        for field in message.fields:
            each = made.field.add()
            self._field(each, field, scope)
            if field.oneof:
                each.oneof_index = oneofs.index(field.oneof)
        for each, field in zip(made.field, message.fields, strict=True):
            if field.label == "optional" and self.file.syntax == "proto3":
                each.proto3_optional = True
                each.oneof_index = len(made.oneof_decl)
                made.oneof_decl.add().name = _synthetic(field.name, made)
        self._nested(made, message, scope)
        for enum in message.enums:
            self._enum(made.enum_type.add(), enum)
        for field in message.extensions:
            self._field(made.extension.add(), field, scope)
        for start, end in message.reserved:
            made.reserved_range.add(start=start, end=end + 1)
        made.reserved_name.extend(message.reserved_names)
        sets = any(o.name == "message_set_wire_format" for o in message.options)
        for start, end in message.extension_ranges:
            last = _MESSAGE_SET_END if sets and end == MAX_FIELD_NUMBER else end + 1
            made.extension_range.add(start=start, end=last)
        if message.options:
            set_options(made.options, _pairs(message.options))

    def _nested(self, made: DescriptorProto, message: Message, scope: str) -> None:
        """Messages, groups and the entries of maps, in the order of the source."""
        every: list[tuple[int, Message | Field]] = [(m.span.start, m) for m in message.messages]
        for field in (*message.fields, *message.extensions):
            if field.group is not None:
                every.append((field.group.span.start, field.group))
            elif field.type.startswith("map<"):
                every.append((field.span.start, field))
        for _, each in sorted(every, key=lambda pair: pair[0]):
            if isinstance(each, Message):
                self._message(made.nested_type.add(), each, scope)
            else:
                self._entry(made.nested_type.add(), each, scope)

    def _entry(self, made: DescriptorProto, field: Field, scope: str) -> None:
        made.name = _entry_name(field.name)
        made.options.map_entry = True
        kinds = (part.strip() for part in field.type[4:-1].split(",", 1))
        for number, (name, kind) in enumerate(zip(("key", "value"), kinds, strict=True), 1):
            each = made.field.add(name=name, number=number, json_name=name)
            each.label = FieldDescriptorProto.LABEL_OPTIONAL
            self._type(each, kind, field.ref if name == "value" else None, scope)

    def _field(self, made: FieldDescriptorProto, field: Field, scope: str) -> None:
        made.name = field.name
        if field.number is not None:
            made.number = field.number
        made.label = _LABELS.get(field.label, FieldDescriptorProto.LABEL_OPTIONAL)
        if field.extendee is not None:
            made.extendee = self._name(scope, field.extendee, ANY)[0]
        if field.type.startswith("map<"):
            made.label = FieldDescriptorProto.LABEL_REPEATED
            made.type = FieldDescriptorProto.TYPE_MESSAGE
            made.type_name = self._inside(f"{scope}.{_entry_name(field.name)}")
        elif field.group is not None:
            made.type = FieldDescriptorProto.TYPE_GROUP
            made.type_name = self._inside(f"{scope}.{field.type}" if scope else field.type)
        else:
            self._type(made, field.type, field.ref, scope)
        made.json_name = json_name(field.name)
        pairs = bracketed(field.options) if field.options else []
        for name, value in pairs:
            if name == "default":
                made.default_value = default_text(value, field.type)
            elif name == "json_name":
                made.json_name = default_text(value, "string")
        pairs = [pair for pair in pairs if pair[0] not in ("default", "json_name")]
        if pairs:
            set_options(made.options, pairs)

    def _inside(self, name: str) -> str:
        return f".{self.file.package}.{name}" if self.file.package else f".{name}"

    def _type(self, made: FieldDescriptorProto, kind: str, ref: TypeRef | None, scope: str) -> None:
        if ref is None:
            made.type = FieldDescriptorProto.Type.Value(f"TYPE_{kind.upper()}")
            return
        made.type_name, what = self._name(scope, ref, TYPE)
        if what == "enum":
            made.type = FieldDescriptorProto.TYPE_ENUM
        elif what:
            made.type = FieldDescriptorProto.TYPE_MESSAGE

    def _name(self, scope: str, ref: TypeRef, kind: str) -> tuple[str, str]:
        found = self.meaning(self.path, scope, ref, kind)
        return (f".{found[0]}", found[1]) if found else (ref.name, "")

    def _enum(self, made: EnumDescriptorProto, enum: Enum) -> None:
        made.name = enum.name
        for value in enum.values:
            each = made.value.add(name=value.name, number=value.number or 0)
            if value.options:
                set_options(each.options, bracketed(value.options))
        for start, end in enum.reserved:
            made.reserved_range.add(start=start, end=end)
        made.reserved_name.extend(enum.reserved_names)
        if enum.options:
            set_options(made.options, _pairs(enum.options))

    def _service(self, made: ServiceDescriptorProto, service: Service) -> None:
        made.name = service.name
        for rpc in service.rpcs:
            each = made.method.add(name=rpc.name)
            if rpc.input is not None:
                each.input_type = self._name(service.name, rpc.input, ANY)[0]
            if rpc.output is not None:
                each.output_type = self._name(service.name, rpc.output, ANY)[0]
            if rpc.client_streaming:
                each.client_streaming = True
            if rpc.server_streaming:
                each.server_streaming = True
            if rpc.options:
                set_options(each.options, _pairs(rpc.options))
        if service.options:
            set_options(made.options, _pairs(service.options))


def _pairs(options: Iterable[Option]) -> list[tuple[str, str]]:
    return [(option.name, option.value) for option in options]


def _entry_name(name: str) -> str:
    words = name.split("_")
    return "".join(word[:1].upper() + word[1:] for word in words) + "Entry"


def _synthetic(name: str, made: DescriptorProto) -> str:
    """The oneof of a proto3 ``optional``: another name where that one is taken."""
    taken = {field.name for field in made.field} | {oneof.name for oneof in made.oneof_decl}
    name = name if name.startswith("_") else f"_{name}"
    while name in taken:
        name = f"X{name}"
    return name
