"""Two snapshots, compared file by file: each change belongs to one file, the new one or the old."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from ...model import (
    Contract,
    Declaration,
    Enum,
    Field,
    Message,
    ProtoFile,
    Service,
    nested_types,
)
from ...resolution.symbols import aggregates, sees
from ...workspace.indexes import Entry, components
from ...workspace.snapshot import Located, Snapshot
from .enums import enum_changes
from .features import of_file
from .fields import Pair, field_changes
from .files import file_changes
from .messages import message_changes
from .model import GONE, MOVED, RENUMBERED, Change, Location
from .services import service_changes
from .sides import Scope


class Comparison:
    """What the snapshot ``after`` no longer has, or has otherwise than ``before``.

    Looking is lazy: what is asked about one file costs what that file holds, once.
    """

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self.before = before
        self.after = after
        self._found: dict[str, tuple[Change, ...]] = {}
        self._pairs: dict[tuple[str, str], frozenset[Declaration]] = {}

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
        one, other = self.before.files.get(path), self.after.files.get(path)
        if other is not None:
            if one is not None and not self.after.is_unread(path):
                yield from file_changes(one, other)
            shadowed = self._shadowed(other)
            for declaration in other.declarations:
                if declaration.contract is not None:
                    yield from self._contract(
                        other, declaration, declaration.contract, declaration in shadowed
                    )
        if _same(one, other):
            return
        if one is not None:
            yield from self._gone(one)
            yield from self._lost_extensions(one)
        if other is not None:
            yield from self._extensions(other)

    # Contracts that are still there

    def _contract(
        self, file: ProtoFile, declaration: Declaration, contract: Contract, is_shadowed: bool
    ) -> Iterator[Change]:
        fqn = file.fqn(contract)
        known = self.before.entries.get(fqn)
        if known is None:
            return
        older = self.before.files[known[0].path]
        is_same = _same(older, file) or declaration in self._alike(older, file)
        if is_same and not is_shadowed:
            return
        if self.after.entries[fqn][0] != Entry(file.path, declaration):
            return
        before, after = self.before.contracts[fqn], self.after.contracts[fqn]
        if type(before[0].contract) is type(contract):
            yield from contract_changes(self.before, before[0], self.after, after[0])
        else:
            yield self._lost(before[0], Location(file.path, after[0].contract.name_span))

    def _alike(self, older: ProtoFile, file: ProtoFile) -> frozenset[Declaration]:
        """The contracts, of both files, that both have alike."""
        pair = older.path, file.path
        if pair not in self._pairs:
            self._pairs[pair] = _alike(older, file)
        return self._pairs[pair]

    def _shadowed(self, file: ProtoFile) -> Collection[Declaration]:
        """The declarations that write a name which may mean something else than it did."""
        if not self._names:
            return ()
        if file.path in self.after.writers:
            return self.after.writers_in(file, self._names)
        return {d for d in file.declarations if not self._names.isdisjoint(components(file, [d]))}

    @cached_property
    def _names(self) -> frozenset[str]:
        """The last components of types that came or went, or that one file less declares, and of
        enums that changed: of some fields the default is another then.
        """
        gone: set[str] = set()
        come: set[str] = set()
        enums: set[str] = set()
        before, after = self.before.files, self.after.files
        for path in before.keys() | after.keys():
            one, other = before.get(path), after.get(path)
            if _same(one, other):
                continue
            alike = self._alike(one, other) if one and other else frozenset()
            for file, types in ((one, gone), (other, come)):
                if file is not None:
                    altered = [each for each in file.declarations if each not in alike]
                    for fqn, what in aggregates(path, file.package, altered):
                        types.add(fqn)
                        if what.kind == "enum":
                            enums.add(fqn)
        return frozenset(name.rpartition(".")[2] for name in (gone ^ come) | enums)

    # Contracts and extensions that are not

    def _gone(self, file: ProtoFile) -> Iterator[Change]:
        now = self.after.files.get(file.path)
        if self.after.is_unread(file.path) or file.path in self.after.bystanders:
            return
        gone = [
            contract
            for contract in file.contracts
            if contract.name
            and file.fqn(contract) not in self.after.contracts
            and not (now and unread(now, contract.name))
        ]
        package = not self.after.by_package.get(file.package)
        left: list[str] = []
        for contract in gone:
            located = Located(file, contract)
            arrived = self.arrival(located)
            if arrived is not None:
                yield self._moved(located, arrived)
            elif package:
                left.append(contract.name)
            else:
                here = Location(file.path, now.package_span) if now else None
                yield self._lost(located, here)
                yield from _inner_lost(located, here)
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
        kind = type(located.contract).__name__.lower()
        return Change(
            (f"PACKAGE_{kind.upper()}_NO_DELETE",),
            kind,
            located.fqn,
            "",
            GONE,
            f"{kind} {located.contract.name}",
            "",
            here,
            Location(located.file.path, located.contract.name_span),
        )

    def _moved(self, located: Located, arrived: Located) -> Change:
        here = Location(arrived.file.path, arrived.contract.name_span)
        return self._lost(located, here)._replace(what=MOVED, now=arrived.fqn)

    def arrival(self, gone: Located) -> Located | None:
        """The contract of the same name and shape that came where ``gone`` went; None if none."""
        for located in self._arrivals.get(gone.contract.name, ()):
            if self.same_shape(gone, located):
                return located
        return None

    @cached_property
    def _arrivals(self) -> dict[str, list[Located]]:
        """The contracts that only ``after`` has, by name."""
        found: dict[str, list[Located]] = {}
        for path, file in self.after.files.items():
            if _same(self.before.files.get(path), file):
                continue
            for declaration in file.declarations:
                contract = declaration.contract
                if contract is None or file.fqn(contract) in self.before.entries:
                    continue
                if self.after.entries[file.fqn(contract)][0] == Entry(path, declaration):
                    located = Located(file, contract, declaration)
                    found.setdefault(contract.name, []).append(located)
        return found

    def same_shape(self, old: Located, new: Located) -> bool:
        """Whether ``new`` has all that ``old`` had, packages left out."""
        if type(old.contract) is not type(new.contract):
            return False
        return next(contract_changes(self.before, old, self.after, new, moving=True), None) is None

    # Extensions

    def _extensions(self, file: ProtoFile) -> Iterator[Change]:
        """How the extension fields that ``file`` declares differ."""
        for fqn, scope, field in _extension_fields(self.after, file):
            before = self._old_extensions.get(fqn)
            if before is None:
                continue
            one = before[1]
            pair = Pair(fqn, "", one, field, before[0], scope, False)
            if field.number is not None and one.number != field.number:
                said = str(one.number), str(field.number)
                place = scope.place(field.name_span), before[0].place(one.name_span)
                yield Change((), "extension", fqn, "", RENUMBERED, *said, *place)
            yield from field_changes(pair)

    def _lost_extensions(self, file: ProtoFile) -> Iterator[Change]:
        """The extension fields that the old file declared and no file declares any more."""
        now = self.after.files.get(file.path)
        if self.after.is_unread(file.path) or file.path in self.after.bystanders:
            return
        for fqn, scope, field in _extension_fields(self.before, file):
            if fqn not in self._new_extensions and not (now and unread(now, field.name)):
                here = Location(file.path, now.package_span) if now else None
                said = f"extend {field.extendee.name if field.extendee else ''}: {field.name}"
                there = scope.place(field.name_span)
                rules = ("PACKAGE_EXTENSION_NO_DELETE",)
                yield Change(rules, "extension", fqn, "", GONE, said, "", here, there)

    @cached_property
    def _old_extensions(self) -> dict[str, tuple[Scope, Field]]:
        return _extensions(self.before)

    @cached_property
    def _new_extensions(self) -> dict[str, tuple[Scope, Field]]:
        return _extensions(self.after)


def _same(one: ProtoFile | None, other: ProtoFile | None) -> bool:
    """Whether two files are the same to the byte, as far as their sources tell."""
    if one is None or other is None:
        return False
    return one is other or (one.source == other.source != b"")


def _setting(file: ProtoFile) -> tuple[object, ...]:
    """What the facts of a file's contracts are read by, beside themselves."""
    options = [(option.name, option.value) for option in file.options]
    return file.syntax, options, sees(file)


