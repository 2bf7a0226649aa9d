"""A contract's home by the order of evidence: config, audit row, statement, successor, words."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING
from weakref import proxy

from ..findings import DECLARED, Evidence
from ..history import is_new
from ..lazily import cached_property
from ..model import ProtoFile
from ..packagemap import frozen
from ..workspace.carrying import otherwise
from ..workspace.early import at_once
from ..workspace.indexes import located_in
from ..workspace.snapshot import Located, Snapshot
from .exclusions import Exclusion, Exclusions
from .kept import Kept, KeptAlone
from .mapped.claims import family
from .mapped.stated import Sayings, said
from .model import Successor, Verdict
from .successors import Successors

if TYPE_CHECKING:
    from ..history.changes.engine import Comparison
    from .inference import Inference


class Judge:
    """Says where the contracts of one snapshot belong; what it needs is made when first asked.

    ``earlier`` is the judge of the snapshot before, of which it keeps what stays true. What words
    and structure tell is learnt of the reference, without one of ``learnt_of``, else of itself;
    ``kept`` is what earlier runs learned of that reference. So many ``processes`` learn what there
    is much of.
    """

    _past: Judge | None

    def __init__(
        self,
        snapshot: Snapshot,
        earlier: Judge | None = None,
        learnt_of: Snapshot | None = None,
        kept: Kept | None = None,
        processes: int = 1,
    ) -> None:
        self.snapshot, self.learnt_of, self.kept = snapshot, learnt_of, kept
        self._processes = processes
        # What asks back does so weakly: a judge of a large tree is gone when it is let go, not when
        # the collector comes round to look at all of it.
        me = proxy(self)
        known = vars(earlier).get("_inference") if earlier else None
        if known is not None:
            self._inference = self._inferring(known)  # the earlier one need not stay for it
        # What rules know of files that are edited, by path.
        self.known: dict[str, object] = {}
        self.known_before: Mapping[str, object] = {}
        if earlier is not None:
            every = {**earlier.known_before, **earlier.known}
            self.known_before = {p: known for p, known in every.items() if p in snapshot.resolved}
        self._sayings = Sayings(snapshot.map)
        self._exclusions = Exclusions(snapshot, lambda: me._inference, self._sayings)
        self._successors = Successors(
            snapshot, self.frozen, lambda located: me.home_of(located).homes
        )
        # The last comparison that was made, until this judge makes its own.
        self._compared: Comparison | None = None
        if earlier is not None:
            self._compared = vars(earlier).get("comparison", earlier._compared)
        past = earlier._past if earlier else None
        self._past = past if past and past.snapshot is snapshot.reference else None

    @cached_property
    def frozen(self) -> Mapping[str, Evidence]:
        """The frozen packages, each with the sentence or ownership row that says so."""
        package_map = self.snapshot.map
        rows = {row.line for row in package_map.packages}
        return {
            package: Evidence(
                "ownership-row" if line in rows else "statement", package_map.path, line, text
            )
            for package, (line, text) in frozen(package_map).items()
        }

    @cached_property
    def _inference(self) -> Inference:
        return self._inferring(None)

    def _inferring(self, known: Inference | None) -> Inference:
        from .inference import Inference  # where the map declares all, nobody asks

        me = proxy(self)
        return Inference(
            self.snapshot,
            self.frozen,
            lambda located: me._counts_for(located),
            known,
            self.base,
            self.kept,
            self._processes,
        )

    @cached_property
    def comparison(self) -> Comparison | None:
        """What the reference had otherwise; None where nothing was, and without a reference."""
        reference = self.snapshot.reference
        if reference is None or not otherwise(reference.files, self.snapshot.files):
            return None
        from ..history.changes.engine import Comparison  # most files are as they were committed

        earlier, self._compared = self._compared, None
        return Comparison(reference, self.snapshot, earlier)

    @property
    def past(self) -> Judge | None:
        """The judge of the reference, None where there is none."""
        if self._past is None and self.snapshot.reference is not None:
            self._past = Judge(self.snapshot.reference)
        return self._past

    def home_of(
        self, located: Located, *, ignore_row: bool = False, explained: bool = False
    ) -> Verdict:
        """Where a contract of the snapshot belongs, by the strongest evidence there is.

        ``ignore_row`` judges it as if its file had no audit row. A contract that is misplaced
        always comes with evidence, one at home by its words only if it is to be ``explained``.
        """
        declared = self._declared(located, ignore_row)
        if declared is not None:
            return self._settled(located, *declared)
        inferred = self._inference.verdict(located, explained)
        if not inferred.misplaced and not ignore_row:
            row = self.snapshot.rows.get(located.file.path)
            away = row is not None and row.home not in (located.file.package, *self.frozen)
            if row is not None and away and self._is_new(located):
                return self._settled(located, (row.home,), "audit-row")  # It goes with its file.
        frozen = located.file.package in self.frozen
        return inferred._replace(misplaced=inferred.misplaced or frozen)

    def left_to_words(self, file: ProtoFile) -> int:
        """How many contracts of a file may be judged by words: no row or earlier run tells."""
        if file.path in self.snapshot.rows or self._inference.is_kept(file):
            return 0
        return len(file.declarations)

    @property
    def has_learnt(self) -> bool:
        """Whether what verdicts by words rest on is made, as one was asked for."""
        return "_inference" in vars(self) and self._inference.has_learnt

    def excluded(self, located: Located) -> Exclusion | None:
        """What of its package's *Does not contain* or *only* clearly rules a contract out.

        None as well where explicit evidence says where it belongs.
        """
        if located.file.package in self.frozen or self._declared(located) is not None:
            return None
        return self._exclusions.of(located)

    @property
    def base(self) -> Snapshot:
        """What words and structure were learnt of."""
        return self.snapshot.reference or self.learnt_of or self.snapshot

    def learn(self) -> None:
        """Look at every file, and learn what words and structure tell."""
        self.snapshot.look()
        self._inference.learn()

    def at_once(self) -> Judge:
        """A judge of what is known by now: asked for more it raises NotYet, and never learns."""
        snapshot = at_once(self.snapshot)
        return Judge(snapshot, None, self.learnt_of, KeptAlone(self.kept))

    @property
    def was_to_learn(self) -> bool:
        """Whether one who answers at once was asked for what words and structure tell."""
        return isinstance(self.kept, KeptAlone) and self.kept.was_asked

    @property
    def is_learnt(self) -> bool:
        """Whether what words and structure tell need not be learned any more."""
        known = self.kept is not None and self.kept.is_learnt
        return known or self.has_learnt

    @property
    def examples(self) -> Container[str]:
        """The contracts of ``base`` that words and structure were learnt from, by FQN."""
        return self._inference.examples

    def users_of(self, fqn: str) -> tuple[str, ...]:
        """Who uses a contract, as far as that tells where it belongs."""
        return self._inference.users(fqn)

    def successor_of(self, located: Located) -> Successor | None:
        """The counterpart, in its home, of a contract that is not at home."""
        return self._successors.of(located)

    def shims_of(self, located: Located) -> tuple[Located, ...]:
        """The contracts in frozen packages that a contract is the successor of, by FQN."""
        return self._shims.get(located.fqn, ())

    def canonical(self, fqn: str) -> str:
        """The FQN of the successor of a contract or nested type; ``fqn`` itself without one."""
        return self._successors.canonical(fqn)

    @property
    def is_prepared(self) -> bool:
        """Whether what looks at every contract has been made: the next answers are quick."""
        return self.snapshot.is_looked_at and "_shims" in vars(self)

    def prepare(self) -> None:
        """Make what looks at every contract, which takes long in a large tree."""
        self.snapshot.look()
        _ = self._shims

    @cached_property
    def _shims(self) -> Mapping[str, tuple[Located, ...]]:
        found: dict[str, list[Located]] = {}
        for package in self.frozen:
            for file in self.snapshot.by_package.get(package, ()):
                for legacy in located_in(file):
                    successor = self.successor_of(legacy)
                    if successor is not None:
                        found.setdefault(successor.located.fqn, []).append(legacy)
        return {fqn: tuple(legacy) for fqn, legacy in found.items()}

    def _is_new(self, located: Located) -> bool:
        """Whether a contract is new, so that its file's row says nothing of it."""
        return is_new(self.snapshot, located.fqn) is True

    def _counts_for(self, located: Located) -> str:
        """The package that a contract is an example of, ``""`` for none, as for a shim."""
        if located.file.package in self.frozen:
            return ""
        declared = self._declared(located)
        return declared[0][0] if declared is not None else located.file.package

    def _declared(
        self, located: Located, ignore_row: bool = False
    ) -> tuple[tuple[str, ...], str] | None:
        """The homes by explicit evidence, and its kind as in Evidence."""
        config, fqn = self.snapshot.config, located.fqn
        if fqn in config.homes:
            return (config.homes[fqn],), "config"
        row = None if ignore_row else self.snapshot.rows.get(located.file.path)
        if row is not None and not self._is_new(located):
            return (row.home,), "audit-row"
        stated = self._sayings.home(located)
        if stated is not None:
            return stated.statement.packages, "statement"
        canonical = config.successors.get(fqn)
        if canonical is not None:
            return (canonical.rpartition(".")[0],), "successor"
        return None

    def _settled(self, located: Located, homes: tuple[str, ...], kind: str) -> Verdict:
        """The verdict that explicit evidence gives; a statement means all versions of a package."""
        at_home = located.file.package in homes
        if kind == "statement":
            at_home = family(located.file.package) in map(family, homes)
        return Verdict(homes, DECLARED, not at_home, (self._evidence(located, kind),))

    def _evidence(self, located: Located, kind: str) -> Evidence:
        snapshot, fqn = self.snapshot, located.fqn
        config, package_map = snapshot.config, snapshot.map
        if kind == "audit-row":
            row = snapshot.rows[located.file.path]
            text = package_map.source[row.span.start : row.span.end].decode("utf-8", "replace")
            return Evidence(kind, package_map.path, row.line, text)
        stated = self._sayings.home(located) if kind == "statement" else None
        if stated is not None:
            return said(package_map, stated.sentence)
        table = "homes" if kind == "config" else "successors"
        value = config.homes[fqn] if kind == "config" else config.successors[fqn]
        line = config.lines.get(f"{table}.{fqn}", 0)
        return Evidence(kind, config.path, line, f"{fqn} = {value}")
