"""A conditional logit: which of several families a contract is in; its weights are learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from operator import mul

_PRIOR = 2.0  # What a channel counts where a tree is too small to say; 1 or 3 find as much.
_STEPS = 40  # Of Newton's method at most: it needs half as many where nearly all choices are clear.
_CLOSE = 1e-4  # Where it is that close, the next step is of the square of that.
_TAIL = 20  # One contract in so many is of the tail, and a tree with fewer of them has hardly any.

Row = Sequence[float]


def softmax(scores: Sequence[float]) -> list[float]:
    """The probabilities that scores give."""
    most = max(scores)
    parts = [exp(score - most) for score in scores]
    whole = sum(parts)
    return [part / whole for part in parts]


def is_likelier(scores: Mapping[int, float]) -> bool:
    """Whether one of the scores is likelier than all others together."""
    return max(softmax(list(scores.values()))) > 1 / 2


def dot(weights: Row, row: Row) -> float:
    """The sum of weighted values."""
    return float(sum(map(mul, weights, row)))


def learned(choices: Sequence[Sequence[Row]], size: int) -> list[float]:
    """The weights under which the first row of each choice is likeliest.

    They are held to _PRIOR as strongly as one choice in doubt would hold them: where there is
    little to learn from, all channels count alike.
    """
    weights = [_PRIOR] * size
    said = [_said(rows) for rows in choices if any(map(any, rows))]
    for _ in range(_STEPS):
        slope = [_PRIOR - weight for weight in weights]
        curve = [[float(i == j) for j in range(i + 1)] for i in range(size)]
        for channels, columns, rows in said:
            by = [weights[at] for at in channels]
            chances = softmax([dot(by, row) for row in rows])
            off: list[Row] = []
            for at, column in zip(channels, columns, strict=True):
                mean = dot(chances, column)
                slope[at] = slope[at] + column[0] - mean
                off.append([value - mean for value in column])
                weighed, line = list(map(mul, chances, off[-1])), curve[at]
                for j, other in zip(channels, off, strict=False):
                    line[j] = sum(map(mul, weighed, other), line[j])
        step = _solved(curve, slope)
        longest = max(map(abs, step))
        weights = [w + s / max(longest, 1) for w, s in zip(weights, step, strict=True)]
        if longest < _CLOSE:
            break
    return weights


def _said(rows: Sequence[Row]) -> tuple[list[int], list[Row], list[Row]]:
    """The channels that say anything of a choice, its columns of these, and its rows: what is zero
    in all of them adds nothing to a sum.
    """
    columns = {at: column for at, column in enumerate(zip(*rows, strict=True)) if any(column)}
    told: list[Row] = [*columns.values()]
    return [*columns], told, [*zip(*told, strict=True)]


def _solved(lower: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a symmetric positive definite system, by Cholesky's method."""
    size = len(right)
    root = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = lower[i][j] - dot(root[i][:j], root[j][:j])
            root[i][j] = rest**0.5 if i == j else rest / root[j][j]
    x = list(right)
    for i in range(size):
        x[i] = (x[i] - dot(root[i][:i], x[:i])) / root[i][i]
    for i in reversed(range(size)):
        x[i] = (x[i] - sum(root[k][i] * x[k] for k in range(i + 1, size))) / root[i][i]
    return x


def threshold(margins: Sequence[float], alpha: float) -> float:
    """What all but a share ``alpha`` of margins stay below: the strictest of three answers.

    That is their quantile, the tail of an exponential law through the highest of them, and as far
    as there are few what so rare a mistake takes in log odds.
    """
    odds, whole = log((1 - alpha) / alpha), len(margins)
    if not margins:
        return odds
    ordered = sorted((max(margin, -odds) for margin in margins), reverse=True)
    count = -(-whole // _TAIL)
    base = ordered[min(count, whole - 1)]
    scale = sum(value - base for value in ordered[:count]) / count
    tail = base + scale * log(count / (whole * alpha))
    doubt = _TAIL / (whole + _TAIL)
    return max(ordered[int(alpha * whole)], tail + doubt * (odds - tail), doubt * odds)
