"""What is read from a statement's text at one look is what its tree says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import google_proto_files
from protohome.model import Field, Message
from protohome.syntax import declarations, read
from protohome.syntax.usual import usual_field
from syntax.test_same_facts import PIECES

# What statements consist of, and what may stand between: also where protobuf does not allow it.
WORDS = [
    *(b"optional", b"repeated", b"required", b"option", b"string", b"bytes", b"map<string, A>"),
    *(
        b"a",
        b"_b2",
        b"Foo",
        b".a.B",
        b"a . B",
        b"optionalFoo",
        b"inf",
        b"true",
        b"(a.b)",
        b"( .c )",
    ),
    *(b"=", b"-", b"1", b"0", b"007", b"0x1F", b"1.5", b"99999999999", b";", b";;", b"{", b"}"),
    *(b"[", b"]", b"[deprecated = true]", b'[(a.b) = "x]", json_name = "\\n"]', b"[a = {b: [1]}]"),
    *(b'"s"', b"'s'", b'"\xff"', b'"', b"/* c */", b"// c\n", b"\n", b"\t", b"\x0b", b"\f", b"\r"),
]
STATEMENTS = [
    *(b"string a = 1;", b"repeated .a.Foo b_ = 20 [deprecated = true];", b"optional Foo a=3;"),
    *(b"A = 0;", b"B = -1 [a = 1, b = true];", b'option (a.b) = "x";', b"option a = B;"),
]


@st.composite
def statements(draw: st.DrawFn) -> bytes:
    """A usual statement in which something else stands in some places."""
    text = draw(st.sampled_from(STATEMENTS))
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 4)))
        gaps = draw(st.sampled_from([b"", b" "])), draw(st.sampled_from([b"", b" "]))
        text = text[:start] + gaps[0] + draw(st.sampled_from(WORDS)) + gaps[1] + text[end:]
    return text


def by_tree(source: bytes) -> str:
    """The facts as they are where nothing is read at one look."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("usual_field", "usual_value", "usual_option"):
            patch.setattr(declarations, name, lambda *given: None)
        return repr(read("x.proto", source))


@settings(max_examples=2000)
@given(st.sampled_from([b"message M {", b"message M { oneof o {", b"enum E {", b""]), statements())
def test_of_any_statement(around: bytes, text: bytes) -> None:
    source = around + text + b"}" * around.count(b"{")
    assert repr(read("x.proto", source)) == by_tree(source)


@pytest.mark.parametrize("source", PIECES)
def test_of_a_piece(source: bytes) -> None:
    assert repr(read("x.proto", source)) == by_tree(source)


def test_of_real_files() -> None:
    for path in sorted(google_proto_files().rglob("*.proto"))[::40]:
        source = path.read_bytes()
        assert repr(read("x.proto", source)) == by_tree(source)


def test_most_fields_are_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []

    def counted(*given: Any) -> Field | None:
        field = usual_field(*given)
        told.append(field is not None)
        return field

    monkeypatch.setattr(declarations, "usual_field", counted)
    for path in sorted(google_proto_files().rglob("*.proto"))[::40]:
        read("x.proto", path.read_bytes())
    assert told.count(True) > 0.95 * len(told)


def test_a_label_is_no_type() -> None:
    contract = read(
        "x.proto", b"message M { repeated optional a = 1; optionalFoo b = 2; }"
    ).contracts[0]
    assert isinstance(contract, Message)
    assert [(field.label, field.type) for field in contract.fields] == [
        ("repeated", "optional"),
        ("", "optionalFoo"),
    ]
