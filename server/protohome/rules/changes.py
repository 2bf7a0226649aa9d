"""Changes since the reference, and the sentences that forbid them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..findings import Evidence
from ..history.changes import GONE, MOVED, Change
from ..model import ProtoFile
from ..positions import Span
from ..verdicts import Judge
from ..workspace.snapshot import Located, Snapshot
from .citing import package_place

_RESERVE = re.compile(r"(?i)\breserve\b|\breserved\b")


def in_file(judge: Judge, file: ProtoFile) -> Iterator[tuple[Change, Span]]:
    """The changes to what a governed file declares or declared, each with a span in it."""
    if judge.comparison is not None:
        for change in judge.comparison.in_file(file.path):
            here = change.here
            span = here.span if here is not None and here.path == file.path else package_place(file)
            yield change, span


def in_lost_files(judge: Judge) -> Iterator[tuple[Change, str]]:
    """The changes that only the old path can stand for: its file is gone."""
    snapshot = judge.snapshot
    if judge.comparison is not None and snapshot.reference is not None:
        for path in snapshot.reference.files:
            if path not in snapshot.files and path not in snapshot.bystanders:
                yield from ((change, path) for change in judge.comparison.in_file(path))


def old_package(judge: Judge, change: Change) -> str:
    """The package that a change is about, as it was called."""
    reference = judge.snapshot.reference
    file = reference.files.get(change.there.path) if reference is not None else None
    return file.package if file is not None else ""


def additive(snapshot: Snapshot, package: str) -> Evidence | None:
    """The sentence that makes a package additive-only: by its version, or all of them."""
    version = package.rpartition(".")[2]
    for sentence in snapshot.map.sentences:
        for statement in sentence.statements:
            if statement.kind == "Additive" and statement.subject in ("", version):
                return Evidence("statement", snapshot.map.path, sentence.line, sentence.text)
    return None


def asks_to_reserve(snapshot: Snapshot) -> Evidence | None:
    """The first rule sentence that says to reserve what is removed."""
    for sentence in snapshot.map.sentences:
        if _RESERVE.search(sentence.text):
            return Evidence("statement", snapshot.map.path, sentence.line, sentence.text)
    return None


def waiver(judge: Judge, change: Change) -> str:
    """The key of the waiver that covers a change: its member, contract or package; ``""``."""
    waivers = judge.snapshot.config.waivers
    if not waivers:
        return ""
    member = f"{change.symbol}.{change.member}" if change.member else change.symbol
    names = [member]
    while "." in names[-1] and names[-1] != change.symbol:
        names.append(names[-1].rpartition(".")[0])
    return next((name for name in (*names, old_package(judge, change)) if name in waivers), "")


def waived(judge: Judge, change: Change) -> str | None:
    """The reason for which a change is waived, None where it is not."""
    key = waiver(judge, change)
    return judge.snapshot.config.waivers[key] if key else None


def retired(judge: Judge, change: Change) -> bool:
    """Whether a contract that is gone was a shim whose successor is there."""
    if change.what not in (GONE, MOVED):
        return False
    past = judge.past
    if past is None or change.member or old_package(judge, change) not in judge.frozen:
        return False
    every = past.snapshot.contracts.get(change.symbol, ())
    return any(successor_of_gone(judge, located) for located in every[:1])


def successor_of_gone(judge: Judge, gone: Located) -> str:
    """The FQN of the successor that a contract of the reference has now; ``""`` for none."""
    past = judge.past
    successor = past.successor_of(gone) if past is not None else None
    fqns = (judge.snapshot.config.successors.get(gone.fqn), successor and successor.located.fqn)
    return next((fqn for fqn in fqns if fqn and fqn in judge.snapshot.contracts), "")
