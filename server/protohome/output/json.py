"""``json``: protohome's own stable format, ``"version": 1``.

Lines and columns are 1-based, columns count code points and the end is exclusive. All findings
are there, information and baselined ones too; suppressed ones are only counted. Keys always stand
in the same order, a finding on a line of its own; what a rule does not say is ``""`` or ``[]``.
``reference`` is what was there before, or null, and ``no_reference`` says why and what to do; a
finding's ``new`` is then null too. ``buf`` is there only where ``buf breaking`` has a rule for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..escaping.terminal import json_text
from ..findings import Placed, Report
from . import Look, RuleInfo


def render(report: Report, catalogue: Sequence[RuleInfo], look: Look) -> str:
    """One JSON object with ``version``, ``findings`` and ``summary``."""
    pages = {rule.id: rule.url for rule in catalogue}
    findings = "".join(
        f"{',' if index else ''}\n  {_dump(_finding(placed, pages))}"
        for index, placed in enumerate(report.findings)
    )
    summary = _dump(report.summary._asdict())
    reference, why = report.reference, _dump(report.reference.why)
    known = (
        _dump({"name": reference.name, "commit": reference.commit}) if reference.name else "null"
    )
    return (
        f'{{"version": 1,\n "reference": {known},\n "no_reference": {why},\n'
        f' "findings": [{findings}],\n "summary": {summary}}}\n'
    )


def _finding(placed: Placed, pages: dict[str, str]) -> dict[str, Any]:
    finding, place = placed
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "verdict": finding.verdict,
        "path": finding.path,
        "range": {
            "start": {"line": place.start_line, "column": place.start_column},
            "end": {"line": place.end_line, "column": place.end_column},
        },
        "symbol": finding.symbol,
        "home": finding.home,
        "owner": finding.owner,
        "message": finding.message,
        "help": pages.get(finding.rule, ""),
        "evidence": [evidence._asdict() for evidence in finding.evidence],
        "fixes": [request.fix for request in finding.fixes],
        "baselined": finding.baselined,
        "new": finding.new,
        **({"buf": finding.buf} if finding.buf else {}),
    }


def _dump(value: Any) -> str:
    return json_text(json.dumps(value, ensure_ascii=False))
