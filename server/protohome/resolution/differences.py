"""What may mean something else since files changed."""

from __future__ import annotations

from collections.abc import Collection

from ..model import ProtoFile
from .quick import scopes
from .symbols import AGGREGATES, differing, symbols_of
from .view import View


def renamed(before: View, after: View, changed: Collection[str]) -> set[str]:
    """The simple names that may mean something else since the files at ``changed`` changed."""
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
        found |= {fqn.rpartition(".")[2] for fqn, _ in one ^ other}
        if len(packages) > 1 or not (path in before.files and path in after.files):
            found |= {scope.rpartition(".")[2] for scope in around}
    return found


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
