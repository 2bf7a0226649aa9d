"""``protohome explain RULE|FQN|FILE``"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from ..discovery import LoadError
from ..findings import Evidence
from ..positions import LineIndex
from ..rules import RULES
from ..verdicts import Judge
from ..workspace import Located, Snapshot
from . import add_workspace_arguments, load_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "subject", nargs="?", help="a rule, a contract's full or plain name, or a .proto file"
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    subject = arguments.subject
    if subject is None:
        print("\n".join(f"{rule.id:28}{rule.severity:13}{rule.summary}" for rule in RULES))
        return 0
    for rule in RULES:
        if rule.id == subject:
            print(f"# {rule.id} ({rule.severity})\n\n{rule.page}", end="")
            return 0
    is_file = os.path.isfile(subject)
    snapshot = load_workspace(arguments, [subject] if is_file else None)
    judge = Judge(snapshot)
    if is_file:
        path = os.path.relpath(os.path.abspath(subject), snapshot.root).replace(os.sep, "/")
        print("\n".join(_file(judge, path)))
        return 0
    print("\n\n".join("\n".join(_contract(judge, one)) for one in _named(snapshot, subject)))
    return 0


def _named(snapshot: Snapshot, name: str) -> list[Located]:
    """The contracts of that FQN, else of that plain name. Raises LoadError when there is none."""
    name = name.removeprefix(".")
    found = [
        located
        for fqn, every in snapshot.contracts.items()
        for located in every
        if fqn == name or fqn.endswith("." + name)
    ]
    exact = [located for located in found if located.fqn == name]
    if not found:
        raise LoadError(
            f"{name!r} is no rule, no file here, and no contract that the map governs; "
            "`protohome explain` lists the rules"
        )
    return exact or found


def _contract(judge: Judge, located: Located) -> Iterator[str]:
    snapshot = judge.snapshot
    verdict = judge.home_of(located)
    line = LineIndex(located.file.source).position(located.contract.name_span.start).line + 1
    yield f"{located.fqn}  ({located.file.path}:{line})"
    row = snapshot.packages.get(verdict.home)
    if row is None:
        yield "  home: not known; the map says nothing that fits, and its neighbours do not either"
    else:
        lane = f", {row.owner.lane}" if row.owner.lane else ""
        place = "it belongs there" if verdict.misplaced else "it is at home"
        yield f"  home: {' or '.join(verdict.homes)}  ({verdict.kind}; {place}{lane})"
    yield from (f"  {_evidence(evidence)}" for evidence in verdict.evidence)
    successor = judge.successor_of(located)
    if successor is not None:
        how = "declared" if successor.declared else "found"
        yield f"  successor: {successor.located.fqn}  ({how})"
        yield f"  {_evidence(successor.evidence)}"
    for shim in judge.shims_of(located):
        yield f"  shim: {shim.fqn}  ({shim.file.path})"
    references = snapshot.references.get(located.fqn, ())
    if references:
        paths = sorted({reference.path for reference in references})
        yield f"  referred to {len(references)} times, from {', '.join(paths)}"


def _file(judge: Judge, path: str) -> Iterator[str]:
    snapshot = judge.snapshot
    file = snapshot.files.get(path)
    if file is None:
        yield f"{path}: not governed by {snapshot.map.path}"
        return
    yield f"{path}  (package {file.package or 'missing'})"
    row = snapshot.rows.get(path)
    if row is None:
        yield f"  {snapshot.map.path}: no audit row"
    else:
        text = f"{row.current} → {row.home}, {row.owner.lane}, {row.follow_on}"
        yield f"  {snapshot.map.path}:{row.line}: {text}"
    for contract in file.contracts:
        yield ""
        yield from _contract(judge, Located(file, contract))


def _evidence(evidence: Evidence) -> str:
    place = f"{evidence.path}:{evidence.line}" if evidence.line else evidence.path
    return f"{evidence.kind}: {place}: {evidence.text}"
