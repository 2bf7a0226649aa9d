"""What may mean something else since files changed."""

from __future__ import annotations

from collections.abc import Collection

from ..model import ProtoFile
from .quick import scopes
from .symbols import AGGREGATES, differing, symbols_of
from .view import View


def renamed(before: View, after: View, changed: Collection[str]) -> set[str]:
    """The FQNs that mean something else, or nothing, since the files at ``changed`` changed."""
    found: set[str] = set()
    for path in changed:
        packages = {view.files[path].package for view in (before, after) if path in view.files}
        around = {scope for package in packages for scope in scopes(package, "")}
        files = before.files.get(path), after.files.get(path)
        one, other = (
            {
                (fqn, kind)
                for fqn, kind in symbols_of(file.package if file else "", declarations)
                if kind in AGGREGATES or fqn.rpartition(".")[0] in around
            }
            for file, declarations in zip(files, differing(*files), strict=True)
        )
        found |= {fqn for fqn, _ in one ^ other}
        if len(packages) > 1 or not (path in before.files and path in after.files):
            found |= around
    return found


def beginnings(package: str, fqn: str) -> set[str]:
    """The first components of names by which files of a package can mean ``fqn``, their own types
    left out; each of its components, where it may be inside one of those.
    """
    if not package or fqn.startswith(f"{package}."):
        return set(fqn.split("."))
    around = [f"{scope}." if scope else "" for scope in scopes(package, "")]
    return {fqn[len(each) :].partition(".")[0] for each in around if fqn.startswith(each)}


def regrouped(before: View, after: View, changed: Collection[str]) -> list[ProtoFile]:
    """The files that may see other files since those at ``changed`` changed."""

    def exports(view: View, path: str) -> list[str] | None:
        public = (each.path for each in view.imports(path) if each.modifier == "public")
        return sorted(public) if path in view.files else None

    paths = frozenset(p for p in changed if exports(before, p) != exports(after, p))
    if not paths:
        return []
    seeing = {path for view in (before, after) for path in view.seeing(paths)}
    return [after.files[path] for path in seeing if path in after.files]
