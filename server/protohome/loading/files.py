"""Where a workspace is read from: the disk, or git's index as the next commit will have it.

Files are named by absolute paths; nothing here knows a workspace.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple, Protocol

from ..history import trees
from ..history.trees import Blob
from ..system import git
from ..system.disk import LoadError, contents, from_here, is_absent
from ..system.listing import Listed, listed, paths_matching, paths_named, proto_paths

_REGULAR = (b"100644", b"100755")
_SUBMODULE = b"160000"
_INTENT_TO_ADD = 1 << 29  # CE_INTENT_TO_ADD in git's read-cache.h


class Stamp(NamedTuple):
    """What changes when a file does; ``status_ns`` even where a tool sets the time back."""

    modified_ns: int
    size: int
    inode: int
    status_ns: int = 0


# Of a file that may be there and may not, as the system will not say.
UNKNOWN = Stamp(-1, -1, -1)


class Files(Protocol):
    """A tree of files to read from."""

    def contents(self, file: str) -> bytes:
        """The bytes of a file. Raises OSError when there are none."""

    def exists(self, file: str) -> bool:
        """Whether there is anything, a link that leads nowhere too."""

    def is_file(self, file: str) -> bool: ...

    def is_folder(self, file: str) -> bool: ...

    def named(self, folder: str, name: str) -> str:
        """The first file, in order, below ``folder`` of that ``name``; ``""`` for none."""

    def settings(self, folder: str, names: Collection[str]) -> Iterable[str]:
        """The files of these names below ``folder`` that git does not ignore, absolute."""

    def protos(self, root: str) -> Iterable[str]:
        """Every ``.proto`` path below ``root`` that counts, relative to it.

        A folder that nobody may look into, its path ending in ``/``, stands for what it holds.
        """

    def stamp(self, file: str) -> Stamp | None:
        """The stamp of a file, or of a symbolic link that leads nowhere; None of all else."""

    def ident(self, file: str) -> str:
        """What identifies the contents of a file; ``""`` where only reading it can."""

    def fetch(self, files: Iterable[str]) -> None:
        """These will be asked for: what is slow to begin is begun once."""

    def top(self, folder: str) -> str:
        """The top of the repository around a folder, ``""`` outside of git."""

    def searched(
        self, folder: str, patterns: Collection[str], flags: Collection[str], globs: Collection[str]
    ) -> list[str]:
        """The files below a folder that hold one of the patterns, absolute; as ``git grep``."""

    def matching(self, root: str, patterns: Collection[str]) -> Iterable[str]:
        """The paths below ``root`` that patterns as in a ``.gitignore`` name."""

    def at(self, root: str, place: str) -> Iterable[str]:
        """The file at ``place`` below ``root``, or those in that folder; paths from ``root``."""

    def subjects(self, root: str, commit: str, most: int) -> list[bytes]:
        """``ID SUBJECT`` of a commit and those before it, the newest first."""


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
        return _searched(folder, "--untracked", patterns, flags, globs)

    def matching(self, root: str, patterns: Collection[str]) -> Iterable[str]:
        return paths_matching(root, patterns)

    def at(self, root: str, place: str) -> Iterable[str]:
        if git.top(root):
            return _listed_at(root, place, "--others", "--exclude-standard")
        if not self.is_folder(os.path.join(root, place)):
            return [place]
        walk = os.walk(os.path.join(root, place))
        inside = (os.path.join(folder, name) for folder, _, names in walk for name in names)
        return [os.path.relpath(file, root).replace(os.sep, "/") for file in inside]

    def subjects(self, root: str, commit: str, most: int) -> list[bytes]:
        return _subjects(root, commit, most)


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
        return _searched(folder, "--cached", patterns, flags, globs)

    def matching(self, root: str, patterns: Collection[str]) -> Iterable[str]:
        return paths_matching(root, patterns)

    def at(self, root: str, place: str) -> Iterable[str]:
        return _listed_at(root, place)

    def subjects(self, root: str, commit: str, most: int) -> list[bytes]:
        return _subjects(root, commit, most)

    def _below(self, folder: str) -> Iterator[str]:
        start = os.path.normpath(folder) + os.sep
        return (file for file in self._blobs if file.startswith(start))


def _searched(
    folder: str,
    where: str,
    patterns: Collection[str],
    flags: Collection[str],
    globs: Collection[str],
) -> list[str]:
    marks = (part for pattern in patterns for part in ("-e", pattern))
    answer = git.run(folder, "grep", "-l", "-z", *flags, where, *marks, "--", *globs)
    return [os.path.join(folder, os.fsdecode(path)) for path in git.records(answer.output)]


def _listed_at(root: str, place: str, *others: str) -> list[str]:
    answer = git.run(root, "ls-files", "-z", "--cached", *others, "--", f":(literal){place}")
    return [os.fsdecode(path) for path in git.records(answer.output)]


def _subjects(root: str, commit: str, most: int) -> list[bytes]:
    asked = ("-z", "--format=%h %s", f"--max-count={most}", "--end-of-options", commit)
    return git.records(git.run(root, "log", *asked).output)


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
