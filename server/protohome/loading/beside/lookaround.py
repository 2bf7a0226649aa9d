"""Looks around the protos for what rules ask about, only where the map gives a reason to."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ...packagemap import frozen
from ...packagemap.model import PackageMap
from ...workspace.surroundings import Surroundings, gates_asked
from ..files import Files
from ..files.disk import DISK

if TYPE_CHECKING:
    from ...workspace.snapshot import Snapshot

# Where teams keep what runs before a merge: pipelines, hooks, and the scripts that these call.
_RUNNERS = (
    *("*.yml", "*.yaml", "*.sh", "*.bash", "*.mk", "*.toml", "*.nix", "*.bzl", "*.gradle*"),
    *("*Makefile*", "*makefile", "*package.json", "*justfile", "*Justfile", "*Jenkinsfile*"),
    *("*Earthfile", "*Dockerfile*", "*Rakefile", "*magefile.go", "*noxfile.py", "*tasks.py"),
    *("*.husky/*", "*.githooks/*", "*.buildkite/*", "*scripts/*", "*script/*", "*bin/*", "*ci/*"),
)
_RUNS = r"buf[^a-z].*(lint|breaking)|bufbuild/buf"
_STARTS, _WHAT = re.compile(rb"buf[^a-z]"), re.compile(rb"lint|breaking")
_MOST_FILES = 5000  # of a tree without git; more is no set of scripts that a person wrote
_MOST_BYTES = 1_000_000
_MOST_COMMITS = 5000  # some years of a busy team; git names them in a tenth of a second


def look(snapshot: Snapshot, files: Files = DISK) -> Surroundings:
    """What is around a workspace that has its reference, as far as its map asks for it."""
    notes, commit = snapshot.config.migration_notes, snapshot.revision.commit
    around = beside(snapshot.root, snapshot.map, notes, commit, files)
    return around._replace(consumers=consumers(snapshot, files))


def beside(
    root: str, package_map: PackageMap, notes: str, commit: str, files: Files = DISK
) -> Surroundings:
    """As ``look``, of what can be told before the protos are read: all but the consumers.

    ``notes`` is where migration notes are, ``""`` for nowhere; ``commit`` is the reference's.
    """
    gates = _gates(root, files) if gates_asked(package_map) else None
    kinds = {each.kind for sentence in package_map.sentences for each in sentence.statements}
    asked = notes and "Notes" in kinds
    follow_ons = any(re.search(r"\d", row.follow_on) for row in package_map.audit)
    return Surroundings(
        gates,
        _notes(root, notes, files) if asked else None,
        _landed(root, commit, files) if commit and follow_ons else None,
    )


def retired(snapshot: Snapshot) -> list[str]:
    """The contracts that frozen packages had and have no more, by FQN."""
    if snapshot.reference is None:
        return []
    return sorted(
        file.fqn(one)
        for package in frozen(snapshot.map)
        for file in snapshot.reference.by_package.get(package, ())
        for one in file.declarations
        if one.is_contract and file.fqn(one) not in snapshot.contracts
    )


def consumers(snapshot: Snapshot, files: Files = DISK) -> tuple[tuple[str, str], ...] | None:
    """The sources that may mention a retired contract, None where nobody asks."""
    patterns = snapshot.config.consumers
    gone = retired(snapshot) if patterns else []
    if not gone:
        return None
    # Generators change the case of names, and put underscores between their words.
    names = {fqn.rpartition(".")[2].lower().encode() for fqn in gone}
    found: list[tuple[str, str]] = []
    for path in sorted(files.matching(snapshot.root, patterns)):
        try:
            source = files.contents(os.path.join(snapshot.root, path))
        except OSError:
            continue
        flat = source.lower().replace(b"_", b"")
        if any(name.replace(b"_", b"") in flat for name in names):
            found.append((path, source.decode("utf-8", "replace")))
    return tuple(found)


def _landed(root: str, commit: str, files: Files) -> tuple[tuple[str, str], ...]:
    found = files.subjects(root, commit, _MOST_COMMITS)
    lines = (record.decode("utf-8", "replace") for record in found)
    return tuple((ident, subject) for ident, _, subject in (line.partition(" ") for line in lines))


def _notes(root: str, place: str, files: Files) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(files.at(root, place))[:_MOST_FILES]:
        try:
            found[path] = files.contents(os.path.join(root, path))
        except OSError:
            continue
    return found


def _gates(root: str, files: Files) -> dict[str, bytes]:
    top = files.top(root)
    found: dict[str, bytes] = {}
    for file in files.searched(top, (_RUNS,), ("-i", "-E"), _RUNNERS) if top else _below(root):
        try:
            source = files.contents(file)
        except OSError:
            continue
        if len(source) <= _MOST_BYTES and any(map(_runs_buf, source.lower().split(b"\n"))):
            found[os.path.relpath(file, root).replace(os.sep, "/")] = source
    return found


def _runs_buf(line: bytes) -> bool:
    """As ``_RUNS`` has it, in a time in proportion to the line."""
    starts = _STARTS.search(line)
    return b"bufbuild/buf" in line or bool(starts and _WHAT.search(line, starts.end()))


def _below(root: str) -> list[str]:
    from fnmatch import fnmatch

    found: list[str] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in (".git", "node_modules"))
        for name in sorted(names):
            file = os.path.join(folder, name)
            if any(fnmatch(file, runner) for runner in _RUNNERS):
                found.append(file)
        if len(found) > _MOST_FILES:
            break
    return found[:_MOST_FILES]
