"""``markdown``: a summary for job summaries and pull request comments (GitHub Flavored Markdown).

Errors and warnings are a table; information is a folded one, for a migration has much of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from ..findings import INFORMATION, Placed, Report
from . import RuleInfo, active
from .escapes import one_line
from .text import checked, outcome

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~$]")


def render(report: Report, catalogue: Sequence[RuleInfo]) -> str:
    """A heading with the outcome, what was checked, the findings; what is baselined is counted."""
    pages = {rule.id: rule.url for rule in catalogue}
    shown = active(report)
    problems = [placed for placed in shown if placed.finding.severity != INFORMATION]
    information = [placed for placed in shown if placed.finding.severity == INFORMATION]
    parts = [f"### protohome: {outcome(report)}", f"Checked {checked(report)}."]
    if problems:
        parts.append(_table(problems, pages))
    if information:
        opened = f"<details><summary>{len(information)} information</summary>"
        parts += [opened, _table(information, pages), "</details>"]
    return "\n\n".join(parts) + "\n"


def _table(every: Iterable[Placed], pages: dict[str, str]) -> str:
    rows = ["| Severity | Place | Finding | Rule |", "| --- | --- | --- | --- |"]
    return "\n".join(rows + [_row(placed, pages) for placed in every])


def _row(placed: Placed, pages: dict[str, str]) -> str:
    finding, start = placed.finding, placed.range
    place = _escaped(f"{finding.path}:{start.start_line}:{start.start_column}")
    rule, url = _escaped(finding.rule), _url(pages.get(finding.rule, ""))
    link = f"[{rule}]({url})" if url else rule
    # <code> keeps a path from becoming a link or a mention
    return f"| {finding.severity} | <code>{place}</code> | {_escaped(finding.message)} | {link} |"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))


def _url(url: str) -> str:
    return quote(url, safe=":/?#@!$&'*+,;=%~").replace("&", "&amp;")
