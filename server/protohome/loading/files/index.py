"""What is staged: the tree as the next commit will have it."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable, Iterator

from ...history import trees
from ...history.trees import Blob
from ...system import git
from ...system.disk import LoadError, from_here
from ...system.listing import paths_matching
from . import Stamp, _git

_REGULAR = (b"100644", b"100755")
_SUBMODULE = b"160000"
_INTENT_TO_ADD = 1 << 29  # CE_INTENT_TO_ADD in git's read-cache.h


class Index:
    """What is staged in the repository around a folder, as a commit would have it now.

    ``GIT_INDEX_FILE`` is honoured. What is only intended to be added is absent; links are, too.
    Raises LoadError outside of git, and for a merge that is not resolved.
    """

    def __init__(self, folder: str) -> None:
        self._top = git.top(os.path.abspath(folder))
        if not self._top:
            raise LoadError(f"--staged: {from_here(folder, '')} is in no git work tree")
        self._blobs = {os.path.join(self._top, path): blob for path, blob in _staged(self._top)}
        self._folders = {above for file in self._blobs for above in _above(file, self._top)} | {
            self._top
        }
        self._known: dict[str, bytes] = {}

    def contents(self, file: str) -> bytes:
        file = os.path.normpath(file)
        if file not in self._known:
            self.fetch([file])
        if file not in self._known:
            number = errno.EISDIR if file in self._folders else errno.ENOENT
            kind = IsADirectoryError if file in self._folders else FileNotFoundError
            raise kind(number, os.strerror(number), file)
        return self._known[file]

    def exists(self, file: str) -> bool:
        return self.is_file(file) or self.is_folder(file)

    def is_file(self, file: str) -> bool:
        return os.path.normpath(file) in self._blobs

    def is_folder(self, file: str) -> bool:
        return os.path.normpath(file) in self._folders

    def named(self, folder: str, name: str) -> str:
        inside = [f for f in self._below(folder) if os.path.basename(f) == name]
        return min(inside, key=lambda file: file.split(os.sep)[:-1], default="")

    def settings(self, folder: str, names: Collection[str]) -> Iterable[str]:
        return (file for file in self._below(folder) if os.path.basename(file) in names)

    def protos(self, root: str) -> Iterable[str]:
        root = os.path.normpath(root)
        return [file[len(root) + 1 :] for file in self._below(root) if file.endswith(".proto")]

    def stamp(self, file: str) -> Stamp | None:
        return Stamp(0, 0, 0) if self.is_file(file) else None

    def ident(self, file: str) -> str:
        return self._blobs[os.path.normpath(file)].id

    def fetch(self, files: Iterable[str]) -> None:
        wanted = {
            file: self._blobs[file]
            for file in map(os.path.normpath, files)
            if file in self._blobs and file not in self._known
        }
        self._known.update(trees.read(wanted))

    def top(self, folder: str) -> str:
        return git.top(folder)

    def searched(
        self, folder: str, patterns: Collection[str], flags: Collection[str], globs: Collection[str]
    ) -> list[str]:
        return _git.searched(folder, "--cached", patterns, flags, globs)

    def matching(self, root: str, patterns: Collection[str]) -> Iterable[str]:
        return paths_matching(root, patterns)

    def at(self, root: str, place: str) -> Iterable[str]:
        return _git.listed_at(root, place)

    def subjects(self, root: str, commit: str, most: int) -> list[bytes]:
        return _git.subjects(root, commit, most)

    def _below(self, folder: str) -> Iterator[str]:
        start = os.path.normpath(folder) + os.sep
        return (file for file in self._blobs if file.startswith(start))


def _above(file: str, top: str) -> Iterator[str]:
    folder = os.path.dirname(file)
    while len(folder) > len(top):
        yield folder
        folder = os.path.dirname(folder)


def _staged(top: str) -> Iterator[tuple[str, Blob]]:
    answer = git.run(top, "ls-files", "-s", "-z")
    if answer.code:
        raise LoadError(f"--staged: git cannot list the index: {answer.why}")
    unmerged: dict[str, None] = {}
    for record in git.records(answer.output):
        what, _, name = record.partition(b"\t")
        mode, ident, stage = what.split(b" ")
        path = os.fsdecode(name)
        if stage != b"0":
            unmerged[path] = None
        elif mode == _SUBMODULE:
            yield from trees.in_submodule(top, path, ident.decode()).items()
        elif mode in _REGULAR:
            blob = Blob(top, ident.decode())
            if blob.id != trees.blob_id(b"", len(blob.id)) or not _is_only_intended(top, path):
                yield path, blob
    if unmerged:
        raise LoadError(f"--staged: not merged yet: {', '.join(unmerged)}")


def _is_only_intended(top: str, path: str) -> bool:
    """Whether ``git add --intent-to-add`` put an empty entry into the index."""
    answer = git.run(top, "--literal-pathspecs", "ls-files", "--debug", "--", path)
    _, _, flags = answer.output.rpartition(b"flags: ")
    try:
        return bool(int(flags.split()[0], 16) & _INTENT_TO_ADD)
    except (IndexError, ValueError):
        return False
