"""Contracts in which a rule has found nothing, while what that rests on is the same.

Somebody types in a file, and all else in it is as it was. What a rule about single contracts looks
at is the contract, what the names in it mean, who refers to it, and the map, the configuration, the
reference and what was learnt. Only files that are edited are remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import is_
from sys import intern
from typing import NamedTuple, TypeAlias

from ..findings import Finding
from ..model import Declaration, ProtoFile
from ..verdicts import Judge
from ..workspace.indexes import Entry, Located, Written, located_in

_Basis: TypeAlias = "tuple[tuple[Written, ...], tuple[Entry, ...] | None, tuple[str, ...]]"


class _Known(NamedTuple):
    """What is known of a file: what all findings in it rest on, and what those in each contract do
    besides; by rule, the contracts in which nothing was found.
    """

    around: tuple[object, ...]
    bases: Mapping[Declaration, _Basis]
    acquitted: dict[str, set[Declaration]]


def ask(
    judge: Judge, rule: str, file: ProtoFile, check: Callable[[Judge, Located], Iterable[Finding]]
) -> Iterator[Finding]:
    """What ``check`` finds in the contracts of a file, asked where it may find anything.

    It looks at nothing but what is said above.
    """
    snapshot = judge.snapshot
    if file.path not in snapshot.resolved or snapshot.files.get(file.path) is not file:
        for located in located_in(file):
            yield from check(judge, located)
        return
    acquitted = _known(judge, file).acquitted.setdefault(rule, set())
    for declaration in file.declarations:
        if declaration.is_contract and declaration not in acquitted:
            found = list(check(judge, Located(file, declaration)))
            yield from found
            if not found:
                acquitted.add(declaration)


def _known(judge: Judge, file: ProtoFile) -> _Known:
    """What is known of a file as it is now, from what was known when it was last asked about."""
    known = judge.known.get(file.path)
    if isinstance(known, _Known):
        return known
    around, before = _around(judge, file), judge.known_before.get(file.path)
    if not isinstance(before, _Known) or not all(map(is_, before.around, around)):
        before = _Known(around, {}, {})
    resolved, used = judge.snapshot.resolved[file.path], judge.snapshot.referrers
    examples = judge.examples
    bases: dict[Declaration, _Basis] = {}
    same: set[Declaration] = set()
    for declaration, written in resolved.items():
        if declaration.is_contract:
            fqn = file.fqn(declaration)
            users = () if fqn in examples else judge.users_of(fqn)
            basis = written, used.get(fqn), users
            was = before.bases.get(declaration)
            if was is not None and was[0] is written and was[1] is basis[1] and was[2] == basis[2]:
                same.add(declaration)
            bases[declaration] = basis
    acquitted = {rule: found & same for rule, found in list(before.acquitted.items())}
    now = judge.known[file.path] = _Known(around, bases, acquitted)
    return now


def _around(judge: Judge, file: ProtoFile) -> tuple[object, ...]:
    """What decides about every contract of a file; to be compared by identity."""
    snapshot, base = judge.snapshot, judge.base
    as_learnt = base.files.get(file.path) is file
    told = snapshot.map, snapshot.config, snapshot.reference, snapshot.baseline
    return (*told, base, as_learnt, intern(file.package))
