"""Successors of legacy contracts: declared, of the same name, or found under another name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ..findings import Evidence
from ..model import Contract, Enum, Message, ProtoFile
from ..packagemap.terms import tokens
from ..workspace import Located, Snapshot
from .claims import family
from .model import Successor

_SAME = 0.6  # The share of equal members where names differ by words of the home package only.
_ALIKE = 0.9  # The share where one name has all words of the other.
_ENOUGH = 3  # How many members must be equal then to say anything.


class _Candidate(NamedTuple):
    """A contract of a home package; ``bare`` is its name without words of its package."""

    located: Located
    words: frozenset[str]
    bare: tuple[str, ...]


class _Match(NamedTuple):
    """How alike a legacy contract and a candidate are; ordered."""

    rank: int
    share: float
    why: str


class _Member(NamedTuple):
    number: int | None
    name: str
    type: str


class Successors:
    """Pairs contracts that are not at home with their counterparts at home.

    ``homes_of`` gives the packages that a contract belongs in.
    """

    def __init__(self, snapshot: Snapshot, homes_of: Callable[[Located], Sequence[str]]) -> None:
        self._snapshot = snapshot
        self._homes_of = homes_of
        self._known: dict[str, Successor | None] = {}

    def of(self, legacy: Located) -> Successor | None:
        """The counterpart of a contract, None where there is none."""
        if legacy.fqn not in self._known:
            self._known[legacy.fqn] = self._declared(legacy) or self._found(legacy)
        return self._known[legacy.fqn]

    def canonical(self, fqn: str) -> str:
        """The FQN of the successor of a contract or nested type, else ``fqn``."""
        contract = self._snapshot.types.get(fqn, fqn)
        for legacy in self._snapshot.contracts.get(contract, ()):
            successor = self.of(legacy)
            if successor is not None:
                return successor.located.fqn + fqn[len(contract) :]
        return fqn

    def _declared(self, legacy: Located) -> Successor | None:
        config = self._snapshot.config
        canonical = config.successors.get(legacy.fqn, "")
        for located in self._snapshot.contracts.get(canonical, ()):
            line = config.lines.get(f"successors.{legacy.fqn}", 0)
            evidence = Evidence("config", config.path, line, f"{legacy.fqn} = {canonical}")
            return Successor(located, True, evidence)
        return None

    def _found(self, legacy: Located) -> Successor | None:
        own = legacy.file.package
        homes = [home for home in self._homes_of(legacy) if home != own]
        families = {family(home): None for home in homes}
        others = [
            package
            for package in self._snapshot.by_package
            if package not in homes and package != own and family(package) in families
        ]
        best: tuple[_Match, Located] | None = None
        for home in homes + others:
            for match, located in self._matches(legacy, home):
                if best is None or match[:2] > best[0][:2]:
                    best = match, located
        if best is None:
            return None
        match, located = best
        line = self._snapshot.line(located.file, located.contract.name_span.start)
        evidence = Evidence("successor", located.file.path, line, f"{located.fqn}: {match.why}")
        return Successor(located, False, evidence)

    def _matches(self, legacy: Located, home: str) -> Iterator[tuple[_Match, Located]]:
        sort = type(legacy.contract)
        for located in self._snapshot.contracts.get(f"{home}.{legacy.contract.name}", ()):
            if type(located.contract) is sort:
                yield _Match(3, 1.0, "the same name"), located
                return
        if home not in self._candidates:
            return
        words = tokens(legacy.contract.name)
        bare = _bare(words, home)
        before = _members(legacy.contract)
        for candidate in self._candidates[home].like(words, bare):
            renamed = candidate.bare == bare
            if type(candidate.located.contract) is not sort:
                continue
            equal = len(before & _members(candidate.located.contract))
            share = equal / max(len(before), 1)
            why = f"{equal} of {len(before)} members equal"
            if renamed and share >= _SAME:
                yield _Match(2, share, why), candidate.located
            elif share >= _ALIKE and equal >= _ENOUGH:
                yield _Match(1, share, why), candidate.located

    @cached_property
    def _candidates(self) -> Mapping[str, _Candidates]:
        return {
            package: _Candidates(package, files)
            for package, files in self._snapshot.by_package.items()
            if package in self._snapshot.packages
        }


class _Candidates:
    """The contracts of a package, found by the words of their names."""

    def __init__(self, package: str, files: Iterable[ProtoFile]) -> None:
        self._all: list[_Candidate] = []
        self._with_word: dict[str, list[int]] = {}
        self._with_bare: dict[tuple[str, ...], list[int]] = {}
        for file in files:
            for contract in file.contracts:
                words = tokens(contract.name)
                bare = _bare(words, package)
                self._with_bare.setdefault(bare, []).append(len(self._all))
                for word in set(words):
                    self._with_word.setdefault(word, []).append(len(self._all))
                self._all.append(_Candidate(Located(file, contract), frozenset(words), bare))
        self._by_rarest: dict[str, list[int]] = {}
        for at, candidate in enumerate(self._all):
            if candidate.words:
                self._by_rarest.setdefault(self._rarest(candidate.words), []).append(at)

    def like(self, words: Sequence[str], bare: tuple[str, ...]) -> Iterator[_Candidate]:
        """Those whose names have all of the words, or only such, or are equal without the package.

        Looked for by the word that fewest names have, as others may be in all of them.
        """
        found = {*self._with_bare.get(bare, ())}
        for at in self._with_word.get(self._rarest(words), ()) if words else ():
            if self._all[at].words.issuperset(words):
                found.add(at)
        for word in words:
            for at in self._by_rarest.get(word, ()):
                if self._all[at].words.issubset(words):
                    found.add(at)
        return (self._all[at] for at in sorted(found))

    def _rarest(self, words: Iterable[str]) -> str:
        return min(words, key=lambda word: (len(self._with_word.get(word, ())), word))


def bare_value(value: str, enum: str) -> str:
    """An enum value's name without its enum's in front: ``QUEUED`` for ``RUN_STATUS_QUEUED``."""
    rest = value
    for letter in enum.replace("_", "").upper():
        rest = rest.lstrip("_")
        if not rest.startswith(letter):
            return value
        rest = rest[1:]
    return rest[1:] if rest[1:] and rest[0] == "_" else value


def _bare(words: Sequence[str], package: str) -> tuple[str, ...]:
    """The words of a name without its package's at either end, but never none at all."""
    of_package = {word for component in package.split(".") for word in tokens(component)}
    start, end = 0, len(words)
    while end - start > 1 and words[start] in of_package:
        start += 1
    while end - start > 1 and words[end - 1] in of_package:
        end -= 1
    return tuple(words[start:end])


def _members(contract: Contract) -> frozenset[_Member]:
    """A contract's members for comparing: of types only the scalars, as names mean other things."""
    if isinstance(contract, Message):
        return frozenset(
            _Member(field.number, field.name, "" if field.ref or field.group else field.type)
            for field in contract.fields
        )
    if isinstance(contract, Enum):
        return frozenset(
            _Member(value.number, bare_value(value.name, contract.name), "")
            for value in contract.values
        )
    return frozenset(_Member(None, rpc.name, "") for rpc in contract.rpcs)
