"""Successors of legacy contracts: declared, of the same name, or found under another name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import ceil
from operator import itemgetter

from ..findings import Evidence
from ..lazily import cached_property
from ..model import ANY, TYPE, Contract, Enum, Message, Service, TypeRef
from ..named import NamedTuple
from ..packagemap.terms import tokens
from ..workspace.indexes import located_in
from ..workspace.snapshot import Located, Snapshot
from .mapped.claims import family
from .model import SAMPLE, Successor

_SAME = 0.6  # The share of equal members that makes a pair where names or references say so, too.
_ENOUGH = 3  # How many members must be equal where no name and no reference says so.


class _Member(NamedTuple):
    number: int | None
    name: str
    type: str


class Successors:
    """Pairs contracts that are not at home with their counterparts at home.

    ``homes_of`` gives the packages that a contract belongs in. What is in a ``frozen`` package
    succeeds nothing.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        frozen: Collection[str],
        homes_of: Callable[[Located], Sequence[str]],
    ) -> None:
        self._snapshot = snapshot
        self._frozen = frozen
        self._homes_of = homes_of
        self._known: dict[str, Successor | None] = {}
        self._places: dict[str, tuple[str, ...]] = {}

    def of(self, legacy: Located) -> Successor | None:
        """The counterpart of a contract, None where there is none."""
        if legacy.file.package in self._frozen:
            return self._pairs.get(legacy.fqn)
        if legacy.fqn not in self._known:
            self._known[legacy.fqn] = self._declared(legacy) or self._named(legacy)
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

    def _found(self, located: Located, why: str) -> Successor:
        line = self._snapshot.line(located.file, located.contract.name_span.start)
        evidence = Evidence("successor", located.file.path, line, f"{located.fqn}: {why}")
        return Successor(located, False, evidence)

    def _homes(self, legacy: Located) -> tuple[str, ...]:
        """The packages that may hold a contract's successor: its homes, then their versions."""
        if legacy.fqn not in self._places:
            own = legacy.file.package
            homes = [home for home in self._homes_of(legacy) if home != own]
            families = {family(home) for home in homes}
            others = [p for p in self._snapshot.by_package if family(p) in families and p != own]
            self._places[legacy.fqn] = tuple(
                home for home in dict.fromkeys(homes + others) if home not in self._frozen
            )
        return self._places[legacy.fqn]

    # All shims together

    @cached_property
    def _pairs(self) -> Mapping[str, Successor]:
        """The successors of all shims, found together: a pair says what else is one.

        First by name; then, until nothing is added, what members of a pair have alike; then by
        members alone.
        """
        rest = {
            located.fqn: located
            for package in sorted(self._frozen)
            for file in self._snapshot.by_package.get(package, ())
            for located in located_in(file)
        }
        named = ((fqn, self._declared(shim) or self._named(shim)) for fqn, shim in rest.items())
        fresh = {fqn: found for fqn, found in named if found is not None}
        pairs: dict[str, Successor] = {}
        while True:
            pairs.update(fresh)
            before = {fqn: rest.pop(fqn) for fqn in fresh}
            fresh = dict(self._implied(rest, ((before[fqn], fresh[fqn].located) for fqn in fresh)))
            if not fresh:
                fresh = dict(self._alike(rest, {found.located.fqn for found in pairs.values()}))
            if not fresh:
                return pairs

    def _named(self, legacy: Located) -> Successor | None:
        """The contract of the same name; else the one whose words are the same and members alike.

        Words of the home package do not count, nor does their order.
        """
        sort, homes = type(legacy.contract), self._homes(legacy)
        for home in homes:
            for located in self._snapshot.contracts.get(f"{home}.{legacy.name}", ()):
                if type(located.contract) is sort:
                    return self._found(located, "the same name")
        words = tokens(legacy.name)
        named = (self._by_words.get((home, _bare(words, home)), ()) for home in homes)
        return self._best(legacy, chain.from_iterable(named))

    @cached_property
    def _by_words(self) -> Mapping[tuple[str, tuple[str, ...]], Sequence[Located]]:
        """The contracts of each package by the words of their names, without the package's."""
        found: dict[tuple[str, tuple[str, ...]], list[Located]] = {}
        for located in _candidates(self._snapshot, self._frozen):
            package = located.file.package
            key = package, _bare(tokens(located.name), package)
            found.setdefault(key, []).append(located)
        return found

    def _implied(
        self, rest: Mapping[str, Located], pairs: Iterable[tuple[Located, Located]]
    ) -> Iterator[tuple[str, Successor]]:
        """The pairs that follow from others: what members of the same number and name refer to."""
        for shim, counterpart in pairs:
            theirs = self._uses(counterpart)
            for member, one in self._uses(shim).items():
                if one in rest and member in theirs:
                    same = self._snapshot.contracts.get(theirs[member], ())
                    places = self._homes(rest[one])
                    fitting = [located for located in same if located.file.package in places]
                    why = f"a member of {shim.name} has it, "
                    match = self._best(rest[one], fitting, why)
                    if match is not None:
                        yield one, match

    def _uses(self, located: Located) -> Mapping[tuple[int | None, str], str]:
        """The contract that each field and each end of an rpc refers to, by number and name."""
        file, contract = located.file, located.contract
        refs: list[tuple[int | None, str, TypeRef | None, str]] = []
        if isinstance(contract, Message):
            refs = [(field.number, field.name, field.ref, TYPE) for field in contract.fields]
        elif isinstance(contract, Service):
            refs = [(0, rpc.name, rpc.input, ANY) for rpc in contract.rpcs]
            refs += [(1, rpc.name, rpc.output, ANY) for rpc in contract.rpcs]
        found: dict[tuple[int | None, str], str] = {}
        for number, name, ref, kind in refs:
            target = ref and self._snapshot.resolve(file, contract.name, ref.name, kind)
            if target:
                found[number, name] = self._snapshot.types[target]
        return found

    def _best(
        self, legacy: Located, candidates: Iterable[Located], why: str = ""
    ) -> Successor | None:
        """The candidate that has the most of a contract's members, if it has so large a share."""
        mine, sort = _members(legacy.contract), type(legacy.contract)
        equal = [
            (len(mine & _members(located.contract)), located)
            for located in candidates
            if type(located.contract) is sort
        ]
        most, best = max(equal, key=itemgetter(0), default=(0, None))
        if best is None or most < _SAME * len(mine):
            return None
        return self._found(best, f"{why}{most} of {len(mine)} members equal")

    def _alike(
        self, rest: Mapping[str, Located], taken: Collection[str]
    ) -> Iterator[tuple[str, Successor]]:
        """The pairs that members tell: enough of them, and no other contract has as many.

        Of several that have as many a name tells which, and if a shim's holds all of it, fewer are
        enough. What has enough in common has one of a shim's rarest: only these are looked up.
        """
        members: dict[str, frozenset[_Member]] = {}
        having: dict[tuple[str, type[Contract], _Member], list[Located]] = {}
        for located in _candidates(self._snapshot, self._frozen):
            if located.fqn not in taken:
                sort, members[located.fqn] = type(located.contract), _members(located.contract)
                for member in members[located.fqn]:
                    having.setdefault((located.file.package, sort, member), []).append(located)
        for fqn, shim in rest.items():
            sort, mine = type(shim.contract), _members(shim.contract)
            least = max(ceil(_SAME * len(mine)), 1)
            most, best = least - 1, list[Located]()
            for home in self._homes(shim):  # a later one, another version, must have more
                held = sorted((having.get((home, sort, each), []) for each in mine), key=len)
                rare = held[: len(mine) - least + 1]
                if sum(map(len, rare)) > SAMPLE:  # Too common to tell.
                    continue
                near = {located.fqn: located for located in chain.from_iterable(rare)}
                equal = {other: len(mine & members[other]) for other in near}
                if max(equal.values(), default=0) > most:
                    most = max(equal.values())
                    best = [near[other] for other in near if equal[other] == most]
            best = _nearest(shim, best)
            enough = most >= _ENOUGH or any(_spelt(one) in _spelt(shim) for one in best)
            if len(best) == 1 and enough and most >= _SAME * len(members[best[0].fqn]):
                yield fqn, self._found(best[0], f"{most} of {len(mine)} members equal")


