"""The files that a run changes: read with all that they need, written or shown as a diff."""

from __future__ import annotations

import argparse
import os
import sys

from ..edits import Conflict, between, outcome, unified_diff
from ..escaping.terminal import say, say_lines
from ..fixes._workspace import completed, sources
from ..system.disk import LoadError, read_bytes
from ..system.writing import finish, is_unfinished, write
from ..workspace.snapshot import Snapshot
from .workspaces import load_workspace


def load_whole(arguments: argparse.Namespace, paths: list[str] | None = None) -> Snapshot:
    """The workspace with all that its files import, once an interrupted change is dealt with."""
    snapshot = load_workspace(arguments, paths)
    if is_unfinished(snapshot.root) and not arguments.diff:
        try:
            say(f"protohome: {finish(snapshot.root)}", sys.stderr)
        except Conflict as conflict:
            raise LoadError(str(conflict)) from conflict
        snapshot = load_workspace(arguments, paths)

    def source(path: str) -> bytes | None:
        try:
            return read_bytes(snapshot.root, path)
        except LoadError:
            return None

    return completed(snapshot, source)


def report_written(before: Snapshot, after: Snapshot, *, diff: bool) -> list[str]:
    """Write what changed, or print it as a diff; a line for each file written.

    Raises LoadError when it cannot be written.
    """
    old, texts = sources(before), changed(before, after)
    if diff:
        changes = unified_diff(old, texts)
        if sys.stdout.isatty():
            say_lines(changes)
        else:
            # For `git apply` and `patch`, byte for byte.
            sys.stdout.buffer.write(changes.encode("utf-8", "surrogateescape"))
        return []
    edit = between(old, texts)
    try:
        paths = write(before.root, old, edit)
    except Conflict as conflict:
        raise LoadError(str(conflict)) from conflict
    gone = {path for path, data in outcome(old, edit).items() if data is None}
    here = os.path.relpath(before.root)
    return [
        f"{'removed' if path in gone else 'wrote'} {os.path.normpath(os.path.join(here, path))}"
        for path in paths
    ]


def changed(before: Snapshot, after: Snapshot) -> dict[str, bytes | None]:
    """The new bytes of each path that differs, None for one that went."""
    old, new = sources(before), sources(after)
    texts: dict[str, bytes | None] = {p: d for p, d in new.items() if old.get(p) != d}
    texts.update((path, None) for path in old if path not in new)
    return texts
