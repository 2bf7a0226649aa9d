"""Findings, evidence and fix requests: plain data that editor, command line and hook share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .named import NamedTuple
from .positions import LineIndex, Span
from .workspace.revision import Revision

ERROR, WARNING, INFORMATION = "error", "warning", "information"
SEVERITIES = (ERROR, WARNING, INFORMATION)
DECLARED, INFERRED = "declared", "inferred"


class Evidence(NamedTuple):
    """What a verdict rests on. ``line`` is 1-based, 0 when the whole file is meant.

    ``kind`` is audit-row, ownership-row, statement, config, successor, term, neighbour or file;
    ``text`` is the row, sentence or words as written.
    """

    kind: str
    path: str
    line: int
    text: str

    @property
    def label(self) -> str:
        """Its kind as it is said: *used by* for what uses a contract."""
        return {"user": "used by", "used": "refers to"}.get(self.kind, self.kind)


class FixRequest(NamedTuple):
    """A fix by its name in FIXES, with the arguments it needs; JSON-able."""

    fix: str
    arguments: Mapping[str, str] = {}


class Finding(NamedTuple):
    """One finding of one rule. ``path`` is relative to the workspace root; ``span`` is in bytes.

    ``symbol`` is an FQN, a package or ``""``; ``verdict`` is declared, inferred or ``""`` where a
    rule weighs nothing; ``related`` are other places worth a look, such as the successor.
    ``tags`` holds ``deprecated`` or ``unnecessary``. ``suppression`` is the reason given where a
    comment (``in_source``) or a waiver of the configuration silences the finding (``""`` for none
    given), else None. ``new`` says whether it is
    about what the reference has not, None where there is no reference to tell. ``buf`` is the rule
    of ``buf breaking`` that says the same, ``""`` for none.
    """

    rule: str
    severity: str
    path: str
    span: Span
    message: str
    symbol: str = ""
    verdict: str = ""
    home: str = ""
    owner: str = ""
    evidence: tuple[Evidence, ...] = ()
    related: tuple[Evidence, ...] = ()
    fixes: tuple[FixRequest, ...] = ()
    tags: tuple[str, ...] = ()
    baselined: bool = False
    suppression: str | None = None
    in_source: bool = False
    new: bool | None = None
    buf: str = ""


def plain(finding: Finding) -> dict[str, Any]:
    """A finding as plain data that ``marshal`` writes."""
    found = finding._asdict()
    found["span"] = tuple(finding.span)
    found["evidence"] = tuple(map(tuple, finding.evidence))
    found["related"] = tuple(map(tuple, finding.related))
    found["fixes"] = tuple((fix, dict(arguments)) for fix, arguments in finding.fixes)
    return found


def of_plain(found: Mapping[str, Any]) -> Finding:
    """The finding that ``plain`` was asked of."""
    finding = Finding(**found)
    return finding._replace(
        span=Span(*finding.span),
        evidence=tuple(map(Evidence._make, finding.evidence)),
        related=tuple(map(Evidence._make, finding.related)),
        fixes=tuple(map(FixRequest._make, finding.fixes)),
    )


class Range(NamedTuple):
    """A finding's place for a person: 1-based, columns in code points, the end exclusive."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


def range_of(index: LineIndex, span: Span) -> Range:
    """Where a span of bytes is, for a person."""
    start, end = index.position(span.start), index.position(span.end)
    return Range(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


class Placed(NamedTuple):
    """A finding with its range, ready to print."""

    finding: Finding
    range: Range


def by_place(placed: Placed) -> tuple[object, ...]:
    """The order of findings in a report; no two that differ for a person are alike in it."""
    finding = placed.finding
    return finding.path, placed.range, finding.rule, finding.symbol, finding.message


class Summary(NamedTuple):
    """How much there is of what; ``new`` counts findings, None without a reference."""

    files: int
    contracts: int
    errors: int
    warnings: int
    information: int
    baselined: int
    suppressed: int
    new: int | None = None


class Report(NamedTuple):
    """The result of one run.

    ``findings`` are active and baselined ones, by path, place and rule; ``suppressed`` are those a
    comment or a waiver silences. ``reference`` is what was there before, or says why that is not
    known.
    """

    findings: tuple[Placed, ...]
    suppressed: tuple[Placed, ...]
    summary: Summary
    reference: Revision = Revision()
