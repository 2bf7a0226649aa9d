"""An image gives the facts that its source gives, but for places."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from descriptors.images import buf_image, placeless, protoc_image, write_tree
from protohome.descriptors import read_image
from protohome.model import ProtoFile
from protohome.syntax import read
from protohome.system.disk import LoadError

PROTO2 = """
syntax = "proto2";
package a.v1;
import public "b.proto";
option java_package = "com.a.v1";
option optimize_for = SPEED;
message Outer {
  optional group Foo = 1 { required int32 x = 2; optional .a.v1.Outer.Foo again = 3; }
  message Inner { optional .a.v1.Outer outer = 1; }
  enum Size { option allow_alias = true; reserved -5 to -2, 9 to max; reserved "GONE"; \
ZERO = 0; NONE = 0 [deprecated = true]; MINUS = -1; }
  oneof choice { .a.v1.Outer.Size e = 4; group Bar = 5 { optional string s = 1; } }
  map<int32, .a.v1.Outer.Inner> by_number = 6;
  map<string, bytes> by_name = 7;
  optional string s = 8 [default = "a\\"b", json_name = "ess"];
  optional bytes b = 9 [default = "\\001x", ctype = CORD];
  optional double d = 10 [default = -inf];
  optional .a.v1.Outer.Size size = 11 [default = MINUS, deprecated = true];
  repeated int32 p = 12 [packed = true];
  reserved 20, 22 to 30;
  reserved "was", "gone";
  extensions 100 to 110, 200 to max;
  extend .a.v1.Outer { repeated group Ext = 100 { optional .b.v1.B o = 1; } }
}
extend .a.v1.Outer { optional .b.v1.B out = 101; }
service S {
  rpc Q(.b.v1.B) returns (stream .b.v1.B) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc R(stream .b.v1.B) returns (.b.v1.B);
}
"""
PROTO3 = """
syntax = "proto3";
package b.v1;
message B { int32 plain = 1; optional string maybe = 2; oneof o { bool c = 3; } repeated B bs = 4; }
""".replace("repeated B", "repeated .b.v1.B")
EDITION = """
edition = "2023";
package c;
option features.field_presence = IMPLICIT;
message C { string s = 1 [features.field_presence = EXPLICIT, \
features.utf8_validation = NONE]; }
enum Closed { option features.enum_type = CLOSED; ONE = 1; }
"""
TREE = {"a.proto": PROTO2, "b.proto": PROTO3, "c.proto": EDITION}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "root", TREE)


@pytest.fixture
def image(root: Path, tmp_path: Path) -> bytes:
    return buf_image(root, tmp_path / "x.binpb")


def facts(path: str) -> ProtoFile:
    file: ProtoFile = placeless(read(path, TREE[path].encode()))
    return file


@pytest.mark.parametrize("suffix", ["binpb", "json", "txtpb", "binpb.gz", "json.gz", "pb"])
def test_buf(root: Path, tmp_path: Path, suffix: str) -> None:
    output = f"x.{suffix.replace('pb', 'binpb') if suffix == 'pb' else suffix}"
    found = read_image(f"x.{suffix}", buf_image(root, tmp_path / output))
    assert found == {path: facts(path) for path in TREE}


def test_protoc(root: Path, tmp_path: Path) -> None:
    found = read_image("set", protoc_image(root, tmp_path / "set"))
    assert found == {path: facts(path) for path in TREE}


def test_features_of_one_language(root: Path, tmp_path: Path) -> None:
    """They are extensions, which nobody has to know to compile against."""
    text = 'edition = "2023"; import "google/protobuf/cpp_features.proto"; '
    text += "message D { string d = 1 [features.(pb.cpp).string_type = VIEW]; }"
    write_tree(root, {"d.proto": text})
    found = read_image("x.binpb", buf_image(root, tmp_path / "x.binpb"))["d.proto"]
    assert found.messages[0].fields[0].options == "features.(pb.cpp).string_type = VIEW"


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("x.binpb", lambda data: data[: len(data) // 2]),
        ("x.binpb", lambda data: b""),
        ("x.binpb", lambda data: b"\x89PNG\r\n\x1a\n" + data),
        ("x.binpb", lambda data: b"syntax = 'proto3';"),
        ("x.json", lambda data: data),
        ("x.json", lambda data: b"[1]"),
        ("x.json", lambda data: b'{"file": [{"dependency": [{'),
        ("x.json", lambda data: b'{"file": ' + b"[" * 50_000),
        ("x.json", lambda data: b'{"file": [{}]}'),
        ("x.json", lambda data: b'{"version": 1}'),
        ("x.txtpb", lambda data: b"file { name: "),
        ("x.binpb.gz", lambda data: gzip.compress(data)[:100]),
        ("x.binpb.gz", lambda data: b"\x1f\x8bnot gzip"),
        ("x.json", lambda data: b'{"file":[{"name":"a","messageType":[{"field":[{}]}]}]}'),
        (
            "x.json",
            lambda data: b'{"file":[{"name":"a","messageType":[{"field":[{"oneofIndex":7}]}]}]}',
        ),
    ],
)
def test_no_image(image: bytes, path: str, change: object) -> None:
    assert callable(change)
    with pytest.raises(LoadError) as raised:
        read_image(path, change(image))
    message = str(raised.value)
    assert message.startswith(f"{path}: no image of `buf build`")
    assert "\n" not in message
