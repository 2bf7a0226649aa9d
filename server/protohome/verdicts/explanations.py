"""Why the words of a contract speak for a package: the words, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..findings import Evidence
from ..model import Contract, Enum, Message, type_refs
from ..positions import LineIndex
from ..workspace import Located
from .model import Verdict
from .profiles import Part, Profiles
from .vocabulary import Vocabulary

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_PARTS = 6  # How many features are looked up.
_MOST = 200  # How many neighbours are read in full.
_SOURCES = 2  # How many places are cited.
_TELLING = 0.2  # A feature that adds less than this part of the first one is not worth a word.


class Reason(NamedTuple):
    """The words that decided, as the contract spells them, and their sources, the best first."""

    words: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def explain(verdict: Verdict) -> str:
    """An inferred verdict's reason: ``“comms, intent” as in PACKAGE_MAP.md:12 “comms intents”``.

    A term of the map is quoted, a neighbour is named; ``""`` where there is no reason.
    """
    if not verdict.words or not verdict.evidence:
        return ""
    cited = " and ".join(
        f"{evidence.path}:{evidence.line} “{_plain(evidence.text)}”"
        for evidence in verdict.evidence[:_SOURCES]
    )
    return f"“{', '.join(verdict.words)}” as in {cited}"


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").split())


class Reasons:
    """Finds where features come from: a term of the map, else the nearest neighbour."""

    def __init__(self, vocabulary: Vocabulary, profiles: Profiles) -> None:
        self._vocabulary = vocabulary
        self._profiles = profiles
        self._known: dict[int, dict[str, list[Located]]] = {}

    def reason(self, located: Located, parts: Sequence[Part], at: int, without: str = "") -> Reason:
        """The reason for a family: ``parts`` are what its score is made of, the most first.

        Contracts in the file ``without`` are no neighbours, unless this one refers to them.
        """
        name = self._profiles.families[at]
        if not parts:
            return Reason((), ())
        telling = [part for part in parts[:_PARTS] if part.weight >= _TELLING * parts[0].weight]
        found: dict[Evidence, list[Part]] = {}
        rest: list[Part] = []
        for part in telling:
            claim = self._profiles.claims.get(part.feature, {}).get(name)
            if claim is not None:
                found.setdefault(claim.evidence, []).append(part)
            else:
                rest.append(part)
        neighbour = self._neighbour(located, telling, at, without)
        if neighbour is not None:
            told = self._told(located, neighbour, at)
            found[_declaration(neighbour)] = [part for part in rest if part.feature in told]
        elif not found and self._profiles.examples[at]:
            found[_declaration(self._profiles.examples[at][0])] = telling
        order = sorted(found, key=lambda source: -sum(part.weight for part in found[source]))
        said = dict.fromkeys(
            word
            for source in order[:_SOURCES]
            for part in found[source]
            for word in self._words(located, part.feature)
        )
        return Reason(tuple(said), tuple(order))

    def known(self, feature: str, at: int) -> list[Located]:
        """The contracts of a family that have a stem or pair in their name, or are that type."""
        if at not in self._known:
            known: dict[str, list[Located]] = {}
            for other in self._profiles.examples[at]:
                name = other.contract.name
                for word in (*self._vocabulary.name(name), f".{other.fqn}", f"?{name}"):
                    known.setdefault(word, []).append(other)
            self._known[at] = known
        return self._known[at].get(feature, [])

    def _neighbour(
        self, located: Located, parts: Sequence[Part], at: int, without: str
    ) -> Located | None:
        """The contract of a family that shares the most of ``parts``.

        By its name and by references; only where there is none, by all the words of the first ones.
        """
        weights: dict[str, tuple[float, Located]] = {}
        for weight, feature in parts:
            refers = feature == "<"
            some = self._profiles.referrers(located.fqn, at) if refers else self.known(feature, at)
            for other in some:
                if other != located and (feature[0] in ".?" or other.file.path != without):
                    before = weights.get(other.fqn, (0.0, other))[0]
                    weights[other.fqn] = before + weight, other
        if not weights and parts:
            for other in self._profiles.examples[at][:_MOST]:
                if other.file.path != without and other != located:
                    told = self._vocabulary.words(other).weights
                    weight = sum(part.weight for part in parts if part.feature in told)
                    weights[other.fqn] = weight, other
        best = max(weights.values(), key=lambda one: one[0], default=None)
        return best[1] if best is not None and best[0] > 0 else None

    def _told(self, located: Located, neighbour: Located, at: int) -> Container[str]:
        """The features of a contract that a neighbour has too."""
        name = neighbour.contract.name
        told = {*self._vocabulary.words(neighbour).weights, f".{neighbour.fqn}", f"?{name}"}
        if neighbour in self._profiles.referrers(located.fqn, at):
            told.add("<")
        return told

    def _words(self, located: Located, feature: str) -> Iterator[str]:
        """A feature as words of the contract: its stems spelt out, or a type's name."""
        if feature == "<":
            yield located.contract.name
        elif feature[0] in ".?":
            yield feature[1:].rpartition(".")[2]
        else:
            spelt = self._spelling(located.contract)
            yield from (spelt.get(stem, stem) for stem in feature.split(" "))

    def _spelling(self, contract: Contract) -> Mapping[str, str]:
        spelt: dict[str, str] = {}
        for identifier in _identifiers(contract):
            for word in _WORD.findall(identifier):
                for stem in self._vocabulary.stems(word):
                    spelt.setdefault(stem, word.lower())
        return spelt


def _identifiers(contract: Contract) -> Iterable[str]:
    yield contract.name
    if isinstance(contract, Message):
        for field in contract.fields:
            yield field.name
        inner: tuple[Message | Enum, ...] = contract.messages + contract.enums
        for type_ in inner:
            yield from _identifiers(type_)
    elif isinstance(contract, Enum):
        yield from (value.name for value in contract.values)
    else:
        yield from (rpc.name for rpc in contract.rpcs)
    for _, ref, _ in type_refs(contract):
        yield ref.name.rpartition(".")[2]


def _declaration(located: Located) -> Evidence:
    line = LineIndex(located.file.source).position(located.contract.name_span.start).line + 1
    return Evidence("neighbour", located.file.path, line, located.contract.name)
