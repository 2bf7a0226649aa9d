"""Runs the rules over a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from . import history, suppressions
from .findings import (
    ERROR,
    INFORMATION,
    WARNING,
    Finding,
    Placed,
    Report,
    Summary,
    by_place,
    range_of,
)
from .history import is_new
from .positions import LineIndex
from .rules import RULES, Rule
from .suppressions import Suppression
from .verdicts import Judge
from .workspace.baseline import Key
from .workspace.early import NotYet
from .workspace.snapshot import Snapshot

PathFilter = Callable[[str], bool]

Checked: TypeAlias = "tuple[list[Finding], list[Finding]]"  # what stands, and what is silenced
# Calls the first with each of the paths, in their order: ``map``, or what shares out the work.
Each = Callable[[Callable[[str], Checked], Sequence[str]], Iterable[Checked]]


def chosen_rules(select: Collection[str] = (), ignore: Collection[str] = ()) -> tuple[Rule, ...]:
    """The rules to run: those selected (all, when none is), less those ignored."""
    return tuple(
        rule for rule in RULES if (not select or rule.id in select) and rule.id not in ignore
    )


def run(
    snapshot: Snapshot,
    rules: tuple[Rule, ...] | None = None,
    wanted: PathFilter = lambda _: True,
    judge: Judge | None = None,
    each: Each = map,
) -> Report:
    """All findings of ``rules`` (default: as configured) in the files that are ``wanted``.

    Who asks more of the snapshot's ``judge`` hands it in, for it remembers; ``each`` has the files
    checked.
    """
    if rules is None:
        rules = chosen_rules(snapshot.config.select, snapshot.config.ignore)
    judge = judge or Judge(snapshot)
    found: list[Finding] = []
    silenced: list[Finding] = []
    for finding in _whole(judge, rules):
        if wanted(finding.path):
            (found if finding.suppression is None else silenced).append(finding)
    files = [file for path, file in snapshot.files.items() if wanted(path)]
    paths = [file.path for file in files]
    for findings, hushed in each(lambda path: check_file(judge, rules, path), paths):
        found += findings
        silenced += hushed
    severity = snapshot.config.severity
    found = sorted(with_age(snapshot, found), key=lambda f: (f.path, f.span, f.rule))
    found, unmet = history.mark(snapshot, found)
    found += _stale(rules, snapshot, unmet, wanted)
    active = _placed(snapshot, found, severity)
    counted = [placed.finding.severity for placed in active if not placed.finding.baselined]
    return Report(
        tuple(active),
        tuple(_placed(snapshot, with_age(snapshot, silenced), severity)),
        Summary(
            files=len(files),
            contracts=sum(one.is_contract for file in files for one in file.declarations),
            errors=counted.count(ERROR),
            warnings=counted.count(WARNING),
            information=counted.count(INFORMATION),
            baselined=len(active) - len(counted),
            suppressed=len(silenced),
            new=None if snapshot.reference is None else sum(p.finding.new is True for p in active),
        ),
        snapshot.revision,
    )


def only_new(report: Report) -> Report:
    """What of a report is about what is new, counted anew; all of it where nothing can tell."""
    if report.summary.new is None:
        return report
    kept = tuple(placed for placed in report.findings if placed.finding.new is not False)
    counted = [placed.finding.severity for placed in kept if not placed.finding.baselined]
    summary = report.summary._replace(
        errors=counted.count(ERROR),
        warnings=counted.count(WARNING),
        information=counted.count(INFORMATION),
        baselined=len(kept) - len(counted),
    )
    return report._replace(findings=kept, summary=summary)


def with_age(snapshot: Snapshot, findings: list[Finding]) -> list[Finding]:
    """The findings, each told whether it is about what is new, as far as that can be told.

    In a file: what its contract is, or without one the file; in the map: a line that was not there,
    or a row of a file that is gone only now.
    """
    if snapshot.reference is None:
        return findings
    return [f if f.new is not None else f._replace(new=_is_new(snapshot, f)) for f in findings]


def _is_new(snapshot: Snapshot, finding: Finding) -> bool | None:
    reference = snapshot.reference
    if reference is None:
        return None
    if finding.path in snapshot.files:
        if finding.symbol in snapshot.contracts:
            return is_new(snapshot, finding.symbol)
        return finding.path not in reference.files
    if finding.path == snapshot.map.path and snapshot.revision.map is not None:
        source = snapshot.map.source
        start = source.rfind(b"\n", 0, finding.span.start) + 1
        end = source.find(b"\n", finding.span.start)
        line = source[start : end if end >= 0 else None].rstrip()
        rows = snapshot.map.audit
        about = {r.file for r in rows if r.span.start <= finding.span.start <= r.span.end}
        gone = about & (reference.files.keys() - snapshot.files.keys())
        return bool(gone) or line not in (
            one.rstrip() for one in snapshot.revision.map.split(b"\n")
        )
    return None


def _stale(
    rules: tuple[Rule, ...], snapshot: Snapshot, unmet: Mapping[Key, int], wanted: PathFilter
) -> Iterator[Finding]:
    """What rules say of accepted findings that nothing met, as far as this run looked for them."""
    ran = {rule.id for rule in rules}
    met = {key: n for key, n in unmet.items() if key[0] in ran and wanted(key[1])}
    for rule in rules:
        if rule.check_baseline is not None:
            yield from rule.check_baseline(snapshot.baseline, met)


def check_file(judge: Judge, rules: Iterable[Rule], path: str) -> Checked:
    """The findings in one governed file: those that stand, and those that comments or waivers
    silence.

    There are none in a file that cannot be read, and none where the map owns nothing: those are
    findings about the file and the map as a whole. Of a judge who does not know everything yet
    there are those that no more knowledge would change.
    """
    file = judge.snapshot.files[path]
    if path in judge.snapshot.unreadable or not judge.snapshot.map.packages:
        return [], []
    found: list[Finding] = []
    ran: set[str] = set()
    for rule in rules:
        asked = () if rule.check_file is None else rule.check_file(judge, file)
        told, is_all = _so_far(judge, asked)
        found += told
        ran |= {rule.id} if is_all else set()
    waived = [finding for finding in found if finding.suppression is not None]
    found = [finding for finding in found if finding.suppression is None]
    comments = suppressions.read(file)
    if not comments:
        return found, waived
    standing, silenced, comments = _apply(found, comments, LineIndex(file.source), ran)
    for rule in rules:
        if rule.check_suppressions is not None:
            standing += rule.check_suppressions(file, comments, [one.id for one in RULES])
    return standing, waived + silenced


def check_map(judge: Judge, rules: Iterable[Rule], path: str) -> list[Finding]:
    """The findings in one file of the rules that ask about the whole workspace."""
    found = (finding for finding in _whole(judge, rules) if finding.path == path)
    return [finding for finding in found if finding.suppression is None]


def _whole(judge: Judge, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What rules find in the workspace as a whole; where the map owns nothing, only that."""
    for rule in rules:
        if rule.check_map is not None and (judge.snapshot.map.packages or rule.id == "map-invalid"):
            yield from _so_far(judge, rule.check_map(judge))[0]


