"""``protohome check [PATHS]``"""

from __future__ import annotations

import argparse
import os
import sys

from .. import output
from ..check import PathFilter, chosen_rules
from ..check import run as run_rules
from ..disk import LoadError, from_here
from ..findings import SEVERITIES, Placed, Report
from ..output.escapes import one_line
from ..output.text import summary_line
from ..rules import RULES
from ..workspace import Snapshot
from . import add_workspace_arguments, did_you_mean, load_workspace, relative

# A person opens these from where they stand; the others are read by tools, from the root.
_FOR_PERSONS = ("text", "msvs", "github")

_EPILOG = """\
exit code:
  0  nothing found at the fail level or above
  1  findings at the fail level or above
  2  the check could not be done: bad usage, unreadable map or configuration
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: all)")
    parser.add_argument(
        "--format",
        choices=output.FORMATS,
        default="text",
        metavar="FORMAT",
        help=f"{', '.join(output.FORMATS[:-1])} or {output.FORMATS[-1]} (default: text)",
    )
    parser.add_argument("--output-file", metavar="FILE", help="write the findings there")
    for flag, what in (("--select", "run only these rules"), ("--ignore", "leave these rules out")):
        parser.add_argument(
            flag, action="append", metavar="RULES", help=f"{what}; with commas, or repeated"
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
        "-v", "--verbose", action="store_true", help="text: show information as well"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary and no progress")
    parser.add_argument(
        "--tracked", action="store_true", help="leave out files that are not in git's index"
    )
    parser.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="use at most N processes; one is used at present, as more do not pay",
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    select, ignore = _rule_ids(arguments.select), _rule_ids(arguments.ignore)
    snapshot = load_workspace(arguments, arguments.paths)
    config = snapshot.config
    # Who selects a rule by hand wants it, whatever the configuration ignores.
    rules = chosen_rules(select or config.select, ignore if select else (*ignore, *config.ignore))
    report = run_rules(snapshot, rules, wanted_paths(snapshot, arguments.paths))
    _write(arguments, snapshot, report)
    if not arguments.quiet:
        for path in _ungoverned(snapshot, arguments.paths):
            print(f"{one_line(path)}: the map governs nothing there", file=sys.stderr)
        print(summary_line(report), file=sys.stderr)
    failing = SEVERITIES[: SEVERITIES.index(arguments.fail_level) + 1]
    found = (placed.finding for placed in report.findings)
    return int(any(f.severity in failing and not f.baselined for f in found))


def catalogue() -> list[output.RuleInfo]:
    """What the formats say about the rules."""
    return [output.RuleInfo(r.id, r.severity, r.summary, r.url) for r in RULES]


def _rule_ids(given: list[str] | None) -> tuple[str, ...]:
    ids = tuple(word for text in given or () for word in text.replace(",", " ").split())
    known = [rule.id for rule in RULES]
    for name in ids:
        if name not in known:
            hint = did_you_mean(name, known)
            raise LoadError(f"unknown rule {name!r}{hint}; `protohome explain` lists the rules")
    return ids


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def wanted_paths(snapshot: Snapshot, paths: list[str]) -> PathFilter:
    """Whether a path of the workspace is, or is below, one of ``paths``; all are when it is empty.

    Raises LoadError for a path outside the workspace.
    """
    given = [relative(snapshot.root, path) for path in paths]
    if not given or "." in given:
        return lambda _path: True
    return lambda path: any(path == one or path.startswith(one + "/") for one in given)


def _ungoverned(snapshot: Snapshot, paths: list[str]) -> list[str]:
    """Those of the paths that name or hold nothing to be checked."""
    every = (snapshot.map.path, snapshot.config.path, *snapshot.files)
    return [path for path in paths if not any(map(wanted_paths(snapshot, [path]), every))]


def _write(arguments: argparse.Namespace, snapshot: Snapshot, report: Report) -> None:
    color = False
    if arguments.format in _FOR_PERSONS:
        report = _from_here(report, snapshot.root)
        terminal = arguments.output_file is None and sys.stdout.isatty()
        color = terminal and not os.environ.get("NO_COLOR")
    text = output.render(
        arguments.format, report, catalogue(), verbose=arguments.verbose, color=color
    )
    if arguments.output_file is None:
        if arguments.format == "text":
            sys.stdout.write(text)
        else:
            sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return
    try:
        with open(arguments.output_file, "wb") as stream:
            stream.write(text.encode())
    except OSError as error:
        file = arguments.output_file or "--output-file ''"
        raise LoadError(f"{file}: cannot be written: {error.strerror}") from error


def _from_here(report: Report, root: str) -> Report:
    """The report with paths relative to the current folder."""
    if from_here(root, "") == ".":
        return report

    def moved(placed: Placed) -> Placed:
        path = from_here(root, placed.finding.path).replace(os.sep, "/")
        return placed._replace(finding=placed.finding._replace(path=path))

    return report._replace(
        findings=tuple(map(moved, report.findings)), suppressed=tuple(map(moved, report.suppressed))
    )
