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
_CLEAR = 0.75  # The second best must stay below this much of the best.
_COVERED = 0.35  # How much of what its words weigh the best family must account for,
_COVERED_TYPED = 0.25  # and how much where the contract refers to a type of that family;
_COVERED_NEW = 0.1  # and how much more where a rare word of its name is new: a new subject, maybe.
_COMMON = 0.4  # What a word is worth that many packages have; less, and nearly all have it.
_RARE = 0.8  # From which weight on a word of a name is rare.
_COVERED_FILE = 0.45  # The same for a file as a whole.
_LEAST = 0.8  # What the best must score at all.
_UNDISPUTED = 0.8  # And by words that no term of the contract's own package claims.
_ATTESTED = 0.2  # What must remain of its score without the most telling word.
_GUESS = 0.15  # What it must score where the contract cannot stay anyway.
_TESTED = 60  # How many of its own contracts a package is tested with before it may be doubted.
_BELIEVED = 20  # From how many contracts on a package is tested that nobody has audited.
_DOUBTED = 0.03  # How many of them, two at least, may look misplaced.


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
        self._worded: dict[str, bool] = {}
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
            found = self._accuser(one, scores, left, package)
        misplaced = found >= 0
        if not misplaced:
            found = own
        if found < 0 or scores[found] < _GUESS:
            return Opinion("", False, _NO_REASON)
        if not (misplaced or explained):
            return Opinion(package, False, _NO_REASON)
        parts = self.profiles.why(one.words, located.fqn, left, found)
        reason = self._reasons.reason(located, parts, found, left.path)
        home = self._version(found, one.words, package) if misplaced else package
        return Opinion(home, misplaced, reason)

    def _accuser(self, one: _Worded, scores: Sequence[float], left: Left, package: str) -> int:
        """The family that claims a contract for good reason, not ``package``'s; -1 for none."""
        lowest = _least(one.words.mass, bool(one.words.types))
        found = self._claimant(scores, lowest, package)
        if found >= 0:
            parts = self.profiles.why(one.words, one.located.fqn, left, found)
            if (
                scores[found] >= self._least(one, left, found)
                and self._is_undisputed(parts, package)
                and self._is_attested(one.words.name, parts, found)
                and not self._begins_at_home(one.words.name, package, found)
                and self._has_words(package)
            ):
                return found
        return -1

    def _least(self, one: _Worded, left: Left, found: int) -> float:
        """What a family must score, once it is known what the contract's words are."""
        words = one.words
        known = self.profiles.known(words, one.located.fqn, left)
        new = any(
            stem not in known and " " not in stem and words.weights[stem] >= _RARE
            for stem in words.name
        )
        typed = any(self.profiles.owner(type_) == found for type_ in words.types)
        return _least(words.mass, typed) + _COVERED_NEW * words.mass * new

    def _is_attested(self, name: Collection[str], parts: Sequence[Part], found: int) -> bool:
        """Whether more than one word speaks for a family: *quote* alone may mean many things.

        With a neighbour it is more where the map has them as a term, or where they are in the name
        and the neighbour is none that everybody has, as in *quote request*.
        """
        claimant, claims = self.profiles.families[found], self.profiles.claims
        words = (part.feature for part in parts if part.feature != "<" and " " not in part.feature)
        first = next(words, "")

        def attests(feature: str) -> bool:
            stems = feature.split(" ")
            if first not in stems:
                return True
            worth = min(worth for _, worth in self._vocabulary.features(tuple(stems)).stems)
            phrase = feature in name and worth >= _COMMON
            return len(stems) > 1 and (phrase or claimant in claims.get(feature, ()))

        return sum(part.weight for part in parts if attests(part.feature)) >= _ATTESTED

    def _begins_at_home(self, name: Sequence[str], package: str, found: int) -> bool:
        """Whether a name begins with a word that only its own package's terms have.

        A *run trace* is of the package of runs, a *codex worker pause* not of that of workers.
        """
        claims = self.profiles.claims.get(name[0], {}) if name else {}
        return self._family(package) in claims and self.profiles.families[found] not in claims

    def _has_words(self, package: str) -> bool:
        """Whether a package is organised by words: those audited as home look like it.

        Else it holds a kind of contracts (requests, enums) of all subjects, and words that speak
        for another package say nothing.
        """
        if package not in self._worded:
            self._worded[package] = True  # Its own contracts are judged without this test.
            of = self.profiles.ids.get(self._family(package), -1)
            rows, examples = self._snapshot.rows, self.profiles.examples[of] if of >= 0 else []
            audited = [x for x in examples if x.file.package == package and x.file.path in rows]
            if not audited and len(examples) >= _BELIEVED:
                audited = [x for x in examples if x.file.package == package]
            sample = audited[:: -(-len(audited) // _TESTED) or 1]
            alarms = sum(self.opinion(located, False).misplaced for located in sample)
            self._worded[package] = alarms < 2 or alarms <= _DOUBTED * len(sample)
        return self._worded[package]

    def _is_quiet(self, one: _Worded, left: Left) -> bool:
        """Whether nothing can speak against a contract's family, even without its whole file."""
        mine, others = self.profiles.bounds(one.words, one.located.fqn, left)
        unclaimed = others < _least(one.words.mass, bool(one.words.types))
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

    def is_telling(self, stems: tuple[str, ...]) -> bool:
        """Whether a phrase is more than one word that contracts of every team use."""
        return sum(worth for _, worth in self._vocabulary.features(stems).stems) >= 1

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
                least = max(_LEAST, _COVERED_FILE * mass)
                vouched = self._claimant(scores, least, file.package) < 0
            self._vouching[file.path] = vouched
        return self._vouching[file.path]

    def _claimant(self, scores: Sequence[float], least: float, package: str) -> int:
        """The family that clearly claims what scored so, if it is not ``package``'s; else -1.

        It must score ``least`` at least.
        """
        own = self._kin_of(self._family(package))
        others = [(score, at) for at, score in enumerate(scores) if at not in own]
        best, at = max(others, default=(0.0, -1))
        if best < least:
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


def _least(mass: float, typed: bool) -> float:
    """What a family must score to claim a contract whose words weigh ``mass``."""
    return max(_LEAST, (_COVERED_TYPED if typed else _COVERED) * mass)
