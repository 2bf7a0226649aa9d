"""``markdown``: a summary for job summaries and pull request comments (GitHub Flavored Markdown).

The worst findings are a table; where there are many, the rest is a folded one, and so is
information, for a migration has much of it. GitHub refuses comments of more than 65,536
characters, so what would not fit is counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..escaping.github import cell, target
from ..findings import INFORMATION, SEVERITIES, Placed, Report
from . import Look, RuleInfo, active
from .text import checked, outcome

_OPEN = 20  # rows that are not folded: about a screen
_MOST = 60_000  # bytes of rows; the rest of 65,536 is for what stands around them


def render(report: Report, catalogue: Sequence[RuleInfo], look: Look) -> str:
    """A heading with the outcome, what was checked, the findings; what is baselined is counted."""
    pages = {rule.id: rule.url for rule in catalogue}
    shown = active(report)
    problems = [placed for placed in shown if placed.finding.severity != INFORMATION]
    information = [placed for placed in shown if placed.finding.severity == INFORMATION]
    parts = [f"### protohome: {outcome(report)}", f"Checked {checked(report)}."]
    room = _MOST
    problems.sort(key=lambda placed: SEVERITIES.index(placed.finding.severity))
    for what, every in (
        ("", problems[:_OPEN]),
        (f"{len(problems) - _OPEN} more", problems[_OPEN:]),
        (f"{len(information)} information", information),
    ):
        if every:
            table, room = _table(every, pages, room)
            opened = f"<details><summary>{what}</summary>"
            parts += [opened, table, "</details>"] if what else [table]
    return "\n\n".join(parts) + "\n"


def _table(every: list[Placed], pages: dict[str, str], room: int) -> tuple[str, int]:
    """A table of those that there is room for (in bytes of UTF-8), and the room that is left."""
    rows: list[str] = []
    for placed in every:
        row = _row(placed, pages)
        room -= len(row.encode()) + 1
        if room < 0:
            break
        rows.append(row)
    left = len(every) - len(rows)
    if left:
        room = 0
    more = [f"\n… and {left} more that would not fit here."] if left else []
    if not rows:
        return f"{left} findings would not fit here.", room
    head = ["| Severity | Place | Finding | Rule |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows, *more]), room


def _row(placed: Placed, pages: dict[str, str]) -> str:
    finding, start = placed.finding, placed.range
    place = cell(f"{finding.path}:{start.start_line}:{start.start_column}")
    rule, url = cell(finding.rule), target(pages.get(finding.rule, ""))
    link = f"[{rule}]({url})" if url else rule
    # <code> keeps a path from becoming a link or a mention
    return f"| {finding.severity} | <code>{place}</code> | {cell(finding.message)} | {link} |"
