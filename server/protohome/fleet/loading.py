"""From a commit to the snapshots of its workspaces, with facts that are known already.

As ``discovery`` reads a work tree, with the same functions; what is around the protos is looked up
in the commit.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable, Iterator, Mapping

from pathspec import GitIgnoreSpec

from ..history import Past, trees
from ..loading import discovery
from ..loading.files import Stamp
from ..rules import RULES
from ..system import git
from ..system.disk import LoadError
from ..workspace.revision import Revision
from ..workspace.snapshot import Snapshot
from .blobs.facts import Facts
from .blobs.mirrors import Commit, Mirror, Repository

NO_MAP = "no package map"

# What git calls a tree without files, in every repository.
_NOTHING = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_RULES = frozenset(rule.id for rule in RULES)


class Tree:
    """The files of a commit, as ``files.Files`` has them, below a folder that need not exist."""

    def __init__(
        self, root: str, mirror: Mirror, commit: Commit, texts: Mapping[str, bytes]
    ) -> None:
        self.root = root
        self.mirror, self.commit = mirror, commit
        self._blobs, self._texts = commit.files, dict(texts)
        self._given: dict[str, bytes] = {}
        self._folders = {above for path in commit.files for above in _above(path)} | {""}

    def give(self, path: str, source: bytes) -> None:
        """Have a file that the commit has not."""
        self._given[path] = source

    def contents(self, file: str) -> bytes:
        path = self._inside(file)
        if path in self._given:
            return self._given[path]
        blob = self._blobs.get(path or "")
        if blob is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), file)
        return self.text(blob.id)

    def text(self, ident: str) -> bytes:
        """The bytes of a blob. Raises LoadError where git has lost them."""
        self._have([ident])
        if ident not in self._texts:
            raise LoadError(f"git cannot read the blob {ident}")
        return self._texts[ident]

    def read(self, wanted: Mapping[str, trees.Blob]) -> Iterator[tuple[str, bytes]]:
        """The bytes of blobs of any commit, by path, as ``history.trees.read``."""
        self._have(blob.id for blob in wanted.values())
        for path, blob in wanted.items():
            yield path, self.text(blob.id)

    def _have(self, ids: Iterable[str]) -> None:
        missing = [ident for ident in dict.fromkeys(ids) if ident not in self._texts]
        self._texts.update(self.mirror.contents(missing))

    def exists(self, file: str) -> bool:
        return self.is_file(file) or self.is_folder(file)

    def is_file(self, file: str) -> bool:
        path = self._inside(file)
        return path in self._given or path in self._blobs

    def is_folder(self, file: str) -> bool:
        return self._inside(file) in self._folders

    def named(self, folder: str, name: str) -> str:
        inside = [path for path in self.below(folder) if os.path.basename(path) == name]
        first = min(inside, key=lambda path: path.split("/")[:-1], default="")
        return os.path.join(self.root, first) if first else ""

    def settings(self, folder: str, names: Collection[str]) -> Iterable[str]:
        inside = (path for path in self.below(folder) if os.path.basename(path) in names)
        return (os.path.join(self.root, path) for path in inside)

    def protos(self, root: str) -> Iterable[str]:
        start = self._start(root)
        return [path[len(start) :] for path in self.below(root) if path.endswith(".proto")]

    def stamp(self, file: str) -> Stamp | None:
        return Stamp(0, 0, 0) if self.is_file(file) else None

    def ident(self, file: str) -> str:
        blob = self._blobs.get(self._inside(file) or "")
        return blob.id if blob else ""

    def fetch(self, files: Iterable[str]) -> None:
        """Those that are not at hand are read together."""
        blobs = (self._blobs.get(self._inside(file) or "") for file in files)
        self._have(blob.id for blob in blobs if blob is not None)

    def below(self, folder: str) -> Iterator[str]:
        """The paths of the tree below a folder, from the tree's root."""
        if self._inside(folder) is None:
            return iter(())
        start = self._start(folder)
        every = {**self._blobs, **dict.fromkeys(self._given)}
        return (path for path in every if path.startswith(start))

    def top(self, folder: str) -> str:
        return self.root

    def searched(
        self, folder: str, patterns: Collection[str], flags: Collection[str], globs: Collection[str]
    ) -> list[str]:
        marks = (part for pattern in patterns for part in ("-e", pattern))
        asked = ("grep", "-l", "-z", *flags, *marks, self.commit.id, "--", *globs)
        found = (os.fsdecode(one) for one in git.records(self.mirror.run(*asked).output))
        paths = (name.partition(":")[2] for name in found)
        start = self._start(folder)
        return [os.path.join(self.root, path) for path in paths if path.startswith(start)]

    def matching(self, root: str, patterns: Collection[str]) -> Iterable[str]:
        spec, start = GitIgnoreSpec.from_lines(patterns), self._start(root)
        inside = (path[len(start) :] for path in self.below(root))
        return (path for path in inside if spec.match_file(path))

    def at(self, root: str, place: str) -> Iterable[str]:
        start = self._start(root)
        inside = (path[len(start) :] for path in self.below(root))
        return (path for path in inside if path == place or path.startswith(f"{place}/"))

    def subjects(self, root: str, commit: str, most: int) -> list[bytes]:
        asked = ("log", "-z", "--format=%h %s", f"--max-count={most}", "--end-of-options", commit)
        return git.records(self.mirror.run(*asked).output)

    def _start(self, folder: str) -> str:
        inner = self._inside(folder)
        return f"{inner}/" if inner else ""

    def _inside(self, file: str) -> str | None:
        path = os.path.relpath(file, self.root).replace(os.sep, "/")
        return "" if path == "." else None if path.split("/")[0] == ".." else path


def workspaces(
    repository: Repository, mirror: Mirror, now: Commit, past: Past, facts: Facts
) -> Iterator[tuple[str, Snapshot]]:
    """The workspaces of a commit, by the prefix that their paths have in the repository.

    Raises LoadError where there is no map, or one cannot be read, and ConfigError.
    """
    # Nothing is read below it; paths in messages are relative to the current folder.
    root = os.getcwd()
    tree = Tree(root, mirror, now, facts.texts)
    places = discovery.find_all(root, tree)
    if not any(place.map or place.config for place in places):
        if repository.map is None:
            raise LoadError(NO_MAP)
        tree.give(discovery.MAP, repository.map)
        places = discovery.find_all(root, tree)
    for place in places:
        inner = os.path.relpath(place.root, root).replace(os.sep, "/")
        prefix = "" if inner == "." else f"{inner}/"
        found = discovery.look(
            place.root, rule_ids=_RULES, cache=False, files=tree, against=_past(prefix, past)
        )
        yield prefix, discovery.read(found, tree, store=facts, blobs=tree.read)


def _past(prefix: str, past: Past) -> Past:
    """The reference of a workspace in a repository."""
    inside = {
        path[len(prefix) :]: blob for path, blob in past.blobs.items() if path.startswith(prefix)
    }
    return past._replace(blobs=inside)


def past_of(name: str, before: Commit | None) -> Past:
    """The reference that a commit is; where there was none yet, one that holds nothing."""
    if before is None:
        return Past(Revision(name, _NOTHING))
    blobs = {path: trees.Blob("", blob.id) for path, blob in before.files.items()}
    return Past(Revision(name, before.id), blobs)


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path
