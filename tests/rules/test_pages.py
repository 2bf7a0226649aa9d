"""The Markdown pages beside this file, case by case, and what holds for every finding in them."""

from __future__ import annotations

from pathlib import Path

import pytest

import literate
from protohome.findings import DECLARED, INFERRED, SEVERITIES, Evidence, Finding
from protohome.rules import RULES
from protohome.workspace.snapshot import Snapshot

PAGES = sorted(Path(__file__).parent.glob("*.md"))

FIXES = {
    "add-package-row": {"package"},
    "add-audit-row": {"path"},
    "add-canonical-copy": {"contract", "package"},
    "declare-home": {"contract", "package"},
    "declare-successor": {"contract"},
    "fix-audit-row": {"path"},
    "mark-deprecated": {"contract"},
    "move-contract": {"contract", "package"},
    "move-file": {"path", "to"},
    "remove-audit-row": {"path"},
    "say-it-as": {"line"},
    "set-package": {"path", "package"},
    "reserve-removed": {"contract"},
    "restore-number": {"contract"},
    "suppress": {"rule"},
    "update-block": {"path", "number"},
    "use-successor": {"legacy", "successor"},
}
"""The fixes that findings ask for, with the arguments that each needs at least."""


@pytest.mark.parametrize("case", [c for page in PAGES for c in literate.cases(page)], ids=str)
def test_case(case: literate.Case, tmp_path: Path) -> None:
    snapshot, report = literate.verify(case, tmp_path)
    for placed in (*report.findings, *report.suppressed):
        assert_sound(placed.finding, snapshot, tmp_path)


def test_each_rule_has_its_page() -> None:
    assert {page.stem for page in PAGES} == {rule.id for rule in RULES}


def assert_sound(finding: Finding, snapshot: Snapshot, folder: Path) -> None:
    """The message is one line, the places are there, the fixes have what they need."""
    file = folder / finding.path
    size = len(file.read_bytes()) if file.exists() else 0  # one that is gone is named, too
    assert 0 <= finding.span.start <= finding.span.end <= size
    assert finding.severity in SEVERITIES
    assert finding.verdict in ("", DECLARED, INFERRED)
    assert finding.message == " ".join(finding.message.split())
    assert str(folder) not in finding.message
    assert finding.home == "" or finding.home != finding.symbol.rpartition(".")[0]
    owners = [row.owner for row in snapshot.map.packages]
    owners += [row.owner for row in snapshot.map.audit]
    assert finding.owner in {"", *(owner.lane for owner in owners)}
    for evidence in (*finding.evidence, *finding.related):
        assert_there(evidence, folder)
    for request in finding.fixes:
        assert FIXES[request.fix] <= request.arguments.keys()
        assert all(isinstance(value, str) and value for value in request.arguments.values())
        if request.fix == "suppress":
            assert request.arguments["rule"] == finding.rule


def assert_there(evidence: Evidence, folder: Path) -> None:
    """Evidence quotes a line that exists, and says something."""
    lines = (folder / evidence.path).read_bytes().decode("utf-8-sig", "replace").splitlines()
    assert 0 <= evidence.line <= len(lines)
    assert evidence.text.strip()
