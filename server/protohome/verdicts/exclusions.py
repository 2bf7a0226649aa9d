"""What a package must not contain: *Does not contain* cells, and sentences with an *only*."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..findings import DECLARED, INFERRED, Evidence
from ..packagemap.terms import phrases, tokens
from ..workspace import Located, Snapshot
from .claims import items
from .inference import Inference


class Exclusion(NamedTuple):
    """Why a contract is ruled out of its package.

    ``kind`` is declared for a placement rule, inferred for a cell. ``homes`` are the packages that
    the rule names instead, if any; ``words`` are the excluded phrase's.
    """

    kind: str
    evidence: Evidence
    homes: tuple[str, ...]
    words: tuple[str, ...]


class Exclusions:
    """Matches contracts with what the map rules out."""

    def __init__(self, snapshot: Snapshot, inference: Inference) -> None:
        self._snapshot = snapshot
        self._inference = inference

    def of(self, located: Located) -> Exclusion | None:
        """The first exclusion whose whole phrase, of two words at least, is in a contract's name.

        None where a term of the contract's own package is in its name as well.
        """
        name = tokens(located.contract.name)
        for stems, exclusion in self._excluded(located.file.package):
            if len(stems) > 1 and set(stems) <= set(name):
                rest = [stem for stem in name if stem not in stems]
                if not self._inference.claimed(located.file.package, rest):
                    return exclusion
        return None

    def _excluded(self, package: str) -> Iterator[tuple[tuple[str, ...], Exclusion]]:
        """The phrases that a package excludes, as stems, those of placement rules first."""
        path = self._snapshot.map.path
        for sentence in self._snapshot.map.sentences:
            only = [one for one in sentence.statements if one.kind == "Only"]
            if any(package in one.packages for one in only):
                evidence = Evidence("statement", path, sentence.line, sentence.text)
                for other in sentence.statements:
                    if other.kind == "Home" and package not in other.packages:
                        for stems in phrases(other.subject):
                            yield stems, Exclusion(DECLARED, evidence, other.packages, stems)
        row = self._snapshot.packages.get(package)
        if row is not None:
            for item in items(row.excludes):
                evidence = Evidence("ownership-row", path, row.line, item)
                for stems in phrases(item):
                    yield stems, Exclusion(INFERRED, evidence, (), stems)
