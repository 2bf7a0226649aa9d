"""Contracts in which a rule has found nothing, and what that rests on.

While somebody types in a file, all else in it is as it was. What a rule about one contract looks at
is the contract, what its names mean, who refers to it, and the map, the configuration, the
reference and what was learnt; so it need not look again while these are the same. Only files that
are edited are remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import is_
from sys import intern
from typing import NamedTuple

from ..findings import Finding
from ..model import Declaration, ProtoFile
from ..workspace.indexes import Written, located_in
from ..workspace.snapshot import Located, Snapshot


class _Basis(NamedTuple):
    """The names written in a contract, those by which others refer to it, and, where it is new,
    its users.
    """

    written: tuple[Written, ...]
    used: tuple[Written, ...]
    users: list[str]

    def holds(self, now: _Basis) -> bool:
        """Whether all of it is as it was; an index that has not changed is the same object."""
        same = self.written is now.written and self.used is now.used
        return same and self.users == now.users


class _Kept(NamedTuple):
    """What was found of one file: what all of it rests on, and what each contract does."""

    around: tuple[object, ...]
    bases: Mapping[Declaration, _Basis]


class Acquitted:
    """What the judge of one snapshot knows. ``base`` is what words and structure were learnt of;
    ``newcomer`` gives the users of a contract that is not in it.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        base: Snapshot,
        newcomer: Callable[[str], list[str]],
        earlier: Acquitted | None,
    ) -> None:
        self._snapshot, self._base, self._newcomer = snapshot, base, newcomer
        self._kept: dict[tuple[str, str], _Kept] = {}
        if earlier is not None:
            known, edited = earlier._kept, snapshot.resolved
            self._kept = {key: known[key] for key in list(known) if key[1] in edited}

    def ask(
        self, rule: str, file: ProtoFile, check: Callable[[Located], Iterable[Finding]]
    ) -> Iterator[Finding]:
        """What ``check`` finds in the contracts of a file, asked where it may find anything."""
        snapshot = self._snapshot
        resolved = snapshot.resolved.get(file.path)
        if resolved is None or snapshot.files.get(file.path) is not file:
            for located in located_in(file):
                yield from check(located)
            return
        around, bases = self._around(file), dict[Declaration, _Basis]()
        kept = self._kept.get((rule, file.path))
        same = kept is not None and all(map(is_, kept.around, around))
        before = kept.bases if kept is not None and same else {}
        used = snapshot.written
        for declaration in file.declarations:
            if declaration.contract is None:
                continue
            fqn = file.fqn(declaration.contract)
            basis = _Basis(resolved[declaration], used.get(fqn, ()), self._newcomer(fqn))
            known = before.get(declaration)
            if known is None or not known.holds(basis):
                found = list(check(Located(file, declaration.contract, declaration)))
                if found:
                    yield from found
                    continue
            bases[declaration] = basis
        self._kept[rule, file.path] = _Kept(around, bases)

    def _around(self, file: ProtoFile) -> tuple[object, ...]:
        """What decides, besides, about every contract of a file; to be compared by identity."""
        snapshot, base = self._snapshot, self._base
        as_learnt = base.files.get(file.path) is file
        told = snapshot.map, snapshot.config, snapshot.reference, snapshot.baseline
        return (*told, base, as_learnt, intern(file.package))
