"""What the map's sentences say of a contract by its name, by a pattern of names, or by its kind."""

from __future__ import annotations

from collections.abc import Mapping

from ...findings import Evidence
from ...lazily import cached_property
from ...named import NamedTuple
from ...packagemap.model import PackageMap, Sentence, Statement
from ...packagemap.scopes import matches, names, of_kind
from ...workspace.snapshot import Located


class Stated(NamedTuple):
    """A statement, and the sentence it was read from."""

    statement: Statement
    sentence: Sentence


def said(package_map: PackageMap, sentence: Sentence) -> Evidence:
    """A sentence of a map as evidence."""
    return Evidence("statement", package_map.path, sentence.line, sentence.text)


class Sayings:
    """The statements of one map that need no words to be weighed."""

    def __init__(self, package_map: PackageMap) -> None:
        self._map = package_map

    def home(self, located: Located) -> Stated | None:
        """What says where a contract belongs: a name before a pattern, a pattern before a kind."""
        named = self._named.get(located.fqn) or self._named.get(located.name)
        if named is not None:
            return named
        if not self._scoped:
            return None
        kind = located.kind
        fitting = [
            stated
            for stated in self._scoped
            if stated.statement.kind == "Home" and matches(stated.statement, located.name, kind)
        ]
        return min(fitting, key=lambda stated: not stated.statement.pattern, default=None)

    def excluded(self, located: Located) -> Stated | None:
        """What keeps a contract out of its package: an ``Excludes``, or an ``Only`` of others."""
        if not self._excluded and not self._scoped:
            return None
        name, kind, package = located.name, located.kind, located.file.package
        for stated in self._excluded:
            if package in stated.statement.packages and (
                matches(stated.statement, name, kind)
                or {name, located.fqn}.intersection(names(stated.statement, stated.sentence.text))
            ):
                return stated
        for stated in self._scoped:
            statement = stated.statement
            if statement.kind == "Only" and package in statement.packages:
                return None if matches(statement, name, kind) else stated
        return None

    @cached_property
    def _named(self) -> Mapping[str, Stated]:
        """What a Home or Only statement names, identifiers and FQNs, with the first that does."""
        found: dict[str, Stated] = {}
        for sentence, statement in of_kind(self._map, "Home", "Only"):
            for name in names(statement, sentence.text):
                found.setdefault(name, Stated(statement, sentence))
        return found

    @cached_property
    def _excluded(self) -> tuple[Stated, ...]:
        return tuple(
            Stated(statement, sentence) for sentence, statement in of_kind(self._map, "Excludes")
        )

    @cached_property
    def _scoped(self) -> tuple[Stated, ...]:
        return tuple(
            Stated(statement, sentence)
            for sentence, statement in of_kind(self._map, "Home", "Only")
            if statement.pattern or statement.contract
        )
