"""Which files of a workspace import which, and which they see by that."""

from __future__ import annotations

from collections.abc import Mapping

from ..lazily import cached_property
from ..model import Import, ProtoFile


class Imports:
    """The files of a workspace by import path, and what they import; immutable."""

    def __init__(self, files: Mapping[str, ProtoFile]) -> None:
        self.files = files

    def _imported(self, path: str) -> tuple[tuple[str, str], ...]:
        file = self.files.get(path)
        return file.imported if file else ()

    def imports(self, path: str) -> tuple[Import, ...]:
        file = self.files.get(path)
        return file.imports if file else ()

    @cached_property
    def _passing_on(self) -> frozenset[str]:
        """The files that import something publicly."""
        return frozenset(
            path
            for path, file in self.files.items()
            if any(modifier == "public" for _, modifier in file.imported)
        )

    def exported(self, path: str) -> tuple[str, ...]:
        """The file and what it imports publicly, at any depth."""
        found = {path: None}
        pending = [path]
        for each in pending:
            for inner, modifier in self._imported(each):
                if modifier == "public" and inner not in found:
                    found[inner] = None
                    pending.append(inner)
        return tuple(found)

    def visible(self, path: str) -> tuple[str, ...]:
        """The file and what it sees by its imports."""
        imported = [each for each, _ in self._imported(path)]
        found = dict.fromkeys([path, *imported])
        if not self._passing_on.isdisjoint(found):
            for each in imported:
                found.update(dict.fromkeys(self.exported(each)))
        return tuple(found)

    def seeing(self, paths: frozenset[str]) -> set[str]:
        """The files that see one of ``paths``."""
        passing = {p for p in self._passing_on if not paths.isdisjoint(self.exported(p))}
        importing = (self._importers.get(path, ()) for path in paths | passing)
        return {path for path in paths if path in self.files}.union(*importing)

    @cached_property
    def _importers(self) -> Mapping[str, list[str]]:
        """The files that import each path, whether or not there is a file."""
        found: dict[str, list[str]] = {}
        for path, file in self.files.items():
            for each, _ in file.imported:
                found.setdefault(each, []).append(path)
        return found

    def way_back(self, path: str) -> list[str]:
        """The shortest cycle of imports through ``path``, empty when there is none."""
        before: dict[str, str] = {}
        queue = [path]
        for each in queue:
            for following, _ in self._imported(each):
                if following == path:
                    way = [path, each]
                    while way[-1] != path:
                        way.append(before[way[-1]])
                    return way[::-1] if each != path else [path, path]
                if following not in before:
                    before[following] = each
                    queue.append(following)
        return []
