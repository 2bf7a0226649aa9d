"""Many short rows of numbers, one behind the other: as lists they take ten times the room.

And many texts, which are read in several runs.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, chain, pairwise

# Texts that are read at once, in a thousandth of a second: nobody else has the interpreter then.
_RUN = 4_000


class Rows:
    """Rows of numbers from 0 to 4,294,967,295, by their place; immutable."""

    __slots__ = ("_ends", "_numbers")

    def __init__(self, rows: Collection[Collection[int]]) -> None:
        self._numbers = array("I", chain.from_iterable(rows))
        self._ends = array("I", accumulate(map(len, rows), initial=0))

    def __getitem__(self, at: int) -> tuple[int, ...]:
        return tuple(self._numbers[self._ends[at] : self._ends[at + 1]])

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        every = tuple(self._numbers)
        return (every[start:end] for start, end in pairwise(self._ends))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def length(self, at: int) -> int:
        """How many numbers are in a row."""
        return self._ends[at + 1] - self._ends[at]

    def packed(self) -> tuple[bytes, bytes]:
        """All rows, as plain data that ``marshal`` writes."""
        return self._numbers.tobytes(), self._ends.tobytes()

    @classmethod
    def unpacked(cls, data: tuple[bytes, bytes]) -> Rows:
        """What ``packed`` was asked of. Raises ValueError or TypeError for what it never gives."""
        rows = cls(())
        rows._numbers, rows._ends = (array("I", some) for some in data)
        return rows


def turned(rows: Iterable[Iterable[int]], count: int) -> Rows:
    """The places of the rows that hold each number below ``count``, in their order."""
    holding: list[list[int]] = [[] for _ in range(count)]
    for at, row in enumerate(rows):
        for number in row:
            holding[number].append(at)
    return Rows(holding)


def in_runs(texts: Sequence[str]) -> list[bytes]:
    """Many texts, packed so that they are read bit by bit."""
    return [marshal.dumps([*texts[at : at + _RUN]]) for at in range(0, len(texts), _RUN)]


def of_runs(runs: Iterable[bytes]) -> list[str]:
    """What ``in_runs`` packed. Raises EOFError, ValueError or TypeError for what it never gives."""
    return [text for run in runs for text in marshal.loads(run)]
