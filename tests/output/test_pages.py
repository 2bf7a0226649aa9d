"""The pages of this folder hold: each shows one report in every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from output.reports import Page, pages, read_page
from protohome import output
from protohome.output import text

SECTIONS = ("text", "text --verbose", "summary line", "full", *output.FORMATS[2:])


@pytest.fixture(params=pages(), ids=lambda path: path.stem)
def page(request: pytest.FixtureRequest) -> Page:
    path: Path = request.param
    return read_page(path)


def rendered(section: str, page: Page) -> str:
    if section == "summary line":
        return text.summary_line(page.report) + "\n"
    name, *flags = section.split()
    look = page.look._replace(verbose="--verbose" in flags)
    shown = output.render(name, page.report, page.catalogue, look)
    return readable_sarif(shown) if name == "sarif" else shown


def readable_sarif(log: str) -> str:
    """Indented and without protohome's version, so that a page outlives a release."""
    parsed = json.loads(log)
    del parsed["runs"][0]["tool"]["driver"]["version"]
    return json.dumps(parsed, indent=2, ensure_ascii=False) + "\n"


def test_a_page_shows_every_format(page: Page) -> None:
    assert tuple(page.expected) == SECTIONS


@pytest.mark.parametrize("section", SECTIONS)
def test_a_format_says_what_its_page_shows(section: str, page: Page) -> None:
    assert rendered(section, page) == page.expected[section]
