"""Two snapshots, compared file by file: each change belongs to one file, the new one or the old."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ...lazily import cached_property
from ...model import (
    Declaration,
    Enum,
    Field,
    Message,
    ProtoFile,
    Service,
    components,
    moved,
    nested_types,
)
from ...workspace.indexes import Entry
from ...workspace.snapshot import Located, Snapshot
from .altered import Altered, altered_files, are_alike, are_set_alike, between, changed, names
from .contracts.enums import enum_changes
from .contracts.features import of_file
from .contracts.fields import Pair, field_changes
from .contracts.messages import message_changes
from .contracts.services import service_changes
from .contracts.sides import Scope
from .extensions import extension_fields
from .files import file_changes
from .model import GONE, MOVED, RENUMBERED, Change, Location


class Comparison:
    """What the snapshot ``after`` no longer has, or has otherwise than ``before``.

    Looking is lazy: what is asked about one file costs what is otherwise in it, once. ``earlier``
    is the comparison of an earlier moment with ``before``, of which what stays true is kept.
    """

    def __init__(
        self, before: Snapshot, after: Snapshot, earlier: Comparison | None = None
    ) -> None:
        self.before = before
        self.after = after
        self._found: dict[str, tuple[Change, ...]] = {}
        # How contracts differ, with the spans of their declarations.
        self._compared: dict[str, dict[Declaration, tuple[Change, ...]]] = {}
        self._extensions_of: dict[tuple[Snapshot, str], Mapping[str, tuple[Scope, Field]]] = {}
        # What is said of contracts that were gone at some moment.
        self._lost_ones: dict[Declaration, Sequence[Change]] = {}
        self._altered: Mapping[str, Altered] = {}
        if earlier is not None and earlier.before is before:
            paths = changed(earlier.after, after)
            self._altered = altered_files(before, after, paths, earlier._altered)
            self._lost_ones = earlier._lost_ones
            self._keep(earlier, paths)
        else:
            self._altered = altered_files(before, after, changed(before, after), {})

    def _keep(self, earlier: Comparison, paths: Collection[str]) -> None:
        """Take over how contracts differ that are as they were, and what they name is, too."""
        was, now = earlier.after, self.after
        renamed = names(between(was, now, paths))
        for path, known in earlier._compared.items():
            if path not in was.resolved or path not in now.resolved:
                continue  # nobody has edited it
            one, other = was.files[path], now.files[path]
            if one is other or are_set_alike(one, other):
                meant, means = was.resolved[path], now.resolved[path]
                writers = now.writers_in(other, renamed)
                self._compared[path] = {
                    each: changes
                    for each, changes in known.items()
                    if each in means and means[each] is meant.get(each) and each not in writers
                }

    def everything(self) -> list[Change]:
        """All changes, by file."""
        paths = sorted(self.before.files.keys() | self.after.files.keys())
        return [change for path in paths for change in self.in_file(path)]

    def in_file(self, path: str) -> tuple[Change, ...]:
        """The changes to what the file at ``path`` declares now, and what it alone declared."""
        if path not in self._found:
            self._found[path] = tuple(self._in_file(path))
        return self._found[path]

    def _in_file(self, path: str) -> Iterator[Change]:
        altered, file = self._altered.get(path), self.after.files.get(path)
        one = altered.before if altered is not None else None
        is_set_alike = altered is None or altered.is_set_alike
        if (
            one is not None
            and file is not None
            and not (is_set_alike or self.after.is_unread(path))
        ):
            yield from file_changes(one, file)
        touched: set[Declaration] = set()
        if file is not None:
            shadowed = self._shadowed(file)
            touched.update(shadowed, altered.come if altered is not None else ())
            yield from self._contracts(file, touched, shadowed)
        if altered is None:
            return
        if one is not None:
            yield from self._gone(one, altered.gone)
            yield from self._lost_extensions(one, altered.gone)
        if file is not None:
            yield from self._extensions(file, [d for d in file.declarations if d in touched])

    # Contracts that are still there

    def _contracts(
        self, file: ProtoFile, touched: set[Declaration], shadowed: Collection[Declaration]
    ) -> Iterator[Change]:
        """How those contracts of a file differ that are touched, or stand for another file's."""
        asked = touched.union(self._heirs.get(file.path, ()))
        for declaration in file.declarations if asked else ():
            if declaration not in asked or not declaration.is_contract:
                continue
            known = self.before.entries.get(file.fqn(declaration))
            if known and self._entry(file, declaration) == Entry(file.path, declaration):
                yield from self._contract(known[0], file, declaration, declaration in shadowed)

    def _contract(
        self, was: Entry, file: ProtoFile, declaration: Declaration, is_shadowed: bool
    ) -> Iterator[Change]:
        older, by = self.before.files[was.path], file.move_of(declaration)
        before, after = Located(older, was.declaration), Located(file, declaration)
        if before.kind != after.kind:
            yield self._lost(before, Location(file.path, after.contract.name_span))
            return
        found = self._compared.setdefault(file.path, {})
        if declaration not in found:
            is_elsewhere = was.path != file.path and not is_shadowed
            is_alike = is_elsewhere and are_alike(older, was.declaration, file, declaration)
            found[declaration] = () if is_alike else tuple(self._changes(before, declaration, file))
        for change in found[declaration]:
            if is_read(file, change):
                yield change._replace(here=moved(change.here, by))

    def _changes(
        self, before: Located, declaration: Declaration, file: ProtoFile
    ) -> Iterator[Change]:
        """How a contract differs, with the spans that its declaration has."""
        if declaration.contract is not None:
            after = Located(file, declaration.contract)
            yield from contract_changes(before, after, *self._scopes(before.file, file))

    def _scopes(self, one: ProtoFile, other: ProtoFile) -> tuple[Scope, Scope]:
        """Where what two files declare stands; who knows that they are set alike reads one only."""
        altered, features = self._altered.get(other.path), of_file(other)
        is_set_alike = altered is not None and altered.before is one and altered.is_set_alike
        before = features if is_set_alike or one is other else of_file(one)
        return Scope(self.before, one, "", before), Scope(self.after, other, "", features)

    def _entry(self, file: ProtoFile, declaration: Declaration) -> Entry:
        """The first place where a contract is declared."""
        return self.after.entries[file.fqn(declaration)][0]

    @cached_property
    def _heirs(self) -> Mapping[str, Collection[Declaration]]:
        """Contracts, by path, of an FQN that another file declared, too, and no longer does."""
        found: dict[str, set[Declaration]] = {}
        for altered in self._altered.values():
            file, contracts = altered.before, (each for each in altered.gone if each.is_contract)
            for fqn in (file.fqn(each) for each in contracts if file is not None):
                if len(self.before.entries[fqn]) > 1:
                    for entry in self.after.entries.get(fqn, ()):
                        found.setdefault(entry.path, set()).add(entry.declaration)
        return found

    def _shadowed(self, file: ProtoFile) -> Collection[Declaration]:
        """The declarations that write a name which may mean something else than it did."""
        if not self._names:
            return ()
        if file.path in self.after.writers:
            return self.after.writers_in(file, self._names)
        if self._names.isdisjoint(file.mentions):
            return ()
        return {d for d in file.declarations if not self._names.isdisjoint(components([d]))}

    @cached_property
    def _names(self) -> frozenset[str]:
        return names(self._altered.values())

    # Contracts and extensions that are not

    def _gone(self, file: ProtoFile, declarations: Iterable[Declaration]) -> Iterator[Change]:
        now = self.after.files.get(file.path)
        if self.after.is_unread(file.path) or file.path in self.after.bystanders:
            return
        gone = [
            declaration
            for declaration in declarations
            if declaration.name
            and file.fqn(declaration) not in self.after.entries
            and not (now and unread(now, declaration.name))
        ]
        package = not self.after.by_package.get(file.package)
        left: list[str] = []
        for declaration in gone:
            located = Located(file, declaration)
            arrived = self.arrival(located)
            if arrived is not None:
                yield self._moved(located, arrived)
            elif package:
                left.append(located.name)
            else:
                here = Location(file.path, now.package_span) if now else None
                for change in self._all_lost(file, declaration):
                    yield change._replace(here=here)
        if package and left:
            yield Change(
                ("PACKAGE_NO_DELETE",),
                "package",
                file.package,
                "",
                GONE,
                file.package,
                "",
                Location(file.path, now.package_span) if now else None,
                Location(file.path, file.package_span),
                members=tuple(left),
            )

    def _lost(self, located: Located, here: Location | None) -> Change:
        kind = located.kind
        return Change(
            (f"PACKAGE_{kind.upper()}_NO_DELETE",),
            kind,
            located.fqn,
            "",
            GONE,
            f"{kind} {located.name}",
            "",
            here,
            Location(located.file.path, located.contract.name_span),
        )

    def _all_lost(self, file: ProtoFile, declaration: Declaration) -> Sequence[Change]:
        """A contract that is gone and the types inside it, one by one, as nowhere to be found."""
        found = self._lost_ones.get(declaration)
        if found is None:
            located = Located(file, declaration)
            found = [self._lost(located, None), *_inner_lost(located)]
            self._lost_ones[declaration] = found
        return found

    def _moved(self, located: Located, arrived: Located) -> Change:
        here = Location(arrived.file.path, arrived.contract.name_span)
        return self._lost(located, here)._replace(what=MOVED, now=arrived.fqn)

    def arrival(self, gone: Located) -> Located | None:
        """The contract of the same name and shape that came where ``gone`` went; None if none."""
        for located in self._arrivals.get(gone.name, ()):
            if self.same_shape(gone, located):
                return located
        return None

    @cached_property
    def _arrivals(self) -> dict[str, list[Located]]:
        """The contracts that only ``after`` has, by name."""
        found: dict[str, list[Located]] = {}
        for path, altered in self._altered.items():
            file = altered.after
            for declaration in altered.come if file is not None else ():
                if file is None or not declaration.is_contract:
                    continue
                is_new = file.fqn(declaration) not in self.before.entries
                if is_new and self._entry(file, declaration) == Entry(path, declaration):
                    found.setdefault(declaration.name, []).append(Located(file, declaration))
        return found

    def same_shape(self, old: Located, new: Located) -> bool:
        """Whether ``new`` has all that ``old`` had, packages left out."""
        if old.kind != new.kind:
            return False
        changes = contract_changes(old, new, *self._scopes(old.file, new.file), moving=True)
        return not any(is_read(new.file, change) for change in changes)

    # Extensions

    def _extensions(self, file: ProtoFile, touched: Iterable[Declaration]) -> Iterator[Change]:
        """How the extension fields in touched declarations of a file differ."""
        for fqn, scope, field in extension_fields(self.after, file, touched):
            before = self._extended(self.before, file.package).get(fqn)
            if before is None:
                continue
            one = before[1]
            pair = Pair(fqn, "", one, field, before[0], scope, False)
            if field.number is not None and one.number != field.number:
                said = str(one.number), str(field.number)
                place = scope.place(field.name_span), before[0].place(one.name_span)
                yield Change((), "extension", fqn, "", RENUMBERED, *said, *place)
            yield from field_changes(pair)

    def _lost_extensions(self, file: ProtoFile, gone: Iterable[Declaration]) -> Iterator[Change]:
        """The extension fields that the old file declared and no file declares any more."""
        now = self.after.files.get(file.path)
        if self.after.is_unread(file.path) or file.path in self.after.bystanders:
            return
        for fqn, scope, field in extension_fields(self.before, file, gone):
            is_there = fqn in self._extended(self.after, file.package)
            if not is_there and not (now and unread(now, field.name)):
                here = Location(file.path, now.package_span) if now else None
                said = f"extend {field.extendee.name if field.extendee else ''}: {field.name}"
                there = scope.place(field.name_span)
                rules = ("PACKAGE_EXTENSION_NO_DELETE",)
                yield Change(rules, "extension", fqn, "", GONE, said, "", here, there)

    def _extended(self, snapshot: Snapshot, package: str) -> Mapping[str, tuple[Scope, Field]]:
        """The extension fields that the files of a package declare, by FQN."""
        known = self._extensions_of
        if (snapshot, package) not in known:
            known[snapshot, package] = {
                fqn: (scope, field)
                for file in snapshot.by_package.get(package, ())
                for fqn, scope, field in extension_fields(snapshot, file, file.declarations)
            }
        return known[snapshot, package]


