"""How the work of a function grows with its input, whatever the machine's speed."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

Input = TypeVar("Input")

# Four times the input is four times the work, or sixteen times where something is quadratic.
_MOST = 10.0
_SHORTEST = 0.002  # seconds; less is the clock's own noise
_TRIES = 5


def is_linear(work: Callable[[Input], object], grown: Callable[[int], Input], size: int) -> bool:
    """Whether ``work(grown(4 * size))`` costs about four times ``work(grown(size))``.

    The best of a few tries counts, as a neighbour on the machine only ever makes one slower.
    """
    few, many = grown(size), grown(4 * size)
    best_few = best_many = float("inf")
    for _ in range(_TRIES):
        best_few = min(best_few, _seconds(work, few))
        best_many = min(best_many, _seconds(work, many))
        if best_many <= _MOST * max(best_few, _SHORTEST):
            return True
    return False


def at_most_trebles(work: Callable[[Input], object], half: Input, whole: Input) -> bool:
    """Whether twice the input is at most three times the work, at sizes too large to try often."""
    few = many = float("inf")
    for _ in range(_TRIES):
        few, many = min(few, _seconds(work, half)), min(many, _seconds(work, whole))
        if many <= 3 * few:
            return True
    return False


def _seconds(work: Callable[[Input], object], given: Input) -> float:
    """The processor's seconds, as ``timeit`` takes them.

    The collector would go through all that other tests keep, the more often the larger the input.
    """
    gc.disable()
    start = time.process_time()
    try:
        work(given)
        return time.process_time() - start
    finally:
        gc.enable()
