"""A conditional logit: which of several families a contract is in; its weights are learned."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from operator import mul, sub

_RIDGE = 1.0  # How strongly weights are held to the prior, in contracts' worth of doubt.
_STEPS = 8  # Newton's method has converged long before, or never will,
_ENOUGH = 0.02  # once no weight changes by more than its last digit that matters.
_FEW = 20  # As many contracts say no more of rare mistakes than the odds do.
_CERTAIN = 1e-4  # A choice as unlikely as this bends nothing.

Row = Sequence[float]


def softmax(scores: Sequence[float]) -> list[float]:
    """The probabilities that scores give."""
    most = max(scores)
    parts = [exp(score - most) for score in scores]
    whole = sum(parts)
    return [part / whole for part in parts]


def dot(weights: Row, row: Row) -> float:
    """The sum of weighted values."""
    return float(sum(map(mul, weights, row)))


def learned(choices: Sequence[tuple[int, Sequence[Row]]], prior: Row) -> list[float]:
    """The weights under which each choice (the index of its true row) is likeliest."""
    size = len(prior)
    weights = list(prior)
    for _ in range(_STEPS):
        slope = [_RIDGE * (p - w) for p, w in zip(prior, weights, strict=True)]
        curve = [[_RIDGE * (i == j) for j in range(size)] for i in range(size)]
        for true, rows in choices:
            chances = softmax([dot(weights, row) for row in rows])
            mean = [dot(chances, column) for column in zip(*rows, strict=True)]
            for i in range(size):
                slope[i] += rows[true][i] - mean[i]
            for chance, row in zip(chances, rows, strict=True):
                if chance > _CERTAIN:
                    off = list(map(sub, row, mean))
                    for i, value in enumerate(off):
                        if value:
                            line, weighed = curve[i], chance * value
                            for j in range(i + 1):
                                line[j] += weighed * off[j]
        step = _solved(curve, slope)
        longest = max(map(abs, step))
        weights = [w + s / max(longest, 1) for w, s in zip(weights, step, strict=True)]
        if longest < _ENOUGH:
            break
    return weights


def _solved(lower: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a symmetric positive definite system, by Cholesky's method."""
    size = len(right)
    root = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = lower[i][j] - sum(root[i][k] * root[j][k] for k in range(j))
            root[i][j] = rest**0.5 if i == j else rest / root[j][j]
    y: list[float] = []
    for i in range(size):
        y.append((right[i] - sum(root[i][k] * y[k] for k in range(i))) / root[i][i])
    x = [0.0] * size
    for i in reversed(range(size)):
        x[i] = (y[i] - sum(root[k][i] * x[k] for k in range(i + 1, size))) / root[i][i]
    return x


def threshold(margins: Sequence[float], alpha: float) -> float:
    """What all but a share ``alpha`` of margins stay below; the stricter of two answers.

    That is the quantile, and the tail of an exponential law through the highest twentieth of them.
    As far as there are few, it is what so rare a mistake takes in log odds.
    """
    odds = log((1 - alpha) / alpha)
    if not margins:
        return odds
    ordered = sorted((max(margin, -odds) for margin in margins), reverse=True)
    count = -(-len(ordered) // 20)
    top, base = ordered[:count], ordered[min(count, len(ordered) - 1)]
    scale = sum(value - base for value in top) / count
    tail = base + scale * log(count / (len(ordered) * alpha))
    held = (tail * len(ordered) + odds * _FEW) / (len(ordered) + _FEW)
    return max(ordered[int(alpha * len(ordered))], held)
