"""``protohome check [PATHS]``"""

from __future__ import annotations

import argparse
import os
import sys

from .. import output
from ..check import PathFilter, chosen_rules
from ..check import run as run_rules
from ..discovery import LoadError
from ..findings import SEVERITIES, Placed, Report
from ..output.text import summary_line
from ..rules import RULES
from ..workspace import Snapshot
from . import add_workspace_arguments, load_workspace

# A person opens these from where they stand; the others are read by tools, from the root.
_FOR_PERSONS = ("text", "msvs", "github")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: all)")
    parser.add_argument("--format", choices=output.FORMATS, default="text")
    parser.add_argument("--output-file", metavar="FILE", help="write the findings there")
    parser.add_argument("--select", action="append", metavar="RULES", help="run only these rules")
    parser.add_argument("--ignore", action="append", metavar="RULES", help="do not run these")
    parser.add_argument(
        "--fail-level",
        choices=SEVERITIES,
        default="error",
        help="exit 1 on findings of this severity or above (default: error)",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="text: show information as well")
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary and no progress")
    parser.add_argument(
        "--tracked", action="store_true", help="leave out files that are not in git's index"
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    select, ignore = _rule_ids(arguments.select), _rule_ids(arguments.ignore)
    snapshot = load_workspace(arguments, arguments.paths)
    rules = chosen_rules(select or snapshot.config.select, (*ignore, *snapshot.config.ignore))
    report = run_rules(snapshot, rules, wanted_paths(snapshot, arguments.paths))
    _write(arguments, snapshot, report)
    if not arguments.quiet:
        print(summary_line(report), file=sys.stderr)
    failing = SEVERITIES[: SEVERITIES.index(arguments.fail_level) + 1]
    found = (placed.finding for placed in report.findings)
    return int(any(f.severity in failing and not f.baselined for f in found))


def catalogue() -> list[output.RuleInfo]:
    """What the formats say about the rules."""
    return [output.RuleInfo(r.id, r.severity, r.summary, r.url) for r in RULES]


def _rule_ids(given: list[str] | None) -> tuple[str, ...]:
    ids = tuple(word for text in given or () for word in text.replace(",", " ").split())
    known = {rule.id for rule in RULES}
    for name in ids:
        if name not in known:
            raise LoadError(f"unknown rule {name!r}; `protohome explain` lists the rules")
    return ids


def wanted_paths(snapshot: Snapshot, paths: list[str]) -> PathFilter:
    given = [os.path.relpath(os.path.abspath(path), snapshot.root) for path in paths]
    given = [path.replace(os.sep, "/") for path in given]
    if not given or "." in given:
        return lambda _path: True
    return lambda path: any(path == one or path.startswith(one + "/") for one in given)


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
        sys.stdout.buffer.write(text.encode())
        return
    try:
        with open(arguments.output_file, "wb") as stream:
            stream.write(text.encode())
    except OSError as error:
        raise LoadError(f"{arguments.output_file}: cannot be written: {error.strerror}") from error


def _from_here(report: Report, root: str) -> Report:
    """The report with paths relative to the current folder."""
    prefix = os.path.relpath(root)
    if prefix == ".":
        return report

    def moved(placed: Placed) -> Placed:
        path = os.path.normpath(os.path.join(prefix, placed.finding.path)).replace(os.sep, "/")
        return placed._replace(finding=placed.finding._replace(path=path))

    return report._replace(
        findings=tuple(map(moved, report.findings)), suppressed=tuple(map(moved, report.suppressed))
    )
