"""What the words of a contract say: its features and how much each weighs.

A feature is a stem (``invoic``), two neighbouring stems (``invoic record``) or a contract referred
to: ``.acme.billing.v1.Invoice``, or ``?Invoice`` where no such name can be seen from here. The
contract's own name weighs most, then the types it refers to; its members share a fixed weight, so
that long contracts say no more than short ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    ``borrowed`` are words of other packages' types: they tell where a contract belongs, but not
    what its package contains.
    """

    name: tuple[str, ...]
    weights: Mapping[str, float]
    mass: float
    types: tuple[str, ...]
    borrowed: frozenset[str]

    @property
    def own(self) -> list[str]:
        """The features that are not borrowed."""
        return [feature for feature in self.weights if feature not in self.borrowed]


class Features(NamedTuple):
    """Stems and pairs of neighbours, each with its worth: from 0 to 1, how much it tells."""

    stems: tuple[tuple[str, float], ...]
    pairs: tuple[tuple[str, float], ...]


class Vocabulary:
    """Reads the words of a snapshot's contracts; equal identifiers are taken apart once.

    ``earlier`` is another snapshot's vocabulary: its identifiers need not be taken apart again.
    """

    def __init__(self, snapshot: Snapshot, earlier: Vocabulary | None = None) -> None:
        self._snapshot = snapshot
        self._worth: Mapping[str, float] = earlier._worth if earlier else common_words.weights()
        self._stems: dict[str, tuple[str, ...]] = earlier._stems if earlier else {}
        self._features: dict[tuple[str, ...], Features] = earlier._features if earlier else {}

    def stems(self, identifier: str) -> tuple[str, ...]:
        """The stems of an identifier that say something: no numbers, no single letters."""
        found = self._stems.get(identifier)
        if found is None:
            parts = identifier.split("_")
            if len(parts) > 1:
                found = tuple(stem for part in parts for stem in self.stems(part))
            elif identifier.isupper():
                found = self.stems(identifier.lower())
            else:
                found = tuple(t for t in tokens(identifier) if len(t) > 1 and not t.isdigit())
            self._stems[identifier] = found
        return found

    def features(self, stems: tuple[str, ...]) -> Features:
        """The stems and the pairs of neighbours among them."""
        found = self._features.get(stems)
        if found is None:
            get = self._worth.get
            worth = [get(stem, 1.0) for stem in stems]
            pairs = zip(stems, stems[1:], worth, worth[1:], strict=False)
            found = Features(
                tuple(zip(stems, worth, strict=True)),
                tuple((f"{a} {b}", (x + y) / 2) for a, b, x, y in pairs),
            )
            self._features[stems] = found
        return found

    def name(self, identifier: str) -> tuple[str, ...]:
        """The features of an identifier."""
        stems, pairs = self.features(self.stems(identifier))
        return tuple(feature for feature, _ in stems + pairs)

    def words(self, located: Located) -> Words:
        """Everything that the words of one contract say."""
        contract = located.contract
        stems, pairs = self.features(self.stems(contract.name))
        weights = dict(stems + pairs)
        name = tuple(weights)
        mass = sum(worth for _, worth in stems)
        members, told = self._members(contract, weights)
        types = self._types(located)
        for written in types.values():
            for stem, worth in self.features(self.stems(written)).stems:
                if stem not in members and stem not in weights:
                    members[stem] = worth * _TYPE_NAME
                    told += worth * _TYPE_NAME
        share = min(1.0, _ALL_MEMBERS / told) if told else 1.0
        for feature, weight in members.items():
            if weight * share > _UNTOLD:
                weights[feature] = weight * share
        mass += told * share
        for feature, written in types.items():
            worths = [worth for _, worth in self.features(self.stems(written)).stems]
            weights[feature] = _TYPE * (0.4 + 0.6 * max(worths, default=1.0))
            mass += weights[feature]
        borrowed = self._borrowed(located, types)
        borrowed.difference_update(name)
        return Words(name, weights, mass, tuple(types), frozenset(borrowed))

    def _borrowed(self, located: Located, types: Mapping[str, str]) -> set[str]:
        """The features in the names of types that are in other packages."""
        package = f".{located.file.package}."
        return {
            feature
            for type_, written in types.items()
            if type_[0] == "." and not type_.startswith(package)
            for feature in self.name(written)
        }

    def _members(
        self, contract: Contract, known: Mapping[str, float]
    ) -> tuple[dict[str, float], float]:
        """The features of all members that are not ``known``, and what their stems weigh."""
        found: dict[str, float] = {}
        told = 0.0
        for words in _member_stems(contract, self):
            stems, pairs = self.features(words)
            for stem, worth in stems:
                if stem not in found and stem not in known:
                    found[stem] = worth * _MEMBER
                    told += worth * _MEMBER
            for pair, worth in pairs:
                if pair not in known:
                    found[pair] = worth * _MEMBER
        return found, told

    def _types(self, located: Located) -> dict[str, str]:
        """The other contracts that a contract refers to, as features, with their simple names."""
        file, contract = located
        snapshot, own = self._snapshot, located.fqn
        found: dict[str, str] = {}
        for scope, ref, kind in type_refs(contract):
            target = snapshot.resolve(file, scope, ref, kind)
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


def _member_stems(contract: Contract, vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    """The stems of every member, nested ones too; enum values without their enum's name."""
    if isinstance(contract, Message):
        for field in contract.fields:
            yield vocabulary.stems(field.name)
            if field.group is not None:
                yield from _member_stems(field.group, vocabulary)
        inner: tuple[Message | Enum, ...] = contract.messages + contract.enums
        for type_ in inner:
            yield vocabulary.stems(type_.name)
            yield from _member_stems(type_, vocabulary)
    elif isinstance(contract, Enum):
        prefix = vocabulary.stems(contract.name)
        for value in contract.values:
            stems = vocabulary.stems(value.name)
            yield stems[len(prefix) :] if stems[: len(prefix)] == prefix else stems
    else:
        for rpc in contract.rpcs:
            yield vocabulary.stems(rpc.name)
