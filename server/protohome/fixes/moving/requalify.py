"""Makes a rearranged workspace mean what it meant: names rewritten, imports added and dropped.

A fix that moves declarations first only rearranges text, a Draft. ``requalify`` then asks what
every name meant before, writes it so that it means the same afterwards (or the declaration's new
name), and gives each file the imports it needs. Last it reads everything again and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...edits import TextEdit, apply
from ...model import ANY, TYPE
from ...named import NamedTuple
from ...positions import LineIndex
from ...resolution import DECLARED, FULL, LITERAL, Name, Target, View
from ...syntax import read
from .. import Refused
from ..texts.imports import with_imports

# Of two imports of a file, the one that does for both.
_STRONGEST = ("public", "", "weak", "option")


class Origin(NamedTuple):
    """Where a name of a draft stood: ``View.names(path)[at]``.

    ``follows`` says whether it follows what it means to its new name.
    """

    path: str
    at: int
    follows: bool = True


class Draft(NamedTuple):
    """A rearranged workspace, by import path, names and imports still as they were.

    ``files`` are new texts, None for a file that goes; ``origins`` tell of each file that stays
    where its names come from, in order. ``renamed`` maps old FQNs of contracts and file-level
    extensions to new ones, ``files_renamed`` old import paths to new ones. ``everywhere`` says
    whether names in all other files follow.
    """

    files: Mapping[str, bytes | None]
    origins: Mapping[str, tuple[Origin, ...]]
    renamed: Mapping[str, str]
    files_renamed: Mapping[str, str] = {}
    everywhere: bool = True


class Inseparable(Refused):
    """What a move would tear apart has to stay in one file: moving more might work.

    The reason reads on from "Moving X": a cycle of imports, or a type that is not exported.
    """


class _Meaning(NamedTuple):
    """What a name meant in the old view, and is to mean in the new one.

    ``partial`` is true where it was written with some of its package's components, ``together``
    where it meant something in its own file, ``arrived`` where it stands in another package now.
    """

    before: Target | None
    after: Target | None
    partial: bool = False
    together: bool = False
    arrived: bool = False


def requalify(view: View, draft: Draft) -> dict[str, bytes | None]:
    """The new bytes of every file that changes, by import path. Raises Refused, Inseparable."""
    drafted = view.replaced({p: s if s is None else read(p, s) for p, s in draft.files.items()})
    origins = dict(draft.origins)
    for path in _concerned(view, draft):
        count = len(view.names(path))
        origins[path] = tuple(Origin(path, at, draft.everywhere) for at in range(count))
    meanings: dict[str, list[_Meaning]] = {}
    for path, its in origins.items():
        if len(drafted.names(path)) != len(its):
            raise Refused(f"{path} could not be rewritten: its names were not all understood.")
        meanings[path] = [_meaning(view, drafted, draft, path, origin) for origin in its]
    imported = {
        path: _imported(view, drafted, draft, path, list(zip(its, origins[path], strict=True)))
        for path, its in meanings.items()
    }
    linked = _reread(drafted, imported)
    for path in imported:
        before = {each.path for each in view.imports(path)}
        after = {each.path for each in linked.imports(path)}
        if after - before and (way := linked.way_back(path)):
            raise Inseparable(f"would make an import cycle ({' → '.join(way)})")
    spelled = {path: _spelled(linked, path, its) for path, its in meanings.items()}
    _verify(_reread(linked, spelled), meanings)
    result: dict[str, bytes | None] = {p: None for p, s in draft.files.items() if s is None}
    for path, source in spelled.items():
        if path not in view.files or view.files[path].source != source:
            result[path] = source
    return result


def _reread(view: View, sources: Mapping[str, bytes]) -> View:
    return view.replaced(
        {p: read(p, source) for p, source in sources.items() if view.files[p].source != source}
    )


def _concerned(view: View, draft: Draft) -> list[str]:
    """The files outside the draft in which a name may change, or change its meaning."""
    mentioning = view.mentioning(fqn.rpartition(".")[2] for fqn in draft.renamed)
    seen = frozenset((*draft.files, *(p for p in draft.files_renamed)))
    seeing = view.seeing(seen)
    found: list[str] = []
    for path, file in view.files.items():
        if path in draft.files:
            continue
        if path in seeing or (draft.everywhere and path in mentioning):
            if file.broken and path in mentioning:
                line = LineIndex(file.source).position(file.broken[0].start).line + 1
                raise Refused(
                    f"{path}:{line} cannot be read, so a reference there could be missed:"
                    " correct it first."
                )
            found.append(path)
    return found


def _meaning(view: View, drafted: View, draft: Draft, path: str, origin: Origin) -> _Meaning:
    name = view.names(origin.path)[origin.at]
    package = view.files[origin.path].package
    before = view.meant(origin.path, name)
    if before is None:
        if drafted.files[path].package != package:
            raise Refused(f"{origin.path}: what {name.text} means is declared nowhere here.")
        return _Meaning(None, None)
    fqn = _renamed(draft.renamed, before.fqn) if origin.follows else before.fqn
    declaring = view.files.get(before.files[0])
    inner = before.fqn.removeprefix(declaring.package + ".") if declaring else before.fqn
    partial = inner.count(".") < name.text.count(".") and name.text not in (
        before.fqn,
        f".{before.fqn}",
    )
    after: Target = before
    if fqn != before.fqn or any(
        file in draft.files or file in draft.files_renamed for file in before.files
    ):
        now = drafted.declaring(fqn)
        if now is None:
            raise Refused(f"{before.fqn} would have no declaration any more.")
        after = Target(fqn, (now,))
    arrived = drafted.files[path].package != package
    return _Meaning(before, after, partial, origin.path in before.files, arrived)


def _renamed(renamed: Mapping[str, str], fqn: str) -> str:
    head = fqn
    while head:
        if head in renamed:
            return renamed[head] + fqn[len(head) :]
        head = head.rpartition(".")[0]
    return fqn


# Imports


def _imported(
    view: View,
    drafted: View,
    draft: Draft,
    path: str,
    names: list[tuple[_Meaning, Origin]],
) -> bytes:
    """The file's text with the imports that its names need."""
    before = {each.path: each.modifier for each in drafted.imports(path)}
    kept: dict[str, str] = {}
    for each, modifier in before.items():
        now = draft.files_renamed.get(each, each)
        if now != path and (now in drafted.files or now not in draft.files):
            kept[now] = min(kept.get(now, modifier), modifier, key=_STRONGEST.index)
    seen = {file for each in kept for file in drafted.exported(each)}
    new: dict[str, set[str]] = {}
    for name, (meaning, origin) in zip(drafted.names(path), names, strict=True):
        for file in meaning.after.files if meaning.after else ():
            if file != path and file not in seen and name.kind != DECLARED:
                way, modifier = _way(view, drafted, origin.path, file, meaning)
                new.setdefault(way, set()).add(modifier)
    for way, modifiers in new.items():
        kept[way] = min(modifiers, key=_STRONGEST.index)
    for each in _idle(view, drafted, path, before, kept, [meaning for meaning, _ in names]):
        del kept[each]
    rename: dict[str, str] = {}
    for old, now in draft.files_renamed.items():
        # Of several that become one, the import that does for all of them stays.
        does = now in kept and before.get(now) != kept[now] == before.get(old)
        if does and now not in rename.values():
            rename[old] = now
    add = {e: kept[e] for e in kept if e not in before and e not in rename.values()}
    drop = [each for each in before if each not in kept and each not in rename]
    return with_imports(drafted.files[path].source, add, drop, rename)


