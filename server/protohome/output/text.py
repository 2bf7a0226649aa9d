"""``text``: one line a finding, for people and for editors that read ``path:line:column:``."""

from __future__ import annotations

from ..findings import ERROR, INFORMATION, WARNING, Placed, Report
from . import active
from .escapes import one_line

_BOLD, _DIM = "1", "2"
_COLORS = {ERROR: "1;31", WARNING: "1;33", INFORMATION: "1;36"}


def render(report: Report, *, verbose: bool = False, color: bool = False) -> str:
    """``path:line:column: severity: message [rule]``, 1-based, columns in code points.

    Errors and warnings, with ``verbose`` information too; what is baselined is not shown. Whether
    a terminal wants ``color`` is the caller's to know.
    """
    return "".join(
        _line(placed, color) + "\n"
        for placed in active(report)
        if verbose or placed.finding.severity != INFORMATION
    )


def summary_line(report: Report) -> str:
    """``20 files, 160 contracts: 1 error, 2 warnings (3 suppressed, 1 baselined)``."""
    return f"{checked(report)}: {outcome(report)}"


def checked(report: Report) -> str:
    """What was looked at: ``20 files, 160 contracts``."""
    total = report.summary
    return f"{_count(total.files, 'file')}, {_count(total.contracts, 'contract')}"


def outcome(report: Report) -> str:
    """What was found: ``1 error, 2 warnings (3 suppressed, 1 baselined)``."""
    total = report.summary
    problems = [
        _count(number, noun)
        for number, noun in ((total.errors, "error"), (total.warnings, "warning"))
        if number
    ] or ["no errors or warnings"]
    if total.information:
        problems.append(f"{total.information} information")
    silenced = [
        f"{number} {word}"
        for number, word in ((total.suppressed, "suppressed"), (total.baselined, "baselined"))
        if number
    ]
    return ", ".join(problems) + (f" ({', '.join(silenced)})" if silenced else "")


def _line(placed: Placed, color: bool) -> str:
    finding, start = placed.finding, placed.range
    place = f"{one_line(finding.path)}:{start.start_line}:{start.start_column}:"
    severity = f"{finding.severity}:"
    rule = f"[{finding.rule}]"
    if color:
        place, rule = _styled(place, _BOLD), _styled(rule, _DIM)
        severity = _styled(severity, _COLORS[finding.severity])
    return f"{place} {severity} {one_line(finding.message)} {rule}"


def _styled(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
