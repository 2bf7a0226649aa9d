"""``maps.md``: each map in it is understood as the listing below it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from protohome.packagemap import read
from protohome.packagemap.understood import render

PAGE = Path(__file__).with_name("maps.md")
SECTION = re.compile(
    r"^## (?P<title>.*?)\n\n~~~~markdown\n(?P<map>.*?)^~~~~\n\n~~~~text\n(?P<listing>.*?)^~~~~$",
    re.MULTILINE | re.DOTALL,
)


class Case(NamedTuple):
    title: str
    map: str
    listing: str


def cases() -> list[Case]:
    return [Case(*match.groups()) for match in SECTION.finditer(PAGE.read_text(encoding="utf-8"))]


def test_every_section_is_a_case() -> None:
    assert len(cases()) == PAGE.read_text(encoding="utf-8").count("\n## ", 0) - sum(
        case.map.count("\n## ") for case in cases()
    )


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_listing(case: Case) -> None:
    assert render(read("PACKAGE_MAP.md", case.map.encode())) == case.listing


@pytest.mark.parametrize("line_end", ["\r\n", "\r"], ids=["CRLF", "CR"])
@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_listing_is_the_same_in_other_files(case: Case, start: str, line_end: str) -> None:
    source = (start + case.map).replace("\n", line_end).encode()
    assert render(read("PACKAGE_MAP.md", source)) == case.listing
