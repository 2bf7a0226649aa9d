"""What the families of packages hold, counted: how well a contract fits each, channel by channel.

The contract that is asked about is taken out of every count, so that it never vouches for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import log
from typing import Any, TypeAlias

from ...named import NamedTuple
from ..model import SAMPLE
from .counts import Counts
from .facts import Facts

COUNTED = ("name", "kind", "refers", "users")
_Said: TypeAlias = "tuple[Sequence[str], ...]"  # the words of a contract, in the order of COUNTED
CHANNELS = (*COUNTED, "neighbour", "size", "phrase", "using", "partner")
BY_USE = tuple(name in ("users", "using") for name in CHANNELS)  # What is new has no users yet.


# What an index holds as plain data already.
_PLAIN = (
    *("families", "ids", "sizes", "kinds", "anybody", "_largest", "_users", "_missing", "_named"),
    *("_fqns", "_family", "_having", "_rarity", "_norms"),
)


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
        self.examples: dict[str, Example] = {}
        self.sizes = [0] * len(self.families)
        self.kinds: list[set[str]] = [set() for _ in self.families]
        users: dict[str, list[str]] = {}
        every: list[tuple[str, ...]] = []
        self._named: dict[str, list[int]] = {}
        self._having: dict[str, list[int]] = {}  # places among the examples, by word
        for place, example in enumerate(examples):
            family, facts = example
            self.examples[facts.fqn] = example
            self.sizes[family] += 1
            self.kinds[family].add(facts.kind)
            self._named.setdefault(facts.fqn.rpartition(".")[2], []).append(place)
            every.append(facts.words)
            for word in every[-1]:
                self._having.setdefault(word, []).append(place)
            for target in facts.refers:
                users.setdefault(target, []).append(facts.fqn)
        self._fqns = list(self.examples)
        self._family = [family for family, _ in self.examples.values()]
        # Who uses each contract by FQN, and who misses each name.
        self._users = {fqn: tuple(some) for fqn, some in users.items() if not fqn.startswith("?")}
        self._missing = {fqn[1:]: tuple(some) for fqn, some in users.items() if fqn.startswith("?")}
        self._largest = log(1 + max(self.sizes, default=0))
        usual = sorted(self.sizes)[len(self.sizes) // 2] if self.sizes else 0
        # A family like the tree as a whole, as large as most: it has every word as often as others.
        self.anybody = tuple(log(1 + usual) if name == "size" else 0.0 for name in CHANNELS)
        self._counts = [Counts(len(self.families)) for _ in COUNTED]
        self._said: dict[str, _Said] = {}  # by examples' FQNs
        for family, facts in self.examples.values():
            for counts, words in zip(self._counts, self._words_of(facts), strict=True):
                counts.add(family, words)
        for counts in self._counts if self.families else ():
            counts.settle()
        whole = len(self.examples)
        self._rarity = {word: log(whole / len(places)) for word, places in self._having.items()}
        squared = {word: rarity**2 for word, rarity in self._rarity.items()}
        self._norms = [sum([squared[word] for word in words]) ** 0.5 or 1.0 for words in every]
        self._phrases: dict[str, list[Phrase]] = {}
        for stems, claimants in phrases.items():
            phrase = Phrase(frozenset(stems), frozenset(self.ids[name] for name in claimants))
            self._phrases.setdefault(stems[-1], []).append(phrase)

    def packed(self) -> tuple[Any, ...]:
        """All that an index holds, as plain data that ``marshal`` writes."""
        examples = [(family, tuple(facts)) for family, facts in self.examples.values()]
        phrases = {last: [*map(tuple, some)] for last, some in self._phrases.items()}
        counts = [one.packed() for one in self._counts]
        return examples, phrases, counts, {name: self.__dict__[name] for name in _PLAIN}

    @classmethod
    def unpacked(cls, data: tuple[Any, ...]) -> Index:
        """The index that ``packed`` was asked of."""
        examples, phrases, counts, plain = data
        index = cls.__new__(cls)
        index.__dict__.update(plain)
        made = (Example(family, Facts._make(facts)) for family, facts in examples)
        index.examples = {example.facts.fqn: example for example in made}
        index._phrases = {last: [*map(Phrase._make, some)] for last, some in phrases.items()}
        index._counts, index._said = [*map(Counts.unpacked, counts)], {}
        return index

    def _words_of(self, facts: Facts) -> _Said:
        """The words by which an example is counted; each is asked for again when it is judged."""
        found = self._said.get(facts.fqn)
        if found is None:
            found = self._said[facts.fqn] = self._words(facts, self.users_of(facts.fqn))
        return found

    def _words(self, facts: Facts, users: Collection[str]) -> _Said:
        """The words of a contract that are counted, in the order of COUNTED."""
        by = self._families_of
        return facts.grams or facts.name, (facts.kind,), by(facts.refers), by(users)

    def _families_of(self, fqns: Collection[str]) -> tuple[str, ...]:
        """The families of contracts, each once, as words."""
        if not fqns:
            return ()
        known = self.examples
        return tuple(map(str, {known[fqn].family for fqn in fqns if fqn in known}))

    def users_of(self, fqn: str) -> tuple[str, ...]:
        """The examples that refer to a contract, or miss a type of its name."""
        users = self._users.get(fqn, ())
        missing = self._missing.get(fqn.rpartition(".")[2])
        if missing is None:
            return users
        return tuple([user for user in (*users, *missing) if user != fqn])

    def family_of(self, fqn: str) -> int:
        """The family that counts a contract, -1 for none."""
        known = self.examples.get(fqn)
        return -1 if known is None else known.family

    def is_service(self, fqn: str) -> bool:
        """Whether an example is a service."""
        return self.examples[fqn].facts.kind == "service"

    def frequency(self, word: str) -> int:
        """How many examples have a word."""
        return len(self._having.get(word, ()))

    def neighbours(self, facts: Facts) -> dict[str, float]:
        """How alike contracts are that share words with one, from 0 to 1; no namesakes."""
        return {self._fqns[at]: alike for at, alike in self._alike(facts).items()}

    def near(self, facts: Facts) -> dict[int, float]:
        """How alike the nearest neighbour in each family is."""
        near: dict[int, float] = {}
        families = self._family
        for at, alike in self._alike(facts).items():
            family = families[at]
            if alike > near.get(family, 0.0):
                near[family] = alike
        return near

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
        if not name.endswith(("Request", "Response")):
            return []
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
        own, words, mine = self._counted(facts, users)
        columns = [
            counts.lift(said, families, own, counted)
            for counts, said, counted in zip(self._counts, words, mine, strict=True)
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

    def glance(
        self, facts: Facts, users: Sequence[str], family: int
    ) -> tuple[list[float], list[tuple[float, float]]]:
        """The row of a family, without neighbours, and between what those of all others are.

        Bounds are the least and the most, by channel; the contract is counted in no other family.
        """
        own, words, mine = self._counted(facts, users)
        row: list[float] = []
        bounds: list[tuple[float, float]] = []
        for counts, said, counted in zip(self._counts, words, mine, strict=True):
            itself, least, most = counts.bounds(said, family, own, counted)
            row.append(itself)
            bounds.append((least, most))
        claimed = claims = 0.0
        for phrase in self.phrases(facts.name):
            share = len(phrase.stems) / len(phrase.families)
            claims += share
            claimed += share * (family in phrase.families)
        row += 0.0, log(1 + self.sizes[family] - (family == own)), claimed
        bounds += (0.0, 1.0), (0.0, self._largest), (0.0, claims)
        using = [self.examples[user].family for user in users]
        for some in (using, [*{self.examples[fqn].family for fqn in self.partners(facts)}]):
            count = some.count(family)
            row.append(count / len(some) if some else 0.0)
            bounds.append((0.0, float(count < len(some))))
        return row, bounds

    def _counted(self, facts: Facts, users: Sequence[str]) -> tuple[int, _Said, _Said]:
        """The family that counts a contract (-1: none), its words, and those it is counted by."""
        known = self.examples.get(facts.fqn)
        if known is None:
            return -1, self._words(facts, users), ((),) * len(COUNTED)
        mine = self._words_of(known.facts)
        if known.facts is facts and users == self.users_of(facts.fqn):
            return known.family, mine, mine
        return known.family, self._words(facts, users), mine


def _shares(among: Sequence[int] | set[int], families: Sequence[int]) -> list[float]:
    """Which share of ``among`` is each family."""
    every = list(among)
    return [every.count(at) / len(every) if every else 0.0 for at in families]
