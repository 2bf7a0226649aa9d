"""A workspace as it is at one moment: map, configuration and the facts of every governed file.

A snapshot is immutable and does no I/O; ``discovery`` makes one from disk, an editor makes the next
one from its buffers. All paths are relative to the workspace root, with ``/``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from ..config import Config
from ..model import TYPE, ProtoFile, TypeRef
from ..packagemap import has_audit_table
from ..packagemap.model import AuditRow, PackageMap, PackageRow
from ..positions import LineIndex
from ..resolution import View, regrouped, renamed
from .baseline import Baseline
from .governance import first_components, governs, is_governed, module_root
from .indexes import Located, Reference, components, join, leave, owners, refs_of, types_of
from .revision import Revision
from .surroundings import Surroundings

__all__ = ["Located", "Reference", "Snapshot", "governs", "module_root"]


class Snapshot:
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
        self.root = root
        self.config = config
        self.map = package_map
        self.module_roots = module_roots
        self.files = dict(sorted(files.items()))
        self.bystanders = dict(bystanders or {})
        self.unreadable = dict(unreadable or {})
        self.reference: Snapshot | None = None
        self.revision = Revision()
        self._lines: dict[str, tuple[bytes, LineIndex]] = {}
        self.baseline = Baseline()
        self.documents: dict[str, bytes] = {}
        self.surroundings = Surroundings()

    def with_reference(self, reference: Snapshot | None, revision: Revision) -> Snapshot:
        """The same moment, compared with another reference."""
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
        after.files = {**self.files, **{path: file for path, file in changed.items() if file}}
        if not changed.keys() <= self.files.keys():
            after.files = dict(sorted(after.files.items()))
        for path in changed:
            after.bystanders.pop(path, None)
            after.unreadable.pop(path, None)
            if changed[path] is None:
                after.files.pop(path, None)
        after.bystanders.update(bystanders or {})
        after.unreadable.update(unreadable or {})
        _carry_indexes(self, after, {*changed, *(bystanders or {})})
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
        _carry_indexes(self, after, set())
        return after

    def with_config(self, config: Config) -> Snapshot:
        """The next moment, with another configuration of the same map and module roots."""
        return self._with(config=config)

    def _with(self, **changed: object) -> Snapshot:
        after = self._copy()
        for name, value in changed.items():
            setattr(after, name, value)
        _carry_indexes(self, after, set())
        return after

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

    # Paths

    def module_root(self, path: str) -> str | None:
        """The module root that ``path`` is under (``""`` for the workspace itself), else None."""
        return module_root(path, self.module_roots)

    def import_path(self, path: str) -> str:
        """``path`` as an import statement names it: relative to its module root."""
        root = self.module_root(path)
        return path[len(root) + 1 :] if root else path

    def is_unread(self, path: str) -> bool:
        """Whether nobody could read the file at ``path``, or look whether it is there."""
        above = (path[: at + 1] for at, character in enumerate(path) if character == "/")
        return bool(self.unreadable) and any(each in self.unreadable for each in (path, *above))

    @cached_property
    def by_import_path(self) -> dict[str, ProtoFile]:
        """Governed files by the path that import statements use."""
        return {self.import_path(path): file for path, file in self.files.items()}

    def _key(self, path: str) -> str:
        """What the view calls a file: its import path, unless another file answers to that.

        Governed files come first, then those whose paths come last.
        """
        name = self.import_path(path)
        if len(self.module_roots) < 2:
            return name
        first = max(self._claims(name), key=lambda each: (each in self.files, each))
        return name if path == first else path

    def _claims(self, name: str) -> list[str]:
        """The files that have an import path, more than one where module roots overlap."""
        every = (f"{root}/{name}" if root else name for root in self.module_roots)
        known = (each for each in every if each in self.files or each in self.bystanders)
        return [each for each in known if self.import_path(each) == name]

    # Declarations and references

    @cached_property
    def contracts(self) -> dict[str, tuple[Located, ...]]:
        """Every contract by its FQN; more than one where an FQN is declared twice."""
        found: dict[str, list[Located]] = {}
        for file in self.files.values():
            for contract in file.contracts:
                found.setdefault(file.fqn(contract), []).append(Located(file, contract))
        return {fqn: tuple(located) for fqn, located in found.items()}

    @cached_property
    def by_package(self) -> dict[str, tuple[ProtoFile, ...]]:
        """The governed files of each declared package, in path order."""
        found: dict[str, list[ProtoFile]] = {}
        for file in self.files.values():
            found.setdefault(file.package, []).append(file)
        return {package: tuple(files) for package, files in found.items()}

    @cached_property
    def types(self) -> dict[str, str]:
        """Every message and enum by FQN, nested ones too, to the FQN of its contract."""
        return self._types(self.view.declared)

    def _types(self, names: Iterable[str]) -> dict[str, str]:
        return owners(names, self.view.declared, {self._key(path) for path in self.bystanders})

    @cached_property
    def view(self) -> View:
        """All files, bystanders too, as a compiler sees them."""
        every = {**self.bystanders, **self.files}
        return View({self._key(path): file for path, file in every.items()})

    def resolve(self, file: ProtoFile, scope: str, ref: TypeRef, kind: str = TYPE) -> str | None:
        """The FQN of the governed type that a name in a file means; None if unknown.

        ``scope`` and ``kind`` are as ``model.type_refs`` gives them. By protobuf's rules; a name
        whose import is still to be typed means the one thing it could mean then.
        """
        found = self.view.type_of(self._key(file.path), ref.name, scope, kind)
        return found if found in self.types else None

    def references_from(self, file: ProtoFile) -> Iterator[Reference]:
        """The type names written in ``file`` that resolve to a governed file's type."""
        view, types, key = self.view, self.types, self._key(file.path)
        quick = view.quick(key)
        for contract, scope, ref, kind in refs_of(file):
            target = quick.type_of(ref.name, scope, kind)
            target = target or view.type_of(key, ref.name, scope, kind)
            if target is not None and target in types:
                yield Reference(file.path, contract, ref, target)

    def line(self, file: ProtoFile, offset: int) -> int:
        """The 1-based line of a byte offset in a file."""
        source, lines = self._lines.get(file.path, (None, None))
        if lines is None or source is not file.source:
            lines = LineIndex(file.source)
            self._lines[file.path] = file.source, lines
        return lines.line_of(offset) + 1

    @cached_property
    def references(self) -> dict[str, tuple[Reference, ...]]:
        """Who refers to each contract, by the contract's FQN; references to nested types count."""
        found: dict[str, list[Reference]] = {}
        for file in self.files.values():
            for reference in self.references_from(file):
                found.setdefault(self.types[reference.target], []).append(reference)
        return {fqn: tuple(references) for fqn, references in found.items()}

    @cached_property
    def mentions(self) -> dict[str, frozenset[str]]:
        """The governed files that write a type name, by the name's first and last components."""
        found: dict[str, set[str]] = {}
        for path, file in self.files.items():
            for name in components(file):
                found.setdefault(name, set()).add(path)
        return {name: frozenset(paths) for name, paths in found.items()}


