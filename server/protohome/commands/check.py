"""``protohome check [PATHS]``"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from ..check import PathFilter, chosen_rules, only_new
from ..check import run as run_rules
from ..config import Config
from ..disk import LoadError
from ..escaping.terminal import say
from ..rules import RULES, Rule
from ..workspace import Snapshot
from ..writing import is_unfinished
from . import add_workspace_arguments, did_you_mean, load_workspace, relative
from ._outputs import add_output_arguments, deliver, targets
from ._stdin import load_with_stdin

_EPILOG = """\
exit code:
  0  nothing found at the fail level or above
  1  findings at the fail level or above
  2  the check could not be done: bad usage, unreadable map or configuration
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files or folders (default: all); - reads a file's text from standard input",
    )
    parser.add_argument("--stdin-filename", metavar="FILE", help="the file that - stands for")
    add_rule_arguments(parser)
    add_output_arguments(parser)
    parser.add_argument(
        "--tracked", action="store_true", help="leave out files that are not in git's index"
    )
    parser.add_argument(
        "--only-new", action="store_true", help="only what is about new contracts, files and rows"
    )
    parser.add_argument(
        "--require-reference",
        action="store_true",
        help="exit 2 where nothing says what was there before",
    )
    parser.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="use at most N processes; one is used at present, as more do not pay",
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    targets(arguments)  # what cannot be written is said before the work
    choose = rules_asked_for(arguments)
    if "-" in arguments.paths or arguments.stdin_filename is not None:
        snapshot = load_with_stdin(arguments)
    else:
        snapshot = load_workspace(arguments, arguments.paths)
    if is_unfinished(snapshot.root) and not arguments.quiet:
        print(
            "protohome: a change was interrupted; the next `protohome fix` or `move` finishes it",
            file=sys.stderr,
        )
    rules = choose(snapshot.config)
    report = run_rules(snapshot, rules, wanted_paths(snapshot, arguments.paths))
    if arguments.require_reference and snapshot.reference is None:
        raise LoadError(f"no reference: {snapshot.revision.why}")
    if arguments.only_new:
        report = only_new(report)
    if not arguments.quiet:
        for path in _ungoverned(snapshot, arguments.paths):
            say(f"{path}: the map governs nothing there", sys.stderr)
    return deliver(arguments, snapshot, report)


def add_rule_arguments(parser: argparse.ArgumentParser) -> None:
    for flag, what in (("--select", "run only these rules"), ("--ignore", "leave these rules out")):
        parser.add_argument(
            flag, action="append", metavar="RULES", help=f"{what}; with commas, or repeated"
        )


def rules_asked_for(arguments: argparse.Namespace) -> Callable[[Config], tuple[Rule, ...]]:
    """The rules to run under a configuration. Raises LoadError for one that there is not."""
    select, ignore = _rule_ids(arguments.select), _rule_ids(arguments.ignore)
    # Who selects a rule by hand wants it, whatever the configuration ignores.
    return lambda config: chosen_rules(
        select or config.select, ignore if select else (*ignore, *config.ignore)
    )


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
