"""What can be told of a workspace before all of it was read or looked at: nothing that may change.

Who asks an early snapshot for more is told so by NotYet, never by an answer that is not the last.
So a rule need not know which moment it is asked about, and what it finds then it finds for good.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import NoReturn, TypeVar

from ..lazily import cached_property
from ..model import ProtoFile
from ..packagemap.model import PackageMap
from ..resolution import View
from ..resolution.layered import Layered
from .indexes import Entry, Located, located_in
from .revision import Revision
from .snapshot import Snapshot

Item = TypeVar("Item")
Asked = TypeVar("Asked")


class NotYet(Exception):
    """It takes what is not known yet; ``why`` says what is awaited, in words for a person."""

    why = "there may be more to tell"


class Unread(NotYet):
    """It takes files that were not read yet, or a look at all of them."""

    why = "not all files were looked at yet"


def each_so_far(many: Iterable[Asked], tell: Callable[[Asked], Iterable[Item]]) -> Iterator[Item]:
    """What is told of each. If NotYet is raised of any, then after the last, of the first."""
    first: NotYet | None = None
    for one in many:
        try:
            yield from list(tell(one))
        except NotYet as raised:
            first = first or raised
    if first is not None:
        raise first


class SoFar(Mapping[str, Item]):
    """The ``known`` entries of a mapping, of which there are more: what is under other keys is
    Unread, unless they ``may_come`` no more.
    """

    def __init__(self, known: Mapping[str, Item], may_come: Callable[[str], bool]) -> None:
        self.known, self._may_come = known, may_come

    def __getitem__(self, key: str) -> Item:
        if key not in self.known and self._may_come(key):
            raise Unread
        return self.known[key]

    def __iter__(self) -> NoReturn:
        raise Unread

    def __len__(self) -> NoReturn:
        raise Unread


class _Contracts(SoFar[tuple[Located, ...]]):
    """Contracts of which one declaration is known are there, but there may be more of the same."""

    def __getitem__(self, fqn: str) -> tuple[Located, ...]:
        if self._may_come(fqn):
            raise Unread
        return self.known[fqn]

    def __contains__(self, fqn: object) -> bool:
        return fqn in self.known or super().__contains__(fqn)


class EarlySnapshot(Snapshot):
    """A workspace of which some files were read.

    ``unread`` are the paths of the others that may matter. ``whole`` are the packages of which all
    files are known. The map's own lookups are as ever; those that take every file are Unread.
    """

    def __init__(
        self,
        of: Snapshot,
        files: Mapping[str, ProtoFile],
        bystanders: Mapping[str, ProtoFile],
        unreadable: Mapping[str, str],
        unread: frozenset[str],
        whole: frozenset[str],
    ) -> None:
        self.__dict__.update(vars(Snapshot(of.root, of.config, of.map, of.module_roots, {})))
        self.unread, self.whole = unread, whole
        self._files, self._bystanders = dict(sorted(files.items())), bystanders
        self._unreadable = unreadable
        self.files = SoFar(self._files, unread.__contains__)
        self.bystanders = SoFar(bystanders, unread.__contains__)
        self.unreadable = SoFar(unreadable, unread.__contains__)
        self.reference, self.revision = of.reference, of.revision
        self.baseline = of.baseline
        self.documents, self.surroundings = of.documents, of.surroundings

    def with_files(
        self,
        changed: Mapping[str, ProtoFile | None],
        bystanders: Mapping[str, ProtoFile] | None = None,
        unreadable: Mapping[str, str] | None = None,
    ) -> EarlySnapshot:
        """As of any snapshot. Whoever types into a file makes no other one known."""
        files = {path: file for path, file in changed.items() if file is not None}
        return EarlySnapshot(
            self,
            {**_without(self._files, changed), **files},
            {**_without(self._bystanders, changed), **(bystanders or {})},
            {**_without(self._unreadable, changed), **(unreadable or {})},
            self.unread - changed.keys(),
            self.whole,
        )

    def with_reference(self, reference: Snapshot | None, revision: Revision) -> EarlySnapshot:
        """As of any snapshot; the two share no lookups."""
        after = self._copy()
        after.reference, after.revision = reference, revision
        return after

    def with_map(self, package_map: PackageMap) -> EarlySnapshot:
        """As of any snapshot. What another map governs of a package was not looked for."""
        after = self._copy()
        after.map = package_map
        every = {**self._files, **self._bystanders}
        files = {path: file for path, file in every.items() if after.governs(file)}
        others = _without(every, files)
        return EarlySnapshot(after, files, others, self._unreadable, self.unread, frozenset())

    def _copy(self) -> EarlySnapshot:
        return EarlySnapshot(
            self, self._files, self._bystanders, self._unreadable, self.unread, self.whole
        )

    def _hand_on(self, after: Snapshot, changed: set[str]) -> None:
        """Nothing: what so few files tell is looked up anew in no time."""

    def _is_partly_known(self, package: str) -> bool:
        return package not in self.whole

    @cached_property
    def contracts(self) -> Mapping[str, tuple[Located, ...]]:
        found: dict[str, list[Located]] = {}
        for file in self._files.values():
            for located in located_in(file):
                found.setdefault(located.fqn, []).append(located)
        known = {fqn: tuple(several) for fqn, several in found.items()}
        return _Contracts(known, lambda fqn: self._is_partly_known(fqn.rpartition(".")[0]))

    @cached_property
    def by_package(self) -> Mapping[str, tuple[ProtoFile, ...]]:
        found: dict[str, list[ProtoFile]] = {}
        for file in self._files.values():
            if file.package in self.whole:
                found.setdefault(file.package, []).append(file)
        known = {package: tuple(files) for package, files in found.items()}
        return SoFar(known, self._is_partly_known)

    @cached_property
    def by_import_path(self) -> Mapping[str, ProtoFile]:
        names = {self.import_path(path): file for path, file in self._files.items()}
        known = {name: file for name, file in names.items() if not self._may_import_unread(name)}
        return SoFar(known, self._may_import_unread)

    def _may_import_unread(self, name: str) -> bool:
        paths = (f"{root}/{name}" if root else name for root in self.module_roots)
        return any(path in self.unread for path in paths)


def _without(items: Mapping[str, Item], keys: Container[str]) -> dict[str, Item]:
    return {key: item for key, item in items.items() if key not in keys}


class _Unlooked(Snapshot):
    """A workspace that was read, before somebody looked at all its files: what is not made yet."""

    @cached_property
    def view(self) -> View:
        raise Unread

    @cached_property
    def types(self) -> Layered[str]:
        raise Unread

    @cached_property
    def referrers(self) -> Layered[tuple[Entry, ...]]:
        raise Unread

    @cached_property
    def mentions(self) -> Layered[frozenset[str]]:
        raise Unread


def at_once(snapshot: Snapshot) -> Snapshot:
    """The same moment, for one who does not wait until all files were looked at: that is Unread."""
    if isinstance(snapshot, EarlySnapshot) or snapshot.is_looked_at:
        return snapshot
    found = _unlooked(snapshot)
    if snapshot.reference is not None:
        found.reference = _unlooked(snapshot.reference)
    return found


def _unlooked(snapshot: Snapshot) -> Snapshot:
    found = _Unlooked(snapshot.root, snapshot.config, snapshot.map, snapshot.module_roots, {})
    found.__dict__.update(vars(snapshot))
    return found
