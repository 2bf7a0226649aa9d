"""How often families of packages have a word, and what that says of a contract that has it, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import Any

_SMOOTH = 2.0  # Words that each family is taken to have besides: a single one shows no custom.


class Spread:
    """How often each family has a word; all words that are spread alike share one."""

    __slots__ = ("best", "by_family", "total", "without_one")

    def __init__(self, by_family: dict[int, int]) -> None:
        self.by_family = by_family
        self.total = sum(by_family.values())
        # What it says for each family, and the most of that, one contract of another left out.
        self.without_one: dict[int, float] | None = None
        self.best: tuple[float, int, float] | None = None


class Counts:
    """How often each family has each word of one channel. Words are numbers."""

    def __init__(self, families: int) -> None:
        self._said: list[list[int]] = [[] for _ in range(families)]  # until all is counted
        self._of: dict[int, Spread] = {}
        self._volumes = [0] * families
        self._all = 0
        self._usual: list[float] = []
        self._least = self._most = 0.0
        self._within: dict[tuple[int, Sequence[int]], tuple[float, float, float]] = {}

    def add(self, family: int, words: Sequence[int]) -> None:
        """Count the words of one contract."""
        self._said[family] += words

    def settle(self) -> None:
        """To be called once everything is added."""
        counted: dict[int, dict[int, int]] = {}
        for family, words in enumerate(self._said):
            self._volumes[family] = len(words)
            for word, count in Counter(words).items():
                counted.setdefault(word, {})[family] = count
        self._said = []
        self._spread(counted)

    def _spread(self, counted: Mapping[int, dict[int, int]]) -> None:
        alike: dict[tuple[tuple[int, int], ...], Spread] = {}
        for word, of in counted.items():
            key = tuple(of.items())
            spread = alike.get(key)
            if spread is None:
                spread = alike[key] = Spread(of)
            self._of[word] = spread
        self._all = sum(self._volumes)
        self._usual = [log(1 + held / _SMOOTH) for held in self._volumes]
        self._least, self._most = min(self._usual), max(self._usual)

    def lift(
        self, words: Sequence[int], families: Sequence[int], own: int, mine: Sequence[int]
    ) -> list[float]:
        """The sum of log(rate in the family / rate in the tree), smoothed, by root of the length.

        ``mine`` are the words by which the contract itself is counted in the family ``own``.
        """
        sums = dict.fromkeys(families, 0.0)
        told = 0
        for word in words:
            spread = self._of.get(word)
            out = word in mine
            if spread is None or spread.total == out:
                continue
            told += 1
            customs = self._without_one(spread) if out else self._customs(spread, spread.total)
            for family in customs.keys() & sums.keys():
                if out and family == own:
                    sums[family] += self._custom(spread, spread.total - 1, family, 1)
                else:
                    sums[family] += customs[family]
        if told:
            root = told**0.5
            for family in families:
                usual = self._usual[family]
                if family == own:
                    usual = log(1 + (self._volumes[family] - len(mine)) / _SMOOTH)
                sums[family] = (sums[family] - told * usual) / root
        return [*sums.values()]

    def bounds(
        self, words: Sequence[int], family: int, own: int, mine: Sequence[int]
    ) -> tuple[float, float, float]:
        """What ``lift`` gives ``family``, and what it gives any other at least, and at most."""
        if words is not mine or own != family:
            return self._bounds(words, family, own, mine)
        found = self._within.get((family, words))  # many contracts of a family have the same words
        if found is None:
            found = self._within[family, words] = self._bounds(words, family, own, mine)
        return found

    def _bounds(
        self, words: Sequence[int], family: int, own: int, mine: Sequence[int]
    ) -> tuple[float, float, float]:
        told, itself, most = 0, 0.0, 0.0
        for word in words:
            spread = self._of.get(word)
            out = word in mine
            if spread is None or spread.total == out:
                continue
            told += 1
            if family in spread.by_family:
                itself += self._custom(spread, spread.total - out, family, out and family == own)
            highest, best, second = spread.best or self._best(spread)
            most += second if best == family else highest
        if not told:
            return 0.0, 0.0, 0.0
        root = told**0.5
        usual = self._usual[family]
        if family == own:
            usual = log(1 + (self._volumes[family] - len(mine)) / _SMOOTH)
        return (itself - told * usual) / root, -self._most * root, most / root

    def packed(self) -> tuple[Any, ...]:
        """What was counted, as plain data."""
        return {word: spread.by_family for word, spread in self._of.items()}, self._volumes

    @classmethod
    def unpacked(cls, data: tuple[Any, ...]) -> Counts:
        """What ``packed`` was asked of."""
        counts = cls(0)
        counted, counts._volumes = data
        if counts._volumes:
            counts._spread(counted)
        return counts

    def _best(self, spread: Spread) -> tuple[float, int, float]:
        """The most that a word can say for a family, for which, and the most for any other."""
        customs = self._without_one(spread) if spread.total > 1 else self._customs(spread, 1)
        rest = -self._least
        said = sorted(((n - self._usual[at], at) for at, n in customs.items()), reverse=True)
        (highest, family), (second, _) = [*said, (rest, -1), (rest, -1)][:2]
        found = spread.best = max(highest, rest), family, max(second, rest)
        return found

    def _without_one(self, spread: Spread) -> Mapping[int, float]:
        """What a word says for each family that has it, one contract of another left out."""
        if spread.without_one is None:
            spread.without_one = self._customs(spread, spread.total - 1)
        return spread.without_one

    def _customs(self, spread: Spread, total: int) -> dict[int, float]:
        rate = self._all / (total * _SMOOTH)
        return {family: log(1 + count * rate) for family, count in spread.by_family.items()}

    def _custom(self, spread: Spread, total: int, family: int, out: int) -> float:
        """What a word says for one family that has it, so many of its contracts left out."""
        return log(1 + (spread.by_family[family] - out) * (self._all / (total * _SMOOTH)))
