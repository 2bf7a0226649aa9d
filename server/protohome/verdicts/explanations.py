"""Why a contract belongs where it does: what decided, and where that stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from ..findings import Evidence
from ..named import NamedTuple
from ..workspace.snapshot import Located, Snapshot
from .learning.calibration import Weighed
from .learning.facts import Facts, Reader
from .learning.index import CHANNELS, Index
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
    return "; ".join([*said, *filter(None, [clearness(verdict)])])


def clearness(verdict: Verdict) -> str:
    """How clear an accusation is beside what speaks against contracts at home, ``""`` for none."""
    if verdict.clearer == 1:
        return "no contract at home looks as misplaced"
    share = f"{int(verdict.clearer * 1000) / 10:g} %"
    return f"clearer than {share} of the contracts that are at home" if verdict.clearer else ""


class Reasons:
    """Finds where a verdict comes from, in the map or in the contracts that were there."""

    def __init__(
        self,
        index: Index,
        reader: Reader,
        claims: Mapping[tuple[str, ...], Mapping[str, Evidence]],
        base: Snapshot,
    ) -> None:
        self._index = index
        self._reader = reader
        self._claims = {frozenset(stems): sources for stems, sources in claims.items()}
        self._base = base

    def reason(
        self, located: Located, facts: Facts, users: Sequence[str], on: Weighed, at: int, other: int
    ) -> Reason:
        """The reason for the family ``at`` rather than ``other``, or than none where that is -1.

        It decides where structure speaks for it, a placement rule on its very name, or two words,
        one of them of the name: one bare word accuses nobody, and that both have members of common
        names convinces few.
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
        rules = [
            evidence
            for evidence, stems in found.items()
            if evidence.kind == "statement" and set(stems) == set(facts.name)
        ]
        said = {stem for stems in found.values() for stem in stems}
        decides = bool(rules) or (len(said) > 1 and not said.isdisjoint(facts.name))
        decides = decides or any(evidence.kind in _CITED for evidence in found)
        apart = [one for one in found if found[one] and set(found[one]).isdisjoint(facts.name)]
        order = sorted(found, key=lambda one: (one not in rules, one in apart))
        often = self._index.frequency
        sources = [sorted(found[one], key=lambda w: (often(w), w)) for one in order[:_SOURCES]]
        shown = [w for w in dict.fromkeys(facts.name) if any(w in words for words in sources)]
        for words in sources:  # What members have in common, where the name says too little.
            if len(shown) < 2 or not set(words).intersection(shown):
                shown += [word for word in words if word not in shown][:_SOURCES]
        spelt = self._spelling(located)
        spoken = dict.fromkeys(spelt.get(stem, stem) for stem in shown)
        return Reason(tuple(spoken)[:_WORDS], tuple(order), decides)

    def of_map(self, located: Located, facts: Facts, at: int) -> Reason:
        """What the map says of a contract for one family."""
        return self._said(located, facts, dict(self._sources("term", facts, (), at)))

    def _sources(
        self, kind: str, facts: Facts, users: Sequence[str], at: int
    ) -> Iterator[tuple[Evidence, Collection[str]]]:
        """The evidence of a kind for a family, each with the words that it is about."""
        index = self._index
        if kind == "term":
            matched = index.phrases(facts.words)
            claimed = {phrase.stems for phrase in matched if at in phrase.families}
            for stems in sorted(claimed, key=lambda stems: (-len(stems), sorted(stems)))[:_SOURCES]:
                source = self._claims[stems][index.families[at]]
                yield source, [word for word in facts.words if word in stems]
            return
        if kind == "neighbour":
            near = index.neighbours(facts)
            inside = [fqn for fqn in near if index.family_of(fqn) == at]
            for fqn in sorted(inside, key=lambda fqn: (-near[fqn], fqn))[:_SOURCES]:
                shared = set(facts.words).intersection(index.examples[fqn].facts.words)
                yield self._declaration(kind, fqn), shared
            return
        several = {
            "partner": index.partners(facts),
            "user": sorted(users, key=lambda fqn: not index.is_service(fqn)),
            "used": facts.refers,
        }[kind]
        for fqn in several:
            if index.family_of(fqn) == at:
                yield self._declaration(kind, fqn), ()
                return

    def _declaration(self, kind: str, fqn: str) -> Evidence:
        located = self._base.contracts[fqn][0]
        file, contract = located.file, located.contract
        line = self._base.line(file, contract.name_span.start)
        return Evidence(kind, file.path, line, contract.name)

    def _spelling(self, located: Located) -> Mapping[str, str]:
        """How a contract spells each stem, its name before all else."""
        spelt: dict[str, str] = {}
        file, contract = located.file, located.contract
        written = file.source[contract.name_span.start : contract.span.end].decode(errors="replace")
        for word in _WORD.findall(written):
            for stem in self._reader.words[word]:
                spelt.setdefault(stem, word.lower())
        return spelt
