"""Offsets to lines and columns and back, held against what Python's own codecs say."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protohome.positions import BOM, LineIndex, Position, Span

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}

texts = st.lists(
    st.sampled_from(
        ["\n", "\r\n", "\r", "a", " ", "\t", "é", "漢", "🦀", "e\u0301", "\u2028", "\x00"]
    )
    | st.text(max_size=4)
).map("".join)
encodings = st.sampled_from(ENCODINGS)


def expected(text: str, index: int, encoding: str) -> Position:
    """The position of the character ``index``, by splitting and encoding strings."""
    lines = re.split("\r\n|\n|\r", text[:index])
    column = len(lines[-1].encode(f"{encoding}-le" if encoding != "utf-8" else encoding))
    return Position(len(lines) - 1, column // UNIT[encoding])


@given(texts, encodings, st.data())
def test_position_is_what_python_says(text: str, encoding: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(text)))
    inside_break = text[index - 1 : index + 1] == "\r\n"
    offset = len(text[:index].encode())
    position = LineIndex(text.encode()).position(offset, encoding)
    assert position == expected(text, index - inside_break, encoding)


@given(texts, encodings, st.booleans(), st.data())
def test_round_trip(text: str, encoding: str, bom: bool, data: st.DataObject) -> None:
    """Every place between two characters comes back, with and without a byte order mark."""
    index = data.draw(st.integers(0, len(text)))
    index -= text[index - 1 : index + 1] == "\r\n"
    mark = BOM if bom else b""
    offset = len(mark + text[:index].encode())
    lines = LineIndex(mark + text.encode())
    assert lines.offset(*lines.position(offset, encoding), encoding) == offset


@given(texts, encodings, st.data())
def test_offset_inside_a_character(text: str, encoding: str, data: st.DataObject) -> None:
    """It is the position before the character."""
    source = text.encode()
    offset = data.draw(st.integers(0, len(source)))
    index = len(source[:offset].decode(errors="ignore"))
    lines = LineIndex(source)
    before = len(text[:index].encode())
    assert lines.position(offset, encoding) == lines.position(before, encoding)


@given(st.binary() | texts.map(str.encode), encodings, st.integers(-2, 40), st.integers(-2, 200))
def test_any_place_is_clamped_into_the_text(
    source: bytes, encoding: str, line: int, column: int
) -> None:
    lines = LineIndex(source)
    offset = lines.offset(line, column, encoding)
    start = len(BOM) if source.startswith(BOM) else 0
    assert start <= offset <= len(source)
    if 0 <= line < len(lines):
        assert lines.line_span(line).start <= offset <= lines.line_span(line).end
        found = lines.position(offset, encoding)
        assert found.line == line
        assert found.column <= max(column, 0)
        # Nearer is only the next character, which is at most four units wide.
        assert found.column > column - 4 or offset == lines.line_span(line).end
    assert lines.position(-1, encoding) == Position(0, 0)
    assert lines.position(len(source) + 9, encoding) == lines.position(len(source), encoding)


@given(st.binary(), encodings)
def test_bytes_that_are_not_utf8_count_one_each(source: bytes, encoding: str) -> None:
    lines = LineIndex(source)
    text = source.removeprefix(BOM).decode(errors="surrogateescape")
    offset = len(source) - len(source.removeprefix(BOM))
    for index, character in enumerate(text):
        if character not in "\r\n":
            last = re.split("[\r\n]", text[:index])[-1]
            width = {"utf-8": lambda c: len(c.encode(errors="surrogateescape"))}.get(
                encoding, lambda c: 1 + (encoding == "utf-16" and c > "\uffff")
            )
            position = lines.position(offset, encoding)
            assert position.column == sum(map(width, last))
            assert lines.offset(*position, encoding) == offset
        offset += len(character.encode(errors="surrogateescape"))


@given(texts)
def test_lines(text: str) -> None:
    source = text.encode()
    lines = LineIndex(source)
    contents = [source[slice(*lines.line_span(n))].decode() for n in range(len(lines))]
    assert contents == re.split("\r\n|\n|\r", text)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_byte_order_mark_is_in_no_column(encoding: str) -> None:
    lines = LineIndex(BOM + b"ab\ncd")
    assert [lines.position(n, encoding) for n in range(5)] == [(0, 0)] * 4 + [(0, 1)]
    assert lines.offset(0, 0, encoding) == 3
    assert lines.line_span(0) == Span(3, 5)
    assert lines.position(6, encoding) == (1, 0)


@pytest.mark.parametrize(
    ("encoding", "columns"),
    [("utf-8", [0, 1, 5, 7]), ("utf-16", [0, 1, 3, 4]), ("utf-32", range(4))],
)
def test_columns_of_an_emoji_line(encoding: str, columns: list[int]) -> None:
    source = "a🦀é".encode()
    lines = LineIndex(source)
    assert [lines.position(n, encoding).column for n in (0, 1, 5, 7)] == list(columns)
    assert lines.offset(0, 2, "utf-16") == 1  # between the halves of the surrogate pair
    assert lines.offset(0, 3, "utf-8") == 1  # inside its four bytes


def test_lines_of_a_text_of_many_blocks() -> None:
    source = b"".join(b"x" * (at % 97) + b"\n" for at in range(5_000))
    assert len(source) > 3 << 16
    starts = [0, *(match.end() for match in re.finditer(rb"\n", source))]
    lines = LineIndex(source)
    assert len(lines) == len(starts)
    for at, start in enumerate(starts):
        assert lines.line_of(start) == at
        assert lines.offset(at, 0) == start
        assert lines.line_of(start - 1) == max(at - 1, 0)


@pytest.mark.parametrize("seed", range(5))
def test_lines_of_a_text_that_is_edited(seed: int) -> None:
    """After each edit they are those of the new text: keys, pastes and cuts of any size."""
    draw = random.Random(seed)
    source = b"".join(b"x" * draw.randrange(97) + b"\n" for _ in range(500))
    lines = LineIndex(source)
    for _ in range(100):
        start = draw.randint(0, len(source))
        end = min(start + draw.choice((0, 0, 1, 9, 5_000)), len(source))
        text = draw.choice((b"", b"a", b"\n", b"\n" * 3_000, "é\n".encode(), b"\r\n"[seed % 2 :]))
        source = source[:start] + text + source[end:]
        lines = lines.replaced(start, end, text)
        fresh = LineIndex(source)
        assert lines.source == source
        assert len(lines) == len(fresh)
        places = [draw.randint(-1, len(source) + 1) for _ in range(20)]
        for at in (*places, start, start + len(text)):
            assert lines.position(at) == fresh.position(at)
            assert lines.line_span(fresh.line_of(at)) == fresh.line_span(fresh.line_of(at))
