"""``text``: one line a finding, for people and for editors that read ``path:line:column:``."""

from __future__ import annotations

from collections.abc import Sequence

from ..escaping.terminal import one_line
from ..findings import ERROR, INFORMATION, WARNING, Placed, Report
from . import Look, RuleInfo, active

BOLD, DIM = "1", "2"
COLORS = {ERROR: "1;31", WARNING: "1;33", INFORMATION: "1;36"}


def render(report: Report, catalogue: Sequence[RuleInfo], look: Look) -> str:
    """``path:line:column: severity: message [rule]``, 1-based, columns in code points."""
    return "".join(_line(placed, look.color) + "\n" for placed in shown(report, look))


def shown(report: Report, look: Look) -> list[Placed]:
    """Errors and warnings, if verbose information too; what is baselined is not shown."""
    return [
        placed
        for placed in active(report)
        if look.verbose or placed.finding.severity != INFORMATION
    ]


def summary_line(report: Report, maps: str = "") -> str:
    """``20 files, 160 contracts: 1 error (3 suppressed); compared with HEAD (1a2b3c4)``.

    ``maps`` are named where a person is told: ``20 files, 160 contracts by PACKAGE_MAP.md: …``.
    """
    followed = f"{checked(report)} by {one_line(maps)}" if maps else checked(report)
    return "; ".join(filter(None, (f"{followed}: {outcome(report)}", compared(report))))


def checked(report: Report) -> str:
    """What was looked at: ``20 files, 160 contracts``."""
    total = report.summary
    return f"{count(total.files, 'file')}, {count(total.contracts, 'contract')}"


def outcome(report: Report) -> str:
    """What was found: ``1 error, 2 warnings (3 suppressed, 1 baselined)``."""
    total = report.summary
    problems = [
        count(number, noun)
        for number, noun in ((total.errors, "error"), (total.warnings, "warning"))
        if number
    ] or ["no errors or warnings"]
    if total.new:
        problems[-1] += f", {total.new} new" if total.errors or total.warnings else ""
    if total.information:
        problems.append(f"{total.information} information")
    silenced = [
        f"{number} {word}"
        for number, word in ((total.suppressed, "suppressed"), (total.baselined, "baselined"))
        if number
    ]
    return ", ".join(problems) + (f" ({', '.join(silenced)})" if silenced else "")


def compared(report: Report) -> str:
    """What the report was compared with, or why nothing is told as new, and what to do."""
    reference = report.reference
    if reference.why:
        return f"nothing could be told as new: {reference.why}"
    short = f" ({reference.commit[:7]})" if reference.commit else ""
    return f"compared with {reference.name}{short}" if reference.name else ""


def _line(placed: Placed, color: bool) -> str:
    finding, start = placed.finding, placed.range
    place = f"{one_line(finding.path)}:{start.start_line}:{start.start_column}:"
    severity = f"{finding.severity}:"
    rule = f"[{finding.rule}]"
    message = one_line(finding.message) + (" (new)" if finding.new else "")
    if color:
        place, rule = styled(place, BOLD), styled(rule, DIM)
        severity = styled(severity, COLORS[finding.severity])
    return f"{place} {severity} {message} {rule}"


def styled(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
