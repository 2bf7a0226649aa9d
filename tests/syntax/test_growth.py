"""Twice the text is twice the work, also where it is made of what a reader looks for."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growth import is_linear
from protohome import suppressions
from protohome.positions import LineIndex
from protohome.syntax import Parser, read
from protohome.syntax.comments import Comments

TOKENS = [
    *("message A {", "enum E {", "service S {", "oneof o {", "extend A {", "group G", "rpc R"),
    *("(", ")", "{", "}", "[", "]", "<", ">", "=", ";", ",", ".", '"', "'", "\\", "-", "1", "A"),
    *("/*", "*/", "//", "\n", "  ", "\t", "}\n", "{\n", '"a"', "map<", "returns", "stream", "to"),
    *("option", "(a)", "reserved", "extensions", "max", "import", "public", "package", "syntax"),
    *("string", "repeated", "f", "export", "// protohome:ignore x -- ", "/* protohome:ignore"),
]
BEGINNINGS = [
    *("", "/* ", '"', "option x = {", "message M {\n", "message M { option (a) = {"),
    *("message M { f a = 1 [", "service S { rpc R(", "message M { reserved "),
]


def facts(text: str) -> None:
    file = read("a.proto", text.encode())
    suppressions.read(file)
    comments = Comments(file.source)
    for contract in file.contracts:
        comments.attached(contract.span)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(BEGINNINGS), st.lists(st.sampled_from(TOKENS), min_size=1, max_size=6))
def test_text_made_of_any_tokens(beginning: str, tokens: list[str]) -> None:
    unit = " ".join(tokens)
    assert is_linear(facts, lambda n: beginning + unit * (n // len(unit) + 1), 4_000), unit


def numbered(line: str, before: str = "", after: str = "") -> pytest.ParameterSet:
    """A line for each number, between what opens and closes them."""
    return pytest.param(
        lambda n: before + "".join(line.replace("#", str(i)) for i in range(n)) + after,
        id=(before + line).strip().replace("\n", " "),
    )


MANY = [
    numbered("message M# { string a = 1; }\n"),
    numbered("message M# {}"),
    numbered("message M# {\n"),
    numbered("message M# {"),
    numbered("message M# {\n  string a = 1;\n"),
    numbered("message M# { string a = ; }\n"),
    numbered("  string f# = #;\n", "message M {\n", "}\n"),
    numbered("  E# = #;\n", "enum E {\n", "}\n"),
    numbered("  rpc R#(A) returns (B);\n", "service S {\n", "}\n"),
    numbered("string f# = #; ", "message M { oneof o { ", "} }"),
    numbered("// protohome:ignore x -- #\n"),
    numbered("/* protohome:ignore x -- # */"),
    numbered("/* protohome:ignore x -- é# */", " " * 2_000),
    numbered("message M# {} // protohome:ignore x -- y\n"),
    numbered(" ", "// protohome:ignore x", "y\nmessage M {}"),
    numbered(" ", "// protohome:ignore x --", "y\nmessage M {}"),
    numbered("-", "// protohome:ignore x --", " \nmessage M {}"),
    numbered("*", "/* ", "/"),
    numbered("}\n"),
    numbered("}\n", "message M {\n"),
    numbered("import 'a#.proto';\n"),
    numbered("reserved #;", "message M {", "}"),
    numbered("#,", "message M { reserved ", "1; }"),
]


@pytest.mark.parametrize("grown", MANY)
def test_text_of_many_parts(grown: object) -> None:
    assert callable(grown)
    assert is_linear(facts, grown, 1_000)


@pytest.mark.parametrize("line", ["a", "é ", "\U0001f6d1", "\xff"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_all_columns_of_one_long_line(line: str, encoding: str) -> None:
    def places(length: int) -> None:
        source = (line * length).encode("latin-1" if line == "\xff" else "utf-8")
        lines = LineIndex(source)
        for offset in range(0, len(source), 4):
            lines.position(offset, encoding)

    assert is_linear(places, lambda n: n, 8_000)


def test_a_keystroke_at_the_end_costs_what_the_file_does() -> None:
    def typed(number: int) -> None:
        source = b"".join(b"message M%d { string a = 1; }\n" % i for i in range(number))
        parser = Parser()
        parser.read("a.proto", source)
        parser.read("a.proto", source + b"message N {")

    assert is_linear(typed, lambda n: n, 1_000)


def test_while_a_large_text_is_parsed_other_threads_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest that one of them waits is a part of the whole."""
    monkeypatch.setattr("protohome.syntax.declarations.read_statement", lambda *_: None)
    text = "".join(f"message M{at} {{ string a = 1; }}\n" for at in range(60_000)).encode()
    beats: list[float] = []
    done = threading.Event()

    def beat() -> None:
        while not done.wait(0.001):
            beats.append(time.monotonic())

    heart = threading.Thread(target=beat)
    heart.start()
    start = time.monotonic()
    read("a.proto", text)
    end = time.monotonic()
    done.set()
    heart.join()
    beats = [start, *(one for one in beats if start < one < end), end]
    assert max(after - before for before, after in pairwise(beats)) < (end - start) / 2


def test_a_text_that_is_parsed_piece_by_piece_has_the_same_facts() -> None:
    text = "// \u20ac\nmessage M { string a = 1; }\n" * 2_000
    file = read("a.proto", text.encode())
    assert [one.name_span.start for one in file.contracts] == [
        15 + at * len(text.encode()) // 2_000 for at in range(2_000)
    ]