def _so_far(judge: Judge, findings: Iterable[Finding]) -> tuple[list[Finding], bool]:
    """What a rule finds, and whether that is all: its judge may not know everything yet.

    While it is not, nobody can say which of several that are alike the baseline accepts.
    """
    told: list[Finding] = []
    try:
        for finding in findings:
            told.append(finding)
    except NotYet:
        accepted = {(entry.rule, entry.path) for entry in judge.snapshot.baseline.findings}
        return [one for one in told if (one.rule, one.path) not in accepted], False
    return told, True


def configured(findings: Iterable[Finding], severity: Mapping[str, str]) -> list[Finding]:
    """The findings with the severities that the configuration gives their rules."""
    return [f._replace(severity=severity.get(f.rule, f.severity)) for f in findings]


def _apply(
    found: list[Finding], comments: tuple[Suppression, ...], lines: LineIndex, ran: set[str]
) -> tuple[list[Finding], list[Finding], tuple[Suppression, ...]]:
    standing: list[Finding] = []
    silenced: list[Finding] = []
    used: list[set[str]] = [set() for _ in comments]
    there: dict[tuple[str, int | None], list[int]] = {}
    for number, comment in enumerate(comments):
        for rule in set(comment.rules):
            there.setdefault((rule, comment.line), []).append(number)
    reasons: dict[tuple[str, int], str | None] = {}
    for finding in found:
        key = finding.rule, lines.line_of(finding.span.start)
        if key not in reasons:
            numbers = sorted([*there.get((finding.rule, None), []), *there.get(key, [])])
            for number in numbers:
                used[number].add(finding.rule)
            reasons[key] = comments[numbers[0]].reason if numbers else None
        reason = reasons[key]
        if reason is None:
            standing.append(finding)
        else:
            silenced.append(finding._replace(suppression=reason, in_source=True))
    judged = tuple(
        comment._replace(used=frozenset(hits), unjudged=frozenset(comment.rules) - ran - hits)
        for comment, hits in zip(comments, used, strict=True)
    )
    return standing, silenced, judged


def _placed(
    snapshot: Snapshot, findings: list[Finding], severity: Mapping[str, str]
) -> list[Placed]:
    """Findings with their ranges, by path, place and rule; configured severities applied."""
    indexes: dict[str, LineIndex] = {}
    placed: list[Placed] = []
    for finding in configured(findings, severity):
        if finding.path not in indexes:
            indexes[finding.path] = LineIndex(history.source_of(snapshot, finding.path))
        placed.append(Placed(finding, range_of(indexes[finding.path], finding.span)))
    return sorted(placed, key=by_place)
