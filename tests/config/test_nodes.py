"""The places of a document's keys and values, against the parser's own reading of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from config.documents import documents
from protohome.config import ConfigError, read
from protohome.config.nodes import HEADER, ITEM, PAIR, Path, nodes
from protohome.config.toml import loads
from protohome.positions import LineIndex


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything in a parsed document, by its path."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))


def parsed(source: bytes) -> dict[str, Any]:
    try:
        return loads(source.decode().removeprefix("\ufeff"))
    except ValueError:
        assume(False)
        raise


SPELLINGS = rb"""
a."b.c" = {d = [1, '''"x\"'''], "\u0065" = [[]]} # e = 1
[[f]]
[[f]]
g = 1979-05-27 07:32:00
"""


@given(documents())
@example(SPELLINGS)
def test_every_value_has_its_place(source: bytes) -> None:
    said = dict(leaves(parsed(source)))
    found = list(nodes(source))
    assert {node.path for node in found} == said.keys()
    for node in found:
        if node.kind in (PAIR, ITEM):
            text = source[node.value.start : node.value.end].decode()
            assert repr(loads(f"x = {text}")["x"]) == repr(said[node.path])


@given(documents())
def test_every_key_has_its_place(source: bytes) -> None:
    parsed(source)
    for node in nodes(source):
        written = source[node.key.start : node.key.end].decode()
        if node.kind != ITEM:
            name = next(part for part in reversed(node.path) if isinstance(part, str))
            assert loads(f"{written} = 0") == {name: 0}
        if node.kind == HEADER:
            assert (
                source[node.value.start : node.value.end].strip(b"[] \t").endswith(written.encode())
            )


@given(documents(), st.data())
def test_a_damaged_document_has_places_inside_it(source: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(source)))
    damaged = (
        source[:at] + data.draw(st.binary(max_size=3)) + source[at + data.draw(st.integers(0, 3)) :]
    )
    for node in nodes(damaged):
        assert 0 <= node.key.start < node.key.end <= len(damaged)
        assert 0 <= node.value.start <= node.value.end <= len(damaged)


@given(
    documents() | st.binary(max_size=40), st.sampled_from(["protohome.toml", "a/pyproject.toml"])
)
@example(b"map = " + b"[" * 20_000, "protohome.toml")
@example(b"# 1\nmap = " + b"9" * 5_000, "protohome.toml")
@example(b"map = 'a\n\xff'", "protohome.toml")
@example(b"follow-on-pattern = 'a{99999999999999999999}'", "protohome.toml")
@example(b"follow-on-pattern = '" + b"(" * 9_000 + b"'", "protohome.toml")
def test_whatever_the_file_holds_the_mistake_has_a_place(source: bytes, path: str) -> None:
    error = mistake(path, source)
    if error is not None:
        lines, place = LineIndex(source), (error.line - 1, error.column - 1)
        assert lines.position(lines.offset(*place)) == place
        assert error.path == path
        assert "\n" not in str(error)


def mistake(path: str, source: bytes) -> ConfigError | None:
    try:
        read(path, source)
    except ConfigError as error:
        return error
    return None
