"""What was learned of a reference, and what was then thought of its contracts, for later runs.

Both follow from the files of the reference, the map, the configuration and our code alone, and a
reference stays while a branch is worked on: only what changed since is judged anew.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from ..findings import Evidence
from ..lazily import cached_property
from ..named import NamedTuple
from ..system.kept.store import Store
from ..workspace.early import NotYet
from ..workspace.snapshot import Snapshot
from .model import Verdict

if TYPE_CHECKING:
    from .learning.calibration import Model
    from .learning.index import Index

Thoughts: TypeAlias = "dict[str, dict[str, Any]]"  # by path and name, verdicts as plain data


class KeptVerdict(NamedTuple):
    """An inferred verdict, and whether an rpc of its own package serves the contract, if asked."""

    verdict: Verdict
    served: bool | None


class Kept:
    """What earlier runs put into a ``store`` under the ``key`` of a reference."""

    def __init__(self, store: Store, key: str) -> None:
        self._store, self._key = store, key
        self._is_more = False
        self.is_learnt_anew = False

    @cached_property
    def _verdicts(self) -> Thoughts:
        found = self._loaded("verdicts")
        return found if type(found) is dict else {}

    def verdict(self, path: str, name: str) -> KeptVerdict | None:
        """What was thought of the contract of a name in the reference's file at ``path``."""
        kept = self._verdicts.get(path, {}).get(name)
        if kept is None:
            return None
        *told, served = kept
        verdict = Verdict._make(told)
        cited = tuple(map(Evidence._make, verdict.evidence))
        return KeptVerdict(verdict._replace(evidence=cited), served)

    def put_verdict(self, path: str, name: str, kept: KeptVerdict) -> None:
        """Keep what is thought of a contract, once it is saved."""
        *told, evidence, words, clearer = kept.verdict
        cited = tuple(map(tuple, evidence))
        self._verdicts.setdefault(path, {})[name] = *told, cited, words, clearer, kept.served
        self._is_more = True

    def knows(self, path: str) -> bool:
        """Whether something was thought of the reference's file at ``path``."""
        return path in self._verdicts

    def thoughts(self, paths: Iterable[str]) -> Thoughts:
        """What is kept of the files at ``paths``, as plain data."""
        return {path: self._verdicts[path] for path in paths if path in self._verdicts}

    def take(self, thoughts: Thoughts) -> None:
        """Keep what another process thought, once it is saved."""
        for path, verdicts in thoughts.items():
            if self._verdicts.get(path) != verdicts:
                self._verdicts[path] = verdicts
                self._is_more = True

    @property
    def is_learnt(self) -> bool:
        """Whether something was kept of what was learned of the reference."""
        return f"{self._key} learnt" in self._store

    def learnt(self) -> tuple[Index, Model] | None:
        """What was learned of the reference, None where nothing was kept."""
        from .learning.calibration import Model
        from .learning.index import Index

        try:
            # Part by part, as nobody else has the interpreter while one is read.
            *index, model = map(marshal.loads, self._store.parts(f"{self._key} learnt"))
            return Index.unpacked(index), Model.unpacked(model)
        except (EOFError, TypeError, ValueError):
            return None  # nothing, or nothing of ours: it is learned anew

    def put_learnt(self, index: Index, model: Model) -> None:
        """Keep what was learned, once it is saved."""
        parts: Iterable[Any] = (*index.packed(), [*map(tuple, model)])
        self._store.put(f"{self._key} learnt", *map(marshal.dumps, parts))
        self.is_learnt_anew = True

    def save(self) -> None:
        """Write what is kept, if that is more than there was."""
        self.is_learnt_anew = False
        if self._is_more:
            self._store.put(f"{self._key} verdicts", marshal.dumps(self._verdicts))
        self._store.save()
        self._is_more = False

    def _loaded(self, what: str) -> Any:
        data = self._store.get(f"{self._key} {what}")
        try:
            return None if data is None else marshal.loads(data)
        except (EOFError, ValueError, TypeError):
            return None


class Unlearnt(NotYet):
    """It takes what words tell, which was not learned yet and may not be now."""

    why = "what words tell is still being learned"


class KeptAlone(Kept):
    """What is kept, for a judge who may not learn: one who would have to raises Unlearnt."""

    def __init__(self, kept: Kept | None) -> None:
        super().__init__(*((kept._store, kept._key) if kept else (Store.of_this_run(), "")))

        self.was_asked = False

    def learnt(self) -> NoReturn:
        self.was_asked = True
        raise Unlearnt


def kept_of(snapshot: Snapshot) -> Kept | None:
    """What is kept of a snapshot's reference, None where that is no commit."""
    reference, commit = snapshot.reference, snapshot.revision.commit
    if reference is None or not commit:
        return None
    package_map = snapshot.map
    told = commit, [*reference.files], package_map.path, package_map.source
    rest = snapshot.config, snapshot.module_roots, snapshot.baseline.frozen
    key = sha256(repr((told, rest)).encode("utf-8", "surrogateescape")).hexdigest()
    return Kept(Store(snapshot.root, "verdicts"), key)
