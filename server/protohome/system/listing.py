"""Which ``.proto`` files there are: those that git tracks or does not ignore.

Where git is not installed, or refuses the folder, the ``.gitignore`` files are read here instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache

from ..named import NamedTuple
from . import git
from .disk import contents, upwards
from .globs import is_bearable

_NO = 1
_CLOSED = b"could not open directory"
# Where others keep what they have installed; outside of git nothing else says so.
_FOREIGN = frozenset(("node_modules", "vendor", "site-packages"))


class Listed(NamedTuple):
    """What git lists below a folder: the files of some names, and the ``.proto`` files.

    ``code`` and ``error`` are as an ``Answer`` has them.
    """

    code: int
    error: bytes
    named: list[str]
    protos: list[str]


def listed(folder: str, names: Collection[str] = ()) -> Listed:
    """What git tracks or does not ignore below ``folder``: files of these ``names``, and protos."""
    patterns = (f":(glob)**/{name}" for name in names)
    asked = ("ls-files", "-z", "-c", "-o", "--exclude-standard", "--", "*.proto", *patterns)
    answer = git.run(folder, *asked)
    found = Listed(answer.code, answer.error, [], [])
    for path in map(os.fsdecode, git.records(answer.output)):
        (found.named if os.path.basename(path) in names else found.protos).append(path)
    return found


def proto_paths(root: str, known: Listed | None = None) -> Iterable[str]:
    """Every ``.proto`` path below ``root`` that git does not ignore; without git, every one.

    A folder that nobody may look into stands for what it holds; its path ends in ``/``. Submodules
    belong to the tree. A workspace that is itself ignored, such as a scratch copy, is listed whole.
    Paths of deleted files that are still tracked may be among them. ``known`` is what git lists,
    where it was asked already.
    """
    if not _in_work_tree(root):
        return _walk(root, lambda _path: False)
    found = _by_git(root, known)
    if found is None:
        return _walk(root, _ignores(root))
    if found or git.run(root, "check-ignore", "-q", ".").code == _NO:
        return found
    return _walk(root, lambda _path: False)


def paths_named(folder: str, names: Collection[str], known: Listed | None = None) -> Iterator[str]:
    """The paths below ``folder`` whose last part is one of ``names``, ignored ones left out."""
    if git.top(folder):
        by_git = known or listed(folder, names)
        if by_git.code == 0:
            yield from by_git.named
            return
    for inner, folders, found in os.walk(folder):
        folders[:] = [one for one in folders if not one.startswith(".") and one not in _FOREIGN]
        for name in found:
            if name in names:
                yield os.path.relpath(os.path.join(inner, name), folder)


def paths_matching(root: str, patterns: Iterable[str]) -> Iterator[str]:
    """The paths below ``root`` that patterns as in a ``.gitignore`` name, ignored ones left out."""
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(patterns)
    if git.top(root):
        answer = git.run(root, "ls-files", "-z", "-c", "-o", "--exclude-standard")
        if answer.code == 0:
            every = dict.fromkeys(map(os.fsdecode, git.records(answer.output)))
            yield from (path for path in every if spec.match_file(path))
            return
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if not one.startswith(".") and one not in _FOREIGN]
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
            if spec.match_file(path):
                yield path


def is_ignored(root: str, path: str) -> bool:
    """Whether git ignores ``path``, unless it ignores the whole workspace."""
    if not _in_work_tree(root):
        return False
    code = git.run(root, "check-ignore", "-q", "--", path).code
    if code > _NO:
        return _ignores(root)(path)
    return code != _NO and git.run(root, "check-ignore", "-q", ".").code == _NO


def _in_work_tree(root: str) -> bool:
    return bool(git.top(root))


def _by_git(root: str, known: Listed | None) -> list[str] | None:
    """As ``proto_paths``, as git says; None when it is not there or refuses."""
    top = os.path.realpath(root)
    found: list[str] = []
    seen: set[str] = set()
    pending = [""]
    for inner in pending:
        folder = f"{top}/{inner}" if inner else top
        # git knows no submodule through a link: one that is may lead anywhere, or back to here.
        if folder in seen or (inner and os.path.realpath(folder) != folder):
            continue
        seen.add(folder)
        here = known if known and not inner else listed(folder)
        if here.code and not inner:
            return None
        found += (_joined(inner, path) for path in here.protos)
        if _CLOSED in here.error:
            # git names them as it can print them, which need not be as they are called.
            walked = _walk(folder, _ignores(folder))
            found += (_joined(inner, path) for path in walked if path.endswith("/"))
        pending += (_joined(inner, path) for path in _submodules(folder))
    return found


def _joined(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path


def _submodules(root: str) -> Iterator[str]:
    """The folders below ``root`` that are submodules and checked out."""
    top = git.top(root)
    modules = os.path.join(top, ".gitmodules")
    if not os.path.isfile(modules):
        return
    listed = git.run(root, "config", "-z", "-f", modules, "--get-regexp", r"^submodule\..*\.path$")
    for entry in git.records(listed.output):
        folder = os.path.join(top, os.fsdecode(entry.partition(b"\n")[2]))
        path = os.path.relpath(folder, root).replace(os.sep, "/")
        if not path.startswith(".") and os.path.exists(os.path.join(folder, ".git")):
            yield path


def _walk(root: str, ignored: Callable[[str], bool]) -> Iterator[str]:
    closed: list[str] = []
    for folder, folders, names in os.walk(
        root, onerror=lambda error: closed.append(error.filename)
    ):
        prefix = _prefix(root, folder)
        folders[:] = [
            name for name in folders if not name.startswith(".") and not ignored(f"{prefix}{name}/")
        ]
        for name in names:
            if name.endswith(".proto") and not ignored(prefix + name):
                yield prefix + name
    yield from filter(None, (_prefix(root, folder) for folder in closed))


def _prefix(root: str, folder: str) -> str:
    """What the paths of a folder below ``root`` begin with."""
    inner = os.path.relpath(folder, root).replace(os.sep, "/")
    return "" if inner == "." else inner + "/"


def _ignores(root: str) -> Callable[[str], bool]:
    """Whether the ``.gitignore`` files say so of a path below ``root``, a folder's ending in /."""
    from pathspec import GitIgnoreSpec

    above = list(upwards(root))

    @cache
    def spec(folder: str) -> GitIgnoreSpec:
        names = (".gitignore", ".git/info/exclude") if folder == above[-1] else (".gitignore",)
        lines = [line for name in names for line in _lines(os.path.join(folder, name))]
        try:
            return GitIgnoreSpec.from_lines(filter(is_bearable, lines))
        except ValueError:
            return GitIgnoreSpec.from_lines(())

    def ignored(path: str) -> bool:
        inner = path.rstrip("/").split("/")[:-1]
        below = ["/".join((root, *inner[:depth])) for depth in range(len(inner), 0, -1)]
        for folder in (*below, *above):
            said = spec(folder).check_file(f"{root}/{path}"[len(folder) + 1 :]).include
            if said is not None:
                return said
        return False

    return ignored


def _lines(file: str) -> list[str]:
    try:
        return contents(file).decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
