"""Open documents: URIs, encodings and incremental changes."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygls import uris

from protohome.lsp.state.documents import Document
from protohome.lsp.uris import path_of, uri_of

CHARACTERS = st.sampled_from(["a", "é", "€", "🙂", "\n", "\r", "\r\n", "\u2028", "\x0c", "\t"])


@pytest.mark.parametrize(
    "path", ["/a/b.proto", "/with space/é🙂.proto", "/a#b?c%d.proto", "/a/b:c/d+e.proto"]
)
def test_a_path_and_its_uri_lead_to_each_other(path: str) -> None:
    assert path_of(uri_of(path)) == path
    assert path_of(Path(path).as_uri()) == path


@pytest.mark.parametrize(
    "uri",
    ["file:///a/b%2Eproto", "file:///a//x/../b.proto", "file:///%61/b.proto", "FILE:///a/b.proto"],
)
def test_one_file_has_one_path_however_a_client_writes_it(uri: str) -> None:
    assert path_of(uri) == "/a/b.proto"


@pytest.mark.parametrize(
    "uri", ["file:///c%3A/Team/a.proto", "file:///C:/Team/a.proto", "file:///c:/Team/x/../a.proto"]
)
def test_drive_letters(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where editors disagree about the letter's case and the colon."""
    monkeypatch.setattr(uris, "IS_WIN", True)
    monkeypatch.setattr(os, "path", ntpath)
    assert path_of(uri) == "c:\\Team\\a.proto"
    assert uri_of("c:\\Team\\a.proto") == "file:///c:/Team/a.proto"


@given(st.lists(CHARACTERS), st.lists(CHARACTERS), st.data())
def test_a_change_by_range_is_the_change_that_the_client_made(
    before: list[str], inserted: list[str], data: st.DataObject
) -> None:
    """In every encoding; lines end at line feed, carriage return or both, and nowhere else."""
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "utf-32"]))
    text, new = "".join(before), "".join(inserted)
    places = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    start, end = sorted(data.draw(st.tuples(*[st.sampled_from(places)] * 2)))
    document = Document("file:///a", "/a", 1, text.encode())
    place = SimpleNamespace(
        start=position(text, start, encoding), end=position(text, end, encoding)
    )
    change = SimpleNamespace(text=new, range=place)
    changed = document.changed(2, [change], encoding)
    assert changed.source.decode() == text[:start] + new + text[end:]
    assert changed.version == 2


def test_changes_of_one_message_follow_each_other() -> None:
    def change(line: int, start: int, end: int, text: str) -> SimpleNamespace:
        first, last = (SimpleNamespace(line=line, character=at) for at in (start, end))
        return SimpleNamespace(text=text, range=SimpleNamespace(start=first, end=last))

    document = Document("file:///a", "/a", 1, b"ab\ncd")
    whole = SimpleNamespace(text="x\ny")
    changes = [change(1, 0, 2, "CD"), change(0, 0, 0, "1\n"), change(2, 1, 2, "!")]
    assert document.changed(2, changes, "utf-16").source == b"1\nab\nC!"
    assert document.changed(2, [*changes, whole], "utf-16").source == b"x\ny"


def test_half_a_surrogate_pair_is_one_unit_of_something() -> None:
    document = Document("file:///a", "/a", 1, b"")
    assert document.changed(2, [SimpleNamespace(text="a\ud83db")], "utf-16").source == b"a?b"


def position(text: str, at: int, encoding: str) -> SimpleNamespace:
    """The place of the ``at``-th character, by the specification's words."""
    before = text[:at].replace("\r\n", "\n").replace("\r", "\n")
    line = before.rpartition("\n")[2]
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    units = len(line.encode(f"{encoding}{'-le' * (width > 1)}")) // width
    return SimpleNamespace(line=before.count("\n"), character=units)
