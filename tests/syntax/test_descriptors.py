"""Facts equal what the compilers say: every compilable file of the corpora against its descriptor.

``facts_of`` puts our facts and ``described`` the compiler's ``FileDescriptorProto`` into one shape;
they must be equal. What the compiler derives is derived here by its documented rules: full type
names (language spec, "Name Resolution"), labels left unsaid, entry messages of maps, groups, the
oneof of each proto3 ``optional``.
"""

from __future__ import annotations

import gc
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

from corpora import google_proto_files, grpc_tools_protos
from protohome.model import SCALARS, Enum, Field, Message, ProtoFile, Service, TypeRef
from protohome.syntax import Parser

Shape = tuple[Any, ...]

# Not compilable: files whose imports are not in the package, or that declare a name twice.
BROKEN = ["google/protobuf/compiler/ruby", "google/protobuf/util/json_format_proto3.proto"]
KINDS = {number: name[5:].lower() for name, number in FieldDescriptorProto.Type.items()}
LABELS = {number: name[6:].lower() for name, number in FieldDescriptorProto.Label.items()}


class Scope:
    """All full names of a set of files, to resolve written ones."""

    def __init__(self, files: list[FileDescriptorProto]) -> None:
        self.kinds: dict[str, str] = {}
        self.packages: set[str] = set()
        for file in files:
            parts = file.package.split(".")
            self.packages.update(".".join(parts[:n]) for n in range(1, len(parts) + 1))
            self._add(file.package, file.message_type, file.enum_type)

    def _add(self, prefix: str, messages: Any, enums: Any) -> None:
        for enum in enums:
            self.kinds[f"{prefix}.{enum.name}".lstrip(".")] = "enum"
        for message in messages:
            name = f"{prefix}.{message.name}".lstrip(".")
            self.kinds[name] = "message"
            self._add(name, message.nested_type, message.enum_type)

    def resolve(self, ref: TypeRef, scope: str) -> str:
        """Innermost scope first; the first part of the name decides which."""
        if ref.name.startswith("."):
            return ref.name
        first = ref.name.partition(".")[0]
        while True:
            outer = f"{scope}." if scope else ""
            whole = "." not in ref.name
            if outer + first in self.kinds or (not whole and outer + first in self.packages):
                return f".{outer}{ref.name}"
            assert scope, f"{ref.name} cannot be resolved"
            scope = scope.rpartition(".")[0]


def described(file: FileDescriptorProto) -> Shape:
    return (
        file.package,
        file.syntax or "proto2",
        tuple(file.dependency),
        tuple(file.dependency[n] for n in file.public_dependency),
        tuple(file.dependency[n] for n in file.weak_dependency),
        tuple(_described_message(each) for each in file.message_type),
        tuple(_described_enum(each) for each in file.enum_type),
        tuple(_described_service(each) for each in file.service),
        tuple(_described_field(each, []) for each in file.extension),
    )


def _described_message(message: DescriptorProto) -> Shape:
    entries = {n.name: n for n in message.nested_type if n.options.map_entry}
    synthetic = {f.oneof_index for f in message.field if f.proto3_optional}
    oneofs = [
        "" if index in synthetic else oneof.name for index, oneof in enumerate(message.oneof_decl)
    ]
    return (
        message.name,
        tuple(_described_field(each, oneofs, entries) for each in message.field),
        tuple(filter(None, oneofs)),
        tuple(_described_message(n) for n in message.nested_type if n.name not in entries),
        tuple(_described_enum(each) for each in message.enum_type),
        tuple(_described_field(each, []) for each in message.extension),
        tuple((r.start, r.end - 1) for r in message.reserved_range),
        tuple(message.reserved_name),
    )


