"""``protohome migration``: where the split out of the frozen packages stands."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from ..migration import shims, steps
from ..runs.flags import add_workspace_arguments
from ..runs.workspaces import load_workspace
from ..system.disk import LoadError, contents, why_no_text
from ..system.listing import paths_matching
from ..verdicts import Judge
from ..workspace.snapshot import Snapshot

FORMATS = ("text", "json", "markdown")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how to show it (default: text)"
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    snapshot = load_workspace(arguments)
    judge = Judge(snapshot)
    if not judge.frozen:
        raise LoadError(f"{snapshot.map.path} freezes no package, so there is nothing to migrate")
    found = shims(judge, _sources(snapshot))
    form = import_module(f"..migration.{arguments.format}", __package__)
    sys.stdout.write(form.render(found, steps(judge), snapshot.map.path))
    return 0


def _sources(snapshot: Snapshot) -> list[tuple[str, str]] | None:
    """The consumers' files that are text; None where none are configured."""
    patterns = snapshot.config.consumers
    if not patterns:
        return None
    found: list[tuple[str, str]] = []
    for path in sorted(paths_matching(snapshot.root, patterns)):
        try:
            source = contents(f"{snapshot.root}/{path}")
        except OSError:
            continue
        if not why_no_text(source):
            found.append((path, source.decode("utf-8")))
    return found
