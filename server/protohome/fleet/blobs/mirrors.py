"""Repositories as the fleet reads them: bare mirrors and clones, from git's objects alone.

Nothing is checked out, and of a work tree nothing is read. A repository that lies in an object
store is copied to the worker for as long as it is read.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import fsspec
from fsspec.implementations.local import LocalFileSystem

from ...named import NamedTuple
from ...system import git
from ...system.disk import LARGEST, LoadError
from ...system.git import Answer

_REGULAR = (b"100644", b"100755")
# Of one answer of git: what is read at once is in memory at once.
AT_ONCE_BYTES = 32 << 20
AT_ONCE_BLOBS = 1000


class Repository(NamedTuple):
    """One of the fleet: its name, unique in it, where it is, and the map it is given, if any.

    ``map`` is the text of a map for a repository that has none of its own, None for none.
    """

    name: str
    url: str
    map: bytes | None = None


class Blob(NamedTuple):
    """A file of a tree: git's id of its bytes, and how many they are."""

    id: str
    size: int


class Commit(NamedTuple):
    """A commit: its id, the ISO date of the committer, and every regular file by path."""

    id: str
    date: str
    files: dict[str, Blob]

    @property
    def protos(self) -> dict[str, Blob]:
        return {path: blob for path, blob in self.files.items() if path.endswith(".proto")}


class Mirror:
    """A repository in a folder of this machine."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        # Named, so that git neither searches for it nor takes one for another: see ``git.SAFE``.
        self._place = ".git" if os.path.exists(os.path.join(folder, ".git")) else "."

    def run(self, *arguments: str, given: bytes = b"") -> Answer:
        return git.run(self.folder, f"--git-dir={self._place}", *arguments, given=given)

    def before(self, date: str) -> Commit | None:
        """The last commit of the default branch before a date, None where there was none yet."""
        newest = ("-1", "--first-parent", f"--before={date}", "HEAD")
        answer = self.run("rev-list", *newest)
        if answer.code:
            raise LoadError(f"git cannot tell what was there before {date}: {answer.why}")
        ident = answer.output.decode().strip()
        return self.at(ident) if ident else None

    def contents(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The bytes of blobs by id, some at a time; those that git cannot read are not."""
        some: list[str] = []
        room = AT_ONCE_BYTES
        for ident, size in self._sizes([*ids]).items():
            if size > LARGEST:
                continue
            if some and (size > room or len(some) == AT_ONCE_BLOBS):
                yield from self._some(some)
                some, room = [], AT_ONCE_BYTES
            some.append(ident)
            room -= size
        yield from self._some(some)

    def _sizes(self, ids: list[str]) -> dict[str, int]:
        """How many bytes the blobs are, those that there are."""
        if not ids:
            return {}
        told = self.run("cat-file", "--batch-check", given=_lines(ids)).output.decode()
        found = (line.split(" ") for line in told.splitlines())
        return {one[0]: int(one[2]) for one in found if len(one) == 3}

    def _some(self, ids: list[str]) -> Iterator[tuple[str, bytes]]:
        while ids:
            found = git.read_blobs(self.run("cat-file", "--batch", given=_lines(ids)).output)
            yield from found.items()
            # One that is damaged ends the answer: those behind it are asked for again.
            last = max((at for at, ident in enumerate(ids) if ident in found), default=-1)
            ids = ids[last + 2 :]

    def at(self, revision: str = "HEAD") -> Commit:
        """A commit, by default what the default branch has. Raises LoadError where it is not."""
        asked = ("show", "-s", "--format=%H %cI", "--end-of-options", f"{revision}^{{commit}}")
        answer = self.run(*asked)
        ident, _, date = answer.output.decode("utf-8", "replace").strip().partition(" ")
        if answer.code or not date:
            raise LoadError(f"git has no commit: {answer.why or 'HEAD is not there'}")
        listed = self.run("ls-tree", "-r", "-l", "-z", "--full-tree", "--end-of-options", ident)
        if listed.code:
            raise LoadError(f"git cannot list {ident}: {listed.why}")
        files: dict[str, Blob] = {}
        for record in git.records(listed.output):
            what, _, name = record.partition(b"\t")
            mode, _kind, blob, size = what.split()
            if mode in _REGULAR:
                files[os.fsdecode(name)] = Blob(blob.decode(), int(size) if size.isdigit() else 0)
        return Commit(ident, date, files)


@contextmanager
def opened(url: str) -> Iterator[Mirror]:
    """The repository at a path or URL. Raises LoadError where there is none."""
    system, path = fsspec.url_to_fs(url)
    if isinstance(system, LocalFileSystem):
        if not os.path.isdir(path):
            raise LoadError("no such folder")
        yield Mirror(path)
        return
    with tempfile.TemporaryDirectory(prefix="protohome-") as folder:
        try:
            system.get(f"{path.rstrip('/')}/", f"{folder}/", recursive=True)
        except FileNotFoundError as error:
            raise LoadError("no such folder") from error
        # An object store keeps no empty folders; git knows a repository by these.
        for inner in ("objects", "refs"):
            os.makedirs(os.path.join(folder, inner), exist_ok=True)
        yield Mirror(folder)


def find(url: str) -> list[tuple[str, str]]:
    """The repositories at or below a path or URL, by their names from there; ``""`` for itself."""
    system, root = fsspec.url_to_fs(url)
    root = root.rstrip("/")
    found: list[tuple[str, str]] = []
    folders = [root]
    for folder in folders:
        every = system.ls(folder, detail=True)
        inner = {str(one["name"]).rstrip("/").rpartition("/")[2]: one for one in every}
        if ".git" in inner or {"HEAD", "config"} <= inner.keys():
            found.append((folder[len(root) + 1 :], system.unstrip_protocol(folder)))
        else:
            folders += (
                str(one["name"]).rstrip("/")
                for name, one in inner.items()
                if one["type"] == "directory" and not name.startswith(".")
            )
    return sorted(found)


def _lines(ids: list[str]) -> bytes:
    return "".join(f"{ident}\n" for ident in ids).encode()
