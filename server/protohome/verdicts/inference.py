"""Where a contract belongs by structure and words: the only kind of evidence that guesses.

The tree says itself how much each channel tells (``calibration``), and how clear a claim must be.
It is learned from what was there before: the reference, else the audited files of a family, else
all it has. So what is new vouches neither for itself nor for what came with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence

from ..findings import INFERRED, Evidence
from ..lazily import cached_property
from ..model import Declaration, ProtoFile
from ..workspace.indexes import located_in
from ..workspace.snapshot import Located, Snapshot
from .explanations import Reasons
from .kept import Kept, KeptVerdict
from .learning.calibration import ALPHA, Model, calibrated, is_bound, is_quiet, weighed
from .learning.examples import Example
from .learning.facts import Facts, Reader
from .learning.index import Index, Phrase
from .learning.logit import is_likelier
from .learning.sharing import facts_of
from .mapped.claims import family, kin_of, phrases_of, versions_of
from .model import Verdict

# What is made once for a map and configuration, and what is learnt besides from what was there.
_OF_MAP = ("_families", "_kin", "_claims")
_LEARNT = ("_index", "_model", "_called")

_NONE = Verdict((), "", False, ())


class _Everything:
    def __contains__(self, one: object) -> bool:
        return True


_EVERYTHING = _Everything()


class Inference:
    """Verdicts on the contracts of one snapshot; what they rest on is made when first asked.

    ``counts_for`` is the package that a contract is an example of, ``""`` for none. ``earlier``
    is that of another snapshot, of which what stays true is kept. ``base`` is what is learnt of,
    the snapshot itself where there is none; ``kept`` and ``processes`` are as for a Judge.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        frozen: Collection[str],
        counts_for: Callable[[Located], str],
        earlier: Inference | None = None,
        base: Snapshot | None = None,
        kept: Kept | None = None,
        processes: int = 1,
    ) -> None:
        self._snapshot = snapshot
        self._kept, self._processes = kept, processes
        self._served: dict[str, bool] = {}
        self._reopened: dict[str, tuple[ProtoFile, bool]] = {}
        self._frozen = frozen
        self._counts_for = counts_for
        self.base: Snapshot = base or snapshot
        self._by_rpc: dict[str, Collection[str]] = {}
        self._reader: Reader = Reader(snapshot, earlier._reader if earlier else None)
        if earlier is not None:
            made = earlier.__dict__
            self.__dict__.update({k: made[k] for k in self._still_true(earlier) if k in made})

    def _still_true(self, earlier: Inference) -> tuple[str, ...]:
        """What of the inference for another snapshot holds for this one, too."""
        mine, theirs = self._snapshot, earlier._snapshot
        if mine.map is not theirs.map or mine.config is not theirs.config:
            return ()
        return (*_OF_MAP, *_LEARNT) if self.base is earlier.base else _OF_MAP

    def verdict(self, located: Located, explained: bool) -> Verdict:
        """What structure and words say of a contract, whatever explicit evidence there is.

        In a frozen package it is the best guess, as the contract cannot stay. ``explained`` asks
        for a reason why it is at home, too.
        """
        path, fqn, name = located.file.path, located.fqn, located.name
        kept = self._kept if not explained and self._is_as_before(located.file) else None
        known = kept.verdict(path, name) if kept else None
        if known and (known.served is None or known.served == self._serves(located)):
            return known.verdict
        verdict = self._judged(located, explained)
        if kept and fqn in self._index.examples and len(self.base.entries[fqn]) == 1:
            kept.put_verdict(path, name, KeptVerdict(verdict, self._served.get(fqn)))
        return verdict

    def is_kept(self, file: ProtoFile) -> bool:
        """Whether earlier runs judged a file of which nothing has changed since."""
        return bool(self._kept and self._kept.knows(file.path) and self._is_as_before(file))

    @property
    def has_learnt(self) -> bool:
        """Whether what weighs words is made, as something was asked that needs it."""
        return "_model" in self.__dict__

    def learn(self) -> None:
        """Make what weighs words, and what tells why, whoever will ask."""
        _ = self._index, self._model, self._reasons

    def _is_as_before(self, file: ProtoFile) -> bool:
        """Whether what was learned of has a file, be it read again as an editor opened it.

        All that is said of its contracts comes of that then, but whether a service, which may be
        new, serves them.
        """
        before = self.base.files.get(file.path)
        if before is None or before is file:
            return before is not None
        known = self._reopened.get(file.path)
        if known is None or known[0] is not file:
            known = self._reopened[file.path] = file, before.source == file.source
        return known[1]

    def _judged(self, located: Located, explained: bool) -> Verdict:
        index, package = self._index, located.file.package
        own = index.ids.get(family(package), -1)
        if not index.families or (own < 0 and package not in self._frozen):
            return _NONE
        facts, users = self._facts(located), self.users(located.fqn)
        kin = self._kin[own] if own >= 0 else frozenset[int]()
        told = self._caller(facts, users)
        plain = own >= 0 and not explained and package not in self._frozen and not self._is_small
        plain = plain and (told < 0 or told in kin)
        if plain and is_quiet(index, self._model, facts, users, own):
            return Verdict((package,), INFERRED, False, ())
        on = weighed(index, self._model, facts, users, own)
        others = {at: score for at, score in on.scores.items() if at not in kin and self._takes(at)}
        if told not in others and self._is_small:
            told = self._called_by_map(facts, users, kin)
        if told in others:
            others = {told: others[told]}
        best, clearer = max(others, key=others.__getitem__, default=-1), 0.0
        claims = told in others or (best >= 0 and is_likelier(others))
        if own >= 0 and best >= 0 and told not in others:
            margin = on.margin(kin, others[best])
            itself = self._is_small and facts.fqn in index.examples
            least = on.by.without(margin) if itself and margin > 0 else on.by.threshold
            claims = margin >= least and not is_bound(index, facts.fqn, users, kin)
            clearer = on.by.clearer(margin)
        if claims and not self._has_its_types(facts, package) and not self._serves(located):
            reason = self._reasons.reason(located, facts, users, on, best, own)
            if reason.decides:
                homes = self._homes(others, facts, package)
                return Verdict(homes, INFERRED, True, reason.evidence, reason.words, clearer)
        if own < 0:
            return _NONE
        if package in self._frozen:  # a version that is closed, beside one that is not
            package, explained = self._version(own, facts, package), True
        if not explained:
            return Verdict((package,), INFERRED, False, ())
        reason = self._reasons.reason(located, facts, users, on, own, best)
        if reason.evidence:
            return Verdict((package,), INFERRED, False, reason.evidence, reason.words)
        reason = self._reasons.of_map(located, facts, best)
        return _NONE._replace(evidence=reason.evidence, words=reason.words)

    def _caller(self, facts: Facts, users: Sequence[str]) -> int:
        """The family whose rpcs alone use a request or response, -1 for none: it belongs there."""
        users = users if facts.kind in ("request", "response") else ()
        families = set(map(self._index.family_of, users))
        by_rpc = len(families) == 1 and any(map(self._index.is_service, users))
        return families.pop() if by_rpc else -1

    def _has_its_types(self, facts: Facts, package: str) -> bool:
        """Whether a service is where most of what its rpcs use is; a frozen package keeps none."""
        near = sum(fqn.rpartition(".")[0] == package for fqn in facts.refers)
        most = facts.kind == "service" and 2 * near > len(facts.refers)
        return most and package not in self._frozen

    def _serves(self, located: Located) -> bool:
        """Whether an rpc of its own package uses a contract, which then goes with its service.

        Also if that is as new: together they are right or wrong. In a frozen package none may stay.
        """
        fqn = located.fqn
        if fqn not in self._served:
            self._served[fqn] = fqn in self._called_by_rpcs(located.file.package)
        return self._served[fqn]

    def _called_by_rpcs(self, package: str) -> Collection[str]:
        """The types that the rpcs of a package use, by FQN; of a frozen one none that count."""
        if package not in self._by_rpc:
            snapshot = self._snapshot
            self._by_rpc[package] = {
                target
                for file in snapshot.by_package.get(package, ())
                for service in _services(file)
                for target, _ in snapshot.targets_in(file, service)
                if package not in self._frozen
            }
        return self._by_rpc[package]

    @property
    def _is_small(self) -> bool:
        """Whether the share that is promised is less than one contract.

        Then what the map calls by name decides, and each contract's own margin counts for much.
        """
        return ALPHA * len(self._index.examples) < 1

    def _called_by_map(self, facts: Facts, users: Sequence[str], kin: Collection[int]) -> int:
        """The one family outside ``kin`` whose subject a contract is by its name, -1 for none.

        None as well if the map calls another contract so that is at home elsewhere.
        """
        called = self._phrases_called(facts, users, kin)
        claimants = {at for phrase in called for at in phrase.families}
        truly = all(self._called[phrase] <= {facts.fqn} for phrase in called)
        return claimants.pop() if len(claimants) == 1 and truly else -1

    @cached_property
    def _called(self) -> Mapping[Phrase, set[str]]:
        """The contracts at home that the map calls by a phrase that is not their family's."""
        found: dict[Phrase, set[str]] = defaultdict(set)
        for fqn, (own, facts) in self._index.examples.items():
            if fqn not in self._snapshot.config.homes:
                users = self._index.users_of(fqn)
                for phrase in self._phrases_called(facts, users, self._kin[own]):
                    found[phrase].add(fqn)
        return found

    def _phrases_called(
        self, facts: Facts, users: Sequence[str], kin: Collection[int]
    ) -> list[Phrase]:
        outside = self._outside(facts, users, kin)
        return [phrase for phrase in outside if self._is_called(facts.name, phrase)]

    def _outside(
        self, facts: Facts, users: Sequence[str], kin: Collection[int]
    ) -> Sequence[Phrase]:
        """The phrases in a name, which only families outside ``kin`` claim.

        None where ``kin`` claim a word, too, or where it has company: one of two uses the other.
        """
        said = list(self._index.phrases(facts.name))
        near = {family(fqn.rpartition(".")[0]) for fqn in (*facts.refers, *users)}
        own = any(phrase.families.intersection(kin) for phrase in said)
        return () if own or not near.isdisjoint(self._families[at] for at in kin) else said

    def _is_called(self, name: Sequence[str], phrase: Phrase) -> bool:
        """Whether a name ends in a phrase of several words, or is what a sentence is about.

        One bare word of a cell accuses nobody.
        """
        if len(phrase.stems) > 1:
            return phrase.stems == set(name[-len(phrase.stems) :])
        sources = self._claims.get(tuple(name), {}) if len(name) == 1 else {}
        return any(source.kind == "statement" for source in sources.values())

    def _takes(self, at: int) -> bool:
        """Whether contracts may be sent to a family: not where it holds one kind of all subjects.

        A package of enums takes no message, and that there is one accuses no enum elsewhere.
        """
        return self._index.kinds[at] not in ({"enum"}, {"service"})

    def _homes(self, scores: Mapping[int, float], facts: Facts, package: str) -> tuple[str, ...]:
        """The packages of the likeliest family, and of the second where others are likelier."""
        order = sorted(scores, key=lambda at: -scores[at])
        return tuple(self._version(at, facts, package) for at in order[: 2 - is_likelier(scores)])

    def _facts(self, located: Located) -> Facts:
        known, fqn = self._index.examples, located.fqn
        if fqn in known and len(self.base.entries[fqn]) == 1 and self._is_as_before(located.file):
            return known[fqn].facts
        return self._reader.facts(located)

    def users(self, fqn: str) -> tuple[str, ...]:
        """The contracts that use one: what was there, and for what is new what changed."""
        index = self._index
        if self.base is self._snapshot or fqn in index.examples:
            return index.users_of(fqn)
        is_looked_up = "referrers" in vars(self._snapshot)
        changed = self._users_now(fqn) if is_looked_up else self._changed.get(fqn, ())
        return tuple(dict.fromkeys((*index.users_of(fqn), *changed)))

    def _users_now(self, fqn: str) -> Iterator[str]:
        """The examples that use a contract in files that changed."""
        for path, declaration in self._snapshot.referrers.get(fqn, ()):
            file = self._snapshot.files[path]
            if file is not self.base.files.get(path) and declaration.is_contract:
                user = file.fqn(declaration)
                if user in self._index.examples:
                    yield user

    @cached_property
    def _changed(self) -> Mapping[str, Sequence[str]]:
        """The examples that use each contract, as the files that changed have them now."""
        snapshot, before, known = self._snapshot, self.base.files, self._index.examples
        found: dict[str, list[str]] = {}
        for path, file in snapshot.files.items():
            if file is not before.get(path):
                for written in snapshot.written_in(file).values():
                    for one in written:
                        if one.contract in known:
                            found.setdefault(one.owner, []).append(one.contract)
        return found

    @property
    def examples(self) -> Container[str]:
        """The contracts that were learnt from, by FQN; everything before anything was learnt."""
        return self._index.examples if "_index" in self.__dict__ else _EVERYTHING

    def claimed(self, package: str, stems: Collection[str]) -> bool:
        """Whether a whole phrase of a package is among these stems."""
        own = self._index.ids.get(family(package), -1)
        return any(own in phrase.families for phrase in self._index.phrases(stems))

    def is_outsider(self, located: Located) -> bool:
        """Whether only other packages claim a contract's name, with a phrase of several words."""
        facts, own = self._facts(located), self._index.ids.get(family(located.file.package), -1)
        outside = self._outside(facts, self.users(located.fqn), () if own < 0 else self._kin[own])
        return any(len(phrase.stems) > 1 for phrase in outside)

    # What is learned, and from what

    @cached_property
    def _claims(self) -> Mapping[tuple[str, ...], Mapping[str, Evidence]]:
        return phrases_of(self._snapshot, self._families)

    @cached_property
    def _families(self) -> tuple[str, ...]:
        rows = self._snapshot.map.packages
        return tuple(sorted({family(r.package) for r in rows if r.package not in self._frozen}))

    @cached_property
    def _index(self) -> Index:
        if self._learnt is not None:
            return self._learnt[0]
        return Index(self._families, self._examples(), self._claims)

    def _examples(self) -> Iterator[Example]:
        ids = {name: at for at, name in enumerate(self._families)}
        found: dict[str, tuple[str, Located, bool]] = {}
        for file in self.base.files.values():  # in one order: where it is close, fractions decide
            for located in located_in(file):
                if (of := family(self._counts_for(located))) in ids:
                    found[located.fqn] = of, located, file.path in self._snapshot.rows
        vouched = {of for of, _, audited in found.values() if audited}
        if self.base is not self._snapshot:
            vouched.clear()
        told = [one for one in found.values() if one[2] or one[0] not in vouched]
        facts = facts_of(self.base, [located for _, located, _ in told], self._processes)
        yield from (Example(ids[of], said) for (of, _, _), said in zip(told, facts, strict=True))

    @cached_property
    def _model(self) -> Model:
        if self._learnt is not None:
            return self._learnt[1]
        without = self._snapshot.config.homes
        model = calibrated(self._index, self._kin, without.keys(), self._processes)
        if self._kept is not None:
            self._kept.put_learnt(self._index, model)
        return model

    @cached_property
    def _learnt(self) -> tuple[Index, Model] | None:
        return None if self._kept is None else self._kept.learnt()

    @cached_property
    def _kin(self) -> tuple[frozenset[int], ...]:
        """For each family, itself and those that it is inside or that are inside it."""
        return kin_of(self._families)

    @cached_property
    def _reasons(self) -> Reasons:
        return Reasons(self._index, self._reader, self._claims, self.base)

    def _version(self, at: int, facts: Facts, package: str) -> str:
        """The package of a family that a contract fits best.

        By the types it refers to, its nearest neighbour, the version of its own package; else it is
        the map's first.
        """
        name = self._families[at]
        rows = self._snapshot.map.packages
        versions = [r.package for r in rows if family(r.package) == name]
        near = self._index.neighbours(facts) if len(versions) > 1 else {}

        def fit(other: str) -> tuple[int, float, bool]:
            types = sum(fqn.rpartition(".")[0] == other for fqn in facts.refers)
            alike = (near[fqn] for fqn in near if fqn.rpartition(".")[0] == other)
            return types, max(alike, default=0.0), versions_of(other) == versions_of(package)

        return max((version for version in versions if version not in self._frozen), key=fit)


def _services(file: ProtoFile) -> list[Declaration]:
    return [one for one in file.declarations if one.outline.kind == "service"]
