"""Contracts in which a rule has found nothing, while what that rests on is the same.

Somebody types in a file, and all else in it is as it was. What a rule about single contracts looks
at is the contract, what the names in it mean, who refers to it, and the map, the configuration, the
reference and what was learnt. Only files that are edited are remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import partial
from itertools import compress
from operator import is_
from sys import intern

from ..findings import Finding
from ..model import Declaration, ProtoFile
from ..named import NamedTuple
from ..resolution.layered import Layered
from ..verdicts import Judge
from ..workspace.early import each_so_far
from ..workspace.indexes import Entry, Located, Written, located_in


class _Known(NamedTuple):
    """What is known of a file: what all findings in it rest on, and what those in each contract do
    besides, that is what it names, who names it, and of what nothing was learnt from, who uses it;
    by rule, the contracts in which nothing was found.
    """

    around: tuple[object, ...]
    named: Mapping[Declaration, tuple[Written, ...]]
    referrers: Layered[tuple[Entry, ...]]
    examples: Container[str]
    users: Mapping[Declaration, tuple[str, ...]]
    acquitted: dict[str, set[Declaration]]


def ask(
    judge: Judge, rule: str, file: ProtoFile, check: Callable[[Judge, Located], Iterable[Finding]]
) -> Iterator[Finding]:
    """What ``check`` finds in the contracts of a file, asked where it may find anything.

    It looks at nothing but what is said above.
    """
    snapshot = judge.snapshot
    if file.path not in snapshot.resolved or snapshot.files.get(file.path) is not file:
        yield from each_so_far(located_in(file), partial(check, judge))
        return
    acquitted = _known(judge, file).acquitted.setdefault(rule, set())

    def told(declaration: Declaration) -> list[Finding]:
        found = list(check(judge, Located(file, declaration)))
        if not found:
            acquitted.add(declaration)
        return found

    asked = [one for one in file.declarations if one not in acquitted and one.is_contract]
    yield from each_so_far(asked, told)


def _known(judge: Judge, file: ProtoFile) -> _Known:
    """What is known of a file as it is now, from what was known when it was last asked about."""
    known, snapshot = judge.known.get(file.path), judge.snapshot
    if isinstance(known, _Known):
        return known
    around, before = _around(judge, file), judge.known_before.get(file.path)
    if not isinstance(before, _Known) or not all(map(is_, before.around, around)):
        before = _Known(around, {}, Layered({}), (), {}, {})
    named, referrers, examples = snapshot.resolved[file.path], snapshot.referrers, judge.examples
    same = set(compress(named, map(is_, named.values(), map(before.named.get, named))))
    for fqn in referrers.differing(before.referrers) if same else ():
        entries = snapshot.entries.get(fqn, ())
        same.difference_update(each.declaration for each in entries if each.path == file.path)
    # What was learnt from is asked once: nothing that is typed changes who used it.
    asked = file.declarations
    if before.examples is examples:
        asked = tuple(one for one in asked if one in before.users or one not in before.named)
    users = _users(judge, file, asked)
    for one in users.keys() | before.users.keys():
        if users.get(one, ()) != before.users.get(one, ()):
            same.discard(one)
    acquitted = {rule: found & same for rule, found in list(before.acquitted.items())}
    now = _Known(around, named, referrers, examples, users, acquitted)
    judge.known[file.path] = now
    return now


def _users(
    judge: Judge, file: ProtoFile, declarations: Iterable[Declaration]
) -> Mapping[Declaration, tuple[str, ...]]:
    """Who uses those contracts of a file that nothing was learnt from."""
    examples = judge.examples
    fqns = [(one, file.fqn(one)) for one in declarations if one.is_contract]
    return {one: judge.users_of(fqn) for one, fqn in fqns if fqn not in examples}


def _around(judge: Judge, file: ProtoFile) -> tuple[object, ...]:
    """What decides about every contract of a file; to be compared by identity."""
    snapshot, base = judge.snapshot, judge.base
    as_learnt = base.files.get(file.path) is file
    told = snapshot.map, snapshot.config, snapshot.reference, snapshot.baseline
    return (*told, base, as_learnt, intern(file.package))
