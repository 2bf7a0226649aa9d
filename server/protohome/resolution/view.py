"""The files of a workspace as a compiler sees them: what each sees, and what a name means there.

As protoc's ``DescriptorBuilder::LookupSymbol``: from the innermost scope outwards, the first scope
that knows the *first* component decides; a compound name whose first component is no aggregate
there, and a simple type name that is no type there, are looked for further out. Only the file
itself, its imports and what those import publicly are visible.

Imports that no file of the workspace answers for are *absent*: the well-known types are known all
the same; of others only the package is guessed, from the folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TypeAlias

from ..lazily import cached_property
from ..model import ANY, TYPE, Declaration, Message, ProtoFile, nested_types
from ..named import NamedTuple
from ..positions import Span
from .imports import Imports
from .layered import Layered
from .names import DECLARED, FULL, LITERAL, Name, names
from .quick import Index, Quick, Seen, join, scopes
from .symbols import AGGREGATES, TYPES, Declared, beside, differing, has_rpc, sees, symbols_of
from .well_known import well_known

Said: TypeAlias = "tuple[tuple[str, str], ...]"  # FQN and kind of what a declaration declares

_ASKED = 8  # names whose mentions the next view knows, too: those of a menu


class Target(NamedTuple):
    """What a name means: an FQN, and the import path of what declares it.

    Several files where it is only known that one of these absent files must; not ``sure`` where
    even that is only likely.
    """

    fqn: str
    files: tuple[str, ...]
    sure: bool = True


class View(Imports):
    """The files of a workspace by import path; immutable."""

    def __init__(self, files: Mapping[str, ProtoFile]) -> None:
        super().__init__(files)
        self._symbols: dict[str, Mapping[str, str]] = {}
        self._said: dict[str, tuple[str, Mapping[Declaration, Said]]] = {}
        self._beside: dict[str, Mapping[str, str]] = {}
        self._names: dict[str, tuple[Name, ...]] = {}
        self._seen: dict[str, Seen] = {}
        self._quick: dict[str, Quick] = {}
        self._beginnings: dict[frozenset[str], frozenset[str]] = {}
        self._mentioning: dict[str, tuple[set[str], frozenset[str]]] = {}
        # Whose index, with which files changed, is this one's once somebody asks for it.
        self._before: tuple[View, Mapping[str, ProtoFile | None]] | None = None

    def replaced(self, changed: Mapping[str, ProtoFile | None]) -> View:
        """The view after these files were replaced, added, or (None) removed."""
        if not changed:
            return self
        files = dict(self.files)
        for path, file in changed.items():
            if file is not None:
                files[path] = file
            else:
                files.pop(path, None)
        if not changed.keys() <= self.files.keys():
            files = dict(sorted(files.items()))
        after = View(files)
        after._symbols = {**self._symbols}
        after._said, after._names = {**self._said}, {**self._names}
        after._beside = {**self._beside}
        for path, file in changed.items():
            after._symbols.pop(path, None)
            after._names.pop(path, None)
            if any(beside(chain(*differing(self.files.get(path), file)))):
                after._beside.pop(path, None)
        pairs = [(self.files.get(path), file) for path, file in changed.items()]
        if all(a and b and sees(a) == sees(b) for a, b in pairs):
            after._seen, after._passing_on = self._seen, self._passing_on
            after._importers, after._by_package = self._importers, self._by_package
        for name in [*self._mentioning][-_ASKED:]:
            known, unread = self._mentioning[name]
            after._mentioning[name] = known, unread.union(changed)
        if "_index" in self.__dict__:
            after._index = self._index.replaced(self.files, changed)
        elif self._before is None:
            after._before = self, changed
        return after

    # What files declare and see

    def let_go(self, path: str) -> None:
        """Forget what a file sees, once it was looked at: of few it is asked again."""
        self._seen.pop(path, None)
        self._quick.pop(path, None)

    def names(self, path: str) -> tuple[Name, ...]:
        """The names written in a file."""
        if path not in self._names:
            self._names[path] = names(self.files[path])
        return self._names[path]

    def symbols(self, path: str) -> Mapping[str, str]:
        """What a file declares: FQN to kind; of absent files only well-known types."""
        if path not in self._symbols:
            file = self.files.get(path)
            self._symbols[path] = self._symbols_in(path, file) if file else dict(well_known(path))
        return self._symbols[path]

    def _symbols_in(self, path: str, file: ProtoFile) -> Mapping[str, str]:
        """What a file declares; of an earlier version that was asked about, what is as it was."""
        package, known = self._said.get(path, ("", {}))
        known = known if package == file.package else {}
        said = {
            one: known[one] if one in known else tuple(symbols_of(file.package, [one]))
            for one in file.declarations
        }
        self._said[path] = file.package, said
        found: dict[str, str] = {}
        for each in said.values():
            found.update(each)
        return found

    @property
    def declared(self) -> Layered[tuple[Declared, ...]]:
        """Every message, enum and service by FQN."""
        return self._index.declared

    @cached_property
    def _index(self) -> Index:
        known, self._before = self._before, None
        if known is None:
            return Index.of(self.files)
        before, changed = known
        return before._index.replaced(before.files, changed)

    def mentioning(self, names: Iterable[str]) -> set[str]:
        """The files in whose text one of ``names`` is, in whatever sense."""
        found: set[str] = set()
        for name in names:
            known, unread = self._mentioning.get(name, (set(), self.files.keys()))
            if unread:
                files = {path: self.files[path] for path in unread if path in self.files}
                known = (known - unread) | _mentioning(name, files)
                self._mentioning[name] = known, frozenset()
            found |= known
        return found

    def declaring(self, fqn: str) -> str | None:
        """A file that declares ``fqn``, whether or not anything imports it."""
        package = fqn
        while package:
            package = package.rpartition(".")[0]
            for path in self._by_package.get(package, ()):
                if fqn in self.symbols(path):
                    return path
        return None

    @cached_property
    def _by_package(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path, file in self.files.items():
            found.setdefault(file.package, []).append(path)
        return found

    def is_package(self, fqn: str) -> bool:
        """Whether ``fqn`` is a package, or the beginning of one."""
        return any(p == fqn or p.startswith(fqn + ".") for p in self._by_package)

    def _sees(self, path: str) -> Seen:
        seen = self._seen.get(path)
        if seen is None:
            visible = self.visible(path)
            absent = tuple(each for each in visible if each not in self.files)
            known = tuple(each for each in absent if self.symbols(each))
            unknown = tuple(each for each in absent if each not in known)
            packages = {self.files[each].package for each in visible if each in self.files}
            packages.update(_package(each) for each in absent)
            around = self._with_beginnings(frozenset(packages))
            seen = self._seen[path] = Seen(frozenset(visible), around, unknown, known)
        return seen

    def _with_beginnings(self, packages: frozenset[str]) -> frozenset[str]:
        """Packages and what they begin with; most files see the same few."""
        found = self._beginnings.get(packages)
        if found is None:
            found = frozenset(scope for package in packages for scope in scopes(package, ""))
            self._beginnings[packages] = found
        return found

    # Resolution

    def resolve(self, path: str, name: Name) -> Target | None:
        """What a name in a file means; None when nothing that the file sees fits."""
        if name.kind == DECLARED:
            declaring = self.declaring(name.text)
            return Target(name.text, (declaring,)) if declaring else None
        if name.text.startswith(".") or name.kind == FULL:
            return self._known(path, name.text.removeprefix("."))
        package = self.files[path].package
        first, _, rest = name.text.partition(".")
        members = not rest and name.kind != TYPE
        for scope in scopes(package, "" if name.kind == LITERAL else name.scope):
            at = join(scope, first)
            kind, declaring = self._found(path, at, members)
            if not kind:
                continue
            if not rest:
                if kind in TYPES or (members and kind != "package"):
                    return Target(at, (declaring,))
            elif kind in AGGREGATES:
                return self._known(path, join(scope, name.text))
        return self._guessed(path, package, name.text)

    def meant(self, path: str, name: Name) -> Target | None:
        """As ``resolve``; when the file lacks the import, what the name would mean with it."""
        return self.resolve(path, name) or self._unimported(path, name)

    def quick(self, path: str) -> Quick:
        """What tells in no time what most type names in a file mean."""
        found = self._quick.get(path)
        if found is None:
            package = self.files[path].package
            found = self._quick[path] = Quick(package, self._sees(path), self._index, path)
        return found

    def type_of(self, path: str, text: str, scope: str, kind: str) -> str | None:
        """The FQN of the type that a name in a file means, one still to be imported as well.

        ``scope`` and ``kind`` are as ``model.type_refs`` gives them.
        """
        found = self.quick(path).type_of(text, scope, kind)
        if found is None:
            name = Name(text, Span(0, 0), scope, kind)
            target = self.resolve(path, name)
            if target is None or not target.sure:
                target = self._unimported(path, name) or target
            found = target.fqn if target else None
        return found

    def is_exported(self, fqn: str) -> bool:
        """Whether other files may use a type; before edition 2024 they may use every one.

        As "Symbol Visibility" of the edition 2024 spec: what is neither marked ``export`` nor
        ``local`` is exported at the top level only; in later editions it is not.
        """
        file = self.files[self.declaring(fqn) or ""]
        if not file.syntax.isdigit() or file.syntax < "2024":
            return True
        for contract in file.contracts:
            own = file.fqn(contract)
            every = {own: contract}
            if isinstance(contract, Message):
                every.update(nested_types(contract, own))
            if fqn in every:
                word = file.source[every[fqn].span.start :].partition(b" ")[0]
                default = fqn == own and file.syntax == "2024"
                return word == b"export" or (word != b"local" and default)
        return True

    def kind(self, fqn: str) -> str:
        """The kind of what is declared by that name, ``""`` for nothing."""
        declaring = self.declaring(fqn)
        return self.symbols(declaring)[fqn] if declaring else ""

    def _found(self, path: str, fqn: str, members: bool = False) -> tuple[str, str]:
        """The kind of what a file sees by that name, and its file; members only when asked for."""
        seen = self._sees(path)
        for declaring, kind, _ in self.declared.get(fqn, ()):
            if declaring in seen.files:
                return kind, declaring
        if fqn in seen.packages:
            return "package", ""
        for each in seen.known:
            kind = self.symbols(each).get(fqn, "")
            if kind:
                return kind, each
        for each in self._holding(fqn.rpartition(".")[0], seen) if members else ():
            kind = self._member(each, fqn)
            if kind:
                return kind, each
        return "", ""

    def _member(self, path: str, fqn: str) -> str:
        """The kind of a member that a file declares, ``""`` for none.

        Of an rpc, and of what stands beside contracts, it is soon told.
        """
        scope, _, name = fqn.rpartition(".")
        file = self.files[path]
        if {one.kind for one in self.declared.get(scope, ()) if one.path == path} == {"service"}:
            is_inside = name in self._index.inner[path]
            return "rpc" if is_inside and has_rpc(file, scope, name) else ""
        if scope == file.package:
            if path not in self._beside:
                self._beside[path] = dict(symbols_of(file.package, beside(file.declarations)))
            return self._beside[path].get(fqn, "")
        return self.symbols(path).get(fqn, "")

    def _holding(self, scope: str, seen: Seen) -> list[str]:
        """The seen files that may declare members in a scope, a package or what is declared."""
        if scope in self.declared:
            return [each.path for each in self.declared[scope] if each.path in seen.files]
        return [path for path in self._by_package.get(scope, ()) if path in seen.files]

    def _known(self, path: str, fqn: str) -> Target | None:
        kind, declaring = self._found(path, fqn, members=True)
        if kind and kind != "package":
            return Target(fqn, (declaring,))
        absent = self._sees(path).absent
        package = fqn
        while package := package.rpartition(".")[0]:
            files = tuple(p for p in absent if _package(p) == package)
            if files:
                return Target(fqn, files)
        return None

    def _guessed(self, path: str, package: str, text: str) -> Target | None:
        """What a name may mean in a file that is absent."""
        absent = self._sees(path).absent
        if "." in text:
            return Target(text, absent, sure=False) if absent else None
        for scope in scopes(package, ""):
            files = tuple(p for p in absent if _package(p) == scope)
            if files and scope:
                return Target(f"{scope}.{text}", files, sure=False)
        return None

    def _unimported(self, path: str, name: Name) -> Target | None:
        """The one thing that a name would mean if its file were imported."""
        text = name.text.removeprefix(".")
        found: list[Target] = []
        for scope in scopes(self.files[path].package, "" if name.kind == LITERAL else name.scope):
            fqn = f"{scope}.{text}" if scope and text == name.text else text
            if fqn in (target.fqn for target in found):
                continue
            if name.kind in (TYPE, ANY):
                files = tuple(
                    each.path for each in self.declared.get(fqn, ()) if each.kind in TYPES
                )
            else:
                files = tuple(filter(None, [self.declaring(fqn)]))
            if files:
                found.append(Target(fqn, files[:1]))
        return found[0] if len(found) == 1 else None


def _package(path: str) -> str:
    """The package of an absent file, if its folder tells."""
    return path.rpartition("/")[0].replace("/", ".")


def _mentioning(name: str, files: Mapping[str, ProtoFile]) -> set[str]:
    written = name.encode()
    return {path for path, file in files.items() if written in file.source}
