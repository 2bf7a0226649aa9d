"""A workspace as it is at one moment: map, configuration and the facts of every governed file.

A snapshot is immutable and does no I/O; ``discovery`` makes one from disk, an editor makes the next
one from its buffers. All paths are relative to the workspace root, with ``/``.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..config import Config
from ..lazily import cached_property
from ..model import ProtoFile
from ..packagemap import has_audit_table
from ..packagemap.model import AuditRow, PackageMap, PackageRow
from ..resolution import View
from ..resolution.layered import Layered
from .baseline import Baseline
from .carrying import carry, differences
from .governance import first_components, governs, is_governed, module_root
from .indexes import Entry, Located, Reference
from .lookups import Lookups
from .revision import Revision
from .surroundings import Surroundings

__all__ = ["Located", "Reference", "Snapshot", "governs", "module_root"]

_OF_MAP = ("rows", "is_audited", "packages", "firsts")


class Snapshot(Lookups):
    """One moment of a workspace.

    ``files`` are the governed files in path order. ``bystanders`` are other ``.proto`` files below
    the module roots that may refer to them: no rule judges those, but a move rewrites them.
    ``unreadable`` says for a governed path why its bytes are no text; one that ends in ``/`` is a
    folder that nobody may look into. ``root`` is the workspace's absolute path, for messages only.
    ``reference`` is what was there before, judged by today's map and configuration, None where
    nothing is known of it; ``revision`` says which it is. ``baseline`` records what is accepted,
    without a path where there is none.
    """

    def __init__(
        self,
        root: str,
        config: Config,
        package_map: PackageMap,
        module_roots: tuple[str, ...],
        files: Mapping[str, ProtoFile],
        bystanders: Mapping[str, ProtoFile] | None = None,
        unreadable: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(module_roots, files, bystanders, unreadable)
        self.root = root
        self.config = config
        self.map = package_map
        self.reference: Snapshot | None = None
        self.revision = Revision()
        self.baseline = Baseline()
        self.documents: dict[str, bytes] = {}
        self.surroundings = Surroundings()

    def with_reference(self, reference: Snapshot | None, revision: Revision) -> Snapshot:
        """The same moment, compared with another reference, which has what is looked up alike."""
        if reference is not None:
            reference.take_lookups(self)
        return self._with(reference=reference, revision=revision)

    def with_baseline(self, baseline: Baseline) -> Snapshot:
        """The same moment, with another record of what is accepted."""
        return self._with(baseline=baseline)

    def with_documents(self, documents: Mapping[str, bytes]) -> Snapshot:
        """The same moment, with the files beside the map that hold blocks to be kept."""
        return self._with(documents=dict(documents))

    def with_surroundings(self, surroundings: Surroundings) -> Snapshot:
        """The same moment, with what the team does around its protos."""
        return self._with(surroundings=surroundings)

    def with_files(
        self,
        changed: Mapping[str, ProtoFile | None],
        bystanders: Mapping[str, ProtoFile] | None = None,
        unreadable: Mapping[str, str] | None = None,
    ) -> Snapshot:
        """The next moment: these governed files replaced, added, or (None) gone.

        ``bystanders`` and ``unreadable`` are added to those there are, without the changed files.
        Indexes that this snapshot has made are carried over, changed only where the files changed.
        """
        after = self._copy()
        files = {**self.files, **{path: file for path, file in changed.items() if file}}
        others, why = dict(self.bystanders), dict(self.unreadable)
        for path in changed:
            others.pop(path, None)
            why.pop(path, None)
            if changed[path] is None:
                files.pop(path, None)
        is_in_order = changed.keys() <= self.files.keys()
        after.files = files if is_in_order else dict(sorted(files.items()))
        after.bystanders = {**others, **(bystanders or {})}
        after.unreadable = {**why, **(unreadable or {})}
        self._hand_on(after, {*changed, *(bystanders or {})})
        return after

    def with_map(self, package_map: PackageMap) -> Snapshot:
        """The next moment, governed by another text of the map."""
        after = self._copy()
        after.map = package_map
        changed: dict[str, ProtoFile | None] = {}
        let_go: dict[str, ProtoFile] = {}
        if after.firsts != self.firsts or after.rows.keys() != self.rows.keys():
            for path, file in self.files.items():
                if not after.governs(file):
                    changed[path], let_go[path] = None, file
            for path, file in self.bystanders.items():
                if after.governs(file):
                    changed[path] = file
        if changed:
            # Who governs what has changed, which indexes cannot follow; a map seldom does it.
            return after.with_files(changed, let_go)
        self._hand_on(after, set())
        return after

    def with_config(self, config: Config) -> Snapshot:
        """The next moment, with another configuration of the same map and module roots."""
        return self._with(config=config)

    def _with(self, **changed: object) -> Snapshot:
        after = self._copy()
        for name, value in changed.items():
            setattr(after, name, value)
        self._hand_on(after, set())
        return after

    def _hand_on(self, after: Snapshot, changed: set[str]) -> None:
        """Give ``after`` the lookups that are made, with the files at ``changed`` anew."""
        if after.map is self.map:
            made = self.__dict__
            after.__dict__.update({name: made[name] for name in _OF_MAP if name in made})
        carry(self, after, changed)

    def _copy(self) -> Snapshot:
        after = Snapshot(
            self.root,
            self.config,
            self.map,
            self.module_roots,
            {},
            self.bystanders,
            self.unreadable,
        )
        after.files = self.files
        after.reference, after.revision = self.reference, self.revision
        after._lines = {**self._lines}
        after.baseline = self.baseline
        after.documents, after.surroundings = self.documents, self.surroundings
        return after

    def governs(self, file: ProtoFile) -> bool:
        """Whether the map governs a file under a module root."""
        if file.path in self.rows:
            return True
        return is_governed(self.firsts, self.import_path(file.path), file.package)

    # Lookups that the reference, which seldom differs by much, has nearly alike. It is theirs that
    # are made first: it knows nothing of the snapshots that it outlives.

    @cached_property
    def entries(self) -> Layered[tuple[Entry, ...]]:
        self._share("entries")
        return super().entries

    @cached_property
    def by_package(self) -> Mapping[str, tuple[ProtoFile, ...]]:
        self._share("by_package")
        return super().by_package

    @cached_property
    def types(self) -> Layered[str]:
        self._share("types")
        return super().types

    @cached_property
    def view(self) -> View:
        self._share("view")
        return super().view

    def _share(self, lookup: str) -> None:
        """Carry over what the reference has made, this lookup at least, where most is alike."""
        reference = self.reference
        if reference is not None and differences(reference, self) is not None:
            getattr(reference, lookup)
            self.take_lookups(reference)

    def take_lookups(self, other: Lookups) -> None:
        """Carry over the lookups that another moment has made, where most is alike."""
        changed = differences(other, self)
        if changed is not None:
            carry(other, self, changed)

    # The map, looked up

    @cached_property
    def kept(self) -> dict[str, dict[str, frozenset[str]]]:
        """The baseline's record of frozen packages: member paths by package and contract."""
        return self.baseline.kept

    @cached_property
    def rows(self) -> dict[str, AuditRow]:
        """The audit row of each file."""
        return {row.file: row for row in self.map.audit}

    @cached_property
    def is_audited(self) -> bool:
        """Whether the map has an audit table, so that every file needs a row."""
        return has_audit_table(self.map)

    @cached_property
    def packages(self) -> dict[str, PackageRow]:
        """The ownership row of each mapped package."""
        return {row.package: row for row in self.map.packages}

    @cached_property
    def firsts(self) -> frozenset[str]:
        """The first components of the mapped packages."""
        return first_components(self.map)
