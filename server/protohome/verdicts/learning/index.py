"""What the families of packages hold, counted: how well a contract fits each, channel by channel.

The contract that is asked about is taken out of every count, so that it never vouches for itself.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from math import log
from typing import Any, TypeAlias

from ...named import NamedTuple
from ..model import SAMPLE
from .counts import Counts
from .examples import Example, Examples
from .facts import Facts
from .rows import Rows, in_runs, of_runs, turned

COUNTED = ("name", "kind", "refers", "users")
# By what a contract is counted, in the order of COUNTED: the numbers of words, and of families.
_Counted: TypeAlias = "tuple[Sequence[int], ...]"
CHANNELS = (*COUNTED, "neighbour", "size", "phrase", "using", "partner")
BY_USE = tuple(name in ("users", "using") for name in CHANNELS)  # What is new has no users yet.


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
        known = self.examples = Examples(examples)
        self.families = tuple(families)
        self._users = turned(known.refers, len(known.fqns))
        simple = [fqn.rpartition(".")[2] for fqn in known]
        self._names = list(dict.fromkeys(simple))
        self._prepare()
        self._named = turned([[self._row_of[name]] for name in simple], len(self._names))
        told = [*known.said()]
        worded = [list(dict.fromkeys(name + members)) for name, _, members in told]
        self._having = turned(worded, len(known.words))
        self._rarity = array("d", map(self._rarity_of, range(len(known.words))))
        squared = [rarity**2 for rarity in self._rarity]
        norms = (sum([squared[word] for word in words]) ** 0.5 or 1.0 for words in worded)
        self._norms = array("d", norms)
        # By what each example is counted; it is asked for again when one is judged.
        self._counted_by = [
            Rows([grams or name for name, grams, _ in told]),
            Rows([*zip(known.kinds, strict=True)]),
            Rows([self._families_of(targets) for targets in known.refers]),
            Rows([self._families_of(self._users_of(fqn)) for fqn in known]),
        ]
        self._counts = [Counts(len(self.families)) for _ in COUNTED]
        for counts, every in zip(self._counts, self._counted_by, strict=True):
            for family, words in zip(known.families, every, strict=True):
                counts.add(family, words)
        for counts in self._counts if self.families else ():
            counts.settle()
        self._phrases: dict[str, list[Phrase]] = {}
        for stems, claimants in phrases.items():
            phrase = Phrase(frozenset(stems), frozenset(self.ids[name] for name in claimants))
            self._phrases.setdefault(stems[-1], []).append(phrase)

    def _prepare(self) -> None:
        """Make what is soon made of families, examples and their simple names."""
        known, self._row_of = self.examples, dict(zip(self._names, count(), strict=False))
        self.ids = dict(zip(self.families, count(), strict=False))
        held = Counter(known.families)
        self.sizes = [held[at] for at in self.ids.values()]
        self.kinds: list[set[str]] = [set() for _ in self.families]
        for family, kind in set(zip(known.families, known.kinds, strict=True)):
            self.kinds[family].add(known.words[kind])
        kinds = zip(known, map(known.words.__getitem__, known.kinds), strict=True)
        self._services = {fqn for fqn, kind in kinds if kind == "service"}
        self._largest = log(1 + max(self.sizes, default=0))
        usual = sorted(self.sizes)[len(self.sizes) // 2] if self.sizes else 0
        # A family like the tree as a whole, as large as most: it has every word as often as others.
        self.anybody = tuple(log(1 + usual) if name == "size" else 0.0 for name in CHANNELS)

    def packed(self) -> tuple[Any, ...]:
        """All that an index holds, in parts of plain data that ``marshal`` writes.

        Each is read in some thousandths of a second: nobody else has the interpreter meanwhile.
        """
        phrases = {last: [*map(tuple, some)] for last, some in self._phrases.items()}
        counts = [one.packed() for one in self._counts]
        every = self._users, self._named, self._having, *self._counted_by
        rows = [rows.packed() for rows in every]
        measures = [self._rarity.tobytes(), self._norms.tobytes()]
        named = self.families, in_runs(self._names)
        return *self.examples.packed(), *named, (rows, measures), *counts, phrases

    @classmethod
    def unpacked(cls, data: Sequence[Any]) -> Index:
        """The index that ``packed`` was asked of.

        Raises ValueError or TypeError for what it never gives.
        """
        *examples, families, names, (rows, measures) = data[: -len(COUNTED) - 1]
        *counts, phrases = data[-len(COUNTED) - 1 :]
        index = cls.__new__(cls)
        index.examples = Examples.unpacked(examples)
        index.families, index._names = families, of_runs(names)
        index._prepare()
        every = map(Rows.unpacked, rows)
        index._users, index._named, index._having, *index._counted_by = every
        index._rarity, index._norms = (array("d", measure) for measure in measures)
        index._counts = [*map(Counts.unpacked, counts)]
        index._phrases = {last: [*map(Phrase._make, some)] for last, some in phrases.items()}
        return index

    def _rarity_of(self, word: int) -> float:
        """How rare a word is among names and members, 0 where none of these has it."""
        having = self._having.length(word)
        return log(len(self.examples) / having) if having else 0.0

    def _words(self, facts: Facts, users: Collection[str]) -> _Counted:
        """By what a contract would be counted that says this and has these users."""
        words, target = self.examples.numbered, self.examples.target
        refers, used = [*map(target, facts.refers)], [*map(target, users)]
        by = self._families_of
        return words(facts.grams or facts.name), words((facts.kind,)), by(refers), by(used)

    def _families_of(self, targets: Collection[int]) -> Sequence[int]:
        """The families of those contracts that are examples, each once."""
        if not targets:
            return ()
        families = self.examples.families
        return tuple({families[at] for at in targets if 0 <= at < len(families)})

    def users_of(self, fqn: str) -> tuple[str, ...]:
        """The examples that refer to a contract, or miss a type of its name."""
        return tuple(map(self.examples.fqns.__getitem__, self._users_of(fqn)))

    def _users_of(self, fqn: str) -> Sequence[int]:
        """As ``users_of``, their numbers."""
        known, target = self.examples, self.examples.target(fqn)
        users = self._users[target] if target >= 0 else ()
        missing = known.others.get(f"?{fqn.rpartition('.')[2]}") if known.others else None
        if missing is None:
            return users
        return [user for user in (*users, *self._users[missing]) if user != target]

    def family_of(self, fqn: str) -> int:
        """The family that counts a contract, -1 for none."""
        number = self.examples.numbers.get(fqn)
        return -1 if number is None else self.examples.families[number]

    def is_service(self, fqn: str) -> bool:
        """Whether an example is a service."""
        return fqn in self._services

    def frequency(self, word: str) -> int:
        """How many examples have a word."""
        return sum(map(self._having.length, self.examples.numbered([word])))

    def neighbours(self, facts: Facts) -> dict[str, float]:
        """How alike contracts are that share words with one, from 0 to 1; no namesakes."""
        return {self.examples.fqns[at]: alike for at, alike in self._alike(facts).items()}

    def near(self, facts: Facts) -> dict[int, float]:
        """How alike the nearest neighbour in each family is."""
        near: dict[int, float] = {}
        families = self.examples.families
        for at, alike in self._alike(facts).items():
            family = families[at]
            if alike > near.get(family, 0.0):
                near[family] = alike
        return near

    def _alike(self, facts: Facts) -> dict[int, float]:
        """The cosine of the words, weighed by rarity, for those with its rarest words."""
        rarity, norms = self._rarity, self._norms
        words = [w for w in self.examples.numbered(facts.words) if self._having.length(w)]
        words.sort(key=rarity.__getitem__)
        norm = sum([rarity[word] ** 2 for word in words]) ** 0.5 or 1.0
        found: dict[int, float] = {}
        seen = 0
        for word in reversed(words):
            seen += self._having.length(word)
            if seen > SAMPLE:
                break
            squared = rarity[word] ** 2 / norm
            for at in self._having[word]:
                found[at] = found.get(at, 0.0) + squared / norms[at]
        for at in self._namesakes(facts.fqn.rpartition(".")[2]):
            found.pop(at, None)
        return found

    def _namesakes(self, name: str) -> Sequence[int]:
        """The examples of a simple name."""
        row = self._row_of.get(name)
        return () if row is None else self._named[row]

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
                named = [self.examples.fqns[at] for at in self._namesakes(stem + other)]
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
        columns.append(_shares([self.family_of(user) for user in users], families))
        partners = {self.family_of(fqn) for fqn in self.partners(facts)}
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
        using = [self.family_of(user) for user in users]
        for some in (using, [*{self.family_of(fqn) for fqn in self.partners(facts)}]):
            count = some.count(family)
            row.append(count / len(some) if some else 0.0)
            bounds.append((0.0, float(count < len(some))))
        return row, bounds

    def _counted(self, facts: Facts, users: Sequence[str]) -> tuple[int, _Counted, _Counted]:
        """The family that counts a contract (-1: none), its words, and those it is counted by."""
        number = self.examples.numbers.get(facts.fqn)
        if number is None:
            return -1, self._words(facts, users), ((),) * len(COUNTED)
        mine: _Counted = tuple([rows[number] for rows in self._counted_by])
        words = mine
        if facts != self.examples[facts.fqn].facts or users != self.users_of(facts.fqn):
            words = self._words(facts, users)
        return self.examples.families[number], mine if words == mine else words, mine


def _shares(among: Sequence[int] | set[int], families: Sequence[int]) -> list[float]:
    """Which share of ``among`` is each family."""
    every = list(among)
    return [every.count(at) / len(every) if every else 0.0 for at in families]
