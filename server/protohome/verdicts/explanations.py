"""Why a contract belongs where it does: what decided, and where that stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..findings import Evidence
from ..model import Contract, Enum, Message, type_refs
from ..positions import LineIndex
from ..workspace.snapshot import Located
from .calibration import Weighed
from .facts import Facts, Reader
from .index import CHANNELS, Index
from .model import Verdict

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_SOURCES = 2  # How many places are cited in one sentence.
_WORDS = 4  # And how many words.
# The channels whose reasons are the same, and how a sentence cites them.
_KINDS = {
    "term": ("phrase",),
    "neighbour": ("neighbour", "name", "kind", "size"),
    "partner": ("partner",),
    "user": ("using", "users"),
    "used": ("refers",),
}
_CITED = {"partner": "it belongs with", "user": "it is used by", "used": "it refers to"}


class Reason(NamedTuple):
    """The words that speak for a home, as the contract spells them, and their sources, in order.

    ``decides`` is whether they are enough to accuse.
    """

    words: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    decides: bool = False


def explain(verdict: Verdict) -> str:
    """An inferred verdict's reason: ``“comms, intent” as in PACKAGE_MAP.md:12 “comms intents”``.

    A term of the map is quoted, a neighbour is named; what uses a contract, or what it uses, is
    said so. ``""`` where there is no reason.
    """
    if not verdict.evidence or verdict.kind != "inferred":
        return ""
    cited = verdict.evidence[:_SOURCES]
    said = [
        f"{_CITED[one.kind]} {one.text} ({one.path}:{one.line})"
        for one in cited
        if one.kind in _CITED
    ]
    told = [
        f"{one.path}:{one.line} “{' '.join(one.text.replace('`', '').split())}”"
        for one in cited
        if one.kind not in _CITED
    ]
    if told:
        words = f"“{', '.join(verdict.words)}” as in " if verdict.words else ""
        said.append(words + " and ".join(told))
    if verdict.clearer == 1:
        said.append("no contract at home looks as misplaced")
    elif verdict.clearer:
        share = f"{int(verdict.clearer * 1000) / 10:g} %"
        said.append(f"clearer than {share} of the contracts that are at home")
    return "; ".join(said)


class Reasons:
    """Finds where a verdict comes from, in the map or in the contracts that were there."""

    def __init__(
        self,
        index: Index,
        reader: Reader,
        claims: Mapping[tuple[str, ...], Mapping[str, Evidence]],
        located: Callable[[str], Located],
    ) -> None:
        self._index = index
        self._reader = reader
        self._claims = {frozenset(stems): sources for stems, sources in claims.items()}
        self._located = located

    def reason(
        self, located: Located, facts: Facts, users: Sequence[str], on: Weighed, at: int, other: int
    ) -> Reason:
        """The reason for the family ``at`` rather than ``other``, or than none where that is -1.

        It decides where structure speaks for it, or two words, one of them of the name: one bare
        word accuses nobody, and that both have members of common names convinces few.
        """
        gains = dict(zip(CHANNELS, on.parts(at), strict=True))
        if other in on.rows:
            lost = zip(CHANNELS, on.parts(other), strict=True)
            gains = {channel: gains[channel] - value for channel, value in lost}
        weights = {kind: sum(gains[one] for one in channels) for kind, channels in _KINDS.items()}
        found: dict[Evidence, Collection[str]] = {}
        for kind in sorted(weights, key=lambda kind: -weights[kind]):
            if weights[kind] > 0 or not found:
                for evidence, stems in self._sources(kind, facts, users, at):
                    found.setdefault(evidence, stems)
        cited = {(one.path, one.line) for one in found if one.kind in _CITED}
        alike = [one for one in found if one.kind == "neighbour" and (one.path, one.line) in cited]
        for one in alike:  # What is said of a contract once need not be said twice.
            del found[one]
        return self._said(located, facts, found)

    def _said(
        self, located: Located, facts: Facts, found: Mapping[Evidence, Collection[str]]
    ) -> Reason:
        said = {stem for stems in found.values() for stem in stems}
        decides = len(said) > 1 and not said.isdisjoint(facts.name)
        decides = decides or any(evidence.kind in _CITED for evidence in found)
        spelt = self._spelling(located.contract)
        words = dict.fromkeys(
            spelt.get(stem, stem) for source in list(found)[:_SOURCES] for stem in found[source]
        )
        return Reason(tuple(words)[:_WORDS], tuple(found), decides)

    def of_map(
        self,
        located: Located,
        facts: Facts,
        at: int,
        subjects: Mapping[tuple[str, ...], Mapping[str, Evidence]],
    ) -> Reason:
        """What the map says of a contract for one family: a sentence on its very name, terms."""
        stated = subjects.get(facts.name, {}).get(self._index.families[at])
        found: dict[Evidence, Collection[str]] = {stated: facts.name} if stated else {}
        found.update(self._sources("term", facts, (), at))
        return self._said(located, facts, found)

    def _sources(
        self, kind: str, facts: Facts, users: Sequence[str], at: int
    ) -> Iterator[tuple[Evidence, Collection[str]]]:
        """The evidence of a kind for a family, each with the words that it is about."""
        known = self._index.examples
        if kind == "term":
            matched = self._index.phrases(facts.words)
            claimed = {phrase.stems for phrase in matched if at in phrase.families}
            for stems in sorted(claimed, key=lambda stems: (-len(stems), sorted(stems)))[:_SOURCES]:
                source = self._claims[stems][self._index.families[at]]
                yield source, [word for word in facts.words if word in stems]
            return
        if kind == "neighbour":
            near = self._index.neighbours(facts)
            inside = [fqn for fqn in near if known[fqn].family == at]
            for fqn in sorted(inside, key=lambda fqn: (-near[fqn], fqn))[:_SOURCES]:
                shared = set(facts.words).intersection(known[fqn].facts.words)
                often = self._index.frequency
                words = sorted(shared, key=lambda w: (w not in facts.name, often(w), w))
                yield _declaration(kind, self._located(fqn)), words
            return
        several = {
            "partner": self._index.partners(facts),
            "user": sorted(users, key=lambda fqn: not self._index.is_service(fqn)),
            "used": facts.refers,
        }[kind]
        for fqn in several:
            if fqn in known and known[fqn].family == at:
                yield _declaration(kind, self._located(fqn)), ()
                return

    def _spelling(self, contract: Contract) -> Mapping[str, str]:
        spelt: dict[str, str] = {}
        for identifier in _identifiers(contract):
            for word in _WORD.findall(identifier):
                for stem in self._reader.words(word):
                    spelt.setdefault(stem, word.lower())
        return spelt


def _identifiers(contract: Contract) -> Iterator[str]:
    yield contract.name
    if isinstance(contract, Message):
        yield from (field.name for field in contract.fields)
        inner: tuple[Message | Enum, ...] = contract.messages + contract.enums
        for type_ in inner:
            yield from _identifiers(type_)
    elif isinstance(contract, Enum):
        yield from (value.name for value in contract.values)
    else:
        yield from (rpc.name for rpc in contract.rpcs)
    yield from (ref.name.rpartition(".")[2] for _, ref, _ in type_refs(contract))


def _declaration(kind: str, located: Located) -> Evidence:
    line = LineIndex(located.file.source).position(located.contract.name_span.start).line + 1
    return Evidence(kind, located.file.path, line, located.contract.name)
