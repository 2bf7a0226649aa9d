"""What a tree says of itself: how much each channel tells there, and how clear a claim must be.

Contracts at home are the examples: each is judged with itself left out, once with the contracts
that use it and once as if it were new. The weights make their own families likeliest; a claim must
then be clearer than all but a share of ALPHA of the claims against them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from heapq import nsmallest
from math import inf
from operator import mul
from typing import Any

from ...named import NamedTuple
from ..model import SAMPLE
from .facts import Facts
from .index import BY_USE, CHANNELS, Index
from .logit import Row, dot, learned, threshold
from .sharing import shared

ALPHA = 0.004  # The share of contracts at home that may look misplaced: what is promised.
_NEIGHBOUR = CHANNELS.index("neighbour")
_ROUNDING = 1e-6  # What sums in another order may differ by, and much more.
_NEAR = 8  # Families of the nearest neighbours that are weighed: the true one is hardly further.


class Weighing(NamedTuple):
    """What judges one sort of contracts: weights by channel, and all margins at home, ascending."""

    weights: tuple[float, ...]
    threshold: float
    margins: tuple[float, ...]

    def clearer(self, margin: float) -> float:
        """The share of the contracts at home that are less clear."""
        return bisect_left(self.margins, margin) / len(self.margins) if self.margins else 0.0

    def without(self, margin: float) -> float:
        """The threshold, were the contract at home of this margin, or the next, not there."""
        at = bisect_left(self.margins, margin)
        return threshold((*self.margins[:at], *self.margins[at + 1 :]), ALPHA)


class Model(NamedTuple):
    """How contracts are weighed that others use, and those that nobody uses yet."""

    used: Weighing
    new: Weighing

    @classmethod
    def unpacked(cls, data: Iterable[Iterable[Any]]) -> Model:
        """A model of plain tuples."""
        return cls(*map(Weighing._make, data))


class Weighed(NamedTuple):
    """A contract on the scales: the score of each family it may belong to, and of any other."""

    rows: Mapping[int, Row]
    by: Weighing
    scores: Mapping[int, float]
    any: float

    def parts(self, family: int) -> list[float]:
        """What each channel adds to a family's score."""
        return list(map(mul, self.by.weights, self.rows[family]))

    def margin(self, own: Collection[int], other: float) -> float:
        """How clearly a score speaks against the families ``own``, and against all that they say.

        What its own family says for a contract counts twice: a new subject is at home where it has
        any root at all.
        """
        mine = max((self.scores[at] for at in own if at in self.scores), default=self.any)
        return _margin(other, mine, self.any)


def _margin(other: float, mine: float, any_: float) -> float:
    return other - mine - max(0.0, mine - any_)


def weighed(index: Index, model: Model, facts: Facts, users: Sequence[str], own: int) -> Weighed:
    """A contract weighed by a model, as new where ``users`` is empty."""
    return _weighed(index, _rows(index, facts, users, own), model.used if users else model.new)


def _weighed(index: Index, rows: Mapping[int, Row], by: Weighing) -> Weighed:
    scores = {at: dot(by.weights, row) for at, row in rows.items()}
    return Weighed(rows, by, scores, dot(by.weights, index.anybody))


def is_quiet(index: Index, model: Model, facts: Facts, users: Sequence[str], own: int) -> bool:
    """Whether no family can be clear enough to accuse a contract of ``own``, without a close look.

    Most contracts at home are: nothing of them but their likeness to others is weighed, which is
    taken for none in their own family and for all there can be in any other.
    """
    if index.family_of(facts.fqn) not in (own, -1):
        return False  # what is counted elsewhere is no other's there
    by = model.used if users else model.new
    row, bounds = index.glance(facts, users, own)
    mine = dot(by.weights, row) + min(by.weights[_NEIGHBOUR], 0.0)
    pairs = zip(by.weights, bounds, strict=True)
    most = sum([weight * (high if weight > 0 else low) for weight, (low, high) in pairs])
    return _margin(most, mine, dot(by.weights, index.anybody)) + _ROUNDING < by.threshold


