"""Profiles: how often each family's contracts use each feature, and how well a contract fits.

A feature's weight is shared out among the families that use it, by how large a part of their
contracts does; the more evenly it is spread, the less of it is shared out at all. Where a term of
the map is in the contract's own name, its family gets that besides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from math import log
from typing import NamedTuple

from ..workspace import Located
from .claims import Claim, family
from .vocabulary import Words

_SMALL = 3.0  # Contracts that every family is taken to have besides its own.
_SIZE = 0.7  # How far a family's size counts: 0 not at all, 1 in full.
_DOUBT = 0.05  # A share that goes to nobody, so that rare use is weak evidence.
_REFERENCES = 2.0
_TERM = 0.5
_UNTOLD = 0.01  # A weight that decides nothing.
_NOTHING = 1e-9


class Example(NamedTuple):
    """A contract as an example of what its family contains."""

    family: str
    located: Located
    words: Words


class Left(NamedTuple):
    """Examples left out: those of one family that are in one file, or one contract's own.

    ``family`` is -1 where they are examples of none; ``path`` is the file whose references are left
    out too, ``""`` for none.
    """

    family: int
    counts: Mapping[str, int]
    size: int
    path: str


class Part(NamedTuple):
    """What one feature adds to a family's score; a feature ``<`` is the references to it."""

    weight: float
    feature: str


class _Rates(NamedTuple):
    """How often each family uses a feature.

    ``spread`` is the sum of rate * log(rate); ``first`` uses it most, at the rate of ``most``, and
    no other at more than ``second``.
    """

    of: Mapping[int, float]
    total: float
    spread: float
    first: int
    most: float
    second: float


class _Share(NamedTuple):
    """A feature's weight per rate, the families' rates, and that of the family with things left."""

    feature: str
    given: float
    rates: _Rates
    own: float


