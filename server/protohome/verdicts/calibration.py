"""What a tree says of itself: how much each channel tells there, and how clear a claim must be.

Contracts at home are the examples: each is judged with itself left out, once with the contracts
that use it and once as if it were new. The weights make their own families likeliest; a claim must
then be clearer than all but a share of ALPHA of the claims against them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from math import inf, log
from typing import NamedTuple

from .facts import Facts
from .index import BY_USE, Index
from .logit import dot, learned, threshold

ALPHA = 0.005  # The share of contracts at home that may look misplaced: one in two hundred.
SURE = 0.8  # How likely a home must be to be named alone, and at least to accuse at all.
_SAMPLE = 600  # Contracts that are learned from: twice as many change no weight's first digit.
_NEAR = 8  # Families that are weighed, those of the nearest neighbours first, and as many others.
_EVEN = 0.3  # Where a tree is too small to say what a channel tells, all tell alike, and little.
_RIVALS = 10  # Families that a contract's own is told from: more change no weight's first digit.


class Weighing(NamedTuple):
    """What judges one sort of contracts: weights by channel, and all margins at home, ascending."""

    weights: tuple[float, ...]
    threshold: float
    margins: tuple[float, ...]

    def clearer(self, margin: float) -> float:
        """The share of the contracts at home that are less clear."""
        return bisect_left(self.margins, margin) / len(self.margins) if self.margins else 0.0


class Model(NamedTuple):
    """How contracts are weighed that others use, and those that nobody uses yet."""

    used: Weighing
    new: Weighing


class Weighed(NamedTuple):
    """A contract on the scales: the families it may belong to, each with its channels and score.

    ``usual`` is the score of the middle one of families that are taken without looking.
    """

    families: tuple[int, ...]
    rows: tuple[Sequence[float], ...]
    scores: Mapping[int, float]
    usual: float
    by: Weighing

    def parts(self, family: int) -> list[float]:
        """What each channel adds to a family's score."""
        row = self.rows[self.families.index(family)]
        return [weight * value for weight, value in zip(self.by.weights, row, strict=True)]

    def margin(self, own: Collection[int], other: float) -> float:
        """How clearly a score speaks against the families ``own``, and against all that they say.

        What its own family says for a contract counts twice: a new subject is at home where it has
        any root at all.
        """
        mine = max((self.scores[at] for at in own if at in self.scores), default=self.usual)
        return other - mine - max(0.0, mine - self.usual)


class _Rows(NamedTuple):
    families: tuple[int, ...]
    rows: tuple[Sequence[float], ...]
    usual: tuple[int, ...]


def weighed(index: Index, model: Model, facts: Facts, users: Sequence[str], own: int) -> Weighed:
    """A contract weighed by a model, as new where ``users`` is empty."""
    return _weighed(_rows(index, facts, users, own), model.used if users else model.new)


def _weighed(rows: _Rows, by: Weighing) -> Weighed:
    scores = {at: dot(by.weights, row) for at, row in zip(rows.families, rows.rows, strict=True)}
    usual = sorted(scores[at] for at in rows.usual)[len(rows.usual) // 2]
    return Weighed(rows.families, rows.rows, scores, usual, by)


def _rows(index: Index, facts: Facts, users: Sequence[str], own: int) -> _Rows:
    near: dict[int, float] = {}
    for fqn, likeness in index.neighbours(facts).items():
        at = index.examples[fqn].family
        if likeness > near.get(at, 0.0):
            near[at] = likeness
    found = set(sorted(near, key=lambda at: -near[at])[:_NEAR])
    found.update(index.examples[fqn].family for fqn in users)
    found.update(index.examples[fqn].family for fqn in facts.refers if fqn in index.examples)
    for phrase in index.phrases(facts.name):
        found.update(phrase.families)
    if own >= 0:
        found.add(own)
    usual = range(0, len(index.families), -(-len(index.families) // (2 * _NEAR)))
    families = tuple(sorted(found.union(usual)))
    return _Rows(families, tuple(index.rows(facts, users, near, families)), tuple(usual))


def calibrated(index: Index, kin: Sequence[Collection[int]], without: Collection[str]) -> Model:
    """The model of the contracts that an index counts; ``without`` are set apart by people."""
    every = [fqn for fqn in sorted(index.examples) if fqn not in without]
    sample = every[:: -(-len(every) // _SAMPLE) or 1]
    used: list[tuple[int, _Rows, bool]] = []
    new: list[tuple[int, _Rows, bool]] = []
    for fqn in sample:
        own, facts = index.examples[fqn]
        users = index.users_of(fqn)
        rows = _rows(index, facts, users, own)
        if users:
            used.append((own, rows, is_bound(index, fqn, users, kin[own])))
        as_new = rows._replace(rows=tuple(_as_new(row) for row in rows.rows))
        new.append((own, as_new, is_bound(index, fqn, (), kin[own])))
    return Model(_calibrated(used, kin), _calibrated(new, kin))


def is_bound(index: Index, fqn: str, users: Sequence[str], own: Collection[int]) -> bool:
    """Whether a contract belongs where it is, whatever speaks for other families.

    An rpc of its own family uses it, or it is all that its package holds: what belongs there then
    nobody knows.
    """
    if any(index.is_service(user) and index.examples[user].family in own for user in users):
        return True
    itself = index.examples[fqn].family if fqn in index.examples else -1
    return all(index.sizes[family] == (family == itself) for family in own)


def _as_new(row: Sequence[float]) -> list[float]:
    return [0.0 if by_use else value for value, by_use in zip(row, BY_USE, strict=True)]


def _calibrated(
    cases: Sequence[tuple[int, _Rows, bool]], kin: Sequence[Collection[int]]
) -> Weighing:
    weights = tuple(learned([_choice(own, rows) for own, rows, _ in cases], (_EVEN,) * len(BY_USE)))
    by = Weighing(weights, 0.0, ())
    margins: list[float] = []
    for own, rows, bound in cases:
        on = _weighed(rows, by)
        others = [score for at, score in on.scores.items() if at not in kin[own]]
        if others:
            margins.append(-inf if bound else on.margin(kin[own], max(others)))
    least = log(SURE / (1 - SURE))
    return Weighing(weights, max(threshold(margins, ALPHA), least), tuple(sorted(margins)))


def _choice(own: int, rows: _Rows) -> tuple[int, list[Sequence[float]]]:
    """A contract's true family first, then those that come nearest to it."""
    of = dict(zip(rows.families, rows.rows, strict=True))
    true = of.pop(own)
    return 0, [true, *sorted(of.values(), key=sum, reverse=True)[: _RIVALS - 1]]
