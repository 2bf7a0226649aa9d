"""``protohome explain RULE|FQN|FILE``"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from ..escaping.terminal import say, say_lines
from ..findings import Evidence
from ..model import ProtoFile
from ..packagemap import PackageRow, frozen
from ..positions import LineIndex
from ..rules import RULES
from ..runs.flags import add_workspace_arguments, did_you_mean
from ..runs.workspaces import load_workspace, relative
from ..system.disk import LoadError, from_here
from ..verdicts import Judge
from ..verdicts.explanations import clearness
from ..workspace.snapshot import Located, Snapshot


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "subject",
        nargs="?",
        metavar="RULE|NAME|FILE",
        help="a rule, a contract's or package's name, or a .proto file (default: list the rules)",
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    subject = arguments.subject
    if subject is None:
        for rule in RULES:
            say(f"{rule.id:28}{rule.severity:13}{rule.summary}")
        return 0
    for rule in RULES:
        if rule.id == subject:
            say_lines(f"# {rule.id} ({rule.severity})\n\n{rule.page}")
            return 0
    is_path = os.path.lexists(subject)
    try:
        snapshot = load_workspace(arguments, [subject] if is_path else None)
    except LoadError as error:
        if is_path:
            raise
        hint = did_you_mean(subject, [rule.id for rule in RULES])
        raise LoadError(
            f"{subject!r} is no rule{hint or ', and there is ' + str(error)}"
        ) from error
    explain = _path if is_path else _name
    for line in explain(Judge(snapshot), subject):
        say(line)
    return 0


def _path(judge: Judge, given: str) -> Iterator[str]:
    snapshot = judge.snapshot
    path = relative(snapshot.root, given)
    if path == snapshot.map.path:
        raise LoadError(f"{given} is the package map; `protohome map` shows how it was understood")
    if os.path.isdir(given):
        raise LoadError(f"{given} is a folder; name a .proto file in it")
    file = snapshot.files.get(path)
    if file is None:
        yield f"{given}: not governed by {_here(snapshot, snapshot.map.path)}{_why(snapshot, path)}"
    else:
        yield from _file(judge, file)


def _why(snapshot: Snapshot, path: str) -> str:
    """Why a file is not governed, as far as a snapshot knows."""
    if not path.endswith(".proto"):
        return ": it is no .proto file"
    if snapshot.module_root(path) is None:
        return f": outside the module roots ({', '.join(snapshot.module_roots)})"
    firsts = " or ".join(f"{first}.…" for first in sorted(snapshot.firsts))
    return f": git ignores it, it is excluded, or its package is not {firsts}"


def _name(judge: Judge, name: str) -> Iterator[str]:
    """A contract by its FQN, else by its plain name or a nested type's, else a package."""
    snapshot = judge.snapshot
    name = name.removeprefix(".")
    inside = {**snapshot.types, **{fqn: fqn for fqn in snapshot.contracts}}
    found = [name] if name in inside else [fqn for fqn in inside if fqn.endswith("." + name)]
    row = snapshot.packages.get(name)
    if row is not None:
        yield from _package(snapshot, row)
    elif not found:
        plain = [fqn.rpartition(".")[2] for fqn in inside]
        known = [*(rule.id for rule in RULES), *snapshot.packages, *inside, *plain]
        hint = did_you_mean(name, known)
        raise LoadError(
            f"{name!r} is no rule, no file here, and nothing that the map governs"
            f"{hint or '; `protohome explain` lists the rules'}"
        )
    for fqn in dict.fromkeys(inside[one] for one in found):
        for number, located in enumerate(snapshot.contracts[fqn]):
            if number or fqn != inside[found[0]]:
                yield ""
            yield from _contract(judge, located)


def _package(snapshot: Snapshot, row: PackageRow) -> Iterator[str]:
    yield f"{row.package}  ({_here(snapshot, snapshot.map.path)}:{row.line})"
    cells = (
        ("domain", row.domain),
        ("owner", row.owner.lane),
        ("contains", row.contains),
        ("does not contain", row.excludes),
    )
    yield from (f"  {what}: {text}" for what, text in cells if text)
    because = frozen(snapshot.map).get(row.package)
    if because is not None:
        yield f"  frozen: {_here(snapshot, snapshot.map.path)}:{because[0]}: {because[1]}"
    for file in snapshot.by_package.get(row.package, ()):
        number = len(file.contracts)
        yield f"  file: {_here(snapshot, file.path)}, {number} contract{'s' * (number != 1)}"


def _contract(judge: Judge, located: Located) -> Iterator[str]:
    snapshot = judge.snapshot
    verdict = judge.home_of(located, explained=True)
    line = LineIndex(located.file.source).position(located.contract.name_span.start).line + 1
    yield f"{located.fqn}  ({_here(snapshot, located.file.path)}:{line})"
    row = snapshot.packages.get(verdict.home)
    if row is None:
        little = "what the map says of it is" if verdict.evidence else "the map and the tree say"
        yield f"  home: not known; {little} too little to go by"
    else:
        lane = f", {row.owner.lane}" if row.owner.lane else ""
        place = "it belongs there" if verdict.misplaced else "it is at home"
        yield f"  home: {' or '.join(verdict.homes)}  ({verdict.kind}; {place}{lane})"
    yield from (f"  {_evidence(snapshot, evidence)}" for evidence in verdict.evidence)
    if clear := clearness(verdict):
        yield f"  {clear}"
    successor = judge.successor_of(located)
    if successor is not None:
        how = "declared" if successor.declared else "found"
        yield f"  successor: {successor.located.fqn}  ({how})"
        yield f"  {_evidence(snapshot, successor.evidence)}"
    for shim in judge.shims_of(located):
        yield f"  shim: {shim.fqn}  ({_here(snapshot, shim.file.path)})"
    references = snapshot.references.get(located.fqn, ())
    if references:
        paths = sorted({_here(snapshot, reference.path) for reference in references})
        times = "once" if len(references) == 1 else f"{len(references)} times"
        yield f"  referred to {times}, from {', '.join(paths)}"


def _file(judge: Judge, file: ProtoFile) -> Iterator[str]:
    snapshot = judge.snapshot
    yield f"{_here(snapshot, file.path)}  (package {file.package or 'missing'})"
    unreadable = snapshot.unreadable.get(file.path)
    if unreadable:
        yield f"  cannot be checked: {unreadable}, or exclude it"
    row = snapshot.rows.get(file.path)
    if row is None:
        yield f"  {_here(snapshot, snapshot.map.path)}: no audit row"
    else:
        text = f"{row.current} → {row.home}, {row.owner.lane}, {row.follow_on}"
        yield f"  {_here(snapshot, snapshot.map.path)}:{row.line}: {text}"
    for contract in file.contracts:
        yield ""
        yield from _contract(judge, Located(file, contract))


def _evidence(snapshot: Snapshot, evidence: Evidence) -> str:
    path = _here(snapshot, evidence.path)
    place = f"{path}:{evidence.line}" if evidence.line else path
    return f"{evidence.label}: {place}: {evidence.text}"


def _here(snapshot: Snapshot, path: str) -> str:
    return from_here(snapshot.root, path)
