"""Which contracts a sentence of the map speaks of: what an editor counts and lists beside it."""

from __future__ import annotations

from collections.abc import Iterator

from ..packagemap.model import Sentence, Statement
from ..packagemap.scopes import matches, names
from ..packagemap.terms import phrases, tokens
from ..workspace.indexes import located_in
from ..workspace.snapshot import Located, Snapshot


class Reach:
    """The contracts of one snapshot, by what sentences say."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._every = {fqn: located[0] for fqn, located in snapshot.contracts.items()}
        self._with: dict[str, set[str]] = {}
        for fqn, located in self._every.items():
            for stem in tokens(located.name):
                self._with.setdefault(stem, set()).add(fqn)

    def of(self, sentence: Sentence) -> tuple[str, ...]:
        """The FQNs of the contracts that a sentence's statements decide, sorted.

        Those that a *Home* means, and all of a package that is closed, for one thing only, kept
        free of something, bound in what it may import, or additive-only.
        """
        found: set[str] = set()
        for statement in sentence.statements:
            found.update(self._decided(statement, sentence.text))
        return tuple(sorted(found))

    def with_words(self, stems: tuple[str, ...]) -> frozenset[str]:
        """The FQNs of the contracts that have all the stems, one at least, in their name."""
        return frozenset.intersection(*(frozenset(self._with.get(stem, ())) for stem in stems))

    def _decided(self, statement: Statement, text: str) -> Iterator[str]:
        if statement.kind == "Home":
            yield from self._meant(statement, text)
        elif statement.kind in ("Additive", "Notes"):
            for package in self._snapshot.by_package:
                if statement.subject in ("", package.rpartition(".")[2]):
                    yield from self._in(package)
        else:
            bound = statement.packages or [
                package for package in self._snapshot.packages if package not in statement.allowed
            ]
            for package in bound:
                yield from self._in(package)

    def _meant(self, statement: Statement, text: str) -> Iterator[str]:
        named = set(names(statement, text))
        if statement.pattern or statement.contract:
            yield from (f for f, located in self._every.items() if _fits(statement, located))
        elif named:
            yield from (
                fqn for fqn in self._every if fqn in named or fqn.rpartition(".")[2] in named
            )
        else:
            for stems in phrases(statement.subject):
                yield from self.with_words(stems)

    def _in(self, package: str) -> Iterator[str]:
        for file in self._snapshot.by_package.get(package, ()):
            yield from (located.fqn for located in located_in(file))


def _fits(statement: Statement, located: Located) -> bool:
    return matches(statement, located.name, located.kind)
