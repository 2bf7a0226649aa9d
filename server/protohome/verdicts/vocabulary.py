"""What the words of a contract say: its features and how much each weighs.

A feature is a stem (``invoic``), two neighbouring stems (``invoic record``) or a contract referred
to: ``.acme.billing.v1.Invoice``, or ``?Invoice`` where no such name can be seen from here. The
contract's own name weighs most, then the types it refers to; its members share a fixed weight, so
that long contracts say no more than short ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..model import Contract, Enum, Message, type_refs
from ..packagemap.terms import tokens
from ..workspace import Located, Snapshot
from . import common_words

_MEMBER = 0.35
_TYPE_NAME = 0.3
_TYPE = 1.2
_ALL_MEMBERS = 1.5
_UNTOLD = 0.02  # A feature that weighs less decides nothing.


class Words(NamedTuple):
    """The features of one contract.

    ``name`` are those of its name, ``weights`` the weight of each feature, ``mass`` the weight of
    them all but the pairs, ``types`` the features among them that are other contracts.
    """

    name: tuple[str, ...]
    weights: Mapping[str, float]
    mass: float
    types: tuple[str, ...]


class Vocabulary:
    """Reads the words of a snapshot's contracts; equal identifiers are taken apart once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._worth = common_words.weights()
        self._stems: dict[str, tuple[str, ...]] = {}
        self._features: dict[tuple[str, ...], tuple[tuple[str, float], ...]] = {}

    def stems(self, identifier: str) -> tuple[str, ...]:
        """The stems of an identifier that say something: no numbers, no single letters."""
        found = self._stems.get(identifier)
        if found is None:
            first, _, rest = identifier.partition("_")
            if rest:
                found = self.stems(first) + self.stems(rest)
            else:
                found = tuple(t for t in tokens(first) if len(t) > 1 and not t.isdigit())
            self._stems[identifier] = found
        return found

    def worth(self, stem: str) -> float:
        """From 0 to 1: how much a stem tells of a contract."""
        return self._worth.get(stem, 1.0)

    def features(self, stems: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
        """The stems and the pairs of neighbours among them, each with its worth."""
        found = self._features.get(stems)
        if found is None:
            worth = [self._worth.get(stem, 1.0) for stem in stems]
            pairs = zip(stems, stems[1:], worth, worth[1:], strict=False)
            found = (
                *zip(stems, worth, strict=True),
                *((f"{a} {b}", (x + y) / 2) for a, b, x, y in pairs),
            )
            self._features[stems] = found
        return found

    def words(self, located: Located) -> Words:
        """Everything that the words of one contract say."""
        contract = located.contract
        name = self.features(self.stems(contract.name))
        weights = dict(name)
        members: dict[str, float] = {}
        for stems in _members(contract, self):
            for feature, worth in self.features(stems):
                members[feature] = worth * _MEMBER
        types = self._types(located)
        for written in types.values():
            for feature, worth in self.features(self.stems(written)):
                if feature not in members and " " not in feature:
                    members[feature] = worth * _TYPE_NAME
        mass = _mass(item for item in members.items() if item[0] not in weights)
        share = min(1.0, _ALL_MEMBERS / mass) if mass else 1.0
        for feature, weight in members.items():
            if weight * share > weights.get(feature, _UNTOLD):
                weights[feature] = weight * share
        for feature, written in types.items():
            told = max((self.worth(stem) for stem in self.stems(written)), default=1.0)
            weights[feature] = _TYPE * (0.4 + 0.6 * told)
        return Words(
            tuple(feature for feature, _ in name), weights, _mass(weights.items()), tuple(types)
        )

    def _types(self, located: Located) -> dict[str, str]:
        """The other contracts that a contract refers to, as features, with their simple names."""
        file, contract = located
        snapshot, own = self._snapshot, located.fqn
        found: dict[str, str] = {}
        for scope, ref in type_refs(contract):
            target = snapshot.resolve(file.package, scope, ref.name)
            written = ref.name.lstrip(".")
            package, _, name = written.rpartition(".")
            if target is not None:
                fqn = snapshot.types[target]
                if fqn != own:
                    found[f".{fqn}"] = fqn.rpartition(".")[2]
            elif package in snapshot.packages:
                found[f".{written}"] = name
            elif not package:
                found[f"?{name}"] = name
        return found


def _mass(weights: Iterable[tuple[str, float]]) -> float:
    return sum(weight for feature, weight in weights if " " not in feature)


def _members(contract: Contract, vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    """The stems of every member, nested ones too; enum values without their enum's name."""
    if isinstance(contract, Message):
        for field in contract.fields:
            yield vocabulary.stems(field.name)
            if field.group is not None:
                yield from _members(field.group, vocabulary)
        for inner in (*contract.messages, *contract.enums):
            yield vocabulary.stems(inner.name)
            yield from _members(inner, vocabulary)
    elif isinstance(contract, Enum):
        prefix = vocabulary.stems(contract.name)
        for value in contract.values:
            stems = vocabulary.stems(value.name)
            yield stems[len(prefix) :] if stems[: len(prefix)] == prefix else stems
    else:
        for rpc in contract.rpcs:
            yield vocabulary.stems(rpc.name)