# Indexes carried over from one snapshot to the next

_OF_MAP = ("rows", "is_audited", "packages", "firsts")


def _carry_indexes(before: Snapshot, after: Snapshot, changed: set[str]) -> None:
    """Give ``after`` the indexes that ``before`` has made, with the files at ``changed`` anew."""
    made = before.__dict__
    if after.map is before.map:
        after.__dict__.update({name: made[name] for name in _OF_MAP if name in made})
    gone = [before.files[path] for path in changed if path in before.files]
    come = [after.files[path] for path in changed if path in after.files]
    if "by_import_path" in made:
        after.by_import_path = dict(before.by_import_path)
        for name in {after.import_path(path) for path in changed}:
            claims = [path for path in after._claims(name) if path in after.files]
            if claims:
                after.by_import_path[name] = after.files[max(claims)]
            else:
                after.by_import_path.pop(name, None)
    if "by_package" in made:
        after.by_package = dict(before.by_package)
        for file in gone:
            leave(after.by_package, file.package, {file.path}, lambda f: f.path)
        for file in come:
            join(after.by_package, file.package, [file], lambda f: f.path)
    if "contracts" in made:
        after.contracts = dict(before.contracts)
        for file in gone:
            for fqn in {file.fqn(contract) for contract in file.contracts}:
                leave(after.contracts, fqn, {file.path}, lambda located: located.file.path)
        arriving: dict[str, list[Located]] = {}
        for file in come:
            for contract in file.contracts:
                arriving.setdefault(file.fqn(contract), []).append(Located(file, contract))
        for fqn, several in arriving.items():
            join(after.contracts, fqn, several, lambda one: one.file.path)
    if "view" in made:
        changes = _view_changes(before, after, changed)
        after.view = before.view.replaced(changes)
        apart = {path for path in changed if path in before.bystanders or path in after.bystanders}
        if "types" in made and not apart:
            after.types = before.types
            if after.view.declared is not before.view.declared:
                names = {fqn for file in (*gone, *come) for fqn in types_of(file)}
                now = after._types(names)
                after.types = {**before.types, **now}
                for fqn in names - now.keys():
                    after.types.pop(fqn, None)
        if "references" in made:
            _carry_references(before, after, gone, come, changes.keys())


def _view_changes(
    before: Snapshot, after: Snapshot, changed: set[str]
) -> dict[str, ProtoFile | None]:
    """What changes in the view; with a file, which of several is imported by its path."""
    names = {after.import_path(path) for path in changed}
    roots = after.module_roots if len(after.module_roots) > 1 else ()
    paths = changed.union(f"{root}/{name}" if root else name for root in roots for name in names)
    gone = [p for p in paths if p in before.files or p in before.bystanders]
    come = [p for p in paths if p in after.files or p in after.bystanders]
    found: dict[str, ProtoFile | None] = {before._key(path): None for path in gone}
    for path in come:
        found[after._key(path)] = after.files.get(path) or after.bystanders[path]
    return {key: file for key, file in found.items() if before.view.files.get(key) is not file}


def _carry_references(
    before: Snapshot,
    after: Snapshot,
    gone: list[ProtoFile],
    come: list[ProtoFile],
    changed: Collection[str],
) -> None:
    after.mentions = dict(before.mentions)
    for file in gone:
        for name in components(file):
            after.mentions[name] -= {file.path}
    for file in come:
        for name in components(file):
            after.mentions[name] = after.mentions.get(name, frozenset()) | {file.path}
    asked = {file.path for file in regrouped(before.view, after.view, changed)}
    for name in renamed(before.view, after.view, changed):
        asked |= before.mentions.get(name, frozenset())
    asked = (asked & before.files.keys() & after.files.keys()) - {file.path for file in come}
    old = [*gone, *(before.files[path] for path in asked)]
    new = [*come, *(after.files[path] for path in asked)]
    after.references = dict(before.references)
    paths = {file.path for file in old}
    for fqn in {before.types[r.target] for file in old for r in before.references_from(file)}:
        leave(after.references, fqn, paths, lambda reference: reference.path)
    found: dict[str, list[Reference]] = {}
    for file in new:
        for reference in after.references_from(file):
            found.setdefault(after.types[reference.target], []).append(reference)
    for fqn, references in found.items():
        join(after.references, fqn, references, lambda one: one.path)
