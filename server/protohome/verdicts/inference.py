"""Where a contract belongs by its words: the last kind of evidence, and the only one that guesses.

Another family must clearly claim a contract, and its own must not, before it counts as misplaced. A
new file is judged as a whole first: unless it looks misplaced as one, its contracts speak for each
other, so that a new subject may come to a package. Profiles never hold what is being judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ..model import ProtoFile
from ..workspace import Located, Snapshot
from .claims import are_kin, claims, common_root, family, versions_of
from .explanations import Reason, Reasons
from .profiles import Example, Left, Part, Profiles
from .vocabulary import Vocabulary, Words

_SILENT = 0.4  # A family that scores this much of the best is not out of the question.
_CLEAR = 0.85  # The second best must stay below this much of the best.
_COVERED = 0.45  # How much of what its words weigh the best family must account for.
_LEAST = 0.8  # What the best must score at all.
_UNDISPUTED = 0.8  # And by words that no term of the contract's own package claims.
_GUESS = 0.15  # What it must score where the contract cannot stay anyway.


class Opinion(NamedTuple):
    """What the words say: the package they speak for, ``""`` for none; whether it is another."""

    package: str
    misplaced: bool
    reason: Reason


class _Worded(NamedTuple):
    located: Located
    words: Words


class _Judged(NamedTuple):
    """A file's contracts by where they start, and what to leave out to judge it as a whole."""

    path: str
    every: Mapping[int, _Worded]
    left: Left


_NO_REASON = Reason((), ())