def _idle(
    view: View,
    drafted: View,
    path: str,
    before: Mapping[str, str],
    kept: Mapping[str, str],
    meanings: list[_Meaning],
) -> list[str]:
    """Those of the imports kept that served a name before and serve none now."""
    if path not in view.files:
        return []
    olds = [view.resolve(path, name) for name in view.names(path)]
    served = _serving(view, before, olds)
    serving = _serving(drafted, kept, [meaning.after for meaning in meanings])
    unsure = any(meaning.after is None for meaning in meanings)
    return [
        each
        for each, modifier in kept.items()
        if each in served - serving
        and modifier != "public"
        and not (unsure and each not in drafted.files)
    ]


def _way(view: View, drafted: View, origin: str, file: str, meaning: _Meaning) -> tuple[str, str]:
    """The import that brings ``file``, and its modifier, as the old place had it.

    That is an import of ``file``, or of one that imports it publicly.
    """
    direct = {each.path: each.modifier.replace("public", "") for each in view.imports(origin)}
    if file in direct:
        return file, direct[file]
    for each, modifier in direct.items():
        if each in drafted.files and file in drafted.exported(each):
            return each, modifier
    before = meaning.before.files if meaning.before else ()
    return file, next((direct[each] for each in before if each in direct), "")


def _serving(view: View, imports: Iterable[str], targets: Iterable[Target | None]) -> set[str]:
    """Those of a file's imports that bring what its names mean."""
    direct = set(imports)
    needed = {file for target in targets if target for file in target.files}
    used = needed & direct
    for each in direct:
        if any(file in needed - direct for file in view.exported(each)):
            used.add(each)
    return used


