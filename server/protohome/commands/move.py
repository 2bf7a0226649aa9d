"""``protohome move FQN PACKAGE [--with FQN] [--keep-shim] [--diff]``"""

from __future__ import annotations

import argparse
import os
import shlex
import sys

from .. import fixes
from ..discovery import LoadError
from ..edits import Conflict, between, outcome, unified_diff, write
from ..findings import FixRequest
from ..fixes import Refused
from ..fixes.moving.applied import applied
from ..fixes.moving.workspace import completed, sources
from ..verdicts import Judge
from ..workspace import Snapshot
from . import add_workspace_arguments, load_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", metavar="FQN", help="a contract's full or plain name")
    parser.add_argument("package", metavar="PACKAGE", help="a package of the map")
    parser.add_argument(
        "--with",
        dest="others",
        action="append",
        default=[],
        metavar="FQN",
        help="a contract that moves along; may be given several times",
    )
    parser.add_argument(
        "--keep-shim",
        action="store_true",
        help="leave the old contract in place, deprecated and naming the new one",
    )
    parser.add_argument("--diff", action="store_true", help="write nothing, print a unified diff")
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    before = load_whole(arguments)
    given = {"contract": _full_name(before, arguments.contract), "package": arguments.package}
    if arguments.others:
        given["with"] = ",".join(_full_name(before, name) for name in arguments.others)
    if arguments.keep_shim:
        given["keep_shim"] = "true"
    request = FixRequest("move-contract", given)
    try:
        edit = fixes.edit(Judge(before), request)
        after = applied(before, edit)
    except Refused as refusal:
        print(f"protohome: {refusal.reason}", file=sys.stderr)
        if refusal.instead is not None:
            print(f"Try: {shell_command(refusal.instead)}", file=sys.stderr)
        return 2
    for line in report_written(before, after, diff=arguments.diff):
        print(line)
    return 0


def load_whole(arguments: argparse.Namespace, paths: list[str] | None = None) -> Snapshot:
    """The workspace with all that its files import."""
    snapshot = load_workspace(arguments, paths)

    def source(path: str) -> bytes | None:
        try:
            with open(os.path.join(snapshot.root, path), "rb") as stream:
                return stream.read()
        except OSError:
            return None

    return completed(snapshot, source)


def report_written(before: Snapshot, after: Snapshot, *, diff: bool) -> list[str]:
    """Write what changed, or print it as a diff; a line for each file written.

    Raises LoadError when it cannot be written.
    """
    old, new = sources(before), sources(after)
    texts: dict[str, bytes | None] = {p: d for p, d in new.items() if old.get(p) != d}
    texts.update((path, None) for path in old if path not in new)
    if diff:
        sys.stdout.buffer.write(unified_diff(old, texts).encode())
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


def shell_command(request: FixRequest) -> str:
    """The command that makes a move."""
    arguments = request.arguments
    words = ["protohome", "move", arguments["contract"], arguments["package"]]
    for name in filter(None, arguments.get("with", "").split(",")):
        words += ["--with", name]
    if arguments.get("keep_shim") == "true":
        words.append("--keep-shim")
    return shlex.join(words)


def _full_name(snapshot: Snapshot, name: str) -> str:
    """The FQN that ``name`` means, which may be a plain name if only one contract has it."""
    name = name.removeprefix(".")
    if name in snapshot.contracts or "." in name:
        return name
    found = [fqn for fqn in snapshot.contracts if fqn.rpartition(".")[2] == name]
    if len(found) > 1:
        raise LoadError(f"{name} may be {' or '.join(found)}: say which")
    return found[0] if found else name