def _candidates(snapshot: Snapshot, frozen: Collection[str]) -> Iterator[Located]:
    """The contracts of the map's packages that are not frozen."""
    for package in snapshot.packages:
        for file in snapshot.by_package.get(package, ()) if package not in frozen else ():
            yield from located_in(file)


def _nearest(legacy: Located, among: list[Located]) -> list[Located]:
    """The one whose name has a contract's inside, or is inside it and the longest; else all."""
    mine, told = _spelt(legacy), dict[int, list[Located]]()
    for located in among:
        theirs = _spelt(located)
        if theirs in mine or mine in theirs:
            told.setdefault(min(len(theirs), len(mine)), []).append(located)
    return told[max(told)] if told else among


def _spelt(located: Located) -> str:
    """The words of a contract's name, each between blanks."""
    return f" {' '.join(tokens(located.name))} "


def resembling(snapshot: Snapshot, frozen: Collection[str], legacy: Located) -> list[Located]:
    """What a person may choose a contract's successor from, the likeliest first.

    They are of its kind, not in a ``frozen`` package, and share words of its name or members.
    """
    words, members = set(tokens(legacy.name)), _members(legacy.contract)
    found: list[tuple[int, str, Located]] = []
    for located in _candidates(snapshot, frozen):
        contract = located.contract
        if type(contract) is type(legacy.contract):
            shared = len(words & set(tokens(contract.name))) + len(members & _members(contract))
            found.append((-shared, located.fqn, located))
    return [located for shared, _, located in sorted(found, key=lambda f: f[:2]) if shared]


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
    """The words of a name in order, without its package's at either end, but never none at all."""
    of_package = {word for component in package.split(".") for word in tokens(component)}
    start, end = 0, len(words)
    while end - start > 1 and words[start] in of_package:
        start += 1
    while end - start > 1 and words[end - 1] in of_package:
        end -= 1
    return tuple(sorted(words[start:end]))


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
