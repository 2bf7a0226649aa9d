"""``protohome move FQN|FILE PACKAGE [--with FQN] [--keep-shim] [--diff]``"""

from __future__ import annotations

import argparse
import os
import sys

from .. import fixes
from ..escaping.terminal import say
from ..findings import FixRequest
from ..fixes import Refused
from ..fixes.moving.applied import applied
from ..runs.fixing import shell_command
from ..runs.flags import add_workspace_arguments, did_you_mean
from ..runs.workspaces import relative
from ..runs.writing import load_whole, report_written
from ..system.disk import LoadError
from ..verdicts import Judge
from ..workspace.snapshot import Snapshot


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "contract", metavar="FQN|FILE", help="a contract's full or plain name, or a .proto file"
    )
    parser.add_argument("package", metavar="PACKAGE", help="a package of the map")
    parser.add_argument(
        "--with",
        dest="others",
        action="append",
        default=[],
        metavar="FQN",
        help="a contract that moves along; may be given several times",
    )
    shim = parser.add_mutually_exclusive_group()
    shim.add_argument(
        "--keep-shim",
        dest="keep_shim",
        action="store_const",
        const="true",
        default="",
        help="leave the old contract in place, deprecated and naming the new one (default: where"
        " the map asks for dual reading and the contract is known)",
    )
    shim.add_argument(
        "--no-shim",
        dest="keep_shim",
        action="store_const",
        const="false",
        help="move the contract whole",
    )
    parser.add_argument("--diff", action="store_true", help="write nothing, print a unified diff")
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    before = load_whole(arguments)
    is_file = arguments.contract.endswith(".proto") and os.path.lexists(arguments.contract)
    request = _file_request(before, arguments) if is_file else _request(before, arguments)
    try:
        edit = fixes.edit(Judge(before), request)
        after = applied(before, edit)
    except Refused as refusal:
        say(f"protohome: {refusal.reason}", sys.stderr)
        if refusal.instead is not None and refusal.instead.fix == "move-contract":
            say(f"Try: {shell_command(refusal.instead)}", sys.stderr)
        return 2
    for line in report_written(before, after, diff=arguments.diff):
        say(line)
    return 0


def _request(snapshot: Snapshot, arguments: argparse.Namespace) -> FixRequest:
    given = {"contract": _full_name(snapshot, arguments.contract), "package": arguments.package}
    if arguments.others:
        given["with"] = ",".join(_full_name(snapshot, name) for name in arguments.others)
    if arguments.keep_shim:
        given["keep_shim"] = arguments.keep_shim
    return FixRequest("move-contract", given)


def _file_request(snapshot: Snapshot, arguments: argparse.Namespace) -> FixRequest:
    """The whole file goes to the folder of the package, its name kept."""
    if arguments.others or arguments.keep_shim == "true":
        raise LoadError("--with and --keep-shim are for contracts, and a file moves as a whole")
    path = relative(snapshot.root, arguments.contract)
    if arguments.package not in snapshot.packages:
        frozen = Judge(snapshot).frozen
        takes = [package for package in snapshot.packages if package not in frozen]
        hint = did_you_mean(arguments.package, takes)
        raise LoadError(f"{snapshot.map.path} lists no package {arguments.package}{hint}")
    folders = [snapshot.module_root(path) or "", arguments.package.replace(".", "/")]
    to = "/".join([*filter(None, folders), path.rpartition("/")[2]])
    return FixRequest("move-file", {"path": path, "to": to, "package": arguments.package})


def _full_name(snapshot: Snapshot, name: str) -> str:
    """The FQN that ``name`` means, which may be a plain name if only one contract has it."""
    name = name.removeprefix(".")
    if name in snapshot.contracts or "." in name:
        return name
    found = [fqn for fqn in snapshot.contracts if fqn.rpartition(".")[2] == name]
    if len(found) > 1:
        raise LoadError(f"{name} may be {' or '.join(found)}: say which")
    return found[0] if found else name
