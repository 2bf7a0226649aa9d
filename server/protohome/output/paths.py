"""Where the paths of a report lead from: a person's folder, or the top of the repository."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ..findings import Evidence, Finding, Placed, Report


def relocated(report: Report, where: Callable[[str], str]) -> Report:
    """The report with ``where(path)`` for every path, also for those that messages cite."""

    def moved(placed: Placed) -> Placed:
        finding = placed.finding
        return placed._replace(
            finding=finding._replace(
                path=where(finding.path),
                message=_cited(finding, where),
                evidence=_evidence(finding.evidence, where),
                related=_evidence(finding.related, where),
            )
        )

    return report._replace(
        findings=tuple(map(moved, report.findings)), suppressed=tuple(map(moved, report.suppressed))
    )


def _evidence(every: Iterable[Evidence], where: Callable[[str], str]) -> tuple[Evidence, ...]:
    return tuple(one._replace(path=where(one.path)) if one.path else one for one in every)


def _cited(finding: Finding, where: Callable[[str], str]) -> str:
    """The message; a citation is ``path:line``, of the places that the finding rests on."""
    paths = {one.path for one in (*finding.evidence, *finding.related)} - {""}
    if all(where(path) == path for path in paths):
        return finding.message
    either = "|".join(map(re.escape, sorted(paths, key=len, reverse=True)))
    return re.sub(rf"(?<![\w/.-])({either})(?=:\d)", lambda cited: where(cited[1]), finding.message)
