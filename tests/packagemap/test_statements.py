"""``statements.md``: every sentence in it reads as written below it, and no sentence otherwise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from protohome.packagemap import PackageMap, read

PAGE = Path(__file__).with_name("statements.md")
ARROW = re.compile(r"^ +-> (.*)$")


class Case(NamedTuple):
    line: int
    expected: list[str]


def cases() -> list[Case]:
    """The list items of the page by their line, with the readings under each."""
    found: list[Case] = []
    for line, text in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), 1):
        if text.lstrip().startswith("- "):
            found.append(Case(line, []))
        elif reading := ARROW.match(text):
            found[-1].expected.append(reading[1])
    return found


@pytest.fixture(scope="module")
def page() -> PackageMap:
    """The page as a map: the readings are blanked, so that lines stay where they are."""
    text = PAGE.read_text(encoding="utf-8")
    return read(PAGE.name, re.sub(r"(?m)^ +-> .*$", "", text).encode())


def test_the_only_problem_of_the_page_is_a_package_that_it_does_not_have(page: PackageMap) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert {problem.line for problem in page.problems} == {
        line for line, text in enumerate(lines, 1) if "acme.missing.v1" in text
    }
    assert [sentence.line for sentence in page.sentences] == [case.line for case in cases()]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"line {case.line}")
def test_sentence(page: PackageMap, case: Case) -> None:
    sentence = next(sentence for sentence in page.sentences if sentence.line == case.line)
    assert [str(statement) for statement in sentence.statements] == case.expected
