"""Where a report goes: formats, the files they are written to, and what a terminal is shown."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from .. import output
from ..disk import LoadError, from_here, upwards
from ..escaping.terminal import say
from ..findings import SEVERITIES, Placed, Report
from ..history import source_of
from ..output.paths import relocated
from ..output.text import summary_line
from ._workspaces import Checked


class Target(NamedTuple):
    """A format and the file it is written to, ``""`` for standard output."""

    format: str
    file: str


class Output(NamedTuple):
    """A report in one of the formats, ``file`` as in ``Target``."""

    format: str
    file: str
    text: str


class Outcome(NamedTuple):
    """All that comes of a check: reports, lines for the person, the exit code."""

    outputs: tuple[Output, ...]
    said: tuple[str, ...]
    code: int


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    names = f"{', '.join(output.FORMATS[:-1])} or {output.FORMATS[-1]}"
    parser.add_argument(
        "--format",
        dest="targets",
        action=_Format,
        metavar="FORMAT[=FILE]",
        help=f"{names}; several times with files (default: full on a terminal, else text)",
    )
    parser.add_argument(
        "--output-file",
        dest="targets",
        action=_File,
        metavar="FILE",
        help="write the format before it there",
    )
    parser.add_argument(
        "--fail-level",
        choices=SEVERITIES,
        default="error",
        metavar="LEVEL",
        help="exit 1 on findings of this severity or above: error, warning or information"
        " (default: error)",
    )
    parser.add_argument(
        "--exit-zero", action="store_true", help="exit 0 whatever is found, 2 as ever"
    )
    parser.add_argument(
        "--statistics", action="store_true", help="count the findings of each rule, list none"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="full and text: show information as well"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary and no progress")


def targets(arguments: argparse.Namespace) -> list[Target]:
    """The formats asked for. Raises LoadError when two of them would share an output."""
    default = "full" if sys.stdout.isatty() else "text"
    asked = [
        Target(name or ("text" if file else default), file or "")
        for name, file in arguments.targets or [(default, None)]
    ]
    if any(file == "" for _, file in arguments.targets or ()):
        raise LoadError("--output-file '': cannot be written: No such file or directory")
    for file, number in Counter(target.file for target in asked).items():
        if number > 1:
            first, second = (target.format for target in asked if target.file == file)
            where = file or "standard output"
            raise LoadError(f"{first} and {second} cannot both go to {where}: --format NAME=FILE")
    return asked


def outcome(
    arguments: argparse.Namespace, checked: Checked, report: Report, notes: Iterable[str] = ()
) -> Outcome:
    """What comes of a report as the flags ask for it; ``notes`` are said first."""
    failing = SEVERITIES[: SEVERITIES.index(arguments.fail_level) + 1]
    if arguments.exit_zero:
        failing = ()
    look = _look(checked, arguments.verbose, failing)
    outputs = tuple(
        _rendered(target, checked.root, report, look, counted=arguments.statistics)
        for target in targets(arguments)
    )
    said = () if arguments.quiet else (*notes, summary_line(report), *_fixable(report, look))
    found = (placed.finding for placed in report.findings)
    code = int(any(f.severity in failing and not f.baselined for f in found))
    return Outcome(outputs, said, code)


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
    target: Target, root: str, report: Report, look: output.Look, *, counted: bool
) -> Output:
    where = _Here(root) if target.format in output.FOR_PERSONS else _Top(root)
    if not target.file:
        look = look._replace(color=is_colored())
    if counted and target.format in ("full", "text"):
        text = "".join(f"{line}\n" for line in _statistics(report, look))
        return Output(target.format, target.file, text)
    source = look.source
    look = look._replace(source=lambda path: source(where.back(path)), where=where.to)
    report = relocated(report, where.to)
    text = output.render(target.format, report, catalogue(), look)
    if target.format == "github":
        _summarise(report, look)
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


class _Here:
    """Paths as a person in the current folder writes them."""

    def __init__(self, root: str) -> None:
        self._root = root

    def to(self, path: str) -> str:
        return from_here(self._root, path).replace(os.sep, "/")

    def back(self, path: str) -> str:
        return os.path.relpath(path, self._root).replace(os.sep, "/")


class _Top:
    """Paths from the top of the repository, else of the workspace: what services count from."""

    def __init__(self, root: str) -> None:
        *_, top = upwards(root)
        inside = os.path.exists(os.path.join(top, ".git"))
        folder = os.path.relpath(root, top).replace(os.sep, "/") if inside else "."
        self._folder = "" if folder == "." else folder + "/"

    def to(self, path: str) -> str:
        return self._folder + path

    def back(self, path: str) -> str:
        return path.removeprefix(self._folder)


def _look(checked: Checked, verbose: bool, failing: tuple[str, ...]) -> output.Look:
    def source(path: str) -> bytes:
        prefix, snapshot = checked.of(path)
        path = path[len(prefix) :]
        if path == snapshot.config.path:
            return snapshot.config.source
        return source_of(snapshot, path)

    return output.Look(
        verbose=verbose,
        source=source,
        fixable=is_fixable,
        changes=_Changes(checked),
        failing=failing,
    )


def is_fixable(placed: Placed) -> bool:
    """Whether ``protohome fix`` would mend it without being asked to be bold."""
    from ..fixes import automatic

    return any(fix.safe for fix, _ in automatic(placed))


class _Changes:
    """The safe fixes of a finding that change only files that are there."""

    # A fix of the map is found by comparing its lines, so a log of a thousand would take minutes.
    _MOST = 50

    def __init__(self, checked: Checked) -> None:
        self._checked = checked
        self._made = 0

    def __call__(self, placed: Placed) -> Sequence[output.Change]:
        from ..fixes import Refused, automatic
        from ..verdicts import Judge

        made: list[output.Change] = []
        prefix, snapshot = self._checked.of(placed.finding.path)
        judge = Judge(snapshot)
        for fix, request in automatic(placed):
            if not fix.safe or self._made >= self._MOST:
                continue
            self._made += 1
            try:
                edit = fix.edit(judge, request)
                if edit.paths == tuple(sorted(edit.texts)):
                    texts = {prefix + path: edits for path, edits in edit.texts.items()}
                    made.append(output.Change(fix.title(judge, request), texts))
            except Refused:
                continue
        return made


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


class _Format(argparse.Action):
    """``--format NAME`` or ``--format NAME=FILE``, after or before its ``--output-file``."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        name, equals, file = str(values).partition("=")
        if name not in output.FORMATS:
            choices = ", ".join(map(repr, output.FORMATS))
            raise argparse.ArgumentError(self, f"invalid choice: {name!r} (choose from {choices})")
        asked = list(namespace.targets or ())
        if asked and asked[-1][0] is None and not equals:
            asked[-1] = (name, asked[-1][1])
        else:
            asked.append((name, file if equals else None))
        namespace.targets = asked


class _File(argparse.Action):
    """``--output-file FILE``: of the format before it, or of the one that follows."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        asked = list(namespace.targets or ())
        if asked and asked[-1][1] is None:
            asked[-1] = (asked[-1][0], str(values))
        else:
            asked.append((None, str(values)))
        namespace.targets = asked
