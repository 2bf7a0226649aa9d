"""What is known of a contract's home, and of a shim's successor: plain data."""

from __future__ import annotations

from ..findings import Evidence
from ..named import NamedTuple
from ..workspace.snapshot import Located

SAMPLE = 600  # Contracts that are learned from, and compared with one: twice as many tell no more.


class Verdict(NamedTuple):
    """Where a contract belongs, and why.

    ``homes`` are the packages it may live in, the best one first: usually one, several where a
    statement names several, none where nothing is known. ``kind`` is declared, inferred or ``""``.
    ``misplaced`` is true when the contract's own package is none of them. ``evidence`` is in the
    order of weight; ``words`` are the words that decided an inferred verdict, the best first, and
    ``clearer`` is the share of the contracts at home against which less speaks.
    """

    homes: tuple[str, ...]
    kind: str
    misplaced: bool
    evidence: tuple[Evidence, ...]
    words: tuple[str, ...] = ()
    clearer: float = 0.0

    @property
    def home(self) -> str:
        """The best home, ``""`` when unknown."""
        return self.homes[0] if self.homes else ""


class Successor(NamedTuple):
    """The counterpart of a legacy contract in its home package.

    ``declared`` is true when the configuration pairs them, false when the pair was found.
    """

    located: Located
    declared: bool
    evidence: Evidence
