"""Which declarations of two states of a tree are not written alike, followed from key to key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from ...model import Declaration, ProtoFile
from ...named import NamedTuple
from ...resolution.symbols import aggregates, differing, sees
from ...workspace.carrying import otherwise
from ...workspace.snapshot import Snapshot


class Altered(NamedTuple):
    """Two versions of a file, None for one that is not there.

    ``is_set_alike`` says whether all that decides what contracts say, beside themselves, is the
    same. Then ``alike`` are contracts that are not the same but are written alike, so that they
    mean the same, the one after to the one before; all other declarations that the two do not share
    are ``gone`` or have ``come``. ``texts`` is what
    is known of how those that are gone were written, as the file before is not read again for it.
    """

    before: ProtoFile | None
    after: ProtoFile | None
    is_set_alike: bool
    alike: Mapping[Declaration, Declaration]
    gone: Collection[Declaration]
    come: Collection[Declaration]
    texts: Mapping[Declaration, bytes]


def changed(before: Snapshot, after: Snapshot) -> set[str]:
    """The paths at which two states do not have the very same file."""
    return otherwise(before.files, after.files)


def between(before: Snapshot, after: Snapshot, paths: Iterable[str]) -> Iterator[Altered]:
    """How files are otherwise at a later moment; none of what is in both is looked into."""
    for path in paths:
        one, other = before.files.get(path), after.files.get(path)
        yield Altered(one, other, False, {}, *differing(one, other), {})


def altered_files(
    before: Snapshot, after: Snapshot, paths: Collection[str], known: Mapping[str, Altered]
) -> dict[str, Altered]:
    """The files that are otherwise, by path; outside of ``paths`` it is as ``known``."""
    found = {path: each for path, each in known.items() if path not in paths}
    for path in paths:
        one, other = before.files.get(path), after.files.get(path)
        if not is_same(one, other):
            found[path] = _altered(before, one, other, known.get(path))
    return dict(sorted(found.items()))


def _altered(
    before: Snapshot, one: ProtoFile | None, other: ProtoFile | None, known: Altered | None
) -> Altered:
    was = known.after if known is not None else None
    told: Mapping[Declaration, Declaration] = {}
    untold: Collection[Declaration] = ()
    texts: dict[Declaration, bytes] = {}
    if known is not None and was and other and are_set_alike(was, other):
        is_set_alike, told, untold = known.is_set_alike, known.alike, set(known.come)
        touched = told.keys() - set(other.declarations)
        texts = {**known.texts, **{told[each]: was.written(each) for each in touched}}
    else:
        is_set_alike = bool(one and other and are_set_alike(one, other))
    gone: Collection[Declaration] = one.declarations if one is not None else ()
    come: Collection[Declaration] = other.declarations if other is not None else ()
    alike: dict[Declaration, Declaration] = {}
    if one is not None and other is not None and is_set_alike:
        gone, come = differing(one, other)
        for each in come:
            counterpart = told.get(each)
            if counterpart is None and each not in untold:
                counterpart = _counterpart(before, one, other, each, texts)
            if counterpart is not None:
                alike[each] = counterpart
    kept = set(alike.values())
    gone = [each for each in gone if each not in kept]
    come = [each for each in come if each not in alike]
    texts = {each: texts[each] for each in gone if each in texts}
    return Altered(one, other, is_set_alike, alike, gone, come, texts)


def _counterpart(
    before: Snapshot,
    one: ProtoFile,
    other: ProtoFile,
    declaration: Declaration,
    texts: dict[Declaration, bytes],
) -> Declaration | None:
    """The contract of the version before that is written as one of the version after.

    ``texts`` is as in Altered, and added to.
    """
    if not declaration.is_contract:
        return None
    text = other.written(declaration)
    for entry in before.entries.get(other.fqn(declaration), ()):
        if entry.path == one.path:
            if entry.declaration not in texts:
                texts[entry.declaration] = one.written(entry.declaration)
            if texts[entry.declaration] == text != b"":
                return entry.declaration
    return None


def is_same(one: ProtoFile | None, other: ProtoFile | None) -> bool:
    """Whether two files are the same to the byte, as far as their sources tell."""
    if one is None or other is None:
        return False
    return one is other or (one.source == other.source != b"")


def are_set_alike(one: ProtoFile, other: ProtoFile) -> bool:
    """Whether contracts say the same in two files if they are written alike."""
    return _setting(one) == _setting(other)


def are_alike(one: ProtoFile, older: Declaration, other: ProtoFile, newer: Declaration) -> bool:
    """Whether contracts of two files are written alike where all around them is.

    Of those in an image, which have no text, that is not known.
    """
    return one.written(older) == other.written(newer) != b"" and are_set_alike(one, other)


def _setting(file: ProtoFile) -> tuple[object, ...]:
    options = [(option.name, option.value) for option in file.options]
    return file.syntax, options, sees(file)


def names(altered: Iterable[Altered]) -> frozenset[str]:
    """The last components of types that came or went, or that one file less declares, and of
    enums that changed: of some fields the default is another then.
    """
    gone: set[str] = set()
    come: set[str] = set()
    enums: set[str] = set()
    for each in altered:
        sides = (each.before, each.gone, gone), (each.after, each.come, come)
        for file, declarations, types in sides:
            if file is not None:
                for fqn, what in aggregates(file.path, file.package, declarations):
                    types.add(fqn)
                    if what.kind == "enum":
                        enums.add(fqn)
    return frozenset(name.rpartition(".")[2] for name in (gone ^ come) | enums)