def _text(file: ProtoFile, declaration: Declaration) -> bytes:
    """A contract as it is written."""
    assert declaration.contract is not None
    span, by = declaration.contract.span, file.move_of(declaration)
    return file.source[span.start + by : span.end + by]


def _alike(one: ProtoFile, other: ProtoFile) -> frozenset[Declaration]:
    """The contracts that are written alike where all around them is, so that they mean the same."""
    if _setting(one) != _setting(other):
        return frozenset()
    texts = {_text(one, each): each for each in one.declarations if each.contract}
    pairs = ((texts.get(_text(other, each)), each) for each in other.declarations if each.contract)
    return frozenset(each for pair in pairs if pair[0] for each in pair if each)


def unread(file: ProtoFile, name: str) -> bool:
    """Whether ``name`` may stand in a region of the file that could not be read."""
    word = name.encode()
    return any(word in file.source[span.start : span.end] for span in file.broken)


def contract_changes(
    before: Snapshot, one: Located, after: Snapshot, other: Located, *, moving: bool = False
) -> Iterator[Change]:
    """How a contract differs from the one before; ``moving``: packages of types do not count."""
    old = Scope(before, one.file, "", of_file(one.file))
    new = Scope(after, other.file, "", of_file(other.file))
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
    for change in found:
        name = (change.member or change.symbol).rpartition(".")[2]
        if change.what != GONE or not unread(other.file, name):
            yield change


def _inner_lost(located: Located, here: Location | None) -> Iterator[Change]:
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
            here,
            Location(located.file.path, inner.name_span),
        )


def _extensions(snapshot: Snapshot) -> dict[str, tuple[Scope, Field]]:
    return {
        fqn: (scope, field)
        for file in snapshot.files.values()
        for fqn, scope, field in _extension_fields(snapshot, file)
    }


def _extension_fields(snapshot: Snapshot, file: ProtoFile) -> Iterator[tuple[str, Scope, Field]]:
    if not any(one.extensions or _extends(one.contract) for one in file.declarations):
        return
    scope = Scope(snapshot, file, "", of_file(file))
    prefix = f"{file.package}." if file.package else ""
    for field in file.extensions:
        yield prefix + field.name, scope, field
    for message in file.messages:
        yield from _inside(message, prefix, scope)


def _inside(message: Message, prefix: str, outer: Scope) -> Iterator[tuple[str, Scope, Field]]:
    scope = outer.inside(message.name, message.options)
    inside = f"{prefix}{message.name}."
    for field in message.extensions:
        yield inside + field.name, scope, field
    for inner in message.messages:
        yield from _inside(inner, inside, scope)


def _extends(contract: Contract | None) -> bool:
    """Whether an ``extend`` block stands in a contract."""
    return isinstance(contract, Message) and (
        bool(contract.extensions) or any(map(_extends, contract.messages))
    )
