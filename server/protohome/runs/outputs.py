"""Where a report goes: formats, the files they are written to, and what a terminal is shown."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

from .. import history, output
from ..edits import TextEdit
from ..escaping.terminal import say
from ..findings import SEVERITIES, Placed, Report, range_of
from ..named import NamedTuple
from ..output.paths import relocated
from ..output.text import summary_line
from ..positions import LineIndex
from ..system.disk import LoadError
from .flags import Target, targets
from .where import Where, where
from .workspaces import Checked

_MOST_MAPS = 8  # named in a summary; one with more is read for its counts


class Output(NamedTuple):
    """A report in one of the formats, ``file`` as in ``Target``."""

    format: str
    file: str
    text: str


class Material(NamedTuple):
    """What findings are shown with, by paths as the report has them.

    ``source`` gives the bytes of a file, ``tried`` the safe fixes of a finding one after the other:
    what each changes, None where it is refused or does more than change files. ``maps`` are those
    that were followed.
    """

    where: Where
    maps: tuple[str, ...]
    source: Callable[[str], bytes]
    tried: Callable[[Placed], Iterable[output.Change | None]]


class Attempts:
    """The first fixes that are tried of a report's findings, which are asked for in order."""

    # A fix of the map is found by comparing its lines, so a log of a thousand would take minutes.
    _MOST = 50

    def __init__(self, tried: Callable[[Placed], Iterable[output.Change | None]]) -> None:
        self._tried, self._left = tried, self._MOST

    def __call__(self, placed: Placed) -> tuple[output.Change | None, ...]:
        some = tuple(islice(self._tried(placed), self._left))
        self._left -= len(some)
        return some


class Outcome(NamedTuple):
    """All that comes of a check: reports, lines for the person, the exit code."""

    outputs: tuple[Output, ...]
    said: tuple[str, ...]
    code: int


def outcome(
    arguments: argparse.Namespace,
    shown: Material,
    report: Report,
    notes: Iterable[str] = (),
    finish: Callable[[str], str] = lambda text: text,
) -> Outcome:
    """What comes of a report as the flags ask for it; ``notes`` are said first.

    ``finish`` adds to the JSON report what only a part of a check has.
    """
    failing = SEVERITIES[: SEVERITIES.index(arguments.fail_level) + 1]
    if arguments.exit_zero:
        failing = ()
    look = output.Look(arguments.verbose, fixable=is_fixable, failing=failing)
    rendered = (
        _rendered(target, shown, report, look, counted=arguments.statistics)
        for target in targets(arguments)
    )
    outputs = tuple(
        one._replace(text=finish(one.text)) if one.format == "json" else one for one in rendered
    )
    summary = summary_line(report, _named(shown))
    said = () if arguments.quiet else (*notes, summary, *_fixable(report, look))
    found = (placed.finding for placed in report.findings)
    code = int(any(f.severity in failing and not f.baselined for f in found))
    return Outcome(outputs, said, code)


def _named(shown: Material) -> str:
    """The maps as a person in the current folder writes their paths."""
    paths = [shown.where.to("text", path) for path in shown.maps]
    more = [f"{len(paths) - _MOST_MAPS} more"] if len(paths) > _MOST_MAPS else []
    return ", ".join([*paths[:_MOST_MAPS], *more])


def deliver(outcome: Outcome) -> int:
    """Write and say what came of a check; its exit code."""
    for each in outcome.outputs:
        _write(each)
    for line in outcome.said:
        say(line, sys.stderr)
    return outcome.code


def catalogue() -> list[output.RuleInfo]:
    """What the formats say about the rules."""
    from ..rules import RULES

    return [output.RuleInfo(r.id, r.severity, r.summary, r.url, r.page) for r in RULES]