class Inference:
    """Opinions on the contracts of one snapshot; its index is made when first asked.

    ``counts_for`` is the package that a contract is an example of, ``""`` for none.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        frozen: Collection[str],
        counts_for: Callable[[Located], str],
        earlier: Inference | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._frozen = frozen
        self._counts_for = counts_for
        self._vocabulary: Vocabulary = Vocabulary(
            snapshot, earlier._vocabulary if earlier else None
        )
        self._families: dict[str, str] = {}
        self._vouching: dict[str, bool] = {}
        self._kin: dict[str, frozenset[int]] = {}
        self._latest: _Judged | None = None

    def opinion(self, located: Located, explained: bool) -> Opinion:
        """What the words of a contract say, whatever explicit evidence there is.

        In a frozen package it is the best guess, as the contract cannot stay. ``explained`` asks
        for a reason why it is at home, too.
        """
        file, package = located.file, located.file.package
        judged = self._judged(file)
        one, left = judged.every[located.contract.span.start], judged.left
        own = self.profiles.ids.get(self._family(package), -1)
        if not explained and own == left.family and self._is_quiet(one, left):
            return Opinion(package, False, _NO_REASON)
        if self._vouched(file):
            left = Left(left.family, dict.fromkeys(one.words.own, 1), min(left.size, 1), "")
        scores = self.profiles.scores(one.words, located.fqn, left)
        if package in self._frozen:
            found = max(range(len(scores)), key=scores.__getitem__, default=-1)
        else:
            found = self._claimant(scores, one.words.mass, package)
        misplaced = found >= 0
        if not misplaced:
            found = own
        if found < 0 or scores[found] < _GUESS:
            return Opinion("", False, _NO_REASON)
        if not (misplaced or explained):
            return Opinion(package, False, _NO_REASON)
        parts = self.profiles.why(one.words, located.fqn, left, found)
        if misplaced and package not in self._frozen and not self._is_undisputed(parts, package):
            return Opinion(package, False, _NO_REASON)
        reason = self._reasons.reason(located, parts, found, left.path)
        home = self._version(found, one.words, package) if misplaced else package
        return Opinion(home, misplaced, reason)

    def _is_quiet(self, one: _Worded, left: Left) -> bool:
        """Whether nothing can speak against a contract's family, even without its whole file."""
        mine, others = self.profiles.bounds(one.words, one.located.fqn, left)
        unclaimed = others < _least(one.words.mass)
        return mine >= _GUESS and (unclaimed or mine >= _SILENT * others)

    def _is_undisputed(self, parts: Sequence[Part], package: str) -> bool:
        """Whether words speak for another family that no term of a contract's package claims."""
        weight = sum(part.weight for part in parts if not self._disputed(part, package))
        return weight >= _UNDISPUTED

    def _disputed(self, part: Part, package: str) -> bool:
        """Whether a term of a package claims a word that speaks for another."""
        return part.feature[0] not in ".?<" and self.claimed(package, part.feature.split(" "))

    def claimed(self, package: str, stems: Collection[str]) -> bool:
        """Whether terms of a package claim one of these stems."""
        own = self._family(package)
        return any(own in self.profiles.claims.get(stem, ()) for stem in stems)

    def _family(self, package: str) -> str:
        if package not in self._families:
            self._families[package] = family(package)
        return self._families[package]

    @cached_property
    def profiles(self) -> Profiles:
        families = {
            family(row.package)
            for row in self._snapshot.map.packages
            if row.package not in self._frozen
        }
        owners: dict[str, str] = {}
        found: list[tuple[str, Located]] = []
        for fqn, same in self._snapshot.contracts.items():
            for located in same:
                of = owners[fqn] = self._family(self._counts_for(located))
                if of in families:
                    found.append((of, located))
        words = self._vocabulary.words
        examples = (Example(of, located, words(located)) for of, located in found)
        return Profiles(families, examples, owners, claims(self._snapshot, families))

    @cached_property
    def _reasons(self) -> Reasons:
        return Reasons(self._vocabulary, self.profiles)

    def _judged(self, file: ProtoFile) -> _Judged:
        """A file's contracts with their words, and all that it adds to profiles."""
        if self._latest is None or self._latest.path != file.path:
            located = [Located(file, contract) for contract in file.contracts]
            worded = [_Worded(one, self._vocabulary.words(one)) for one in located]
            every = {one.located.contract.span.start: one for one in worded}
            ids = self.profiles.ids
            of = [ids.get(self._family(self._counts_for(one)), -1) for one in located]
            main = max(of, key=of.count, default=-1)
            out = [one for one, at in zip(worded, of, strict=True) if at == main >= 0]
            counts = Counter(feature for one in out for feature in one.words.own)
            self._latest = _Judged(file.path, every, Left(main, counts, len(out), file.path))
        return self._latest

    def _vouched(self, file: ProtoFile) -> bool:
        """Whether a file does not look misplaced as a whole, so that its contracts may speak."""
        if file.path not in self._vouching:
            every, left = self._judged(file).every.values(), self._judged(file).left
            vouched = False
            if len(every) > 1:
                scores = [0.0] * len(self.profiles.families)
                for one in every:
                    added = self.profiles.scores(one.words, one.located.fqn, left)
                    scores = [old + new for old, new in zip(scores, added, strict=True)]
                mass = sum(one.words.mass for one in every)
                vouched = self._claimant(scores, mass, file.package) < 0
            self._vouching[file.path] = vouched
        return self._vouching[file.path]

    def _claimant(self, scores: Sequence[float], mass: float, package: str) -> int:
        """The family that clearly claims what scored so, if it is not ``package``'s; else -1."""
        own = self._kin_of(self._family(package))
        others = [(score, at) for at, score in enumerate(scores) if at not in own]
        best, at = max(others, default=(0.0, -1))
        if best < _least(mass):
            return -1
        if max((scores[kin] for kin in own), default=0.0) >= _SILENT * best:
            return -1
        near = self._kin_of(self.profiles.families[at])
        second = max((score for score, other in others if other not in near), default=0.0)
        return at if second < _CLEAR * best else -1

    def _kin_of(self, name: str) -> frozenset[int]:
        if name not in self._kin:
            ids = self.profiles.ids
            self._kin[name] = frozenset(
                at for other, at in ids.items() if are_kin(name, other, self._root)
            )
        return self._kin[name]

    @cached_property
    def _root(self) -> str:
        return common_root(self.profiles.families)

    def _version(self, at: int, words: Words, package: str) -> str:
        """The package of a family that a contract fits best.

        By the types it refers to, the names of its neighbours, the version of its own package; else
        it is the map's first.
        """
        name = self.profiles.families[at]
        packages = [
            row.package
            for row in self._snapshot.map.packages
            if family(row.package) == name and row.package not in self._frozen
        ]
        if len(packages) == 1:
            return packages[0]
        versions = versions_of(package)

        def fit(other: str) -> tuple[int, float, bool]:
            types = sum(type_.startswith(f".{other}.") for type_ in words.types)
            known = sum(
                words.weights[word]
                for word in words.name
                if any(one.file.package == other for one in self._reasons.known(word, at))
            )
            return types, known, versions_of(other) == versions

        return max(packages, key=fit)


def _least(mass: float) -> float:
    """What a family must score to claim a contract whose words weigh ``mass``."""
    return max(_LEAST, _COVERED * mass)
