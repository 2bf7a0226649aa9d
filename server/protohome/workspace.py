"""A workspace as it is at one moment: map, configuration and the facts of every governed file.

A snapshot is immutable and does no I/O; ``discovery`` makes one from disk, an editor makes the next
one from its buffers. All paths are relative to the workspace root, with ``/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, TypeVar

from .config import Config
from .model import Contract, Message, ProtoFile, TypeRef, nested_types, type_refs
from .packagemap.model import AuditRow, PackageMap, PackageRow

Item = TypeVar("Item")


class Located(NamedTuple):
    """A contract and the file that declares it."""

    file: ProtoFile
    contract: Contract

    @property
    def fqn(self) -> str:
        return self.file.fqn(self.contract)


class Reference(NamedTuple):
    """A type name written in a governed file, resolved to ``target``, an FQN."""

    path: str
    contract: str
    ref: TypeRef
    target: str


class Revision(NamedTuple):
    """Which reference a snapshot has: what was there before, as DESIGN's vocabulary has it.

    ``name`` is for a person, ``commit`` an object id where the reference is one. ``why`` says why
    there is none, and what to do; it is ``""`` where there is one, or none was looked for.
    ``map`` are the bytes of the map as they were, None where that is not known.
    """

    name: str = ""
    commit: str = ""
    why: str = ""
    map: bytes | None = None


class Snapshot:
    """One moment of a workspace.

    ``files`` are the governed files in path order. ``bystanders`` are other ``.proto`` files below
    the module roots that may refer to them: no rule judges those, but a move rewrites them.
    ``unreadable`` says for a governed path why its bytes are no text. ``root`` is the workspace's
    absolute path, for messages only. ``reference`` is what was there before, judged by today's map
    and configuration, None where nothing is known of it; ``revision`` says which it is.
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

    def with_reference(self, reference: Snapshot | None, revision: Revision) -> Snapshot:
        """The same moment, compared with another reference."""
        after = self._copy()
        after.reference, after.revision = reference, revision
        _carry_indexes(self, after, [], [])
        return after

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
        gone = [self.files[path] for path in changed if path in self.files]
        _carry_indexes(self, after, gone, [file for file in changed.values() if file])
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
        _carry_indexes(self, after, [], [])
        return after.with_files(changed, let_go) if changed else after

    def with_config(self, config: Config) -> Snapshot:
        """The next moment, with another configuration of the same map and module roots."""
        after = self._copy()
        after.config = config
        _carry_indexes(self, after, [], [])
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
        return after

    def governs(self, file: ProtoFile) -> bool:
        """Whether the map governs a file under a module root."""
        if file.path in self.rows:
            return True
        return _governed(self.firsts, self.import_path(file.path), file.package)

    # The map, looked up

    @cached_property
    def rows(self) -> dict[str, AuditRow]:
        """The audit row of each file."""
        return {row.file: row for row in self.map.audit}

    @cached_property
    def packages(self) -> dict[str, PackageRow]:
        """The ownership row of each mapped package."""
        return {row.package: row for row in self.map.packages}

    @cached_property
    def firsts(self) -> frozenset[str]:
        """The first components of the mapped packages."""
        return _firsts(self.map)

    # Paths

    def module_root(self, path: str) -> str | None:
        """The module root that ``path`` is under (``""`` for the workspace itself), else None."""
        return module_root(path, self.module_roots)

    def import_path(self, path: str) -> str:
        """``path`` as an import statement names it: relative to its module root."""
        root = self.module_root(path)
        return path[len(root) + 1 :] if root else path

    @cached_property
    def by_import_path(self) -> dict[str, ProtoFile]:
        """Governed files by the path that import statements use."""
        return {self.import_path(path): file for path, file in self.files.items()}

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
        every = (located for several in self.contracts.values() for located in several)
        return {name: fqn for located in every for name, fqn in _types_in(located)}

    def resolve(self, package: str, scope: str, name: str) -> str | None:
        """The FQN of the type that ``name`` means in ``scope`` below ``package``; None if unknown.

        From the innermost scope outwards, as in the language spec's "Name Resolution"; imports
        are not asked, so that an import still to be typed is no obstacle.
        """
        if name.startswith("."):
            return name[1:] if name[1:] in self.types else None
        prefix = f"{package}.{scope}" if package and scope else package or scope
        while True:
            candidate = f"{prefix}.{name}" if prefix else name
            if candidate in self.types:
                return candidate
            if not prefix:
                return None
            prefix = prefix.rpartition(".")[0]

    def references_from(self, file: ProtoFile) -> Iterator[Reference]:
        """The type names written in ``file`` that resolve to a governed file's type."""
        for contract in file.contracts:
            for scope, ref in type_refs(contract):
                target = self.resolve(file.package, scope, ref.name)
                if target is not None:
                    yield Reference(file.path, file.fqn(contract), ref, target)
        for extension in file.extensions:
            for outer in (extension.extendee, extension.ref):
                if outer is not None:
                    target = self.resolve(file.package, "", outer.name)
                    if target is not None:
                        yield Reference(file.path, "", outer, target)

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
        """The governed files that write a type name, by the name's last component."""
        found: dict[str, set[str]] = {}
        for path, file in self.files.items():
            for name in _names_written(file):
                found.setdefault(name, set()).add(path)
        return {name: frozenset(paths) for name, paths in found.items()}


