"""Lookups carried over from one moment to the next, changed only where files changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import compress, count, repeat
from operator import is_not
from typing import TypeAlias

from ..model import Declaration, ProtoFile, components
from ..named import NamedTuple
from ..resolution import beginnings, regrouped, renamed
from ..resolution.layered import Layered
from ..resolution.symbols import aggregates, differing, sees
from .indexes import Entry, Written
from .lookups import Lookups

# What a declaration refers to: each ends with the FQN of the contract.
_Told: TypeAlias = "tuple[Written, ...] | tuple[tuple[str, str], ...]"

_MANY = 256  # names in a file; of fewer it is told in no time who writes them


class _Change(NamedTuple):
    """A file that is otherwise, and which of its declarations are gone and came."""

    path: str
    before: ProtoFile | None
    after: ProtoFile | None
    gone: Collection[Declaration]
    come: Collection[Declaration]


def carry(before: Lookups, after: Lookups, changed: set[str]) -> None:
    """Give ``after`` what only ``before`` has made, with the files at ``changed`` anew."""
    made = before.__dict__.keys() - after.__dict__.keys()
    changes = _changes(before, after, changed)
    if "by_import_path" in made:
        imported = after.by_import_path = dict(before.by_import_path)
        for name in {after.import_path(path) for path in changed}:
            claims = [path for path in after.claims(name) if path in after.files]
            if claims:
                imported[name] = after.files[max(claims)]
            else:
                imported.pop(name, None)
    if "by_package" in made:
        packages = after.by_package = dict(before.by_package)
        for change in changes:
            _repackage(packages, change)
    if "entries" in made:
        after.entries = _entries(before.entries, after, changes)
    if "view" in made:
        after.view = before.view.replaced(_view_changes(before, after, changed))
    if "types" in made:
        after.types = _types(before, after, changes)
    if "referrers" in made:
        viewed = _view_changes(before, after, changed)
        _carry_references(before, after, changes, viewed.keys())


def differences(before: Lookups, after: Lookups) -> set[str] | None:
    """The paths whose files are not the same, None where that is most: then all is made anew."""
    changed = otherwise(before.files, after.files)
    alike = len(after.files) - len(changed.intersection(after.files))
    changed |= before.bystanders.keys() | after.bystanders.keys()
    is_near = before.module_roots == after.module_roots and len(changed) <= alike
    return changed if is_near else None


def otherwise(one: Mapping[str, ProtoFile], other: Mapping[str, ProtoFile]) -> set[str]:
    """The paths at which there are not the very same files."""
    if [*one] == [*other]:
        return set(compress(other, map(is_not, one.values(), other.values())))
    come = {path for path, file in other.items() if one.get(path) is not file}
    return come | (one.keys() - other.keys())


def _changes(before: Lookups, after: Lookups, changed: set[str]) -> list[_Change]:
    """The governed ones of the files at ``changed``, by path."""
    found: list[_Change] = []
    for path in sorted(changed):
        one, other = before.files.get(path), after.files.get(path)
        if one is not None or other is not None:
            found.append(_Change(path, one, other, *differing(one, other)))
    return found


def _repackage(index: dict[str, tuple[ProtoFile, ...]], change: _Change) -> None:
    if change.before is not None:
        package = change.before.package
        left = tuple(file for file in index[package] if file.path != change.path)
        if left:
            index[package] = left
        else:
            del index[package]
    if change.after is not None:
        package = change.after.package
        every = (*index.get(package, ()), change.after)
        index[package] = tuple(sorted(every, key=lambda file: file.path))


def _declared(change: _Change) -> Iterable[str]:
    """The FQNs of the types that are gone or came."""
    for file, declarations in ((change.before, change.gone), (change.after, change.come)):
        if file is not None:
            yield from (fqn for fqn, _ in aggregates("", file.package, declarations))


def _types(before: Lookups, after: Lookups, changes: Collection[_Change]) -> Layered[str]:
    came_or_went = any(change.before is None or change.after is None for change in changes)
    if after.view.declared is before.view.declared and not came_or_went:
        return before.types
    names = {fqn for change in changes for fqn in _declared(change)}
    now = after.owners(names)
    return before.types.replaced({fqn: now.get(fqn) for fqn in names})


def _entries(
    index: Layered[tuple[Entry, ...]], after: Lookups, changes: Iterable[_Change]
) -> Layered[tuple[Entry, ...]]:
    gone: dict[str, set[Declaration]] = {}
    come: dict[str, list[Entry]] = {}
    for path, before, now, went, came in changes:
        for one in went:
            if before is not None and one.is_contract:
                gone.setdefault(before.fqn(one), set()).add(one)
        for one in came:
            if now is not None and one.is_contract:
                come.setdefault(now.fqn(one), []).append(Entry(path, one))
    return _joined(index, gone, come, after)


def _joined(
    index: Layered[tuple[Entry, ...]],
    gone: Mapping[str, set[Declaration]],
    come: Mapping[str, list[Entry]],
    after: Lookups,
) -> Layered[tuple[Entry, ...]]:
    """An index without declarations that are gone, and with those that came, in order."""
    changes: dict[str, tuple[Entry, ...] | None] = {}
    newer = {entry.path for entries in come.values() for entry in entries}

    @cache
    def order(path: str) -> Mapping[Declaration, int]:
        return dict(zip(after.files[path].declarations, count(), strict=False))

    def place(entry: Entry) -> tuple[str, int]:
        """By path, and in files that have something new as it is there; in others it stays."""
        at = order(entry.path).get(entry.declaration, 0) if entry.path in newer else 0
        return entry.path, at

    for key in {*gone, *come}:
        out = gone.get(key, set())
        left = [one for one in index.get(key, ()) if one.declaration not in out]
        left += come.get(key, [])
        if len(left) > 1:
            left.sort(key=place)
        changes[key] = tuple(left) or None
    return index.replaced(changes)


def _view_changes(
    before: Lookups, after: Lookups, changed: set[str]
) -> dict[str, ProtoFile | None]:
    """What changes in the view; with a file, which of several is imported by its path."""
    names = {after.import_path(path) for path in changed}
    roots = after.module_roots if len(after.module_roots) > 1 else ()
    paths = changed.union(f"{root}/{name}" if root else name for root in roots for name in names)
    gone = [p for p in paths if p in before.files or p in before.bystanders]
    come = [p for p in paths if p in after.files or p in after.bystanders]
    found: dict[str, ProtoFile | None] = {before.key(path): None for path in gone}
    for path in come:
        found[after.key(path)] = after.files.get(path) or after.bystanders[path]
    return {key: file for key, file in found.items() if before.view.files.get(key) is not file}


def _carry_references(
    before: Lookups, after: Lookups, changes: Collection[_Change], viewed: Collection[str]
) -> None:
    after.resolved = {path: known for path, known in before.resolved.items() if path in after.files}
    _carry_writers(before, after, changes)
    after.mentions = _mentions(before, after, changes)
    fqns = renamed(before.view, after.view, viewed)
    new = {fqn.rpartition(".")[2] for fqn in fqns}
    edited = {change.path: change for change in changes}
    regroup = {file.path for file in regrouped(before.view, after.view, viewed)}
    everything = {*regroup, *(c.path for c in changes if not _sees_alike(c.before, c.after))}
    asked = regroup.union(edited, *(_meaning(before, fqn) for fqn in fqns))
    gone: dict[str, set[Declaration]] = {}
    come: dict[str, list[Entry]] = {}
    for path in sorted(asked):
        one, other = before.files.get(path), after.files.get(path)
        writers = after.writers_in(other, new) if other is not None else set()
        old: Mapping[Declaration, _Told]
        now: Mapping[Declaration, _Told]
        if path in edited or path in everything or path in before.resolved:
            known = before.written_in(one) if one is not None else {}
            again = other.declarations if other is not None and path in everything else writers
            written = _written(after, other, known, again)
            if path in after.resolved or (path in edited and one is not None and other is not None):
                after.resolved[path] = written
            old, now = known, written
        else:
            assert other is not None
            old = {each: before.targets_in(other, each) for each in writers}
            fresh = {each: after.targets_in(other, each) for each in writers}
            now = {each: old[each] if old[each] == told else told for each, told in fresh.items()}
        for declaration in _not_in(now, old):
            for *_, owner in old[declaration]:
                gone.setdefault(owner, set()).add(declaration)
        for declaration in _not_in(old, now):
            for owner in {owner: None for *_, owner in now[declaration]}:
                come.setdefault(owner, []).append(Entry(path, declaration))

    after.referrers = _joined(before.referrers, gone, come, after)


def _not_in(
    one: Mapping[Declaration, _Told], other: Mapping[Declaration, _Told]
) -> Iterator[Declaration]:
    """The declarations of which only the other has told so, the very same."""
    return compress(other, map(is_not, other.values(), map(one.get, other)))


def _sees_alike(one: ProtoFile | None, other: ProtoFile | None) -> bool:
    """Whether names in a file, there before and after, are looked for in the same places."""
    return one is not None and other is not None and sees(one) == sees(other)


def _meaning(lookups: Lookups, fqn: str) -> Iterator[str]:
    """The governed files in which a name may mean ``fqn``, as they write its components."""
    mentions = lookups.mentions
    for path in mentions.get(fqn.rpartition(".")[2], ()):
        names = beginnings(lookups.files[path].package, fqn)
        if any(path in mentions.get(name, ()) for name in names):
            yield path


def _written(
    after: Lookups,
    file: ProtoFile | None,
    known: Mapping[Declaration, tuple[Written, ...]],
    again: Collection[Declaration],
) -> Mapping[Declaration, tuple[Written, ...]]:
    """What is written in a file, where it is known the very same; some is to be asked again."""
    if file is None:
        return {}
    every = file.declarations
    found = dict(zip(every, map(known.get, every, repeat(())), strict=False))
    for declaration in {*again, *(one for one in every if one not in known)}:
        fresh = tuple(after.resolve_in(file, declaration))
        if fresh != found[declaration]:
            found[declaration] = fresh
    return found


def _carry_writers(before: Lookups, after: Lookups, changes: Iterable[_Change]) -> None:
    """Which declarations write each name, in files that somebody has asked that of or edits."""
    after.writers = {
        path: known
        for path, known in before.writers.items()
        if path in after.resolved or (path in after.files and len(known) > _MANY)
    }
    for path, one, other, gone, come in changes:
        if one is None or other is None:
            after.writers.pop(path, None)
            continue
        known = before.writers_of(one)
        changed: dict[str, frozenset[Declaration] | None] = {}
        for some, came in ((gone, False), (come, True)):
            for declaration in some:
                for name in components([declaration]):
                    every = changed.get(name, known.get(name)) or frozenset()
                    every = every | {declaration} if came else every - {declaration}
                    changed[name] = every or None
        after.writers[path] = known.replaced(changed)


def _mentions(
    before: Lookups, after: Lookups, changes: Iterable[_Change]
) -> Layered[frozenset[str]]:
    changed: dict[str, frozenset[str] | None] = {}
    for path, one, other, gone, come in changes:
        went = components(gone)
        came = components(come)
        if other is not None and one is not None:
            came |= {name for name in went if name in after.writers_of(other)}
        for name in went | came:
            paths = changed.get(name, before.mentions.get(name)) or frozenset()
            paths = paths | {path} if name in came else paths - {path}
            changed[name] = paths or None
    return before.mentions.replaced(changed)
