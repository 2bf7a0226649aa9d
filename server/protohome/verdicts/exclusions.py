"""What a package must not contain: *Does not contain* cells, and sentences with an *only*."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from ..findings import DECLARED, INFERRED, Evidence
from ..lazily import cached_property
from ..named import NamedTuple
from ..packagemap.model import Sentence, Statement
from ..packagemap.scopes import of_kind
from ..packagemap.terms import items, phrases, tokens
from ..workspace.snapshot import Located, Snapshot
from .mapped.stated import Sayings, said

if TYPE_CHECKING:
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

    def __init__(
        self, snapshot: Snapshot, inference: Callable[[], Inference], sayings: Sayings
    ) -> None:
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
            return Exclusion(DECLARED, said(self._snapshot.map, stated.sentence), (), ())
        package = located.file.package
        if package not in self._phrases:
            every = self._excluded(package)
            self._phrases[package] = tuple(one for one in every if len(one[0]) > 1)
        ruled_out = self._phrases[package]
        name = tokens(located.name) if ruled_out or self._only else ()
        for stems, exclusion in ruled_out:
            if set(stems) <= set(name):
                rest = [stem for stem in name if stem not in stems]
                if not self._inference().claimed(package, rest):
                    return exclusion
        return self._outsider(located, name)

    def _outsider(self, located: Located, name: Collection[str]) -> Exclusion | None:
        """A contract of another package's whole phrase, in a package for one thing only.

        One that has a word of that thing, or refers to a contract there or the other way round,
        belongs with it.
        """
        for sentence, statement, subject in self._only:
            ours = located.file.package in statement.packages
            other = subject and not subject.intersection(name)
            if ours and other and self._inference().is_outsider(located):
                return Exclusion(INFERRED, said(self._snapshot.map, sentence), (), ())
        return None

    @cached_property
    def _only(self) -> tuple[tuple[Sentence, Statement, set[str]], ...]:
        """The sentences that allow a package one thing only, each with the stems of that."""
        return tuple(
            (sentence, statement, {stem for stems in phrases(statement.subject) for stem in stems})
            for sentence, statement in of_kind(self._snapshot.map, "Only")
        )

    def _excluded(self, package: str) -> Iterator[tuple[tuple[str, ...], Exclusion]]:
        """The phrases that a package excludes, as stems, those of placement rules first."""
        package_map = self._snapshot.map
        for sentence in package_map.sentences:
            evidence = said(package_map, sentence)
            only = any(s.kind == "Only" and package in s.packages for s in sentence.statements)
            for one in sentence.statements:
                if one.kind == "Home" and only and package not in one.packages:
                    for stems in phrases(one.subject):
                        yield stems, Exclusion(DECLARED, evidence, one.packages, stems)
                elif one.kind == "Excludes" and package in one.packages:
                    for stems in phrases(one.subject):
                        yield stems, Exclusion(INFERRED, evidence, (), stems)
        row = self._snapshot.packages.get(package)
        if row is not None:
            for item in items(row.excludes):
                evidence = Evidence("ownership-row", package_map.path, row.line, item)
                for stems in phrases(item):
                    yield stems, Exclusion(INFERRED, evidence, (), stems)