def is_colored() -> bool:
    """Whether standard output is to be coloured: NO_COLOR, then FORCE_COLOR, then a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _rendered(
    target: Target, shown: Material, report: Report, look: output.Look, *, counted: bool
) -> Output:
    if not target.file:
        look = look._replace(color=is_colored())
    if counted and target.format in ("full", "text"):
        text = "".join(f"{line}\n" for line in _statistics(report, look))
        return Output(target.format, target.file, text)
    to, back = partial(shown.where.to, target.format), partial(shown.where.back, target.format)
    moved = relocated(report, to)
    before = (*report.findings, *report.suppressed)
    after = (*moved.findings, *moved.suppressed)
    origin = {id(new): old for old, new in zip(before, after, strict=True)}
    attempts = Attempts(shown.tried)
    look = look._replace(
        source=lambda path: shown.source(back(path)),
        changes=lambda placed: [one for one in attempts(origin[id(placed)]) if one],
        where=to,
    )
    text = output.render(target.format, moved, catalogue(), look)
    if target.format == "github":
        _summarise(moved, look)
    return Output(target.format, target.file, text)


def _write(output: Output) -> None:
    if not output.file:
        if output.format in ("full", "text"):
            sys.stdout.write(output.text)
        else:
            sys.stdout.buffer.write(output.text.encode())
        sys.stdout.flush()
        return
    try:
        with open(output.file, "wb") as stream:
            stream.write(output.text.encode())
    except OSError as error:
        raise LoadError(f"{output.file}: cannot be written: {error.strerror}") from error


def _summarise(report: Report, look: output.Look) -> None:
    """Add what annotations have no room for to the job's summary, where GitHub keeps one."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with open(file, "ab") as stream:
            stream.write(output.render("markdown", report, catalogue(), look).encode())


def material(checked: Checked) -> Material:
    """What shows the findings of workspaces that are at hand."""
    tried = _Tried(checked)

    def source(path: str) -> bytes:
        prefix, snapshot = checked.of(path)
        path = path[len(prefix) :]
        if path == snapshot.config.path:
            return snapshot.config.source
        return history.source_of(snapshot, path)

    return Material(where(checked.root), checked.maps, source, tried)


def is_fixable(placed: Placed) -> bool:
    """Whether ``protohome fix`` would mend it without being asked to be bold."""
    from ..fixes import automatic

    return any(fix.safe for fix, _ in automatic(placed))


class _Tried:
    """The safe fixes of a finding, each tried when it is asked for."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    def __call__(self, placed: Placed) -> Iterator[output.Change | None]:
        from ..fixes import Refused, automatic
        from ..verdicts import Judge

        prefix, snapshot = self._checked.of(placed.finding.path)
        judge = Judge(snapshot)
        for fix, request in automatic(placed):
            if not fix.safe:
                continue
            try:
                edit = fix.edit(judge, request)
                if edit.paths == tuple(sorted(edit.texts)):
                    texts = {
                        prefix + path: _replacements(history.source_of(snapshot, path), edits)
                        for path, edits in edit.texts.items()
                    }
                    yield output.Change(fix.title(judge, request), texts)
                else:
                    yield None
            except Refused:
                yield None


def _replacements(source: bytes, edits: Iterable[TextEdit]) -> tuple[output.Replacement, ...]:
    index = LineIndex(source)
    return tuple(output.Replacement(range_of(index, span), text) for span, text in edits)


def _statistics(report: Report, look: output.Look) -> Iterator[str]:
    """``12  wrong-package  [*]  The contract's home is another package.``, the most first."""
    found = output.active(report)
    counts = Counter(placed.finding.rule for placed in found)
    fixable = {placed.finding.rule for placed in found if look.fixable(placed)}
    told = {rule.id: rule.summary for rule in catalogue()}
    width = max((len(name) for name in counts), default=0)
    for name, number in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        mark = "[*]" if name in fixable else "   "
        yield f"{number:>6}  {name:<{width}}  {mark}  {told[name]}"


def _fixable(report: Report, look: output.Look) -> Iterator[str]:
    number = sum(map(look.fixable, output.active(report)))
    if number:
        yield f"{number} fixable with `protohome fix`"
