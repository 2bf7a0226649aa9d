"""What the families of packages hold, counted: how well a contract fits each, channel by channel.

The contract that is asked about is taken out of every count, so that it never vouches for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import log
from typing import NamedTuple

from .facts import Facts

_SMOOTH = 2.0  # Words that each family is taken to have besides, in the mix of the whole tree.
_POSTINGS = 300  # Neighbours that are looked at, those with the rarest words first: for speed.

LIFTS = ("name", "members", "comment", "kind", "refers", "users")
CHANNELS = (
    *LIFTS,
    "neighbour",
    "size",
    "phrase",
    "mention",
    "used types",
    "using contracts",
    "rpcs",
    "partner",
)
_BY_USE = frozenset(("users", "using contracts", "rpcs"))
BY_USE = tuple(name in _BY_USE for name in CHANNELS)  # What a new contract does not have yet.


class Example(NamedTuple):
    """A contract as an example of what a family contains."""

    family: int
    facts: Facts


class Phrase(NamedTuple):
    """A phrase of the map, as stems, and the families that claim it."""

    stems: frozenset[str]
    families: frozenset[int]


class Index:
    """Counts of examples by family; ``phrases`` are the map's, by family name."""

    def __init__(
        self,
        families: Sequence[str],
        examples: Iterable[Example],
        phrases: Mapping[tuple[str, ...], Iterable[str]],
    ) -> None:
        self.families = tuple(families)
        self.ids = {family: at for at, family in enumerate(self.families)}
        self.examples = {example.facts.fqn: example for example in examples}
        self.sizes = [0] * len(self.families)
        self.kinds: list[set[str]] = [set() for _ in self.families]
        self.users: dict[str, list[str]] = {}
        self._counts: tuple[dict[str, dict[int, int]], ...] = tuple({} for _ in LIFTS)
        self._totals: tuple[dict[str, int], ...] = tuple({} for _ in LIFTS)
        self._volumes = tuple([0] * len(self.families) for _ in LIFTS)
        self._named: dict[str, list[str]] = {}
        self._postings: dict[str, list[str]] = {}
        for fqn, example in self.examples.items():
            self.sizes[example.family] += 1
            self.kinds[example.family].add(example.facts.kind)
            self._named.setdefault(fqn.rpartition(".")[2], []).append(fqn)
            for word in example.facts.words:
                self._postings.setdefault(word, []).append(fqn)
            for target in example.facts.refers:
                self.users.setdefault(target, []).append(fqn)
        for example in self.examples.values():
            for channel, words in enumerate(self._lists(example.facts)):
                self._count(channel, example.family, words)
        self._all = [sum(volumes) for volumes in self._volumes]
        self._logs = [[log(size + _SMOOTH) for size in volumes] for volumes in self._volumes]
        self._lifts: tuple[dict[str, dict[int, float]], ...] = tuple({} for _ in LIFTS)
        self._spread: dict[str, Mapping[int, int]] = {}
        whole = len(self.examples)
        self._rarity = {word: log(whole / len(fqns)) for word, fqns in self._postings.items()}
        self._norms = {
            fqn: sum(self._rarity[word] ** 2 for word in example.facts.words) ** 0.5 or 1.0
            for fqn, example in self.examples.items()
        }
        self._phrases: dict[str, list[Phrase]] = {}
        for stems, claimants in phrases.items():
            phrase = Phrase(frozenset(stems), frozenset(self.ids[name] for name in claimants))
            self._phrases.setdefault(stems[-1], []).append(phrase)

    def _count(self, channel: int, family: int, words: Sequence[str]) -> None:
        counts, totals = self._counts[channel], self._totals[channel]
        self._volumes[channel][family] += len(words)
        for word in words:
            by = counts.setdefault(word, {})
            by[family] = by.get(family, 0) + 1
            totals[word] = totals.get(word, 0) + 1

    def _lists(self, facts: Facts, users: Iterable[str] | None = None) -> tuple[Sequence[str], ...]:
        """The words of a contract that are counted, in the order of LIFTS."""
        if users is None:
            users = self.users_of(facts.fqn)
        return (
            facts.grams or facts.name,
            facts.members,
            facts.comment,
            (facts.kind,),
            self._families_of(facts.refers),
            self._families_of(users),
        )

    def _families_of(self, fqns: Iterable[str]) -> list[str]:
        """The families of contracts, each once, as words."""
        found = {self.examples[fqn].family for fqn in fqns if fqn in self.examples}
        return [str(family) for family in sorted(found)]

    def users_of(self, fqn: str) -> list[str]:
        """The examples that refer to a contract, or miss a type of its name."""
        missing = self.users.get("?" + fqn.rpartition(".")[2], ())
        return [user for user in chain(self.users.get(fqn, ()), missing) if user != fqn]

    def is_service(self, fqn: str) -> bool:
        """Whether an example is a service."""
        return self.examples[fqn].facts.kind == "service"

    def frequency(self, word: str) -> int:
        """How many examples have a word."""
        return len(self._postings.get(word, ()))

    def telling(self, facts: Facts, family: int) -> set[str]:
        """The words of a contract that are commoner in a family than elsewhere, or its terms."""
        told = {
            word
            for phrase in self.phrases(facts.every)
            if family in phrase.families
            for word in phrase.stems
        }
        for word in facts.words:
            fqns = [fqn for fqn in self._postings.get(word, ()) if fqn != facts.fqn]
            inside = sum(self.examples[fqn].family == family for fqn in fqns)
            if inside * len(self.examples) > len(fqns) * self.sizes[family]:
                told.add(word)
        return told

    # Which families a contract may belong to, and how well it fits each

    def neighbours(self, facts: Facts) -> dict[str, float]:
        """How alike contracts are that share words with one, from 0 to 1; no namesakes."""
        rarity, postings = self._rarity, self._postings
        words = sorted((word for word in facts.words if word in rarity), key=rarity.__getitem__)
        norm = sum(rarity[word] ** 2 for word in words) ** 0.5
        found: dict[str, float] = {}
        seen = 0
        for word in reversed(words):
            seen += len(postings[word])
            if seen > _POSTINGS:
                break
            squared = rarity[word] ** 2 / (norm or 1)
            for fqn in postings[word]:
                found[fqn] = found.get(fqn, 0.0) + squared
        for fqn in (facts.fqn, *self._named.get(facts.fqn.rpartition(".")[2], ())):
            found.pop(fqn, None)
        norms = self._norms
        return {fqn: shared / norms[fqn] for fqn, shared in found.items()}

    def phrases(self, words: Iterable[str]) -> Iterator[Phrase]:
        """The phrases of the map of which every word is among ``words``."""
        known = set(words)
        for word in known:
            for phrase in self._phrases.get(word, ()):
                if phrase.stems <= known:
                    yield phrase

    def rows(
        self, facts: Facts, users: Sequence[str], near: Mapping[int, float], families: Sequence[int]
    ) -> list[list[float]]:
        """How well a contract fits each of ``families``: a row of channels for each.

        ``near`` is the likeness of each family's nearest neighbour.
        """
        known = self.examples.get(facts.fqn)
        mine = self._lists(known.facts) if known else ((),) * len(LIFTS)
        own = known.family if known else -1
        columns = [
            self._lift(channel, words, mine[channel], own, families)
            for channel, words in enumerate(self._lists(facts, users))
        ]
        columns.append([near.get(family, 0.0) for family in families])
        columns.append([log(1 + self.sizes[family] - (family == own)) for family in families])
        columns.append(self._claims(facts.name, families))
        columns.append(self._claims(facts.members + facts.comment, families))
        columns.append(self._used(facts, families))
        columns.append(self._using(users, families))
        services = [user for user in users if self.is_service(user)]
        columns.append(self._using(services, families))
        columns.append(self._partner(facts, families))
        return [list(row) for row in zip(*columns, strict=True)]

    def _lift(
        self,
        channel: int,
        words: Sequence[str],
        mine: Sequence[str],
        own: int,
        families: Sequence[int],
    ) -> list[float]:
        """The sum of log(rate in the family / rate in the tree), smoothed, by root of the length.

        ``mine`` are the words by which the contract itself is counted in the family ``own``.
        """
        totals, lifts = self._totals[channel], self._lifts[channel]
        sums = dict.fromkeys(families, 0.0)
        told = 0
        for word in words:
            out = word in mine
            total = totals.get(word, 0) - out
            if total <= 0:
                continue
            told += 1
            if out:
                more = self._more(channel, word, own)
            else:
                more = lifts.get(word) or lifts.setdefault(word, self._more(channel, word, -1))
            for family, value in more.items():
                if family in sums:
                    sums[family] += value
        if not told:
            return [0.0] * len(families)
        logs, root = self._logs[channel], told**0.5
        if own in sums and mine:
            sums[own] -= told * (log(self._volumes[channel][own] - len(mine) + _SMOOTH) - logs[own])
        every = told * log(_SMOOTH)
        return [(sums[family] + every - told * logs[family]) / root for family in families]

    def _more(self, channel: int, word: str, own: int) -> dict[int, float]:
        """What a word adds for each family that has it, one of ``own`` left out."""
        counts = self._counts[channel][word]
        share = (self._totals[channel][word] - (own >= 0)) / self._all[channel]
        blank = log(_SMOOTH)
        return {
            family: log((count - (family == own)) / share + _SMOOTH) - blank
            for family, count in counts.items()
        }

    def _claims(self, words: Iterable[str], families: Sequence[int]) -> list[float]:
        """How many words of whole phrases are each family's, shared with others that claim them."""
        sums = dict.fromkeys(families, 0.0)
        for phrase in self.phrases(words):
            for family in phrase.families:
                if family in sums:
                    sums[family] += len(phrase.stems) / len(phrase.families)
        return list(sums.values())

    def _used(self, facts: Facts, families: Sequence[int]) -> list[float]:
        """The share of a contract's references into each family; a type that all use says less."""
        sums = dict.fromkeys(families, 0.0)
        whole = 0.0
        known = self.examples.get(facts.fqn)
        for target in facts.refers:
            example = self.examples.get(target)
            if example is not None:
                users = self._users_by_family(target)
                others = len(users) - (example.family in users)
                if known and users.get(known.family) == 1 and known.family != example.family:
                    others -= 1
                weight = 1 / (1 + others)
                whole += weight
                if example.family in sums:
                    sums[example.family] += weight
        return [value / whole if whole else 0.0 for value in sums.values()]

    def _users_by_family(self, fqn: str) -> Mapping[int, int]:
        """How many contracts of each family use one."""
        if fqn not in self._spread:
            self._spread[fqn] = Counter(self.examples[user].family for user in self.users_of(fqn))
        return self._spread[fqn]

    def _using(self, users: Sequence[str], families: Sequence[int]) -> list[float]:
        """The share of ``users`` that are in each family."""
        sums = dict.fromkeys(families, 0.0)
        for user in users:
            family = self.examples[user].family
            if family in sums:
                sums[family] += 1 / len(users)
        return list(sums.values())

    def partners(self, facts: Facts) -> list[str]:
        """The response of a request's name, or the request of a response's."""
        name = facts.fqn.rpartition(".")[2]
        for one, other in (("Request", "Response"), ("Response", "Request")):
            if name.endswith(one) and name != one:
                return self._named.get(name[: -len(one)] + other, [])
        return []

    def _partner(self, facts: Facts, families: Sequence[int]) -> list[float]:
        found = {self.examples[fqn].family for fqn in self.partners(facts)}
        return [(family in found) / len(found) if found else 0.0 for family in families]
