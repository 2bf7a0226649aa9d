"""Files as they are at one moment, and what is looked up in them.

What a lookup needs is made when it is first asked for, or carried over from the moment before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..lazily import cached_property
from ..model import TYPE, Declaration, ProtoFile, components
from ..positions import LineIndex
from ..resolution import View
from ..resolution.layered import Layered
from .governance import module_root
from .indexes import (
    Contracts,
    Entry,
    Located,
    Reference,
    Written,
    owners,
    refs_in,
)


class Lookups:
    """``files`` are governed, in path order; ``bystanders`` are not. Immutable, without I/O.

    ``unreadable`` says for a governed path why its bytes are no text; one that ends in ``/`` is a
    folder that nobody may look into.
    """

    def __init__(
        self,
        module_roots: tuple[str, ...],
        files: Mapping[str, ProtoFile],
        bystanders: Mapping[str, ProtoFile] | None = None,
        unreadable: Mapping[str, str] | None = None,
    ) -> None:
        self.module_roots = module_roots
        self.files: Mapping[str, ProtoFile] = dict(sorted(files.items()))
        self.bystanders: Mapping[str, ProtoFile] = dict(bystanders or {})
        self.unreadable: Mapping[str, str] = dict(unreadable or {})
        self._lines: dict[str, tuple[ProtoFile, LineIndex]] = {}
        # Of files that were edited: what is not touched again need not be resolved again.
        self.resolved: dict[str, Mapping[Declaration, tuple[Written, ...]]] = {}
        self.writers: dict[str, Layered[frozenset[Declaration]]] = {}

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
    def by_import_path(self) -> Mapping[str, ProtoFile]:
        """Governed files by the path that import statements use."""
        return {self.import_path(path): file for path, file in self.files.items()}

    def key(self, path: str) -> str:
        """What the view calls a file: its import path, unless another file answers to that.

        Governed files come first, then those whose paths come last.
        """
        name = self.import_path(path)
        if len(self.module_roots) < 2:
            return name
        first = max(self.claims(name), key=lambda each: (each in self.files, each))
        return name if path == first else path

    def claims(self, name: str) -> list[str]:
        """The files that have an import path, more than one where module roots overlap."""
        every = (f"{root}/{name}" if root else name for root in self.module_roots)
        known = (each for each in every if each in self.files or each in self.bystanders)
        return [each for each in known if self.import_path(each) == name]

    # Declarations and references

    @cached_property
    def contracts(self) -> Mapping[str, tuple[Located, ...]]:
        """Every contract by its FQN; more than one where an FQN is declared twice."""
        return Contracts(self.files, self.entries)

    @cached_property
    def entries(self) -> Layered[tuple[Entry, ...]]:
        """Where each contract is declared, by its FQN."""
        found: dict[str, tuple[Entry, ...]] = {}
        for path, file in self.files.items():
            for declaration in file.declarations:
                if declaration.is_contract:
                    fqn = file.fqn(declaration)
                    found[fqn] = (*found.get(fqn, ()), Entry(path, declaration))
        return Layered(found)

    @cached_property
    def by_package(self) -> Mapping[str, tuple[ProtoFile, ...]]:
        """The governed files of each declared package, in path order."""
        found: dict[str, list[ProtoFile]] = {}
        for file in self.files.values():
            found.setdefault(file.package, []).append(file)
        return {package: tuple(files) for package, files in found.items()}

    @cached_property
    def types(self) -> Layered[str]:
        """Every message and enum by FQN, nested ones too, to the FQN of its contract."""
        return Layered(self.owners(self.view.declared))

    def owners(self, names: Iterable[str]) -> dict[str, str]:
        """The contract of each of these types that a governed file declares."""
        return owners(names, self.view.declared, {self.key(path) for path in self.bystanders})

    @cached_property
    def view(self) -> View:
        """All files, bystanders too, as a compiler sees them."""
        every = {**self.bystanders, **self.files}
        return View(dict(sorted({self.key(path): file for path, file in every.items()}.items())))

    def resolve(self, file: ProtoFile, scope: str, name: str, kind: str = TYPE) -> str | None:
        """The FQN of the governed type that a name in a file means; None if unknown.

        ``scope`` and ``kind`` are as ``model.type_refs`` gives them. By protobuf's rules; a name
        whose import is still to be typed means the one thing it could mean then.
        """
        found = self.view.type_of(self.key(file.path), name, scope, kind)
        return found if found in self.types else None

    def references_from(self, file: ProtoFile) -> Iterator[Reference]:
        """The type names written in ``file`` that resolve to a governed file's type."""
        for written in self.written_in(file).values():
            for one in written:
                yield one.placed({file.path: file})

    def written_in(self, file: ProtoFile) -> Mapping[Declaration, tuple[Written, ...]]:
        """What ``references_from`` says, by declaration and with its spans."""
        if self.files.get(file.path) is file and file.path in self.resolved:
            return self.resolved[file.path]
        return self.written_by(file, file.declarations)

    def written_by(
        self, file: ProtoFile, declarations: Iterable[Declaration]
    ) -> Mapping[Declaration, tuple[Written, ...]]:
        """As ``written_in``, of some declarations."""
        if self.files.get(file.path) is file and file.path in self.resolved:
            return {one: self.resolved[file.path][one] for one in declarations}
        return {one: tuple(self.resolve_in(file, one)) for one in declarations}

    def resolve_in(self, file: ProtoFile, declaration: Declaration) -> Iterator[Written]:
        """As ``written_in``, of one declaration, resolved now."""
        if not declaration.digest.refs:
            return
        view, types, key = self.view, self.types, self.key(file.path)
        quick = view.quick(key)
        for contract, scope, ref, kind in refs_in(file, declaration):
            target = quick.type_of(ref.name, scope, kind)
            target = target or view.type_of(key, ref.name, scope, kind)
            if target is not None and target in types:
                yield Written(file.path, declaration, contract, ref, target, types[target])

    def line(self, file: ProtoFile, offset: int) -> int:
        """The 1-based line of a byte offset in a file."""
        known, lines = self._lines.get(file.path, (None, None))
        if lines is None or known is not file:
            lines = LineIndex(file.source)
            self._lines[file.path] = file, lines
        return lines.line_of(offset) + 1

    @property
    def references(self) -> Mapping[str, tuple[Reference, ...]]:
        """Who refers to each contract, by the contract's FQN; references to nested types count."""
        return References(self)

    @property
    def is_looked_at(self) -> bool:
        """Whether what takes a look at every file has been made: the next answers are quick."""
        return {"referrers", "mentions", "types"} <= self.__dict__.keys()

    def look(self) -> None:
        """Take a look at every file, and let go of it at once: all that they write takes room."""
        if not self.is_looked_at:
            if "referrers" not in vars(self):
                self.referrers = self._referrers(let_go=True)
            _ = self.mentions, self.types

    def let_go(self, file: ProtoFile) -> None:
        """Hold nothing of a file that was made to look at all it writes, and can be made again."""
        file.let_go()
        self.view.let_go(self.key(file.path))

    @cached_property
    def referrers(self) -> Layered[tuple[Entry, ...]]:
        """The declarations that refer to each contract, or to what is inside it, by its FQN."""
        return self._referrers()

    def _referrers(self, let_go: bool = False) -> Layered[tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for path, file in self.files.items():
            for declaration in file.declarations:
                entry = Entry(path, declaration)
                for owner in {owner: None for _, owner in self.targets_in(file, declaration)}:
                    found.setdefault(owner, []).append(entry)
            if let_go:
                self.let_go(file)
        return Layered({fqn: tuple(entries) for fqn, entries in found.items()})

    def uses_of(self, fqn: str) -> list[Entry]:
        """The declarations that refer to a contract, each as often as it does."""
        found: list[Entry] = []
        for entry in self.referrers.get(fqn, ()):
            targets = self.targets_in(self.files[entry.path], entry.declaration)
            found += [entry for _, owner in targets if owner == fqn]
        return found

    def referred_to(self, file: ProtoFile) -> set[str]:
        """The contracts that a file refers to, or to what is inside them, by FQN."""
        every = (self.targets_in(file, declaration) for declaration in file.declarations)
        return {owner for targets in every for _, owner in targets}

    def targets_in(self, file: ProtoFile, declaration: Declaration) -> tuple[tuple[str, str], ...]:
        """The types that a declaration refers to, each with the contract that it is inside of."""
        if self.files.get(file.path) is file and file.path in self.resolved:
            every = self.resolved[file.path][declaration]
            return tuple([(one.target, one.owner) for one in every])
        refs = declaration.digest.refs
        if not refs:
            return ()
        view, types, key = self.view, self.types, self.key(file.path)
        quick = view.quick(key)
        found: list[tuple[str, str]] = []
        for scope, name, kind in refs:
            target = quick.type_of(name, scope, kind) or view.type_of(key, name, scope, kind)
            if target is not None and target in types:
                found.append((target, types[target]))
        return tuple(found)

    @cached_property
    def mentions(self) -> Layered[frozenset[str]]:
        """The governed files that write a type name, by the name's first and last components."""
        found: dict[str, set[str]] = {}
        for path, file in self.files.items():
            for name in file.mentions:
                found.setdefault(name, set()).add(path)
        once: dict[frozenset[str], frozenset[str]] = {}  # most names are written in one file alone
        every = ((name, frozenset(paths)) for name, paths in found.items())
        return Layered({name: once.setdefault(paths, paths) for name, paths in every})

    def writers_of(self, file: ProtoFile) -> Layered[frozenset[Declaration]]:
        """The declarations of a governed file that write a type name, by its components."""
        if file.path not in self.writers:
            found: dict[str, set[Declaration]] = {}
            for declaration in file.declarations:
                for name in components([declaration]):
                    found.setdefault(name, set()).add(declaration)
            self.writers[file.path] = Layered({n: frozenset(them) for n, them in found.items()})
        return self.writers[file.path]

    def writers_in(self, file: ProtoFile, names: Iterable[str]) -> set[Declaration]:
        """The declarations of a governed file that write a name with one of these components."""
        return {one for name in names for one in self.writers_of(file).get(name, ())}


class References(Mapping[str, tuple[Reference, ...]]):
    """Who refers to each contract, by the contract's FQN; places are looked up when asked for."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups

    def __getitem__(self, fqn: str) -> tuple[Reference, ...]:
        files, found = self._lookups.files, list[Reference]()
        for path, declaration in self._lookups.referrers[fqn]:
            written = self._lookups.written_by(files[path], [declaration])[declaration]
            found += (one.placed(files) for one in written if one.owner == fqn)
        return tuple(found)

    def __contains__(self, fqn: object) -> bool:
        return fqn in self._lookups.referrers

    def __iter__(self) -> Iterator[str]:
        return iter(self._lookups.referrers)

    def __len__(self) -> int:
        return len(self._lookups.referrers)
