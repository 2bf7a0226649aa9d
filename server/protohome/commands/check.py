"""``protohome check [PATHS]``"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..loading.files.disk import Disk
from ..runs.again import question, recall, remember
from ..runs.flags import (
    add_output_arguments,
    add_rule_arguments,
    add_workspace_arguments,
    rules_asked_for,
    targets,
)
from ..runs.outputs import Outcome, deliver, material, outcome
from ..runs.workspaces import Part, files_of, find_parts, read_found, together, wanted_paths
from ..system.disk import LoadError
from ..system.writing import is_unfinished

if TYPE_CHECKING:  # an outcome that is known needs no rules
    from ..check import PathFilter
    from ..findings import Report
    from ..rules import Rule
    from ..runs.shards import Shard
    from ..workspace.snapshot import Snapshot

_UNFINISHED = "protohome: a change was interrupted; the next `protohome fix` or `move` finishes it"

_EPILOG = """\
exit code:
  0  nothing found at the fail level or above
  1  findings at the fail level or above
  2  the check could not be done: bad usage, unreadable map or configuration
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
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
        "--staged",
        action="store_true",
        help="check what is staged, as the next commit will have it, not what is on disk",
    )
    parser.add_argument(
        "--shard",
        type=_shard,
        metavar="I/N",
        help="only what is in the I-th of N parts of the files; `protohome merge` joins their JSON",
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
        help="read and judge many files with N processes (default: as many as there are cores)",
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    targets(arguments)  # what cannot be written is said before the work
    files = files_of(arguments)
    if "-" in arguments.paths or arguments.stdin_filename is not None:
        from ..runs.stdin import load_with_stdin

        snapshot = load_with_stdin(arguments)
        return deliver(_checked(arguments, [Part(snapshot, tuple(arguments.paths))]))
    found = find_parts(arguments, files)
    asked = question(arguments, found, files)
    known = recall(asked) if asked else None
    if known is not None:
        return deliver(known)
    rules_asked_for(arguments)
    # Of an index it is git's ids that are known.
    known_hashes = asked.held if asked and isinstance(files, Disk) else [{}] * len(found)
    parts = [
        Part(read_found(arguments, one, files, hashes), paths)
        for (one, paths), hashes in zip(found, known_hashes, strict=True)
    ]
    fresh = _checked(arguments, parts)
    if asked:
        read = [(one, part.snapshot) for (one, _), part in zip(found, parts, strict=True)]
        remember(asked, fresh, read, files)
    return deliver(fresh)


def _checked(arguments: argparse.Namespace, parts: list[Part]) -> Outcome:
    from ..check import only_new

    choose, part = rules_asked_for(arguments), arguments.shard
    checked, report = together(
        (snapshot, _judged(arguments, snapshot, choose(snapshot.config), paths))
        for snapshot, paths in parts
    )
    if arguments.require_reference and report.reference.why:
        raise LoadError(f"no reference: {report.reference.why}")
    if arguments.only_new:
        report = only_new(report)
    notes = [
        f"{path}: the map governs nothing there"
        for snapshot, paths in parts
        for path in _ungoverned(snapshot, paths)
    ]
    if any(is_unfinished(snapshot.root) for snapshot, _ in parts):
        notes.insert(0, _UNFINISHED)
    shown = material(checked)
    if part is None or not any(target.format == "json" for target in targets(arguments)):
        return outcome(arguments, shown, report, notes)
    from ..runs import shards

    run = shards.run_of(arguments, (snapshot for _, snapshot in checked.parts))
    told = shards.tell(report, shown)
    whole = shards.Part(part, run, shown.where, shown.maps, report, tuple(notes), told)
    return outcome(arguments, shown, report, notes, lambda text: shards.inserted(text, whole))


def _judged(
    arguments: argparse.Namespace, snapshot: Snapshot, rules: tuple[Rule, ...], paths: Sequence[str]
) -> Report:
    from ..check import run as run_rules
    from ..loading.ahead import cores
    from ..runs.judging import sharing
    from ..verdicts import Judge, kept_of

    kept = None if arguments.no_cache else kept_of(snapshot)
    wanted = _wanted(snapshot, paths, arguments.shard)
    processes = arguments.jobs or cores()
    judge = Judge(snapshot, kept=kept, processes=processes)
    each = sharing(judge, kept, processes)
    report = run_rules(snapshot, rules, wanted, judge, each)
    if kept is not None:
        kept.save()
    return report


def _wanted(snapshot: Snapshot, paths: Sequence[str], part: Shard | None) -> PathFilter:
    wanted = wanted_paths(snapshot, paths)
    return wanted if part is None else lambda path: part.holds(path) and wanted(path)


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def _shard(text: str) -> Shard:
    from ..runs.shards import shard

    try:
        return shard(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _ungoverned(snapshot: Snapshot, paths: Sequence[str]) -> list[str]:
    """Those of the paths that name or hold nothing to be checked."""
    every = (snapshot.map.path, snapshot.config.path, *snapshot.files, *snapshot.documents)
    return [path for path in paths if not any(map(wanted_paths(snapshot, [path]), every))]