def unread(file: ProtoFile, name: str) -> bool:
    """Whether ``name`` may stand in a region of the file that could not be read."""
    word = name.encode()
    return any(word in file.source[span.start : span.end] for span in file.broken)


def is_read(file: ProtoFile, change: Change) -> bool:
    """Whether what is gone in a contract of the file does not stand where nobody could read."""
    name = (change.member or change.symbol).rpartition(".")[2]
    return change.what != GONE or not unread(file, name)


def contract_changes(
    one: Located, other: Located, old: Scope, new: Scope, *, moving: bool = False
) -> Iterator[Change]:
    """How a contract differs from the one before, in the scopes that they stand in.

    ``moving``: packages of types do not count.
    """
    symbol = one.fqn
    first, second = one.contract, other.contract
    old = old.inside(first.name, first.options)
    new = new.inside(second.name, second.options)
    found: Iterable[Change] = ()
    if isinstance(first, Message) and isinstance(second, Message):
        found = message_changes(symbol, "", first, second, old, new, moving)
    elif isinstance(first, Enum) and isinstance(second, Enum):
        found = enum_changes(symbol, "", first, second, old, new)
    elif isinstance(first, Service) and isinstance(second, Service):
        found = service_changes(symbol, first, second, old, new, moving)
    yield from found


def _inner_lost(located: Located) -> Iterator[Change]:
    """The types inside a contract that is gone, one by one."""
    if not isinstance(located.contract, Message):
        return
    for fqn, inner in nested_types(located.contract, located.fqn):
        kind = type(inner).__name__.lower()
        yield Change(
            (f"PACKAGE_{kind.upper()}_NO_DELETE",),
            kind,
            located.fqn,
            fqn[len(located.fqn) + 1 :],
            GONE,
            f"{kind} {inner.name}",
            "",
            None,
            Location(located.file.path, inner.name_span),
        )
