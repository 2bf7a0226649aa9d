"""An added entry is there, and nothing else has changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from config.cases import settings
from config.documents import configurations
from protohome.config import edits, read
from protohome.config.toml import loads
from protohome.edits import TextEdit, apply

SYMBOLS = st.from_regex(r"[a-z]{1,3}\.v[12]\.Ping", fullmatch=True)


def with_entry(path: str, source: bytes, table: str, key: str, value: str) -> TextEdit:
    return TextEdit(*edits.with_entry(path, source, table, key, value))


@given(configurations(), st.sampled_from(["homes", "successors"]), SYMBOLS)
def test_the_configuration_says_the_entry_and_all_that_it_said(
    source: bytes, table: str, symbol: str
) -> None:
    before = settings(read("protohome.toml", source))
    edit = with_entry("protohome.toml", source, table, symbol, "z.v1")
    after = settings(read("protohome.toml", apply(source, [edit])))
    assert after == {**before, table: {**before[table], symbol: "z.v1"}}


@given(configurations(), SYMBOLS)
def test_what_was_written_stays_written(source: bytes, symbol: str) -> None:
    known = symbol in read("protohome.toml", source).homes
    edit = with_entry("protohome.toml", source, "homes", symbol, "z.v1")
    replaced = source[edit.span.start : edit.span.end].decode()
    if known:
        assert loads(f"x = {replaced}")["x"] == read("protohome.toml", source).homes[symbol]
    else:
        assert replaced.strip("{ \t}") == ""
    assert ("\r\n" in edit.text) == ("\n" in edit.text and b"\r\n" in source)


@given(configurations())
def test_a_pyproject_takes_an_entry_too(source: bytes) -> None:
    text = source.decode()
    for table in ("homes", "severity"):
        text = text.replace(f"[{table}]", f"[tool.protohome.{table}]")
    source = b"[project]\nname = 'consumer'\n[tool.protohome]\n" + text.encode()
    edit = with_entry("pyproject.toml", source, "homes", "a.v9.Ping", "z.v1")
    assert read("pyproject.toml", apply(source, [edit])).homes["a.v9.Ping"] == "z.v1"


def test_a_last_line_without_a_break_gets_one() -> None:
    for source in (b"ignore = []", b"[homes]", b'homes."a.v1.B" = "b.v1"'):
        edit = with_entry("protohome.toml", source, "homes", "a.v1.C", "b.v1")
        assert apply(source, [edit]).startswith(source + b"\n")
        assert edit.text.endswith('"a.v1.C" = "b.v1"\n')
    assert apply(b"ignore = []", [with_entry("", b"ignore = []", "homes", "a.v1.C", "b.v1")]) == (
        b'ignore = []\n\n[homes]\n"a.v1.C" = "b.v1"\n'
    )


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_is_quoted_as_toml(text: str) -> None:
    edit = with_entry("protohome.toml", b"", "owners", text, text)
    assert loads(edit.text) == {"owners": {text: text}}
