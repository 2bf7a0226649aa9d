"""``msvs``: ``path(line,column): error rule: message``, as Visual Studio and MSBuild read it.

MSBuild fails a build on every line that says ``error``, so what is baselined is left out;
information is ``info``, which Visual Studio Code's ``$msCompile`` reads and MSBuild passes over.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..escaping.terminal import one_line
from ..findings import ERROR, INFORMATION, WARNING, Placed, Report
from . import Look, RuleInfo, active

_CATEGORIES = {ERROR: "error", WARNING: "warning", INFORMATION: "info"}


def render(report: Report, catalogue: Sequence[RuleInfo], look: Look) -> str:
    """One line a finding, 1-based, columns in code points."""
    return "".join(_line(placed) + "\n" for placed in active(report))


def _line(placed: Placed) -> str:
    finding, start = placed.finding, placed.range
    place = f"{one_line(finding.path)}({start.start_line},{start.start_column})"
    return f"{place}: {_CATEGORIES[finding.severity]} {finding.rule}: {one_line(finding.message)}"
