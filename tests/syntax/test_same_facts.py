"""One text has one set of facts, whichever way it is read, and reading never fails."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora import google_proto_files, newest
from protohome.positions import BOM
from protohome.syntax import Parser, read
from protohome.syntax.tolerant import recovery
from syntax.invariants import assert_sound
from syntax.test_cases import cases

PIECES = [
    *(case.source for case in cases()),
    *(b"\xff|\x00|\xf0\x9f|\xef\xbb\xbf|\r|\n|/*|*/|//|\"|'|\\|{|}|[|]|(|)|<|>|;".split(b"|")),
    *(b"message X {|enum X {|rpc R(A) returns (B) {|map<string, |= 1;|string s".split(b"|")),
]


@pytest.fixture
def no_gc() -> Iterator[None]:
    """Millions of tuples without a cycle among them are not worth collecting."""
    gc.disable()
    yield
    gc.enable()


def test_tree_and_tolerant_reader_agree(no_gc: None) -> None:
    """On the corpus, all of which the grammar reads or the tolerant reader does.

    Of an API's versions the last one is read, which says what the others do; with ``FUZZ`` all are.
    """
    parser = Parser()
    count = 0
    every = google_proto_files().rglob("*.proto")
    for path in every if "FUZZ" in os.environ else newest(every):
        source = path.read_bytes()
        file = parser.read_once("x.proto", source)
        assert file == recovery.read("x.proto", source), path
        assert file.broken == (), path
        assert_sound(file)
        count += 1
    assert count in (3553, 8051)


def test_tree_reads_nearly_all_of_the_corpus() -> None:
    """The tolerant reader is for broken text and rare grammar, not for the daily file."""
    import tree_sitter

    from protohome.syntax.grammar import language

    parser = tree_sitter.Parser(language())
    every = sorted(google_proto_files().rglob("*.proto"))[::16]
    read_by_tree = [p for p in every if not parser.parse(p.read_bytes()).root_node.has_error]
    assert len(read_by_tree) > 0.99 * len(every)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_incremental_is_as_from_scratch(data: st.DataObject) -> None:
    """After any sequence of edits: one place, several places, everything, back and forth."""
    source = data.draw(st.sampled_from(PIECES))
    parser = Parser()
    for _ in range(data.draw(st.integers(1, 8))):
        assert parser.read("x.proto", source) == read("x.proto", source)
        for _ in range(data.draw(st.integers(0, 3))):
            start = data.draw(st.integers(0, len(source)))
            end = data.draw(st.integers(start, min(len(source), start + 40)))
            source = source[:start] + data.draw(st.sampled_from(PIECES)) + source[end:]
    assert parser.read("x.proto", source) == read("x.proto", source)


HEAD = b'syntax = "proto3";\npackage acme.v1;\n\nimport "a.proto";\n\n'
CONTRACTS = b"".join(
    b"// Says %(n)d.\nmessage M%(n)d {\n  // One\n  string a = 1 [(x) = {\n    y: %(n)d\n  }];\n"
    b"  M%(n)d.K k = 2;\n  enum K {\n    K = 0;\n  }\n}\n\nenum E%(n)d {\n  E%(n)d_A = 0;\n}\n\n"
    b"service S%(n)d {\n  rpc R(M%(n)d) returns (M%(n)d) {\n"
    b"    option (o) = { get: '/v1' };\n  }\n}\n" % {b"n": n}
    for n in range(5)
)
KEYS = (
    *b"{|}|/*|*/|//|;|'|[|<| |x|= 3|message|message |package a.b;|\xef\xbb\xbf|\r\n".split(b"|"),
    *(b'"', b"\n", b"\n  }\n", b"}\n", b"/* a */", b"message Foo {\n", b"option x = {\n"),
    *(b"message A {}\n", b"enum B { C = 0; }\n", b"extend Foo { int32 a = 4; }\n", b"group"),
    *(
        b"// protohome",
        b"proto",
        b"home",
        b"  string a = 1;\n",
        b'\nimport "b.proto";\n',
        b'syntax = "proto3";\n',
        b"export ",
    ),
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_in_a_file_of_many_contracts_too(data: st.DataObject) -> None:
    """What a key has not touched is kept; what it has undone elsewhere is not."""
    source = HEAD + CONTRACTS
    opened = data.draw(st.sampled_from((None, read("x.proto", source))))
    parser = Parser(opened, ahead=data.draw(st.booleans()))
    parser.read("x.proto", source)
    for _ in range(data.draw(st.integers(1, 12))):
        start = data.draw(st.integers(0, len(source)))
        end = data.draw(st.sampled_from((start, start, start + 1, start + 30)))
        key = data.draw(st.sampled_from((b"", *KEYS)))
        whole = data.draw(st.integers(0, 9)) == 9  # all is mended
        source = HEAD + CONTRACTS if whole else source[:start] + key + source[end:]
        file = parser.read("x.proto", source)
        assert file == read("x.proto", source)
        assert file.names_protohome == (b"protohome" in source)


def test_what_a_key_leaves_alone_is_the_same_object() -> None:
    parser = Parser()
    source = HEAD + CONTRACTS
    before = parser.read("x.proto", source)
    for key in (b"// longer ", b"message Q {", b"}"):
        source = source.replace(b"// Says 2.", key + b"// Says 2.")
        after = parser.read("x.proto", source)
        kept = sum(a is b for a, b in zip(before.declarations, after.declarations, strict=False))
        assert kept >= 6, "those above"
        last = after.contracts[-1].name_span
        assert source[last.start : last.end] == b"S4"


@pytest.mark.parametrize("key", [b"", b"// longer ", b"message Q {", b"message Q { }", b"}"])
def test_a_document_keeps_what_others_have_of_its_file(key: bytes) -> None:
    """Nothing of it is there twice, also of a text that is not quite that of the file."""
    opened = read("x.proto", HEAD + CONTRACTS)
    source = opened.source.replace(b"// Says 2.", key + b"// Says 2.")
    parser = Parser(opened)
    file = parser.read("x.proto", source)
    assert file == read("x.proto", source)
    kept = set(opened.declarations).intersection(file.declarations)
    assert len(kept) == len(opened.declarations) if key in (b"", b"// longer ") else len(kept) >= 6
    again = parser.read("x.proto", source.replace(b"M3", b"M33"))
    assert again == read("x.proto", again.source)
    assert len(kept.intersection(again.declarations)) >= len(kept) - 3


def test_what_breaks_a_file_has_only_itself_read_where_it_was_compared_ahead() -> None:
    opened = read("x.proto", HEAD + CONTRACTS)
    parser = Parser(opened, ahead=True)
    parser.read("x.proto", opened.source)
    for key in (b"{", b"}", b";", b"message"):
        source = opened.source.replace(b"// Says 2.", key + b"\n// Says 2.")
        file = parser.read("x.proto", source)
        assert file == read("x.proto", source)
        kept = set(opened.declarations).intersection(file.declarations)
        assert len(kept) >= len(opened.declarations) - 3


@pytest.mark.parametrize("rest", [b"message A {", b"extend M1 { string a = 4; }\n", b"messageB {}"])
def test_what_others_have_of_any_file_may_be_kept(rest: bytes) -> None:
    opened = read("x.proto", HEAD + CONTRACTS + rest)
    parser = Parser(opened, ahead=True)
    assert parser.read("x.proto", opened.source) == opened
    assert parser.read("x.proto", HEAD + rest) == read("x.proto", HEAD + rest)


@settings(max_examples=1000, deadline=None)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
def test_any_bytes_are_read(source: bytes) -> None:
    file = read("x.proto", source)
    assert_sound(file)
    tolerant = recovery.read("x.proto", source)
    assert_sound(tolerant)
    assert file.broken or file == tolerant


@pytest.mark.parametrize(
    "source",
    [
        b"",
        BOM,
        b"\n" * 1_250_000,
        b"a " * 125_000,
        b'"' * 125_000,
        b"/*\n" * 50_000,
        b"/*" * 125_000,
        b"{" * 25_000,
        b"}" * 75_000,
        b"message A {" * 5_000,
        b"message A { }" * 5_000,
        b"message A {\n" * 5_000,
        b"} " + b" message A {\n" * 5_000,
        b"} " + b" a a a\n" * 25_000,
        b"} message A {\n" + b" a a a\n" * 25_000,
        b"} message A {\n" + b" a [\n" * 25_000,
        b"message A { string a = 1; " + b"string a = 1 " * 12_500,
        b"option a = " * 12_500,
        b"option a = {" * 12_500,
        b"option a = <" * 12_500,
        b"string a = 1 [" * 12_500,
        b"message A {" + b"string a = 1 [" * 12_500,
        b"map<" * 25_000,
        b"a." * 75_000,
        b"\n.a" * 25_000,
        b"." * 125_000,
        b"1" * 125_000,
        b"message A { int32 a = " + b"1" * 125_000 + b"; }",
        b"message A { int32 a = 0x" + b"f" * 125_000 + b"; }",
    ],
    ids=lambda source: f"{source[:24]!r}, {len(source)} bytes",
)
def test_absurd_files_take_no_absurd_time(source: bytes) -> None:
    """Linear: none of these takes seconds, so all of them fit into what a test run bears."""
    for way in (read, recovery.read):
        assert_sound(way("x.proto", source))
