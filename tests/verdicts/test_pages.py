"""The Markdown pages beside this file: a map, a tree, questions and their answers.

A block of answers is named after the question, and each of its lines is ``SUBJECT: ANSWER``:
``home`` asks where contracts belong, ``home without rows`` as if no file had an audit row, ``why``
for the reason given in messages, ``excluded`` what rules them out, ``successor`` and ``shims`` for
counterparts, and ``drift`` how a shim and its successor differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import literate
from protohome.findings import Evidence
from protohome.upkeep.differences import differences
from protohome.verdicts import Judge, Verdict
from protohome.verdicts.explanations import explain
from protohome.workspace.snapshot import Located

CASES = [c for page in sorted(Path(__file__).parent.glob("*.md")) for c in literate.cases(page)]


def home(judge: Judge, located: Located) -> str:
    return said(judge.home_of(located, explained=True))


def home_without_rows(judge: Judge, located: Located) -> str:
    return said(judge.home_of(located, ignore_row=True, explained=True))


def why(judge: Judge, located: Located) -> str:
    return explain(judge.home_of(located))


def excluded(judge: Judge, located: Located) -> str:
    exclusion = judge.excluded(located)
    if exclusion is None:
        return "no"
    instead = f", {' or '.join(exclusion.homes)} instead" if exclusion.homes else ""
    return f"{exclusion.kind} by {cited(exclusion.evidence)}{instead}"


def successor(judge: Judge, located: Located) -> str:
    found = judge.successor_of(located)
    if found is None:
        return "none"
    how = "declared" if found.declared else "found"
    return f"{found.located.fqn}, {how}: {found.evidence.text.partition(': ')[2]}".rstrip(": ")


def shims(judge: Judge, located: Located) -> str:
    return ", ".join(shim.fqn for shim in judge.shims_of(located)) or "none"


def drift(judge: Judge, located: Located) -> str:
    found = judge.successor_of(located)
    assert found is not None
    told = []
    for one in differences(judge, located, found.located):
        legacy = located.file.source[slice(*one.span)].decode()
        theirs = found.located.file.source[slice(*one.successor_span)].decode()
        assert legacy == (one.member.rpartition(".")[2] or located.contract.name)
        told.append(
            f"{one.what} {one.member} ({one.legacy} | {one.successor or 'none'}) at {theirs}"
        )
    return "; ".join(told) or "none"


QUESTIONS: Mapping[str, Callable[[Judge, Located], str]] = {
    "home": home,
    "home without rows": home_without_rows,
    "why": why,
    "excluded": excluded,
    "successor": successor,
    "shims": shims,
    "drift": drift,
}


def said(verdict: Verdict) -> str:
    if not verdict.homes:
        return "misplaced, home not known" if verdict.misplaced else "not known"
    where = " or ".join(verdict.homes)
    kind = f"{verdict.kind}, misplaced" if verdict.misplaced else verdict.kind
    by = ", ".join(cited(evidence) for evidence in verdict.evidence)
    return f"{where} ({kind}) by {by}" if by else f"{where} ({kind})"


def cited(evidence: Evidence) -> str:
    words = f" “{evidence.text}”" if evidence.kind == "term" else ""
    return f"{evidence.kind} {evidence.path}:{evidence.line}{words}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: literate.Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    judge = Judge(literate.load(tmp_path))
    asked = 0
    for block in case.blocks:
        question = " ".join((block.language, block.name, *block.words)).strip()
        if question in QUESTIONS:
            subjects = [line.partition(": ")[0] for line in block.text.splitlines()]
            answers = [answer(judge, question, subject) for subject in subjects]
            assert answers == block.text.splitlines(), f"{case.page}:{case.line}"
            asked += len(answers)
    assert asked, f"{case.page}:{case.line} asks nothing"


def answer(judge: Judge, question: str, subject: str) -> str:
    found = judge.snapshot.contracts.get(subject)
    assert found, f"no contract {subject}"
    return f"{subject}: {QUESTIONS[question](judge, found[0])}".rstrip()
