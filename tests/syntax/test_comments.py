"""Comments belong to the declarations that protoc says they belong to."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from corpora import google_proto_files
from protohome.model import Enum, Message, ProtoFile, Service
from protohome.positions import Span
from protohome.syntax import read
from protohome.syntax.comments import Comments, attached
from syntax.test_descriptors import compile_with_protoc

Path_ = tuple[int, ...]
Texts = tuple[tuple[str, ...], str, str]

FOLDERS = ["google/type", "google/api", "google/longrunning", "google/rpc", "google/iam/v1"]
FOLDERS += ["google/pubsub", "google/spanner", "google/logging", "google/cloud/vision/v1"]
FOLDERS += ["google/cloud/kms", "google/firestore", "google/container/v1", "google/monitoring/v3"]
FOLDERS += [
    "google/maps",
    "google/analytics",
    "google/storage",
    "grafeas",
    "google/bigtable",
    "google/devtools/build",
    "google/iam",
]


def said(file: FileDescriptorProto) -> dict[Path_, Texts]:
    """The compiler's comments by the path of the declaration."""
    return {
        tuple(each.path): (
            tuple(each.leading_detached_comments),
            each.leading_comments,
            each.trailing_comments,
        )
        for each in file.source_code_info.location
    }


def declarations(file: ProtoFile, descriptor: FileDescriptorProto) -> Iterator[tuple[Path_, Span]]:
    """Every contract and member: its path in the descriptor, its span."""
    for n, message in enumerate(file.messages):
        yield from _of_message((4, n), message, descriptor.message_type[n])
    for n, enum in enumerate(file.enums):
        yield from _of_enum((5, n), enum)
    for n, service in enumerate(file.services):
        yield from _of_service((6, n), service)
    for n, field in enumerate(file.extensions):
        yield (7, n), field.span


def _of_message(path: Path_, message: Message, descriptor: Any) -> Iterator[tuple[Path_, Span]]:
    yield path, message.span
    nested = [each.name for each in descriptor.nested_type]
    for n, field in enumerate(message.fields):
        if field.group is None:
            yield (*path, 2, n), field.span
        else:
            at = nested.index(field.group.name)
            yield from _of_message((*path, 3, at), field.group, descriptor.nested_type[at])
    for n, oneof in enumerate(message.oneofs):
        yield (*path, 8, n), oneof.span
    for inner in message.messages:
        at = nested.index(inner.name)
        yield from _of_message((*path, 3, at), inner, descriptor.nested_type[at])
    for n, enum in enumerate(message.enums):
        yield from _of_enum((*path, 4, n), enum)


def _of_enum(path: Path_, enum: Enum) -> Iterator[tuple[Path_, Span]]:
    yield path, enum.span
    yield from (((*path, 2, n), value.span) for n, value in enumerate(enum.values))


def _of_service(path: Path_, service: Service) -> Iterator[tuple[Path_, Span]]:
    yield path, service.span
    yield from (((*path, 2, n), rpc.span) for n, rpc in enumerate(service.rpcs))


def text_of(comment: bytes) -> str:
    """A comment's text as the compiler gives it: without marks and left-hand stars."""
    if comment.startswith(b"//"):
        lines = [line.strip() for line in comment.split(b"\n")]
        comment = b"".join(line[2:] + b"\n" for line in lines)
    else:
        comment = re.sub(rb"\n[ \t\r\v\f]*(\*(?!\Z))?", b"\n", comment[2:-2])
    return comment.decode()


def compare(source: bytes, descriptor: FileDescriptorProto) -> int:
    """Compare all declarations of a file; how many of them have comments."""
    comments = Comments(source)
    expected = said(descriptor)
    count = 0
    for path, span in declarations(read("", source), descriptor):
        ours = comments.attached(span)
        spans = (*ours.detached, *filter(None, [ours.leading]), *filter(None, [ours.trailing]))
        texts = {each: text_of(source[each.start : each.end]) for each in spans}
        found: Texts = (
            tuple(texts[each] for each in ours.detached),
            texts[ours.leading] if ours.leading else "",
            texts[ours.trailing] if ours.trailing else "",
        )
        where = source[max(span.start - 60, 0) : span.end + 60]
        assert found == expected[path], (descriptor.name, path, where)
        assert ours.whole.start <= span.start < span.end <= ours.whole.end
        assert all(ours.whole.start <= each.start < each.end <= ours.whole.end for each in spans)
        count += bool(spans)
    return count


