"""What a package must not contain: *Does not contain* cells, and sentences with an *only*."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..findings import DECLARED, INFERRED, Evidence
from ..packagemap.model import Sentence
from ..packagemap.scopes import of_kind
from ..packagemap.terms import items, phrases, tokens
from ..workspace.snapshot import Located, Snapshot
from .inference import Inference
from .stated import Sayings


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

    def __init__(self, snapshot: Snapshot, inference: Inference, sayings: Sayings) -> None:
        self._snapshot = snapshot
        self._inference = inference
        self._sayings = sayings
        self._phrases: dict[str, tuple[tuple[tuple[str, ...], Exclusion], ...]] = {}

    def of(self, located: Located) -> Exclusion | None:
        """The first exclusion whose whole phrase, of two words at least, is in a contract's name.

        None where a term of the contract's own package is in its name as well.
        """
        stated = self._sayings.excluded(located)
        if stated is not None:
            return Exclusion(DECLARED, self._said(stated.sentence), (), ())
        name = tokens(located.contract.name)
        package = located.file.package
        if package not in self._phrases:
            every = self._excluded(package)
            self._phrases[package] = tuple(one for one in every if len(one[0]) > 1)
        for stems, exclusion in self._phrases[package]:
            if set(stems) <= set(name):
                rest = [stem for stem in name if stem not in stems]
                if not self._inference.claimed(package, rest):
                    return exclusion
        return self._outsider(located)

    def _outsider(self, located: Located) -> Exclusion | None:
        """A contract of another package's whole phrase, in a package for one thing only.

        One that has a word of that thing, or refers to a contract there or the other way round,
        belongs with it.
        """
        package, name = located.file.package, tokens(located.contract.name)
        if self._inference.claimed(package, name):
            return None
        for sentence, statement in of_kind(self._snapshot.map, "Only"):
            subject = {stem for stems in phrases(statement.subject) for stem in stems}
            if package in statement.packages and subject and not subject.intersection(name):
                elsewhere = self._inference.claimed_elsewhere(package, name)
                if elsewhere and not self._has_company(located):
                    return Exclusion(INFERRED, self._said(sentence), (), ())
        return None

    def _has_company(self, located: Located) -> bool:
        """Whether a contract refers to another of its package, or another there to it."""
        snapshot, own = self._snapshot, located.fqn
        near = {r.contract for r in snapshot.references.get(own, ()) if r.contract != own}
        for reference in snapshot.references_from(located.file):
            target = snapshot.types[reference.target]
            if reference.contract == own != target:
                near.add(target)
        return any(fqn.rpartition(".")[0] == located.file.package for fqn in near)

    def _said(self, sentence: Sentence) -> Evidence:
        return Evidence("statement", self._snapshot.map.path, sentence.line, sentence.text)

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
            for other in sentence.statements:
                if other.kind == "Excludes" and package in other.packages:
                    for stems in phrases(other.subject):
                        yield stems, Exclusion(INFERRED, self._said(sentence), (), stems)
        row = self._snapshot.packages.get(package)
        if row is not None:
            for item in items(row.excludes):
                evidence = Evidence("ownership-row", path, row.line, item)
                for stems in phrases(item):
                    yield stems, Exclusion(INFERRED, evidence, (), stems)
