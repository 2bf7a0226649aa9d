"""``protohome codeowners [--check]``: the owners that follow from the map."""

from __future__ import annotations

import argparse
import sys

from ..escaping.terminal import one_line, say
from ..loading.beside.documents import blocks
from ..runs.flags import add_workspace_arguments
from ..runs.workspaces import load_workspace
from ..system.disk import from_here
from ..upkeep.drift import drifts
from ..upkeep.owners import block, owned
from ..verdicts import Judge
from ..workspace.surroundings import is_owners


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="print nothing; exit 1 unless CODEOWNERS has the block"
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    snapshot = load_workspace(arguments)
    found = owned(snapshot)
    for lane in found.unknown:
        say(f"{one_line(lane)}: no handles; name them in [owners]", sys.stderr)
    if not arguments.check:
        sys.stdout.write(block(snapshot.map.path, found.lines))
        return 0
    holding = [
        path
        for path, source in snapshot.documents.items()
        if is_owners(path) and any(block.begun for block in blocks(path, source))
    ]
    judge = Judge(snapshot)
    stale = [path for path in holding if any(drifts(judge, path))]
    if not holding:
        say("no CODEOWNERS file has the block; `protohome codeowners` prints it", sys.stderr)
    for path in stale:
        say(f"{from_here(snapshot.root, path)}: not as the map says", sys.stderr)
    return int(bool(stale or not holding))
