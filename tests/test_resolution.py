"""Every name of real files means what the compiler makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from corpora import google_proto_files
from fixes.compiled import image
from fixes.worlds import world
from protohome.fixes._workspace import view
from protohome.loading.discovery import load
from protohome.model import ANY, TYPE, ProtoFile
from protohome.resolution import DECLARED, EXTENSION, LITERAL, Name, View
from protohome.resolution.well_known import well_known
from protohome.syntax import read

ACME = Path(__file__).parent / "fixes/acme"
FOLDERS = (
    "google/api",
    "google/pubsub",
    "google/iam",
    "google/logging",
    "google/protobuf/util/json_format.proto",
)


@pytest.mark.parametrize(
    ("tree", "wanted"), [(ACME, ["acme"]), (None, FOLDERS)], ids=["acme", "google"]
)
def test_types_mean_what_the_compiler_says(
    tree: Path | None, wanted: Iterable[str], tmp_path: Path
) -> None:
    root = world(tmp_path, tree or google_proto_files(), wanted)
    files = view(load(str(root), cache=False))
    for descriptor in FileDescriptorSet.FromString(image(root)).file:
        said = Counter(name[1:] for name in _type_names(descriptor))
        found: Counter[str] = Counter()
        for name in files.names(descriptor.name):
            target = files.resolve(descriptor.name, name)
            assert target is not None, (descriptor.name, name)
            if name.kind in (TYPE, ANY):
                found[target.fqn] += 1
        assert found == said, descriptor.name


def _type_names(descriptor: FileDescriptorProto) -> Iterator[str]:
    """The types named in a file, as often as they are written."""
    yield from _of_fields(descriptor.extension)
    for message in descriptor.message_type:
        yield from _of_message(message)
    for service in descriptor.service:
        for method in service.method:
            yield from (method.input_type, method.output_type)


def _of_message(message: DescriptorProto) -> Iterator[str]:
    """A map's value is named in the entry that the compiler makes for it."""
    entries = {inner.name for inner in message.nested_type if inner.options.map_entry}
    yield from _of_fields(
        field for field in message.field if field.type_name.rpartition(".")[2] not in entries
    )
    yield from _of_fields(message.extension)
    for inner in message.nested_type:
        yield from _of_message(inner)


def _of_fields(fields: Iterable[FieldDescriptorProto]) -> Iterator[str]:
    extendee = ""
    for field in fields:
        if field.type_name and field.type != field.TYPE_GROUP:
            yield field.type_name
        if field.extendee and field.extendee != extendee:
            extendee = field.extendee
            yield extendee


def view_of(*sources: str) -> View:
    """Files a.proto, b.proto, … of these texts."""
    files: dict[str, ProtoFile] = {}
    for letter, source in zip("abcdef", sources, strict=False):
        files[f"{letter}.proto"] = read(f"{letter}.proto", source.encode())
    return View(files)


def meaning(files: View, path: str, text: str, scope: str = "", kind: str = TYPE) -> str:
    target = files.resolve(path, Name(text, files.files[path].package_span, scope, kind))
    return target.fqn if target else ""


def test_a_service_or_a_package_is_no_type() -> None:
    """What is no type there is looked for further out, imported or not."""
    around = ("package x; message N {} message z {}", "package x.y.z;")
    files = view_of('package x.y; import "b.proto"; import "c.proto"; service N {}', *around)
    assert meaning(files, "a.proto", "N") == "x.N"
    assert meaning(files, "a.proto", "N", kind=ANY) == "x.y.N"
    assert meaning(files, "a.proto", "z") == meaning(files, "a.proto", "z", kind=ANY) == "x.z"
    files = view_of("package x.y;", *around, "package x.y; service N {}")
    name = Name("N", files.files["a.proto"].package_span, "", TYPE)
    assert files.meant("a.proto", name) == ("x.N", ("b.proto",), True)


def test_the_first_component_decides() -> None:
    files = view_of(
        'package x.y; import "b.proto"; message M { message x {} }',
        "package x.z; message N {}",
    )
    assert meaning(files, "a.proto", "x.z.N") == "x.z.N"
    assert meaning(files, "a.proto", "z.N") == "x.z.N"
    assert meaning(files, "a.proto", "x.z.N", "M") == ""
    assert meaning(files, "a.proto", ".x.z.N", "M") == "x.z.N"


def test_a_field_hides_no_type_but_an_rpc_hides_one_from_rpcs() -> None:
    files = view_of("package x; message M { M M = 1; } service S { rpc M(M) returns (M); }")
    assert meaning(files, "a.proto", "M", "M") == "x.M"
    fields = view_of("package x; message N {} message M { N N = 1; N other = 2; }")
    assert meaning(fields, "a.proto", "N", "M") == "x.N"
    assert fields.type_of("a.proto", "N", "M", TYPE) == "x.N"
    assert meaning(files, "a.proto", "M", "S", ANY) == "x.S.M"


def test_only_what_is_imported_is_seen_publicly_at_any_depth() -> None:
    files = view_of(
        'package x; import "b.proto";',
        'package x; import public "c.proto"; import "d.proto";',
        'package x; import public "e.proto"; message C {}',
        "package x; message D {}",
        "package x; message E {}",
    )
    assert [meaning(files, "a.proto", name) for name in "CDE"] == ["x.C", "", "x.E"]