def test_corpus(tmp_path: Path) -> None:
    root = google_proto_files()
    names = [
        str(path.relative_to(root))
        for folder in FOLDERS
        for path in (root / folder).rglob("*.proto")
    ]
    names = sorted(set(names))
    image = compile_with_protoc(root, tmp_path / "image.binpb", *names)
    commented = sum(
        compare((root / file.name).read_bytes(), file) for file in image.file if file.name in names
    )
    assert len(names) > 300
    assert commented > 10_000


PIECES = [" ", "\n", "// a\n", "/* b */", "/* c\n * c */"]
GAPS = ["".join(each) for size in range(6) for each in itertools.product(PIECES, repeat=size)]


@pytest.mark.parametrize(
    ("around", "each"),
    [
        ("syntax = 'proto3';\nmessage M {\n%s}\n", "int32 f%d = %d;%s"),
        ("syntax = 'proto3';\n%s", "message M%d_%d {%s}\n"),
        ("syntax = 'proto3';\n%s", "message M%d { int32 f = %d; }%s"),
        ("syntax = 'proto3';\nmessage M {\n%s}\n", "oneof o%d { int32 f%d = 1;%s}\n"),
        ("syntax = 'proto3';\nenum E { Z = 0;\n%s}\n", "V%d = %d [deprecated = true];%s"),
        ("syntax = 'proto3';\nmessage M {}\nservice S {\n%s}", "rpc R%d_%d(M) returns (M) {%s}\n"),
        ("syntax = 'proto3';\nmessage M {}\nservice S {\n%s}", "rpc R%d_%d(M) returns (M);%s"),
    ],
    ids=["fields", "heads", "messages", "oneofs", "values", "rpc heads", "rpcs"],
)
def test_every_layout(around: str, each: str, tmp_path: Path) -> None:
    """All ways to put five of these pieces between two declarations, or into an empty one."""
    # Field numbers from 19000 to 19999 are protobuf's own.
    body = "".join(
        each.replace("= 1;", "= %d;").replace("%d", str(n)) % gap
        if "oneof" not in each
        else (each.replace("= 1;", f"= {n};") % (n, n, gap))
        for n, gap in enumerate(GAPS, 1)
    )
    source = (around % body).encode()
    (tmp_path / "x.proto").write_bytes(source)
    image = compile_with_protoc(tmp_path, tmp_path / "image.binpb", "x.proto")
    assert compare(source, image.file[-1]) > 2000


def test_first_in_the_file(tmp_path: Path) -> None:
    for n, gap in enumerate(GAPS[:: len(GAPS) // 40]):
        source = f"{gap}message A {{}}".encode()
        (tmp_path / f"x{n}.proto").write_bytes(source)
        image = compile_with_protoc(tmp_path, tmp_path / "image.binpb", f"x{n}.proto")
        compare(source, image.file[0])


def test_groups_and_extensions(tmp_path: Path) -> None:
    source = b"""// detached

        // leading
        message A { // trailing
          // of group
          optional group G = 1 { // in group
            // of x
            optional int32 x = 1; // on x
          } // behind group
          extensions 2 to 9;
          /* of enum */ enum E { // in enum
            Z = 0; /* on Z */
          }
        } // behind A
        extend A { // nobody's
          // of extension
          optional int32 y = 2 [ /* no */ deprecated = true /* no */ ]; // on y
        }
    """
    (tmp_path / "x.proto").write_bytes(source)
    image = compile_with_protoc(tmp_path, tmp_path / "image.binpb", "x.proto")
    assert compare(source, image.file[0]) == 6


def test_whole_declaration() -> None:
    """What moves with a declaration: its comments, and the one behind its closing brace."""
    source = b"""package a; // Of the package.

// Detached.

// Leading.
message A { // Trailing.
} // Behind.
message B {}
// Nobody's.

message C {}
"""
    a, b, c = read("", source).messages
    whole = attached(source, a.span).whole
    assert source[whole.start : whole.end].startswith(b"// Detached.")
    assert source[whole.start : whole.end].endswith(b"} // Behind.")
    assert attached(source, b.span).whole == b.span
    assert attached(source, c.span).whole == c.span


def test_broken_text() -> None:
    source = b"""message A
// Leading of B.
message B { // Trailing of B.
  // Leading of x.
  string x = 1 // not closed
  string y = 2; // Trailing of y.
"""
    _, b = read("", source).messages
    x, y = b.fields
    found = [attached(source, each.span) for each in (b, x, y)]
    texts = [
        [None if s is None else source[s.start : s.end].decode() for s in (f.leading, f.trailing)]
        for f in found
    ]
    assert texts == [
        ["// Leading of B.", "// Trailing of B."],
        ["// Leading of x.", None],
        [None, "// Trailing of y."],
    ]
