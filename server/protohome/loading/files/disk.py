"""The disk: as it is, and as a short run may take it."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable

from ...system import git
from ...system.disk import contents, is_absent
from ...system.listing import Listed, listed, paths_matching, paths_named, proto_paths
from . import UNKNOWN, Stamp, _git


class Disk:
    """The work tree: what git tracks or does not ignore, and what is in no repository."""

    def contents(self, file: str) -> bytes:
        return contents(file)

    def exists(self, file: str) -> bool:
        return os.path.lexists(file)

    def is_file(self, file: str) -> bool:
        return os.path.isfile(file)

    def is_folder(self, file: str) -> bool:
        return os.path.isdir(file)

    def named(self, folder: str, name: str) -> str:
        for inner, folders, names in os.walk(folder):
            folders.sort()
            if name in names:
                return os.path.join(inner, name)
        return ""

    def settings(self, folder: str, names: Collection[str]) -> Iterable[str]:
        return (os.path.join(folder, path) for path in paths_named(folder, names))

    def protos(self, root: str) -> Iterable[str]:
        return proto_paths(root)

    def stamp(self, file: str) -> Stamp | None:
        try:
            try:
                status = os.stat(file)
            except OSError:
                status = os.lstat(file)
        except OSError as error:
            return None if is_absent(error) else UNKNOWN
        except ValueError:
            return None
        if file.endswith("/"):
            return UNKNOWN
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
            return None
        return Stamp(status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)

    def ident(self, file: str) -> str:
        return ""

    def fetch(self, files: Iterable[str]) -> None:
        """The disk is quick."""

    def top(self, folder: str) -> str:
        return git.top(folder)

    def searched(
        self, folder: str, patterns: Collection[str], flags: Collection[str], globs: Collection[str]
    ) -> list[str]:
        return _git.searched(folder, "--untracked", patterns, flags, globs)

    def matching(self, root: str, patterns: Collection[str]) -> Iterable[str]:
        return paths_matching(root, patterns)

    def at(self, root: str, place: str) -> Iterable[str]:
        if git.top(root):
            return _git.listed_at(root, place, "--others", "--exclude-standard")
        if not self.is_folder(os.path.join(root, place)):
            return [place]
        walk = os.walk(os.path.join(root, place))
        inside = (os.path.join(folder, name) for folder, _, names in walk for name in names)
        return [os.path.relpath(file, root).replace(os.sep, "/") for file in inside]

    def subjects(self, root: str, commit: str, most: int) -> list[bytes]:
        return _git.subjects(root, commit, most)


DISK = Disk()


class Moment(Disk):
    """The disk for a short run: what git lists below a folder is asked for once, and a file whose
    hash was asked for is not read again for what it holds.
    """

    def __init__(self) -> None:
        self._listed: dict[str, Listed] = {}
        self._read: dict[str, bytes] = {}

    def contents(self, file: str) -> bytes:
        source = self._read.pop(file, None)  # of what was read twice nobody wants more
        if source is None:
            source = self._read[file] = super().contents(file)
        return source

    def settings(self, folder: str, names: Collection[str]) -> Iterable[str]:
        if git.top(folder):
            self._listed[folder] = listed(folder, names)
        every = paths_named(folder, names, self._listed.get(folder))
        return (os.path.join(folder, path) for path in every)

    def protos(self, root: str) -> Iterable[str]:
        return proto_paths(root, self._listed.get(root))