def _described_field(field: FieldDescriptorProto, oneofs: list[str], entries: Any = None) -> Shape:
    label = "optional!" if field.proto3_optional else LABELS[field.label]
    oneof = oneofs[field.oneof_index] if field.HasField("oneof_index") else ""
    entry = (entries or {}).get(field.type_name.rpartition(".")[2])
    if entry is not None and field.type == FieldDescriptorProto.TYPE_MESSAGE:
        kind: Any = ("map", *(_described_type(each) for each in entry.field))
    else:
        kind = _described_type(field)
    return (field.name, field.number, kind, label, oneof, field.extendee)


def _described_type(field: FieldDescriptorProto) -> Shape:
    return (KINDS[field.type], field.type_name)


def _described_enum(enum: EnumDescriptorProto) -> Shape:
    return (
        enum.name,
        tuple((value.name, value.number) for value in enum.value),
        tuple((r.start, r.end) for r in enum.reserved_range),
        tuple(enum.reserved_name),
    )


def _described_service(service: ServiceDescriptorProto) -> Shape:
    return (
        service.name,
        tuple(
            (m.name, m.input_type, m.output_type, m.client_streaming, m.server_streaming)
            for m in service.method
        ),
    )


class Facts:
    """Our facts of one file in the shape of ``described``."""

    def __init__(self, file: ProtoFile, scope: Scope) -> None:
        self.file = file
        self.scope = scope
        self.edition = file.syntax.isdigit()

    def shape(self) -> Shape:
        file, package = self.file, self.file.package
        imports = [i for i in file.imports if i.modifier != "option"]
        messages = [*file.messages, *_groups(file.extensions)]
        return (
            package,
            "editions" if self.edition else file.syntax,
            tuple(i.path for i in imports),
            tuple(i.path for i in imports if i.modifier == "public"),
            tuple(i.path for i in imports if i.modifier == "weak"),
            tuple(self._message(m, package) for m in _in_order(messages)),
            tuple(self._enum(each) for each in file.enums),
            tuple(self._service(each) for each in file.services),
            tuple(self._field(each, package) for each in file.extensions),
        )

    def _message(self, message: Message, scope: str) -> Shape:
        inner = f"{scope}.{message.name}".lstrip(".")
        nested = [*message.messages, *_groups(message.fields), *_groups(message.extensions)]
        return (
            message.name,
            tuple(self._field(each, inner) for each in message.fields),
            tuple(oneof.name for oneof in message.oneofs),
            tuple(self._message(each, inner) for each in _in_order(nested)),
            tuple(self._enum(each) for each in message.enums),
            tuple(self._field(each, inner) for each in message.extensions),
            tuple(tuple(each) for each in message.reserved),
            message.reserved_names,
        )

    def _field(self, field: Field, scope: str) -> Shape:
        kind: Any
        if field.type.startswith("map<"):
            key, value = field.type[4:-1].split(", ")
            kind, label = ("map", (key, ""), self._type(value, field.ref, scope)), "repeated"
        else:
            kind, label = self._type(field.type, field.ref, scope), field.label or "optional"
        if field.group is not None:
            kind = ("group", kind[1])
        if field.label == "optional" and self.file.syntax == "proto3":
            label = "optional!"
        extendee = self.scope.resolve(field.extendee, scope) if field.extendee else ""
        return (field.name, field.number, kind, label, field.oneof, extendee)

    def _type(self, name: str, ref: TypeRef | None, scope: str) -> Shape:
        if ref is None:
            assert name in SCALARS
            return (name, "")
        full = self.scope.resolve(ref, scope)
        assert f".{full}".endswith(f".{ref.name}")
        return (self.scope.kinds[full[1:]], full)

    def _enum(self, enum: Enum) -> Shape:
        values = tuple((each.name, each.number) for each in enum.values)
        return (enum.name, values, tuple(map(tuple, enum.reserved)), enum.reserved_names)

    def _service(self, service: Service) -> Shape:
        scope = f"{self.file.package}.{service.name}".lstrip(".")
        rpcs = []
        for rpc in service.rpcs:
            assert rpc.input
            assert rpc.output
            types = (self.scope.resolve(rpc.input, scope), self.scope.resolve(rpc.output, scope))
            rpcs.append((rpc.name, *types, rpc.client_streaming, rpc.server_streaming))
        return (service.name, tuple(rpcs))