def test_a_name_still_to_be_imported_means_the_one_thing_that_it_can() -> None:
    files = view_of(
        "package x.y; message M {}",
        "package x.z; message N {} message O {}",
        "package z; message O {}",
    )
    kinds = {kind: files.type_of("a.proto", "z.N", "M", kind) for kind in (TYPE, ANY)}
    assert kinds == {TYPE: "x.z.N", ANY: "x.z.N"}
    assert files.type_of("a.proto", "z.O", "M", TYPE) is None
    assert files.type_of("a.proto", ".z.O", "M", TYPE) == "z.O"
    assert meaning(files, "a.proto", "z.N") == ""


def test_an_absent_file_says_what_it_declares_by_its_folder_only() -> None:
    files = view_of(
        'package x.y; import "z/o.proto"; import "elsewhere/p.proto";',
        "package x.z; message O {} message P {}",
        "package x.q; message P {}",
    )
    assert files.type_of("a.proto", "z.O", "", TYPE) == "z.O"
    assert files.type_of("a.proto", "q.P", "", TYPE) == "x.q.P"
    assert meaning(files, "a.proto", "q.P") == "q.P"


def test_a_map_field_declares_the_message_of_its_entries() -> None:
    files = view_of(
        'package x; import "b.proto"; message M { map<string, N> by_long_name = 1; }',
        "package x; message N { map<int32, int32> _odd = 1; } message ByLongNameEntry {}",
    )
    assert meaning(files, "a.proto", "ByLongNameEntry", "M") == "x.M.ByLongNameEntry"
    assert files.type_of("a.proto", "ByLongNameEntry", "M", TYPE) == "x.M.ByLongNameEntry"
    assert meaning(files, "a.proto", "ByLongNameEntry") == "x.ByLongNameEntry"
    assert meaning(files, "a.proto", "N.OddEntry") == "x.N.OddEntry"


def test_a_name_in_an_options_value_is_looked_up_in_the_package() -> None:
    files = view_of(
        'package x; import "b.proto"; message M { extend N { optional int32 e = 1; } }',
        "package x; message N { extensions 1; } extend N { optional int32 e = 2; }",
    )
    assert meaning(files, "a.proto", "e", "M", LITERAL) == "x.e"
    assert meaning(files, "a.proto", "e", "M", EXTENSION) == "x.M.e"


def test_an_enums_values_stand_beside_it() -> None:
    files = view_of("package x; enum E { V = 0; } message M { enum F { W = 0; } }")
    assert {"x.V", "x.M.W"} <= set(files.symbols("a.proto"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("message M { option (o) = 1; }", ("o", "")),
        ("message M { int32 f = 1 [(o).x = 1]; }", ("o", "M")),
        ("message M { message N { oneof c { option (o) = 1; int32 f = 1; } } }", ("o", "M.N")),
        ("message M { extensions 4 to 9 [(o) = 1]; }", ("o", "")),
        ("message M { optional group G = 1 { optional int32 f = 1 [(.o.p) = 1]; } }",
         (".o.p", "M.G")),
        ("enum E { option (o) = 1; V = 0; }", ("o", "")),
        ("message M { enum E { V = 0 [deprecated = true, (o) = 1]; } }", ("o", "M")),
        ("service S { option (a . b) = { x: 1 }; }", ("a.b", "")),
        ("service S { rpc R (M) returns (stream M) { option (o) = {}; } }", ("o", "S")),
        ("extend M { int32 f = 100 [(o) = {a: [1, 2] b <c: 1>}]; }", ("o", "")),
    ],
)  # fmt: skip
def test_an_options_name_is_looked_up_around_what_it_is_an_option_of(
    source: str, expected: tuple[str, str]
) -> None:
    names = [name for name in view_of(source).names("a.proto") if name.kind == EXTENSION]
    assert [(name.text, name.scope) for name in names] == [expected]


def test_names_inside_option_values() -> None:
    files = view_of(
        'option (o) = { [a.b]: 1 c: [X, Y] d { [type.googleapis.com/e.F] <g: "[h.i]"> } };'
        'message M { extensions 1 [declaration = {full_name: ".j.k" type: "string"}]; }'
    )
    assert [(name.text, name.kind) for name in files.names("a.proto")] == [
        ("o", EXTENSION),
        ("a.b", "literal"),
        ("e.F", "full"),
        ("j.k", DECLARED),
    ]


@pytest.mark.parametrize(
    "name",
    ["any", "api", "descriptor", "duration", "empty", "field_mask", "source_context", "struct"]
    + ["timestamp", "type", "wrappers"],
)
def test_the_files_that_every_compiler_ships_declare_what_the_runtime_says(name: str) -> None:
    file = import_module(f"google.protobuf.{name}_pb2").DESCRIPTOR
    expected = {enum.full_name: "enum" for enum in file.enum_types_by_name.values()}
    pending = list(file.message_types_by_name.values())
    for message in pending:
        expected[message.full_name] = "message"
        expected |= {enum.full_name: "enum" for enum in message.enum_types}
        pending += message.nested_types
    assert dict(well_known(f"google/protobuf/{name}.proto")) == expected
