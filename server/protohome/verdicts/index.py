"""What the families of packages hold, counted: how well a contract fits each, channel by channel.

The contract that is asked about is taken out of every count, so that it never vouches for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import log
from typing import NamedTuple

from .facts import Facts

SAMPLE = 600  # Contracts that are learned from, and compared with one: twice as many tell no more.
_SMOOTH = 2.0  # Words that each family is taken to have besides: a single one shows no custom.

COUNTED = ("name", "kind", "refers", "users")
CHANNELS = (*COUNTED, "neighbour", "size", "phrase", "using", "partner")
BY_USE = tuple(name in ("users", "using") for name in CHANNELS)  # What is new has no users yet.


class Example(NamedTuple):
    """A contract as an example of what a family contains."""

    family: int
    facts: Facts


class Phrase(NamedTuple):
    """A phrase of the map, as stems, and the families that claim it."""

    stems: frozenset[str]
    families: frozenset[int]


class Counts:
    """How often each family has each word of one channel."""

    def __init__(self, families: int) -> None:
        self._of: dict[str, dict[int, int]] = {}
        self._totals: dict[str, int] = {}
        self._volumes = [0] * families
        self._all = 0

    def add(self, family: int, words: Sequence[str]) -> None:
        """Count the words of one contract."""
        self._volumes[family] += len(words)
        for word in words:
            of = self._of.setdefault(word, {})
            of[family] = of.get(family, 0) + 1
            self._totals[word] = self._totals.get(word, 0) + 1

    def settle(self) -> None:
        """To be called once everything is counted."""
        self._all = sum(self._volumes)

    def lift(
        self, words: Sequence[str], families: Sequence[int], own: int, mine: Sequence[str]
    ) -> list[float]:
        """The sum of log(rate in the family / rate in the tree), smoothed, by root of the length.

        ``mine`` are the words by which the contract itself is counted in the family ``own``.
        """
        sums = [0.0] * len(families)
        told = 0
        for word in words:
            out = word in mine
            total = self._totals.get(word, 0) - out
            if total > 0:
                told += 1
                of, rate = self._of[word], self._all / (total * _SMOOTH)
                for at, family in enumerate(families):
                    count = of.get(family, 0) - (out and family == own)
                    if count:
                        sums[at] += log(1 + count * rate)
        if told:
            for at, family in enumerate(families):
                held = self._volumes[family] - len(mine) * (family == own)
                sums[at] = (sums[at] - told * log(1 + held / _SMOOTH)) / told**0.5
        return sums


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
        self._users: dict[str, list[str]] = {}
        self._named: dict[str, list[int]] = {}
        self._fqns = list(self.examples)
        self._family = [family for family, _ in self.examples.values()]
        self._having: dict[str, list[int]] = {}  # places in the two lists above, by word
        for place, (fqn, (family, facts)) in enumerate(self.examples.items()):
            self.sizes[family] += 1
            self.kinds[family].add(facts.kind)
            self._named.setdefault(fqn.rpartition(".")[2], []).append(place)
            for word in facts.words:
                self._having.setdefault(word, []).append(place)
            for target in facts.refers:
                self._users.setdefault(target, []).append(fqn)
        usual = sorted(self.sizes)[len(self.sizes) // 2] if self.sizes else 0
        # A family like the tree as a whole, as large as most: it has every word as often as others.
        self.anybody = tuple(log(1 + usual) if name == "size" else 0.0 for name in CHANNELS)
        self._counts = [Counts(len(self.families)) for _ in COUNTED]
        for family, facts in self.examples.values():
            for counts, words in zip(self._counts, self._words(facts), strict=True):
                counts.add(family, words)
        for counts in self._counts if self.families else ():
            counts.settle()
        whole = len(self.examples)
        self._rarity = {word: log(whole / len(places)) for word, places in self._having.items()}
        self._norms = [
            sum(self._rarity[word] ** 2 for word in facts.words) ** 0.5 or 1.0
            for _, facts in self.examples.values()
        ]
        self._phrases: dict[str, list[Phrase]] = {}
        for stems, claimants in phrases.items():
            phrase = Phrase(frozenset(stems), frozenset(self.ids[name] for name in claimants))
            self._phrases.setdefault(stems[-1], []).append(phrase)

    def _words(self, facts: Facts, users: Iterable[str] | None = None) -> tuple[Sequence[str], ...]:
        """The words of a contract that are counted, in the order of COUNTED."""
        if users is None:
            users = self.users_of(facts.fqn)
        by = self._families_of
        return facts.grams or facts.name, (facts.kind,), by(facts.refers), by(users)

    def _families_of(self, fqns: Iterable[str]) -> list[str]:
        """The families of contracts, each once, as words."""
        return [str(at) for at in {self.examples[f].family for f in fqns if f in self.examples}]

    def users_of(self, fqn: str) -> list[str]:
        """The examples that refer to a contract, or miss a type of its name."""
        missing = self._users.get("?" + fqn.rpartition(".")[2], ())
        return [user for user in chain(self._users.get(fqn, ()), missing) if user != fqn]

    def is_service(self, fqn: str) -> bool:
        """Whether an example is a service."""
        return self.examples[fqn].facts.kind == "service"

    def frequency(self, word: str) -> int:
        """How many examples have a word."""
        return len(self._having.get(word, ()))

    def neighbours(self, facts: Facts) -> dict[str, float]:
        """How alike contracts are that share words with one, from 0 to 1; no namesakes."""
        return {self._fqns[at]: alike for at, alike in self._alike(facts).items()}

    def _alike(self, facts: Facts) -> dict[int, float]:
        """The cosine of the words, weighed by rarity, for those with its rarest words."""
        rarity, having, norms = self._rarity, self._having, self._norms
        words = sorted((word for word in facts.words if word in rarity), key=rarity.__getitem__)
        norm = sum(rarity[word] ** 2 for word in words) ** 0.5 or 1.0
        found: dict[int, float] = {}
        seen = 0
        for word in reversed(words):
            seen += len(having[word])
            if seen > SAMPLE:
                break
            squared = rarity[word] ** 2 / norm
            for at in having[word]:
                found[at] = found.get(at, 0.0) + squared / norms[at]
        for at in self._named.get(facts.fqn.rpartition(".")[2], ()):
            found.pop(at, None)
        return found

    def near(self, facts: Facts) -> dict[int, float]:
        """How alike the nearest neighbour in each family is."""
        families = self._family
        near: dict[int, float] = {}
        for at, alike in self._alike(facts).items():
            family = families[at]
            if alike > near.get(family, 0.0):
                near[family] = alike
        return near

    def phrases(self, words: Iterable[str]) -> Iterator[Phrase]:
        """The phrases of the map of which every word is among ``words``."""
        known = set(words)
        for word in known:
            for phrase in self._phrases.get(word, ()):
                if phrase.stems <= known:
                    yield phrase

    def partners(self, facts: Facts) -> list[str]:
        """The response of a request's name, or the request of a response's.

        None whose package has a namesake of the contract: there it belongs to that one.
        """
        name = facts.fqn.rpartition(".")[2]
        for one, other in (("Request", "Response"), ("Response", "Request")):
            if name.endswith(one) and name != one:
                stem = name.removesuffix(one)
                named = [self._fqns[at] for at in self._named.get(stem + other, ())]
                twins = {fqn: f"{fqn.rpartition('.')[0]}.{name}" for fqn in named}
                return [f for f in named if twins[f] == facts.fqn or twins[f] not in self.examples]
        return []

    def rows(
        self, facts: Facts, users: Sequence[str], near: Mapping[int, float], families: Sequence[int]
    ) -> list[tuple[float, ...]]:
        """How well a contract fits each of ``families``: a row of CHANNELS for each.

        ``near`` is the likeness of each family's nearest neighbour.
        """
        known = self.examples.get(facts.fqn)
        own = known.family if known else -1
        mine: Iterable[Sequence[str]] = self._words(known.facts) if known else ((),) * len(COUNTED)
        columns = [
            counts.lift(words, families, own, counted)
            for counts, words, counted in zip(
                self._counts, self._words(facts, users), mine, strict=True
            )
        ]
        columns.append([near.get(at, 0.0) for at in families])
        columns.append([log(1 + self.sizes[at] - (at == own)) for at in families])
        claimed = dict.fromkeys(families, 0.0)
        for phrase in self.phrases(facts.name):
            for at in phrase.families:
                if at in claimed:
                    claimed[at] += len(phrase.stems) / len(phrase.families)
        columns.append(list(claimed.values()))
        columns.append(_shares([self.examples[user].family for user in users], families))
        partners = {self.examples[fqn].family for fqn in self.partners(facts)}
        columns.append(_shares(partners, families))
        return list(zip(*columns, strict=True))


def _shares(among: Sequence[int] | set[int], families: Sequence[int]) -> list[float]:
    """Which share of ``among`` is each family."""
    every = list(among)
    return [every.count(at) / len(every) if every else 0.0 for at in families]