class Profiles:
    """The profiles of all families, made once from examples and the claims of the map."""

    def __init__(
        self,
        families: Collection[str],
        examples: Iterable[Example],
        owners: Mapping[str, str],
        claims: Mapping[str, Mapping[str, Claim]],
    ) -> None:
        """``owners`` are all contracts by FQN with the family each counts for, ``""`` for none."""
        self.families = tuple(sorted(families))
        self.ids = {family: at for at, family in enumerate(self.families)}
        self.sizes = [0] * len(self.families)
        self.examples: list[list[Located]] = [[] for _ in self.families]
        self.claims = claims
        self._counts: dict[str, dict[int, int]] = {}
        self._referrers: dict[str, list[tuple[int, Located]]] = {}
        self._owners = {f".{fqn}": self.ids.get(of) for fqn, of in owners.items()}
        self._rates: dict[str, _Rates] = {}
        self._claimed: dict[str, _Rates] = {}
        for example in examples:
            self._add(example)
        self._norms = [self._norm(size) for size in self.sizes]
        self._evenly = log(len(self.families)) if len(self.families) > 1 else 1.0

    def _add(self, example: Example) -> None:
        of = self.ids[example.family]
        self.sizes[of] += 1
        self.examples[of].append(example.located)
        counts = self._counts
        for feature in example.words.own:
            known = counts.get(feature)
            if known is None:
                counts[feature] = {of: 1}
            else:
                known[of] = known.get(of, 0) + 1
        for feature in example.words.types:
            if feature[0] == "." and feature not in self._owners:
                feature = "?" + feature.rpartition(".")[2]
            self._referrers.setdefault(feature, []).append((of, example.located))

    def _norm(self, size: int) -> float:
        return float((size + _SMALL) ** -_SIZE)

    def rates(self, feature: str) -> _Rates:
        """How often each family uses a feature, all examples counted."""
        found = self._rates.get(feature)
        if found is None:
            one = self._norm(0)
            of = {at: n * self._norms[at] for at, n in self._counts.get(feature, {}).items()}
            for claimant, claim in self.claims.get(feature, {}).items():
                at = self.ids[claimant]
                of[at] = of.get(at, 0.0) + claim.strength * one
            owner = self.owner(feature)
            if owner is not None:
                of[owner] = of.get(owner, 0.0) + one
            found = _rates(of)
            self._rates[feature] = found
        return found

    def owner(self, feature: str) -> int | None:
        """The family that a type counts for: its own, or the only one that has a namesake."""
        if feature[0] == ".":
            if feature in self._owners:
                return self._owners[feature]
            return self.ids.get(family(feature[1:].rpartition(".")[0]))
        return self._namesakes.get(feature) if feature[0] == "?" else None

    @cached_property
    def _namesakes(self) -> dict[str, int]:
        found: dict[str, set[int]] = {}
        for fqn, of in self._owners.items():
            if of is not None:
                found.setdefault("?" + fqn.rpartition(".")[2], set()).add(of)
        return {name: next(iter(of)) for name, of in found.items() if len(of) == 1}

    def scores(self, words: Words, fqn: str, left: Left) -> list[float]:
        """How well a contract fits each family, in the order of ``families``."""
        scores = [0.0] * len(self.families)
        for _, given, rates, own in self._shares(words, fqn, left):
            for at, rate in rates.of.items():
                scores[at] += given * rate
            if left.family in rates.of:
                scores[left.family] += given * (own - rates.of[left.family])
        return scores

    def bounds(self, words: Words, fqn: str, left: Left) -> tuple[float, float]:
        """How well it fits the family with things left out, and at most any other: quick to say."""
        mine = others = 0.0
        family = left.family
        for _, given, rates, own in self._shares(words, fqn, left):
            mine += given * own
            others += given * (rates.second if rates.first == family else rates.most)
        return mine, others

    def known(self, words: Words, fqn: str, left: Left) -> set[str]:
        """The features of a contract that say something: examples or terms have them."""
        return {share.feature for share in self._shares(words, fqn, left)}

    def why(self, words: Words, fqn: str, left: Left, at: int) -> list[Part]:
        """What each feature adds to one family's score, the most first."""
        added: dict[str, float] = {}
        for feature, given, rates, own in self._shares(words, fqn, left):
            rate = own if at == left.family else rates.of.get(at, 0.0)
            added[feature] = added.get(feature, 0.0) + given * rate
        parts = [Part(weight, feature) for feature, weight in added.items() if weight > 0]
        return sorted(parts, key=lambda part: (-part.weight, part.feature))

    def _shares(self, words: Words, fqn: str, left: Left) -> Iterator[_Share]:
        """What there is to share out of a contract's words, without what is left out."""
        family = left.family
        norm = self._norm(self.sizes[family] - left.size) if family >= 0 else 0.0
        for feature, weight in words.weights.items():
            rates = self._rates.get(feature) or self.rates(feature)
            of, total, spread = rates[:3]
            own = old = of.get(family, 0.0)
            if old:
                count = self._counts[feature].get(family, 0) if feature in self._counts else 0
                kept = count - left.counts.get(feature, 0)
                own = max(old - count * self._norms[family], 0.0) + max(kept, 0) * norm
                if own < _NOTHING:
                    own = 0.0
                total += own - old
                spread += (own * log(own) if own else 0.0) - old * log(old)
            if total < _NOTHING:
                continue
            even = max(log(total) - spread / total, 0.0) / self._evenly
            told = weight * (1.0 - even)
            if told > _UNTOLD:
                yield _Share(feature, told / (total + _DOUBT), rates, own)
        for feature in words.name:
            if feature in self.claims:
                rates = self._claim_rates(feature)
                given = _TERM * words.weights[feature] / len(rates.of)
                yield _Share(feature, given, rates, rates.of.get(family, 0.0))
        references = self._references(fqn, left.path)
        if references:
            rates = _rates(references)
            given = _REFERENCES / (rates.total + 1)
            yield _Share("<", given, rates, rates.of.get(family, 0.0))

    def _claim_rates(self, feature: str) -> _Rates:
        found = self._claimed.get(feature)
        if found is None:
            claims = self.claims[feature]
            found = _rates({self.ids[name]: min(c.strength, 1.0) for name, c in claims.items()})
            self._claimed[feature] = found
        return found

    def _references(self, fqn: str, path: str) -> Mapping[int, float]:
        """How many contracts of each family refer to one, or miss a type of its name.

        That others use what is there says nothing against where it is; only its own family's
        references count, unless that is none.
        """
        package, _, name = fqn.rpartition(".")
        own = self.ids.get(family(package))
        found: dict[int, float] = {}
        for feature in (f".{fqn}", f"?{name}"):
            for of, referrer in self._referrers.get(feature, ()):
                if referrer.file.path != path and (own in (None, of) or feature[0] == "?"):
                    found[of] = found.get(of, 0) + 1
        return found

    def referrers(self, fqn: str, at: int) -> list[Located]:
        """The contracts of a family that refer to one, or miss a type of its name."""
        return [
            referrer
            for feature in (f".{fqn}", f"?{fqn.rpartition('.')[2]}")
            for of, referrer in self._referrers.get(feature, ())
            if of == at
        ]


def _rates(of: Mapping[int, float]) -> _Rates:
    first, most, second = -1, 0.0, 0.0
    for at, rate in of.items():
        if rate > most:
            first, most, second = at, rate, most
        elif rate > second:
            second = rate
    spread = sum(rate * log(rate) for rate in of.values())
    return _Rates(of, sum(of.values()), spread, first, most, second)
