"""``protohome baseline update|accept|prune``"""

from __future__ import annotations

import argparse
import os
import sys

from ..check import chosen_rules
from ..check import run as run_rules
from ..edits import Conflict, between
from ..escaping.terminal import one_line, say
from ..findings import Finding
from ..history import accepted, entry_of
from ..runs.flags import add_workspace_arguments, did_you_mean
from ..runs.workspaces import load_workspace
from ..system.disk import LoadError
from ..system.writing import write
from ..verdicts import Judge
from ..workspace.baseline import Baseline, written
from ..workspace.snapshot import Snapshot

_SUMMARIES = {
    "update": "record what the reference already had wrong, and drop what is gone",
    "accept": "accept a finding about a contract, with a reason",
    "prune": "drop what is gone; nothing is added",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary in _SUMMARIES.items():
        text = f"{summary[0].upper()}{summary[1:]}."
        action = actions.add_parser(name, help=summary, description=text, allow_abbrev=False)
        if name == "accept":
            action.add_argument("symbol", metavar="FQN", help="the contract, member or package")
            action.add_argument("--rule", required=True, help="the rule whose findings it accepts")
            action.add_argument("--why", required=True, help="the reason, for who reads the file")
        add_workspace_arguments(action)


def run(arguments: argparse.Namespace) -> int:
    snapshot = load_workspace(arguments)
    if arguments.baseline is None:
        raise LoadError("--no-baseline: a baseline is what this command writes")
    before = snapshot.baseline
    after = _CHANGES[arguments.action](snapshot, arguments)
    lines = accepted.difference(before, after)
    if lines or not before.source:
        _write(snapshot, after)
    for line in lines:  # told when it is done: whoever reads may stop reading
        say(line)
    say(
        f"{before.path}: {len(after.findings)} accepted, {len(after.frozen)} kept in frozen"
        f" packages, {len(after.retired)} retired",
        sys.stderr,
    )
    return 0


def _update(snapshot: Snapshot, _arguments: argparse.Namespace) -> Baseline:
    now = _begun(snapshot)
    reference = snapshot.reference
    was = now if reference is None else _begun(accepted.reference_itself(snapshot, reference))
    after = accepted.updated(snapshot.baseline, was, now, accepted.retired(snapshot))
    left = (now.counted() - after.counted()).total()
    if left:
        say(
            f"{left} of what is found is new and not taken in; mend it, or accept it:"
            ' `protohome baseline accept FQN --rule RULE --why "…"`',
            sys.stderr,
        )
    if reference is None:
        why = snapshot.revision.why or "nothing says what was there before"
        say(f"everything there is was taken in: {one_line(why)}", sys.stderr)
    return after


def _accept(snapshot: Snapshot, arguments: argparse.Namespace) -> Baseline:
    known = [rule.id for rule in chosen_rules()]
    if arguments.rule not in known:
        raise LoadError(f"unknown rule {arguments.rule!r}{did_you_mean(arguments.rule, known)}")
    if not arguments.why.strip():
        raise LoadError("--why: say why this may stay")
    every = [f for f in _findings(snapshot) if f.rule == arguments.rule and not f.baselined]
    chosen = [f for f in every if f.symbol == arguments.symbol]
    if not chosen:
        hint = did_you_mean(arguments.symbol, {finding.symbol for finding in every})
        raise LoadError(f"{arguments.rule} finds nothing about {arguments.symbol}{hint}")
    entries = [entry_of(snapshot, finding, arguments.why) for finding in chosen]
    return accepted.accepted(snapshot.baseline, entries)


def _prune(snapshot: Snapshot, _arguments: argparse.Namespace) -> Baseline:
    return accepted.pruned(snapshot.baseline, _begun(snapshot), accepted.retired(snapshot))


_CHANGES = {"update": _update, "accept": _accept, "prune": _prune}


def _begun(snapshot: Snapshot) -> Baseline:
    return accepted.begun(snapshot, Judge(snapshot).frozen, _findings(snapshot))


def _findings(snapshot: Snapshot) -> list[Finding]:
    """What all configured rules find, whatever is accepted; the baseline's own rule left out."""
    config = snapshot.config
    rules = chosen_rules(config.select, (*config.ignore, "stale-baseline-entry"))
    report = run_rules(snapshot, rules)
    return [placed.finding for placed in report.findings]


def _write(snapshot: Snapshot, after: Baseline) -> None:
    path = snapshot.baseline.path
    there = os.path.lexists(os.path.join(snapshot.root, path))
    sources = {path: snapshot.baseline.source} if there else {}
    try:
        write(snapshot.root, sources, between(sources, {path: written(after)}))
    except Conflict as conflict:
        raise LoadError(str(conflict)) from conflict
