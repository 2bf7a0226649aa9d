"""Lookups carried over from one moment to the next, changed only where files changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, TypeVar

from ..model import Declaration, ProtoFile, components
from ..resolution import regrouped, renamed
from ..resolution.layered import Layered
from ..resolution.symbols import aggregates, differing
from .indexes import Entry, Written
from .lookups import Lookups

Item = TypeVar("Item", Entry, Written)


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
        after.by_import_path = dict(before.by_import_path)
        for name in {after.import_path(path) for path in changed}:
            claims = [path for path in after.claims(name) if path in after.files]
            if claims:
                after.by_import_path[name] = after.files[max(claims)]
            else:
                after.by_import_path.pop(name, None)
    if "by_package" in made:
        after.by_package = dict(before.by_package)
        for change in changes:
            _repackage(after.by_package, change)
    if "entries" in made:
        after.entries = _entries(before.entries, after, changes)
    if "view" in made:
        after.view = before.view.replaced(_view_changes(before, after, changed))
    if "types" in made:
        after.types = _types(before, after, changes)
    if "written" in made:
        viewed = _view_changes(before, after, changed)
        _carry_references(before, after, changes, viewed.keys())


def differences(before: Lookups, after: Lookups) -> set[str] | None:
    """The paths whose files are not the same, None where that is most: then all is made anew."""
    one, other = before.files, after.files
    changed = {path for path, file in other.items() if one.get(path) is not file}
    alike = len(other) - len(changed)
    changed |= (one.keys() - other.keys()) | before.bystanders.keys() | after.bystanders.keys()
    is_near = before.module_roots == after.module_roots and len(changed) <= alike
    return changed if is_near else None


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
    return _joined(index, gone, come, lambda entry: _place(after, entry.path, entry.declaration))


def _place(snapshot: Lookups, path: str, declaration: Declaration) -> tuple[str, int]:
    """The order of declarations: by path, then as they are in the file."""
    file = snapshot.files[path]
    if declaration.contract is not None:
        start = declaration.contract.span.start
    else:
        start = declaration.extensions[0].span.start
    return path, start + file.move_of(declaration)


def _joined(
    index: Layered[tuple[Item, ...]],
    gone: Mapping[str, set[Declaration]],
    come: Mapping[str, list[Item]],
    place: Callable[[Item], tuple[str, int]],
) -> Layered[tuple[Item, ...]]:
    """An index without what declarations that are gone had, and with what came, in order."""
    changes: dict[str, tuple[Item, ...] | None] = {}
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
    new = renamed(before.view, after.view, viewed)
    edited = {change.path: change for change in changes}
    regroup = {file.path for file in regrouped(before.view, after.view, viewed)}
    everything = {*regroup, *(c.path for c in changes if not (c.before and c.after))}
    asked = regroup.union(edited, *(before.mentions.get(name, ()) for name in new))
    gone: dict[str, set[Declaration]] = {}
    come: dict[str, list[Written]] = {}
    for path in sorted(asked):
        one, other = before.files.get(path), after.files.get(path)
        whole = path in edited or path in everything or path in before.resolved
        writers = after.writers_in(other, new) if other is not None else set()
        old: Mapping[Declaration, tuple[Written, ...]] = {}
        if one is not None:
            old = before.written_in(one) if whole else before.written_by(one, writers)
        now: dict[Declaration, tuple[Written, ...]] = {}
        for declaration in other.declarations if other is not None and whole else writers:
            assert other is not None
            known = old.get(declaration)
            if known is None or path in everything or declaration in writers:
                again = tuple(after.resolve_in(other, declaration))
                known = known if again == known else again
            assert known is not None
            now[declaration] = known
        for declaration, written in old.items():
            if now.get(declaration) is not written:
                for reference in written:
                    gone.setdefault(reference.owner, set()).add(declaration)
        for declaration, written in now.items():
            if old.get(declaration) is not written:
                for reference in written:
                    come.setdefault(reference.owner, []).append(reference)
        if path in after.resolved or (path in edited and one is not None and other is not None):
            after.resolved[path] = now

    def place(written: Written) -> tuple[str, int]:
        return _place(after, written.path, written.declaration)

    after.written = _joined(before.written, gone, come, place)


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
