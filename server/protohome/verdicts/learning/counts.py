"""How often families of packages have a word, and what that says of a contract that has it, too."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

_SMOOTH = 2.0  # Words that each family is taken to have besides: a single one shows no custom.


class Counts:
    """How often each family has each word of one channel."""

    def __init__(self, families: int) -> None:
        self._of: dict[str, dict[int, int]] = {}
        self._totals: dict[str, int] = {}
        self._volumes = [0] * families
        self._all = 0
        self._usual: list[float] = []
        self._least = self._most = 0.0
        self._customs: dict[str, dict[int, float]] = {}
        self._highest: dict[str, tuple[float, int, float]] = {}

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
        self._usual = [log(1 + held / _SMOOTH) for held in self._volumes]
        self._least, self._most = min(self._usual), max(self._usual)

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
                customs = self._without_one(word) if out else self._custom(word, total)
                for at, family in enumerate(families):
                    if out and family == own:
                        rate = self._all / (total * _SMOOTH)
                        sums[at] += log(1 + (self._of[word].get(family, 0) - 1) * rate)
                    elif family in customs:
                        sums[at] += customs[family]
        if told:
            root = told**0.5
            for at, family in enumerate(families):
                usual = self._usual[family]
                if family == own:
                    usual = log(1 + (self._volumes[family] - len(mine)) / _SMOOTH)
                sums[at] = (sums[at] - told * usual) / root
        return sums

    def bounds(self, words: Sequence[str], own: int, mine: Sequence[str]) -> tuple[float, float]:
        """What ``lift`` gives at least, and at most, for any family but ``own``."""
        told, most = 0, 0.0
        for word in words:
            if self._totals.get(word, 0) - (word in mine) > 0:
                told += 1
                highest, family, second = self._highest.get(word) or self._best(word)
                most += second if family == own else highest
        if not told:
            return 0.0, 0.0
        return -self._most * told**0.5, most / told**0.5

    def packed(self) -> tuple[Any, ...]:
        """What was counted, as plain data."""
        return self._of, self._totals, self._volumes

    @classmethod
    def unpacked(cls, data: tuple[Any, ...]) -> Counts:
        """What ``packed`` was asked of."""
        counts = cls(0)
        counts._of, counts._totals, counts._volumes = data
        if counts._volumes:
            counts.settle()
        return counts

    def _best(self, word: str) -> tuple[float, int, float]:
        """The most that a word can say for a family, for which, and the most for any other."""
        customs = self._without_one(word) if self._totals[word] > 1 else self._custom(word, 1)
        rest = -self._least
        said = sorted(((n - self._usual[at], at) for at, n in customs.items()), reverse=True)
        (highest, family), (second, _) = [*said, (rest, -1), (rest, -1)][:2]
        found = self._highest[word] = max(highest, rest), family, max(second, rest)
        return found

    def _without_one(self, word: str) -> dict[int, float]:
        """What a word says for each family that has it, one contract of another left out."""
        found = self._customs.get(word)
        if found is None:
            found = self._customs[word] = self._custom(word, self._totals[word] - 1)
        return found

    def _custom(self, word: str, total: int) -> dict[int, float]:
        rate = self._all / (total * _SMOOTH)
        return {family: log(1 + count * rate) for family, count in self._of[word].items()}