def _groups(fields: tuple[Field, ...]) -> Iterator[Message]:
    return (field.group for field in fields if field.group is not None)


def _in_order(messages: list[Message]) -> list[Message]:
    return sorted(messages, key=lambda message: message.span)


def compare(image: FileDescriptorSet, root: Path) -> int:
    """Compare every file of ``image`` that lies under ``root``; how many that were."""
    scope = Scope(list(image.file))
    parser = Parser()
    count = 0
    for descriptor in image.file:
        path = root / descriptor.name
        if path.exists():
            file = parser.read_once(descriptor.name, path.read_bytes())
            assert Facts(file, scope).shape() == described(descriptor), descriptor.name
            count += 1
    return count


@pytest.fixture
def no_gc() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def test_google_proto_files(no_gc: None, tmp_path: Path) -> None:
    """Compiled by buf: 8,044 files of proto2, proto3, editions 2024 and 2026."""
    buf = shutil.which("buf", path=sysconfig.get_path("scripts")) or shutil.which("buf")
    assert buf, "buf is missing: pip install buf-bin"
    root, image = google_proto_files(), tmp_path / "image.binpb"
    exclude = [word for path in BROKEN for word in ("--exclude-path", path)]
    subprocess.run(
        [buf, "build", "--config", '{"version": "v2"}', "--exclude-source-info", *exclude]
        + ["--as-file-descriptor-set", "-o", image],
        cwd=root,
        check=True,
    )
    count = compare(FileDescriptorSet.FromString(image.read_bytes()), root)
    assert count > 8000
    assert count == len(list(root.rglob("*.proto"))) - 7


def compile_with_protoc(root: Path, output: Path, *names: str) -> FileDescriptorSet:
    from grpc_tools import protoc

    arguments = ["protoc", f"-I{root}", f"--descriptor_set_out={output}", "--include_source_info"]
    assert protoc.main([*arguments, "--include_imports", *names]) == 0
    return FileDescriptorSet.FromString(output.read_bytes())


def test_protos_of_grpc_tools(tmp_path: Path) -> None:
    root = grpc_tools_protos()
    names = [str(path.relative_to(root)) for path in root.rglob("*.proto")]
    image = compile_with_protoc(root, tmp_path / "image.binpb", *names)
    assert compare(image, root) == len(names) > 10


def test_what_the_corpora_lack(tmp_path: Path) -> None:
    """Groups everywhere, extensions, shadowed names, reserved ranges, by protoc."""
    source = b"""
        syntax = "proto2";
        package a.b;
        message Outer {
          optional group Foo = 1 { required int32 x = 2; optional Foo again = 3; }
          message Inner { optional Outer outer = 1; optional Outer.Inner self = 2; }
          enum Inner2 { reserved -5 to -2, 9 to max; reserved "GONE"; ZERO = 0; MINUS = -1; }
          oneof choice { Inner2 e = 4; group Bar = 5 { optional Inner i = 1; } }
          map<int32, Inner> by_number = 6;
          map<string, a.b.Outer.Inner2> by_name = 7;
          extensions 100 to max;
          extend Outer { repeated group Ext = 100 { optional .a.b.Outer o = 1; } }
          reserved 8, 10 to 12, 0x20 to 040, 50 to 99;
          reserved "was", 'gone';
          message b { message Shadow {} }
        }
        message Outside { optional Outer.b.Shadow s = 1; optional Outer.Inner2 e = 2; }
        extend Outer {
          optional group Top = 101 { optional int32 z = 1; }
          optional Outside out = 102;
        }
        service S {
          rpc R(stream Outer) returns (a.b.Outside);
          rpc Q(Outer) returns (stream Outer);
        }
    """
    (tmp_path / "x.proto").write_bytes(source)
    image = compile_with_protoc(tmp_path, tmp_path / "image.binpb", "x.proto")
    assert compare(image, tmp_path) == 1
