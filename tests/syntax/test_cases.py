"""The Markdown pages beside this file are cases: a ``proto`` block, then the outline of its facts.

Words after ``proto`` say how the block is stored: ``crlf``, ``cr``, ``bom``, ``latin-1``;
``cut`` drops its last line break.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from protohome.positions import BOM
from protohome.syntax import Parser, read
from syntax.invariants import assert_sound
from syntax.outline import outline

_CASE = re.compile(
    r"^## (?P<title>.+?)$(?:(?!^## ).)*?^```proto(?P<how>[^\n]*)\n(?P<proto>.*?)^```$"
    r"\s*^```facts\n(?P<facts>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Case(NamedTuple):
    page: str
    title: str
    source: bytes
    facts: str


def cases() -> list[Case]:
    found: list[Case] = []
    for page in sorted(Path(__file__).parent.glob("*.md")):
        text = page.read_bytes().decode()
        every = [
            Case(page.stem, m["title"], _stored(m["proto"], m["how"].split()), m["facts"])
            for m in _CASE.finditer(text)
        ]
        assert len(every) == text.count("\n```proto"), f"{page.name}: a block without its facts"
        found += every
    return found


def _stored(text: str, how: list[str]) -> bytes:
    source = text.encode("latin-1" if "latin-1" in how else "utf-8")
    if "cut" in how:
        source = source.removesuffix(b"\n")
    source = source.replace(b"\n", b"\r\n" if "crlf" in how else b"\r" if "cr" in how else b"\n")
    return BOM + source if "bom" in how else source


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.page}: {case.title}")
def test_case(case: Case) -> None:
    file = read("case.proto", case.source)
    assert_sound(file)
    assert outline(file) + "\n" == case.facts


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.page}: {case.title}")
def test_typing_it_key_by_key(case: Case) -> None:
    """Every state on the way is read, and incrementally as from scratch."""
    parser = Parser()
    for end in range(len(case.source) + 1):
        file = parser.read("case.proto", case.source[:end])
        assert_sound(file)
        assert file == read("case.proto", case.source[:end])
