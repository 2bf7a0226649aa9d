"""``sarif``: a SARIF 2.1.0 log, as code scanning services and viewers read it.

Findings that a comment silences are results with an ``inSource`` suppression, waived and baselined
ones with an ``external`` one; evidence and related places are ``relatedLocations``; what
``protohome fix`` would change in files that are there are ``fixes``. Section numbers below are
those of the OASIS standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..escaping.terminal import json_text
from ..findings import ERROR, INFORMATION, WARNING, Evidence, Finding, Range, Report
from . import Change, Look, Replacement, RuleInfo
from .fingerprints import fingerprinted, in_order

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
HOME_PAGE = "https://github.com/protohome/protohome"

_PAGE_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")

_LEVELS = {ERROR: "error", WARNING: "warning", INFORMATION: "note"}


def render(report: Report, catalogue: Sequence[RuleInfo], look: Look) -> str:
    """One log with one run; lines and columns are 1-based, columns in code points."""
    indices = {rule.id: index for index, rule in enumerate(catalogue)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "protohome",
                        "version": __version__,
                        "informationUri": HOME_PAGE,
                        "rules": [_rule(rule) for rule in catalogue],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "properties": {
                    "reference": report.reference.name or None,
                    "noReference": report.reference.why,
                },
                "originalUriBaseIds": {
                    ROOT: {"description": {"text": "The root of the repository."}}
                },
                "results": [
                    _result(placed.finding, placed.range, fingerprint, indices)
                    | _fixes(look.changes(placed), look)
                    for placed, fingerprint in fingerprinted(
                        in_order(report.findings, report.suppressed)
                    )
                ],
            }
        ],
    }
    return json_text(json.dumps(log, ensure_ascii=False)) + "\n"


def _rule(rule: RuleInfo) -> dict[str, Any]:
    descriptor: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": _message(rule.summary),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }
    if rule.page:
        descriptor["fullDescription"] = _message(
            _PAGE_LINK.sub(r"\1", _section(rule.page, "What it does"))
        )
        how = _PAGE_LINK.sub(r"\1", _section(rule.page, "How to fix"))
        descriptor["help"] = {"text": how, "markdown": _with_whole_links(rule)}
    if rule.url:
        descriptor["helpUri"] = rule.url
    descriptor["properties"] = {"tags": ["protobuf", "package-map"]}
    return descriptor


def _with_whole_links(rule: RuleInfo) -> str:
    """The page as it reads away from the other pages; its own address is docs/rules/ID.md."""
    docs = rule.url.rpartition("/rules/")[0]
    return rule.page.replace("](../", f"]({docs}/")


def _section(page: str, heading: str) -> str:
    """The first paragraph below a heading of a rule's page, on one line."""
    _, _, rest = page.partition(f"\n## {heading}\n")
    return " ".join(rest.strip().partition("\n\n")[0].split()) or page.partition("\n")[0]


def _fixes(changes: Sequence[Change], look: Look) -> dict[str, Any]:
    """3.27.30: what may be applied, each as deleted regions and what comes in their place."""
    fixes = [
        {
            "description": _message(change.title),
            "artifactChanges": [
                {
                    "artifactLocation": _artifact(look.where(path)),
                    "replacements": [_replacement(edit) for edit in edits],
                }
                for path, edits in change.edits.items()
            ],
        }
        for change in changes
        if change.edits
    ]
    return {"fixes": fixes} if fixes else {}


def _replacement(edit: Replacement) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.range), "insertedContent": {"text": edit.text}}


def _region(place: Range) -> dict[str, int]:
    return {
        "startLine": place.start_line,
        "startColumn": place.start_column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _result(
    finding: Finding, place: Range, fingerprint: str, indices: dict[str, int]
) -> dict[str, Any]:
    region = {"artifactLocation": _artifact(finding.path), "region": _region(place)}
    where: dict[str, Any] = {"physicalLocation": region}
    if finding.symbol:
        where["logicalLocations"] = [{"fullyQualifiedName": finding.symbol}]
    result: dict[str, Any] = {"ruleId": finding.rule}
    if finding.rule in indices:
        result["ruleIndex"] = indices[finding.rule]
    result |= {
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [where],
        "partialFingerprints": {"contract/v1": fingerprint},
        # 3.27.23: all results of a run say what suppresses them, or none does
        "suppressions": _suppressions(finding),
    }
    related: list[dict[str, Any]] = []
    for evidence in (*finding.evidence, *finding.related):
        location = _related(evidence)
        if location not in related:  # the schema wants them unique
            related.append(location)
    if related:
        result["relatedLocations"] = related
    if finding.buf:
        result["properties"] = {"buf": finding.buf}
    return result


def _related(evidence: Evidence) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if evidence.path:
        physical: dict[str, Any] = {"artifactLocation": _artifact(evidence.path)}
        if evidence.line:
            physical["region"] = {"startLine": evidence.line}
        location["physicalLocation"] = physical
    location["message"] = _message(f"{evidence.label}: {evidence.text}")
    return location


def _suppressions(finding: Finding) -> list[dict[str, str]]:
    if finding.suppression is not None:
        reason = {"justification": finding.suppression} if finding.suppression else {}
        return [{"kind": "inSource" if finding.in_source else "external", **reason}]
    if finding.baselined:
        return [{"kind": "external", "justification": "accepted in the baseline"}]
    return []


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": ROOT}


def _message(text: str) -> dict[str, str]:
    # 3.11.5: braces that are not placeholders are doubled
    return {"text": text.replace("{", "{{").replace("}", "}}")}