# Names


def _spelled(view: View, path: str, meanings: list[_Meaning]) -> bytes:
    """The file's text with every name written so that it means what it should."""
    edits: list[TextEdit] = []
    for name, meaning in zip(view.names(path), meanings, strict=True):
        if meaning.after is None:
            continue
        home = meaning.arrived and _package(view, meaning.after) == view.files[path].package
        if home or not _means(view, path, name, meaning.after):
            text = _spelling(view, path, name, meaning)
            if text != name.text:
                edits.append(TextEdit(name.span, text))
    return apply(view.files[path].source, edits)


def _package(view: View, target: Target) -> str:
    declaring = view.files.get(target.files[0])
    return declaring.package if declaring else ""


def _means(view: View, path: str, name: Name, target: Target) -> bool:
    found = view.resolve(path, name)
    return found is not None and found.fqn == target.fqn


def _spelling(view: View, path: str, name: Name, meaning: _Meaning) -> str:
    """The shortest safe way to write a name in the style in which it was written.

    In its own package the name alone, elsewhere the full name; partly qualified or with a leading
    dot where it was so before.
    """
    assert meaning.after is not None
    fqn = meaning.after.fqn
    package = _package(view, meaning.after)
    parts = fqn.split(".")
    suffixes = [".".join(parts[at:]) for at in range(len(parts) - 1, -1, -1)]
    outside = len(parts) - len(package.split(".")) if package else len(parts)
    if name.text.startswith("."):
        tries = [f".{fqn}"]
    elif name.kind in (DECLARED, FULL, LITERAL):
        tries = [fqn]
    elif package == view.files[path].package:
        tries = [*suffixes[:outside], fqn, f".{fqn}"]
    elif meaning.partial:
        tries = [*suffixes[outside:], f".{fqn}"]
    else:
        tries = [fqn, f".{fqn}"]
    for text in tries:
        if _means(view, path, name._replace(text=text), meaning.after):
            return text
    raise Refused(f"{path} could not name {fqn}: something nearer has the same name.")


def _verify(view: View, meanings: Mapping[str, list[_Meaning]]) -> None:
    """Raise Refused unless every name means what it should."""
    for path, its in meanings.items():
        names = view.names(path)
        if len(names) != len(its):
            raise Refused(f"{path} could not be rewritten safely.")
        for name, meaning in zip(names, its, strict=True):
            if meaning.after is None:
                continue
            if not _means(view, path, name, meaning.after):
                raise Refused(f"{path}: {name.text} would not mean {meaning.after.fqn} any more.")
            torn = path not in meaning.after.files and meaning.together
            if torn and name.kind in (TYPE, ANY) and not view.is_exported(meaning.after.fqn):
                raise Inseparable(
                    f"would leave {meaning.after.fqn} out of reach, as it is not exported"
                )
