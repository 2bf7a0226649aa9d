"""The workspaces that a check is about: one as a rule, several in a monorepo, in one report."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from ..findings import Report, Summary, by_place
from ..loading import discovery
from ..loading.discovery import Found
from ..loading.files import Files
from ..loading.files.disk import DISK, Moment
from ..named import NamedTuple
from ..output.paths import relocated
from ..system import git
from ..system.disk import LoadError

if TYPE_CHECKING:
    from ..check import PathFilter
    from ..workspace.snapshot import Snapshot


class Part(NamedTuple):
    """A workspace, and the paths in it that are asked for as they were given; none for all."""

    snapshot: Snapshot
    paths: tuple[str, ...] = ()


class Checked(NamedTuple):
    """What was checked: the folder that the report's paths lead from, and its workspaces.

    ``parts`` are by the prefix that the paths of each have, ``""`` or one that ends in a slash.
    """

    root: str
    parts: tuple[tuple[str, Snapshot], ...]

    def of(self, path: str) -> tuple[str, Snapshot]:
        """The prefix and the workspace that a path of the report belongs to."""
        fitting = [part for part in self.parts if path.startswith(part[0])]
        return max(fitting, key=lambda part: len(part[0]), default=self.parts[0])

    @property
    def maps(self) -> tuple[str, ...]:
        """The paths of the maps that were followed."""
        return tuple(prefix + one.map.path for prefix, one in self.parts if one.map.path)


def files_of(arguments: argparse.Namespace) -> Files:
    """What the flags ask to read: the disk, or what is staged. Raises LoadError outside of git."""
    if not arguments.staged:
        return Moment()
    from ..loading.files.index import Index

    return Index(start_of())


def find_parts(arguments: argparse.Namespace, files: Files) -> list[tuple[Found, tuple[str, ...]]]:
    """The workspaces of the paths asked for, each with its paths as given, none for all.

    Where none are asked for, they are those around and below the current folder.

    Raises LoadError for a path that is nowhere, or in a workspace that is named and not its own.
    """
    if arguments.config is not None:
        found = look_at(arguments, start_of(), files)
        for path in arguments.paths:
            start_of(path, files)
            relative(found.place.root, path)
        return [(found, tuple(arguments.paths))]
    asked: dict[str, list[str]] = {}
    whole: set[str] = set()
    for path in arguments.paths:
        start = start_of(path, files)
        own = discovery.find(start, files)
        inner = set[str]()
        if files.is_folder(os.path.abspath(path)):
            inner = {place.root for place in discovery.find_all(start, files)} - {own.root}
        whole |= inner
        if own.config or own.map or not inner:
            asked.setdefault(own.root, []).append(path)
    if not arguments.paths:
        whole = {place.root for place in discovery.find_all(start_of(), files)}
    return [
        (look_at(arguments, root, files), () if root in whole else tuple(asked[root]))
        for root in sorted(whole | asked.keys())
    ]


def together(parts: Iterable[tuple[Snapshot, Report]]) -> tuple[Checked, Report]:
    """One report of several, its paths from the folder that holds them all."""
    every = list(parts)
    if len(every) == 1:
        [(snapshot, report)] = every
        return Checked(snapshot.root, (("", snapshot),)), report
    root = os.path.commonpath([snapshot.root for snapshot, _ in every])
    root = git.top(root) or root
    prefixed = []
    reports = []
    for snapshot, report in every:
        inner = os.path.relpath(snapshot.root, root).replace(os.sep, "/")
        prefix = "" if inner == "." else inner + "/"
        prefixed.append((prefix, snapshot))
        reports.append(relocated(report, _prefixing(prefix)))
    return Checked(root, tuple(prefixed)), merged(reports)


def _prefixing(prefix: str) -> Callable[[str], str]:
    return lambda path: prefix + path


def merged(reports: Sequence[Report]) -> Report:
    """One report of several whose paths lead from the same folder."""
    findings = [placed for report in reports for placed in report.findings]
    suppressed = [placed for report in reports for placed in report.suppressed]
    new = [report.summary.new for report in reports if report.summary.new is not None]
    counted = Summary._fields[:-1]
    totals = {name: sum(getattr(one.summary, name) for one in reports) for name in counted}
    without = next((one.reference for one in reports if one.reference.why), None)
    return Report(
        tuple(sorted(findings, key=by_place)),
        tuple(sorted(suppressed, key=by_place)),
        Summary(**totals, new=sum(new) if len(new) == len(reports) else None),
        without or reports[0].reference,
    )


def load_workspace(arguments: argparse.Namespace, paths: list[str] | None = None) -> Snapshot:
    """The workspace around the first of ``paths``, else the current folder.

    Raises LoadError, also for a path that is outside it, and ConfigError.
    """
    found = look_at(arguments, start_of(paths[0] if paths else None), DISK)
    snapshot = read_found(arguments, found, DISK)
    for path in paths or ():
        relative(snapshot.root, path)
    return snapshot


def look_at(arguments: argparse.Namespace, start: str, files: Files) -> Found:
    """The workspace around the folder ``start``, as the flags ask for it, before it is read."""
    return discovery.look(
        start,
        config_file=arguments.config,
        cache=not arguments.no_cache,
        files=files,
        against=arguments.against,
        baseline=arguments.baseline,
    )


def read_found(
    arguments: argparse.Namespace, found: Found, files: Files, hashes: Mapping[str, str] = {}
) -> Snapshot:
    """A workspace that was found. Raises ConfigError where its rules are none of ours.

    ``hashes`` are as for ``discovery.read``.
    """
    from ..loading.ahead import cores
    from ..rules import RULES

    discovery.read_config(found.place, frozenset(rule.id for rule in RULES), files)
    quiet = getattr(arguments, "quiet", False) or not sys.stderr.isatty()
    progress = (lambda done, total: None) if quiet else _Progress()
    workers = getattr(arguments, "jobs", None) or cores()
    cache = not arguments.no_cache
    return discovery.read(found, files, progress, cache, workers=workers, hashes=hashes)


def start_of(path: str | None = None, files: Files = DISK) -> str:
    """The folder to look for a workspace from: ``path``, a file's, else the current one.

    Raises LoadError where there is nothing.
    """
    try:
        here = os.getcwd()
    except OSError as error:
        raise LoadError(f"the current folder is gone: {error.strerror}") from error
    if path is None:
        return here
    full = os.path.abspath(path)
    if not path or not files.exists(full):
        raise LoadError(f"{path or repr(path)}: no such file or folder")
    return full if files.is_folder(full) else os.path.dirname(full)


def relative(root: str, path: str) -> str:
    """A path from the current folder as one below ``root``. Raises LoadError when it is not."""
    for resolve in (os.path.abspath, os.path.realpath):
        try:
            inner = os.path.relpath(resolve(path), resolve(root)).replace(os.sep, "/")
        except ValueError:  # on another drive
            break
        if inner.split("/")[0] != "..":
            return inner
    raise LoadError(f"{path}: outside the workspace {root}")


def wanted_paths(snapshot: Snapshot, paths: Sequence[str]) -> PathFilter:
    """Whether a path of the workspace is, or is below, one of ``paths``; all are when it is empty.

    Raises LoadError for a path outside the workspace.
    """
    given = [relative(snapshot.root, path) for path in paths]
    if not given or "." in given:
        return lambda _path: True
    return lambda path: any(path == one or path.startswith(one + "/") for one in given)


class _Progress:
    """A line on the terminal that counts files, from the second second on."""

    def __init__(self) -> None:
        self._next = monotonic() + 1.0
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        if done + 1 == total and self._shown:
            sys.stderr.write("\r\x1b[K")
        elif done + 1 < total and monotonic() >= self._next:
            self._next = monotonic() + 0.1
            self._shown = True
            sys.stderr.write(f"\rprotohome: reading {done}/{total} files\x1b[K")
            sys.stderr.flush()
