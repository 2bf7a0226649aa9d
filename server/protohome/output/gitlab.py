"""``gitlab``: a Code Quality report, as GitLab's ``artifacts:reports:codequality`` reads it.

Source: GitLab Docs, "Code Quality report format". What is baselined is left out: it is accepted,
and the merge request widget would list it as a problem of the branch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..escaping.terminal import json_text
from ..findings import ERROR, INFORMATION, WARNING, Placed, Report
from . import Look, RuleInfo, active
from .fingerprints import fingerprinted

_SEVERITIES = {ERROR: "major", WARNING: "minor", INFORMATION: "info"}


def render(report: Report, catalogue: Sequence[RuleInfo], look: Look) -> str:
    """A JSON array, an issue on a line of its own; fingerprints as in ``fingerprints``."""
    issues = [
        json_text(json.dumps(_issue(placed, fingerprint), ensure_ascii=False))
        for placed, fingerprint in fingerprinted(active(report))
    ]
    return f"[{','.join(chr(10) + '  ' + issue for issue in issues)}]\n"


def _issue(placed: Placed, fingerprint: str) -> dict[str, Any]:
    finding, place = placed
    return {
        "description": finding.message,
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": finding.path,
            "lines": {"begin": place.start_line, "end": place.end_line},
            "positions": {
                "begin": {"line": place.start_line, "column": place.start_column},
                "end": {"line": place.end_line, "column": place.end_column},
            },
        },
    }