def _rows(index: Index, facts: Facts, users: Sequence[str], own: int) -> Mapping[int, Row]:
    near = index.near(facts)
    found = set(sorted(near, key=near.__getitem__, reverse=True)[:_NEAR])
    found.update(map(index.family_of, (*users, *facts.refers)))
    found.discard(-1)
    for phrase in index.phrases(facts.name):
        found.update(phrase.families)
    if own >= 0:
        found.add(own)
    families = sorted(found)
    return dict(zip(families, index.rows(facts, users, near, families), strict=True))


def calibrated(
    index: Index, kin: Sequence[Collection[int]], without: Collection[str], processes: int = 1
) -> Model:
    """The model of the contracts that an index counts; ``without`` are set apart by people.

    Where they are many, two of the ``processes`` weigh one sort each.
    """
    used: list[_Case] = []
    new: list[_Case] = []
    for fqn in sample(index, without):
        own, facts = index.examples[fqn]
        users = index.users_of(fqn)
        rows = _rows(index, facts, users, own)
        if users:
            used.append(_Case(own, rows, is_bound(index, fqn, users, kin[own])))
        rows = {at: [v * (not u) for v, u in zip(rows[at], BY_USE, strict=True)] for at in rows}
        new.append(_Case(own, rows, is_bound(index, fqn, (), kin[own])))
    weigh = partial(_calibrated, index, kin)
    return Model.unpacked(shared(weigh, (used, new), len(index.examples), processes))


def sample(index: Index, without: Collection[str]) -> list[str]:
    """As many examples as are learned from, of each family its share, in order of the alphabet.

    Who is among them is in names alone: one contract more or less changes a place or two, so that
    what a tree teaches stays the same from commit to commit.
    """
    families: dict[int, list[str]] = {}
    for fqn in index.examples.keys() - without:
        families.setdefault(index.family_of(fqn), []).append(fqn)
    places: dict[str, float] = {}  # From 0 to 1 within the family, each family's from its own start
    for at, fqns in families.items():
        start = _chance(index.families[at])
        for rank, fqn in enumerate(sorted(fqns, key=lambda fqn: (_chance(fqn), fqn))):
            places[fqn] = (rank + start) / len(fqns)
    return sorted(nsmallest(SAMPLE, places, key=lambda fqn: (places[fqn], fqn)))


def _chance(name: str) -> float:
    """A number from 0 to 1 that is as good as drawn, and always the same for a name."""
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big") / (1 << 32)


def is_bound(index: Index, fqn: str, users: Sequence[str], own: Collection[int]) -> bool:
    """Whether a contract belongs where it is, whatever speaks for other families.

    An rpc of its own family uses it, or it is all that its package holds: what belongs there then
    nobody knows.
    """
    if any(index.is_service(user) and index.family_of(user) in own for user in users):
        return True
    itself = index.family_of(fqn)
    return all(index.sizes[family] == (family == itself) for family in own)


class _Case(NamedTuple):
    """A contract at home: its family, its row for each, and whether nothing could accuse it."""

    own: int
    rows: Mapping[int, Row]
    bound: bool


def _calibrated(
    index: Index, kin: Sequence[Collection[int]], cases: Sequence[_Case]
) -> tuple[Any, ...]:
    choices = [
        [rows[own], *(row for at, row in rows.items() if at != own)] for own, rows, _ in cases
    ]
    by = Weighing(tuple(learned(choices, len(CHANNELS))), 0.0, ())
    margins: list[float] = []
    for own, rows, bound in cases:
        on = _weighed(index, rows, by)
        against = [score for at, score in on.scores.items() if at not in kin[own]]
        if against:
            margins.append(-inf if bound else on.margin(kin[own], max(against)))
    return by.weights, threshold(margins, ALPHA), tuple(sorted(margins))
