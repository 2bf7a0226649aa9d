"""The files of a commit or of the index, read from git's objects: no checkout, filter or hook."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping

from ..named import NamedTuple
from ..system import git
from ..system.disk import LoadError

SHA_1 = 40  # hexadecimal digits of an object id, unless a repository uses SHA-256
_REGULAR = (b"100644", b"100755")
_SUBMODULE = b"160000"
# Some 20 MB of .proto files; one git process costs less than reading a hundred of them.
_AT_ONCE = 2000


class Blob(NamedTuple):
    """A file's bytes as git has them: the work tree whose repository it is, and the object id."""

    root: str
    id: str


def at(root: str, commit: str) -> dict[str, Blob]:
    """The files of a commit below the folder ``root``, by path; submodules' files too.

    A submodule that lacks its commit has no files. Raises LoadError when git cannot list them.
    """
    answer = git.run(root, "ls-tree", "-r", "-z", "--end-of-options", commit)
    if answer.code:
        raise LoadError(f"git cannot list {commit}: {answer.why}")
    found: dict[str, Blob] = {}
    for record in git.records(answer.output):
        what, _, name = record.partition(b"\t")
        mode, _kind, ident = what.split(b" ")
        path = os.fsdecode(name)
        if mode in _REGULAR:
            found[path] = Blob(root, ident.decode())
        elif mode == _SUBMODULE:
            found.update(in_submodule(root, path, ident.decode()))
    return found


def in_submodule(root: str, folder: str, commit: str) -> dict[str, Blob]:
    """As ``at``, of the submodule in ``folder``; nothing where it is not there."""
    below = os.path.join(root, folder)
    if os.path.islink(below) or not os.path.lexists(os.path.join(below, ".git")):
        return {}
    try:
        inner = at(below, commit)
    except LoadError:
        return {}
    return {f"{folder}/{path}": blob for path, blob in inner.items()}


def read(wanted: Mapping[str, Blob]) -> Iterator[tuple[str, bytes]]:
    """The bytes of blobs, by path; a few thousand at a time, so that memory stays bounded."""
    by_root: dict[str, list[tuple[str, str]]] = {}
    for path, blob in wanted.items():
        by_root.setdefault(blob.root, []).append((path, blob.id))
    for root, entries in by_root.items():
        for start in range(0, len(entries), _AT_ONCE):
            some = entries[start : start + _AT_ONCE]
            contents = git.blobs(root, list(dict.fromkeys(ident for _, ident in some)))
            for path, ident in some:
                if ident in contents:
                    yield path, contents[ident]


def blob_id(source: bytes, digits: int) -> str:
    """The id that git gives these bytes, of so many digits: a SHA-1 or a SHA-256."""
    kind = hashlib.sha1 if digits == SHA_1 else hashlib.sha256
    made = kind(b"blob %d\0" % len(source), usedforsecurity=False)
    made.update(source)
    return made.hexdigest()
