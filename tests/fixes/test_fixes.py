"""The fixes' pages hold: a tree, a request, and what the fix makes of it.

A case is one of ``literate``'s. Its ``request`` block is the fix's arguments, one a line; then
comes the ``title`` that a menu shows and the ``diff`` of the whole workspace, or why it is
``refused`` (with the ``instead`` request that is offered). A tree that compiles must compile
afterwards. ``UPDATE=1`` writes what comes out into the pages, to be read before it is committed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import literate
from fixes.compiled import DoesNotCompile, image
from protohome.edits import outcome, unified_diff
from protohome.findings import FixRequest
from protohome.fixes import FIXES, Refused, fix
from protohome.fixes._workspace import completed, sources
from protohome.fixes.moving.applied import applied
from protohome.loading import discovery
from protohome.system.writing import write
from protohome.verdicts import Judge

PAGES = sorted(Path(__file__).parent.glob("*.md"))
CASES = [case for page in PAGES for case in literate.cases(page)]
RESULTS = ("title", "diff", "refused", "instead")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_fix_does_what_its_page_says(case: literate.Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    (tmp_path / "buf.yaml").exists() or (tmp_path / "buf.yaml").write_text("version: v2\n")
    compiles = _compiles(tmp_path)
    results = _results(case, tmp_path)
    if "diff" in results and compiles:
        image(tmp_path)
    if os.environ.get("UPDATE"):
        _update(case, results)
    else:
        said = {b.language: b.text for b in case.blocks if b.language in RESULTS and not b.name}
        assert results == said


# What may be made without asking: wire and source compatibility stay, and nothing moves.
SAFE = {
    *("add-audit-row", "add-package-row", "declare-home", "declare-successor", "fix-audit-row"),
    *("mark-deprecated", "remove-audit-row", "reserve-removed", "restore-number", "say-it-as"),
    *("suppress", "update-block"),
}


@pytest.mark.parametrize("name", FIXES)
def test_what_breaks_somebody_is_made_only_when_asked_for(name: str) -> None:
    assert fix(name).safe == (name in SAFE)


def test_every_fix_has_a_page() -> None:
    assert sorted(FIXES) == [page.stem for page in PAGES]
    for name in FIXES:
        assert fix(name).page


def _results(case: literate.Case, folder: Path) -> dict[str, str]:
    """What the fix makes of the case's tree, which is written, in the page's blocks."""
    against = ""
    if "against" in case.settings:
        before = folder.with_name(folder.name + "-before")
        before.mkdir()
        case.write_before(before)
        against = str(before)
    loaded = discovery.load(str(folder), cache=False, against=against)
    snapshot = completed(loaded, lambda path: _read(folder, path))
    (lines,) = (block.text for block in case.blocks if block.language == "request")
    request = FixRequest(case.rule, dict(line.split(": ", 1) for line in lines.splitlines()))
    judge, found = Judge(snapshot), fix(case.rule)
    try:
        title = found.title(judge, request)
        edit = found.edit(judge, request)
    except Refused as refusal:
        results = {"refused": f"{refusal.reason}\n"}
        if refusal.instead is not None:
            arguments = refusal.instead.arguments.items()
            results["instead"] = "".join(f"{name}: {text}\n" for name, text in arguments)
        return results
    base = sources(snapshot)
    after = outcome(base, edit)
    write(str(folder), base, edit)
    assert {p: d for p, d in after.items() if d is not None}.items() <= sources(
        applied(snapshot, edit)
    ).items()
    diff = unified_diff(base, after, edit.renames)
    return {"title": f"{title}\n", "diff": diff.replace("\r", "␍")}


def _read(folder: Path, path: str) -> bytes | None:
    return (folder / path).read_bytes() if (folder / path).is_file() else None


def _compiles(folder: Path) -> bool:
    try:
        image(folder)
    except DoesNotCompile:
        return False
    return True


def _update(case: literate.Case, results: dict[str, str]) -> None:
    """Replace the result blocks of the case in its page."""
    text = case.page.read_text("utf-8")
    start = text.index(f"## {case.title}\n")
    end = text.find("\n## ", start) + 1 or len(text)
    old = text[start:end]
    request = re.search(r"^```request\n(?:.*\n)*?```\n", old, re.MULTILINE)
    assert request
    blocks = "".join(f"\n```{name}\n{block}```\n" for name, block in results.items())
    new = old[: request.end()] + blocks
    case.page.write_text(
        text[:start] + new + ("\n" if end < len(text) else "") + text[end:], "utf-8"
    )
