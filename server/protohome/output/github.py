"""``github``: workflow commands that GitHub Actions shows as annotations.

Source: GitHub Docs, "Workflow commands for GitHub Actions", and the escapes of the toolkit's
``command.ts``. What is baselined is left out: GitHub would annotate it on every pull request.
GitHub shows ten annotations of a step, so those are of the most severe findings.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..escaping.github import data, parameter
from ..findings import ERROR, INFORMATION, SEVERITIES, WARNING, Placed, Report
from . import Look, RuleInfo, active

ANNOTATIONS = 10

_COMMANDS = {ERROR: "error", WARNING: "warning", INFORMATION: "notice"}


def render(report: Report, catalogue: Sequence[RuleInfo], look: Look) -> str:
    """One command a finding: ``::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::…``.

    Columns are said only where the finding is on one line, as annotations ask for.
    """
    found = sorted(active(report), key=lambda each: SEVERITIES.index(each.finding.severity))
    left = len(found) - ANNOTATIONS
    more = f"and {left} more, in the summary of the job\n" if left > 0 else ""
    return "".join(_command(placed) + "\n" for placed in found[:ANNOTATIONS]) + more


def _command(placed: Placed) -> str:
    finding, place = placed.finding, placed.range
    properties = [
        ("file", finding.path),
        ("line", str(place.start_line)),
        ("endLine", str(place.end_line)),
    ]
    if place.start_line == place.end_line:
        properties += [("col", str(place.start_column)), ("endColumn", str(place.end_column))]
    properties.append(("title", finding.rule))
    said = ",".join(f"{name}={parameter(value)}" for name, value in properties)
    return f"::{_COMMANDS[finding.severity]} {said}::{data(finding.message)}"
