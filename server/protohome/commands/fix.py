"""``protohome fix [PATHS] [--unsafe] [--diff] [--select RULES] [--ignore RULES]``"""

from __future__ import annotations

import argparse
import os
import sys
from typing import NamedTuple

from .. import fixes
from ..check import PathFilter
from ..check import run as run_rules
from ..edits import Conflict
from ..escaping.terminal import say
from ..findings import ERROR, FixRequest
from ..fixes import Refused
from ..fixes._workspace import sources
from ..fixes.moving.applied import applied
from ..loading.files import Index
from ..rules import Rule
from ..system.disk import LoadError
from ..verdicts import Judge
from ..workspace.snapshot import Snapshot
from . import add_workspace_arguments
from .check import add_rule_arguments, rules_asked_for, wanted_paths
from .move import changed, load_whole, report_written, shell_command

_ROUNDS = 200


class Fixed(NamedTuple):
    """What came of fixing: the last snapshot, and a line for each fix made, refused, or withheld.

    ``withheld`` counts the findings that only an unsafe fix would mend.
    """

    snapshot: Snapshot
    done: tuple[str, ...]
    refused: tuple[str, ...]
    withheld: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: all)")
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="apply also fixes that change names in generated code, such as moves",
    )
    add_rule_arguments(parser)
    parser.add_argument(
        "--diff",
        action="store_true",
        help="write nothing, print a unified diff; exit 1 when there is one",
    )
    parser.add_argument(
        "--refuse-partly-staged",
        action="store_true",
        help="write nothing where a file to be edited has changes that are not staged",
    )
    parser.add_argument(
        "--exit-non-zero-on-fix", action="store_true", help="exit 1 when anything was fixed"
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    choose = rules_asked_for(arguments)
    before = load_whole(arguments, arguments.paths)
    rules = choose(before.config)
    wanted = wanted_paths(before, arguments.paths)
    fixed = fix_all(before, wanted, unsafe=arguments.unsafe, rules=rules)
    if arguments.refuse_partly_staged:
        _refuse_partly_staged(before, fixed.snapshot)
    report_written(before, fixed.snapshot, diff=arguments.diff)
    where = sys.stderr if arguments.diff else sys.stdout
    for line in fixed.done:
        say(line, where)
    for line in fixed.refused:
        say(f"refused: {line}", sys.stderr)
    say(_summary(fixed), sys.stderr)
    if fixed.done and (arguments.diff or arguments.exit_non_zero_on_fix):
        return 1
    left = run_rules(fixed.snapshot, rules, wanted).findings
    return int(any(p.finding.severity == ERROR and not p.finding.baselined for p in left))


def _refuse_partly_staged(before: Snapshot, after: Snapshot) -> None:
    """Raise LoadError when an edit would mix with what was held back from the commit."""
    index, now = Index(before.root), sources(before)
    mixed = []
    for path in sorted(changed(before, after)):
        file = os.path.join(before.root, path)
        if path in now and index.is_file(file) and index.contents(file) != now[path]:
            mixed.append(path)
    if mixed:
        raise LoadError(
            f"partly staged, so nothing was fixed: {', '.join(mixed)}; stage them whole, or put"
            " aside what is not for this commit (`git stash --keep-index`)"
        )


def fix_all(
    snapshot: Snapshot,
    wanted: PathFilter,
    *,
    unsafe: bool,
    rules: tuple[Rule, ...] | None = None,
) -> Fixed:
    """Fix errors and warnings, look again, until nothing is left to do; nothing is tried twice.

    What moves is what the first look says: contracts that moved are no evidence for more moves.
    ``rules`` are those whose findings count (default: as configured).
    """
    tried: set[tuple[str, ...]] = set()
    moves: set[tuple[str, ...]] | None = None
    done: list[str] = []
    refused: list[str] = []
    withheld = 0
    for _ in range(_ROUNDS):
        findings = run_rules(snapshot, rules, wanted).findings
        if moves is None:
            moves = {_key(one) for each in findings for _, one in fixes.automatic(each)}
        made = len(done)
        withheld = 0
        for placed in findings:
            requests = fixes.automatic(placed)
            known = [
                one for one in requests if one[1].fix != "move-contract" or _key(one[1]) in moves
            ]
            allowed = [request for fix, request in known if unsafe or fix.safe]
            withheld += bool(requests) and not allowed
            title, snapshot, reasons = _first(snapshot, allowed, tried)
            refused += reasons
            if title:
                done.append(title)
                if unsafe:
                    break
        if len(done) == made:
            break
    return Fixed(snapshot, tuple(done), tuple(dict.fromkeys(refused)), withheld)


def _first(
    snapshot: Snapshot, requests: list[FixRequest], tried: set[tuple[str, ...]]
) -> tuple[str, Snapshot, list[str]]:
    """The first request that can be made: its title, the next snapshot, and why others cannot."""
    refused: list[str] = []
    for request in requests:
        key = _key(request)
        if key in tried:
            return "", snapshot, []
        tried.add(key)
        fix = fixes.fix(request.fix)
        judge = Judge(snapshot)
        try:
            title = fix.title(judge, request)
            return title, applied(snapshot, fix.edit(judge, request)), refused
        except (Refused, Conflict) as error:
            advice = ""
            instead = error.instead if isinstance(error, Refused) else None
            if instead is not None and instead.fix == "move-contract":
                advice = f" Try: {shell_command(instead)}"
            refused.append(f"{request.fix}: {error}{advice}")
    return "", snapshot, refused


def _key(request: FixRequest) -> tuple[str, ...]:
    return request.fix, *(f"{name}={text}" for name, text in sorted(request.arguments.items()))


def _summary(fixed: Fixed) -> str:
    count = len(fixed.done)
    text = f"{count} fix{'es' * (count != 1)} made"
    if fixed.refused:
        text += f", {len(fixed.refused)} refused"
    if fixed.withheld:
        text += f"; {fixed.withheld} finding{'s' * (fixed.withheld != 1)} more with --unsafe"
    return text
