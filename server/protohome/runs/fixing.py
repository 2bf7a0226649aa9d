"""Fixing all that may be fixed, one finding after the other."""

from __future__ import annotations

import shlex

from .. import fixes
from ..check import PathFilter
from ..check import run as run_rules
from ..edits import Conflict
from ..findings import FixRequest
from ..fixes import Refused
from ..fixes.moving.applied import applied
from ..named import NamedTuple
from ..rules import Rule
from ..verdicts import Judge
from ..workspace.snapshot import Snapshot

_ROUNDS = 200


class Fixed(NamedTuple):
    """What came of fixing: the last snapshot, and a line for each fix made, refused, or withheld.

    ``withheld`` counts the findings that only an unsafe fix would mend.
    """

    snapshot: Snapshot
    done: tuple[str, ...]
    refused: tuple[str, ...]
    withheld: int


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


def shell_command(request: FixRequest) -> str:
    """The command that makes a move."""
    arguments = request.arguments
    words = ["protohome", "move", arguments["contract"], arguments["package"]]
    for name in filter(None, arguments.get("with", "").split(",")):
        words += ["--with", name]
    if arguments.get("keep_shim"):
        words.append("--keep-shim" if arguments["keep_shim"] == "true" else "--no-shim")
    return shlex.join(words)
