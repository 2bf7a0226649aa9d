"""Why the words of a contract speak for a package: the words, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from ..findings import Evidence
from ..model import Contract, Enum, Message, type_refs
from ..positions import LineIndex
from ..workspace import Located
from .model import Verdict
from .profiles import Part, Profiles
from .vocabulary import Vocabulary

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_Told: TypeAlias = Callable[[Located, Located], Container[str]]

_PARTS = 6  # How many features are looked up.
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

    def reason(self, located: Located, parts: Sequence[Part], at: int, thorough: bool) -> Reason:
        """The reason for a family: ``parts`` are what its score is made of, the most first.

        Neighbours are known by their names; if ``thorough``, failing that, by all their words.
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
        others = [one for one in self._profiles.examples[at] if one.file.path != located.file.path]
        neighbour, shared = self._neighbour(located, rest, others, self._told_by_name)
        if thorough and neighbour is None:
            neighbour, shared = self._neighbour(located, rest, others, self._told)
        if neighbour is not None:
            found[_declaration(neighbour)] = shared
        order = sorted(found, key=lambda source: -sum(part.weight for part in found[source]))
        said = dict.fromkeys(
            word
            for source in order[:_SOURCES]
            for part in found[source]
            for word in self._words(located, part.feature)
        )
        return Reason(tuple(said), tuple(order[:_SOURCES]))

    def _neighbour(
        self, located: Located, parts: list[Part], others: Iterable[Located], told: _Told
    ) -> tuple[Located | None, list[Part]]:
        """The contract that tells the most of ``parts`` as well, and what."""
        best: Located | None = None
        shared: list[Part] = []
        most = 0.0
        for other in others if parts else ():
            features = told(located, other)
            common = [part for part in parts if part.feature in features]
            weight = sum(part.weight for part in common)
            if weight > most:
                best, shared, most = other, common, weight
        return best, shared

    def _told_by_name(self, located: Located, other: Located) -> Container[str]:
        name = other.contract.name
        features = {
            feature for feature, _ in self._vocabulary.features(self._vocabulary.stems(name))
        }
        features.update((f".{other.fqn}", f"?{name}"))
        own = located.contract.name
        if any(ref.name.rpartition(".")[2] == own for _, ref in type_refs(other.contract)):
            features.add("<")
        return features

    def _told(self, _: Located, other: Located) -> Container[str]:
        return self._vocabulary.words(other).weights

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
        for inner in (*contract.messages, *contract.enums):
            yield from _identifiers(inner)
    elif isinstance(contract, Enum):
        yield from (value.name for value in contract.values)
    else:
        yield from (rpc.name for rpc in contract.rpcs)
    for _, ref in type_refs(contract):
        yield ref.name.rpartition(".")[2]


def _declaration(located: Located) -> Evidence:
    line = LineIndex(located.file.source).position(located.contract.name_span.start).line + 1
    return Evidence("neighbour", located.file.path, line, located.contract.name)
