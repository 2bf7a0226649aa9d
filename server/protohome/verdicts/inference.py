"""Where a contract belongs by its words: the last kind of evidence, and the only one that guesses.

Another family must clearly claim a contract, and its own must not, before it counts as misplaced. A
new file is judged as a whole first: unless it looks misplaced as one, its contracts speak for each
other, so that a new subject may come to a package. Profiles never hold what is being judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import NamedTuple

from ..model import ProtoFile
from ..workspace import Located, Snapshot
from .claims import are_kin, claims, common_root, family
from .explanations import Reason, Reasons
from .profiles import Example, Left, Profiles
from .vocabulary import Vocabulary, Words

_SILENT = 0.4  # A family that scores this much of the best is not out of the question.
_CLEAR = 0.85  # The second best must stay below this much of the best.
_COVERED = 0.45  # How much of what its words weigh the best family must account for.
_LEAST = 0.8  # What the best must score at all.
_GUESS = 0.15  # What it must score where the contract cannot stay anyway.


class Opinion(NamedTuple):
    """What the words say: the package they speak for, ``""`` for none, and whether it is another."""

    package: str
    misplaced: bool
    reason: Reason


class _Worded(NamedTuple):
    located: Located
    words: Words


class _Judged(NamedTuple):
    """A file's contracts, and what must be left out to judge it as a whole."""

    path: str
    every: tuple[_Worded, ...]
    left: Left


_NO_REASON = Reason((), ())


class Inference:
    """Opinions on the contracts of one snapshot; its index is made when first asked.

    ``counts_for`` is the package that a contract is an example of, ``""`` for none.
    """

    def __init__(
        self, snapshot: Snapshot, frozen: Collection[str], counts_for: Callable[[Located], str]
    ) -> None:
        self._snapshot = snapshot
        self._frozen = frozen
        self._counts_for = counts_for
        self._vocabulary = Vocabulary(snapshot)
        self._vouching: dict[str, bool] = {}
        self._kin: dict[str, frozenset[int]] = {}
        self._latest: _Judged | None = None

    def opinion(self, located: Located, explained: bool) -> Opinion:
        """What the words of a contract say, whatever explicit evidence there is.

        In a frozen package it is the best guess, as the contract cannot stay. ``explained`` asks for
        a reason why it is at home, too.
        """
        file, package = located.file, located.file.package
        one = next(one for one in self._judged(file).every if one.located == located)
        own = self.profiles.ids.get(family(package), -1)
        left = self._judged(file).left
        if not explained and own == left.family and self._at_home(one, left):
            return Opinion(package, False, _NO_REASON)
        if self._vouched(file):
            left = Left(left.family, dict.fromkeys(one.words.weights, 1), min(left.size, 1), "")
        scores = self.profiles.scores(one.words, located.fqn, left)
        if package in self._frozen:
            best = max(range(len(scores)), key=scores.__getitem__, default=-1)
            found = best if best >= 0 and scores[best] >= _GUESS else -1
        else:
            found = self._claimant(scores, one.words.mass, package)
        if found < 0:
            if own < 0 or scores[own] < max(_GUESS, *scores):
                return Opinion("", False, _NO_REASON)
            parts = self.profiles.why(one.words, located.fqn, left, own) if explained else ()
            reason = self._reasons.reason(located, parts, own, False)
            return Opinion(package, False, reason)
        parts = self.profiles.why(one.words, located.fqn, left, found)
        reason = self._reasons.reason(located, parts, found, True)
        return Opinion(self._version(found, one.words, file), True, reason)

    def claimed(self, located: Located, stems: Collection[str]) -> bool:
        """Whether the terms of its own package claim one of these stems of a contract."""
        own = family(located.file.package)
        return any(own in self.profiles.claims.get(stem, ()) for stem in stems)

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
                of = owners[fqn] = family(self._counts_for(located))
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
            every = tuple(_Worded(one, self._vocabulary.words(one)) for one in located)
            ids = self.profiles.ids
            of = [ids.get(family(self._counts_for(one)), -1) for one in located]
            main = max(of, key=of.count, default=-1)
            out = [one for one, at in zip(every, of, strict=True) if at == main >= 0]
            counts = Counter(feature for one in out for feature in one.words.weights)
            self._latest = _Judged(file.path, every, Left(main, counts, len(out), file.path))
        return self._latest

    def _at_home(self, one: _Worded, left: Left) -> bool:
        """Whether a contract fits its family well enough, with its whole file left out."""
        mine, others = self.profiles.bounds(one.words, one.located.fqn, left)
        return mine >= max(_GUESS, _SILENT * others)

    def _vouched(self, file: ProtoFile) -> bool:
        """Whether a file does not look misplaced as a whole, so that its contracts may speak."""
        if file.path not in self._vouching:
            every, left = self._judged(file).every, self._judged(file).left
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
        """The family that clearly claims what scored so, when that is not ``package``'s; else -1."""
        own = self._kin_of(family(package))
        others = [(score, at) for at, score in enumerate(scores) if at not in own]
        best, at = max(others, default=(0.0, -1))
        if best < max(_LEAST, _COVERED * mass):
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

    def _version(self, at: int, words: Words, file: ProtoFile) -> str:
        """The package of a family whose contracts share the most words, else the map's first."""
        name = self.profiles.families[at]
        packages = [
            row.package
            for row in self._snapshot.map.packages
            if family(row.package) == name and row.package not in self._frozen
        ]
        if len(packages) == 1:
            return packages[0]
        return max(packages, key=lambda package: self._shared(package, words, file))

    def _shared(self, package: str, words: Words, judged: ProtoFile) -> float:
        known: set[str] = set()
        for file in self._snapshot.by_package.get(package, ()):
            if file.path != judged.path:
                for contract in file.contracts:
                    located = Located(file, contract)
                    known.update(self._vocabulary.words(located).weights, (f".{located.fqn}",))
        return sum(weight for feature, weight in words.weights.items() if feature in known)