def _names_written(file: ProtoFile) -> set[str]:
    refs = [ref for contract in file.contracts for _, ref in type_refs(contract)]
    refs += [ref for field in file.extensions for ref in (field.extendee, field.ref) if ref]
    return {ref.name.rpartition(".")[2] for ref in refs}


# Indexes carried over from one snapshot to the next


def _carry_indexes(
    before: Snapshot, after: Snapshot, gone: list[ProtoFile], come: list[ProtoFile]
) -> None:
    """Give ``after`` the indexes that ``before`` has made, with ``gone`` out and ``come`` in."""
    made = before.__dict__
    if "by_import_path" in made:
        after.by_import_path = dict(before.by_import_path)
        for file in gone:
            after.by_import_path.pop(before.import_path(file.path), None)
        for file in come:
            after.by_import_path[after.import_path(file.path)] = file
    if "by_package" in made:
        after.by_package = dict(before.by_package)
        for file in gone:
            _leave(after.by_package, file.package, {file.path}, lambda f: f.path)
        for file in come:
            _join(after.by_package, file.package, [file], lambda f: f.path)
    if "contracts" in made:
        after.contracts = dict(before.contracts)
        for file in gone:
            for fqn in {file.fqn(contract) for contract in file.contracts}:
                _leave(after.contracts, fqn, {file.path}, lambda located: located.file.path)
        for file in come:
            for contract in file.contracts:
                located = Located(file, contract)
                _join(after.contracts, located.fqn, [located], lambda one: one.file.path)
    if "types" in made:
        after.types = dict(before.types)
        for file in gone:
            for name in _types_of(file):
                after.types.pop(name, None)
        for fqn in {file.fqn(contract) for file in (*gone, *come) for contract in file.contracts}:
            for located in after.contracts.get(fqn, ()):
                after.types.update(_types_in(located))
    if "references" in made:
        _carry_references(before, after, gone, come)


def _carry_references(
    before: Snapshot, after: Snapshot, gone: list[ProtoFile], come: list[ProtoFile]
) -> None:
    after.mentions = dict(before.mentions)
    for file in gone:
        for name in _names_written(file):
            after.mentions[name] -= {file.path}
    for file in come:
        for name in _names_written(file):
            after.mentions[name] = after.mentions.get(name, frozenset()) | {file.path}
    touched = {name for file in (*gone, *come) for name in _types_of(file)}
    moved = {name for name in touched if before.types.get(name) != after.types.get(name)}
    asked = {path for n in moved for path in before.mentions.get(n.rpartition(".")[2], ())}
    asked = (asked & after.files.keys()) - {file.path for file in come}
    old = [*gone, *(before.files[path] for path in asked)]
    new = [*come, *(after.files[path] for path in asked)]
    after.references = dict(before.references)
    paths = {file.path for file in old}
    for fqn in {before.types[r.target] for file in old for r in before.references_from(file)}:
        _leave(after.references, fqn, paths, lambda reference: reference.path)
    for file in new:
        for reference in after.references_from(file):
            fqn = after.types[reference.target]
            _join(after.references, fqn, [reference], lambda one: one.path)


def _leave(
    index: dict[str, tuple[Item, ...]], key: str, paths: set[str], path_of: Callable[[Item], str]
) -> None:
    left = tuple(item for item in index.get(key, ()) if path_of(item) not in paths)
    if left:
        index[key] = left
    else:
        index.pop(key, None)


def _join(
    index: dict[str, tuple[Item, ...]],
    key: str,
    items: list[Item],
    path_of: Callable[[Item], str],
) -> None:
    index[key] = tuple(sorted((*index.get(key, ()), *items), key=path_of))


def _types_of(file: ProtoFile) -> dict[str, str]:
    found: dict[str, str] = {}
    for contract in file.contracts:
        found.update(_types_in(Located(file, contract)))
    return found


def _types_in(located: Located) -> Iterator[tuple[str, str]]:
    """A contract's types, nested ones too, each with the FQN of the contract."""
    fqn, contract = located.fqn, located.contract
    yield fqn, fqn
    if isinstance(contract, Message):
        for name, _inner in nested_types(contract, fqn):
            yield name, fqn


def module_root(path: str, roots: tuple[str, ...]) -> str | None:
    """The longest of ``roots`` that ``path`` is under, None when it is under none."""
    fitting = [root for root in roots if not root or path.startswith(root + "/")]
    return max(fitting, key=len, default=None)


def governs(package_map: PackageMap, import_path: str, package: str) -> bool:
    """Whether a file under a module root is governed by the map.

    Its package shares the first component with a mapped package. A file without a package is
    judged by its first folder instead; directly in the module root it is governed.
    """
    return _governed(_firsts(package_map), import_path, package)


def _governed(firsts: frozenset[str], import_path: str, package: str) -> bool:
    first = (
        package.partition(".")[0] if package else import_path.rpartition("/")[0].partition("/")[0]
    )
    return bool(firsts) and (first in firsts or not first)


def _firsts(package_map: PackageMap) -> frozenset[str]:
    return frozenset(row.package.partition(".")[0] for row in package_map.packages)
