"""The file that a moved contract goes to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, count

from ...model import ProtoFile
from ...named import NamedTuple
from ...workspace.snapshot import Located, Snapshot
from .._workspace import checked_path
from ..texts.headers import settings

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Destination(NamedTuple):
    """A file by its workspace path; ``file`` is None for one that is to be made."""

    path: str
    file: ProtoFile | None


def destinations(snapshot: Snapshot, moved: Located, package: str) -> Iterator[Destination]:
    """Where ``moved`` may go in ``package``, the best place first.

    The file where the counterparts of its neighbours are, then the file of the same stem, if their
    settings agree; then a new file of that stem or, where that is taken, of the contract's name.
    Raises Refused where the package's folder is outside the module root.
    """
    files = [
        file
        for file in snapshot.by_package.get(package, ())
        if not file.broken and settings(file) == settings(moved.file)
    ]
    stem = _stem(moved.file.path)
    short = _short(stem, package)
    longer = [f"{part}_{stem}" for part in moved.file.package.split(".")[1:]]
    twins = _twins(moved.file, files)
    named = [f for each in (stem, short, *longer) for f in files if _stem(f.path) == each]
    for file in dict.fromkeys([*twins, *named]):
        yield Destination(file.path, file)
    folder = _folder(snapshot, moved.file, package)
    taken = {*snapshot.files, *snapshot.bystanders}
    own = _HUMP.sub("_", moved.contract.name).lower()
    for name in chain((short, stem, own), (f"{own}_{number}" for number in count(2))):
        path = f"{folder}/{name}.proto" if folder else f"{name}.proto"
        if path not in taken:
            yield Destination(checked_path(snapshot, path), None)
            return


def _twins(origin: ProtoFile, files: list[ProtoFile]) -> list[ProtoFile]:
    """The files that declare most of the names that ``origin`` declares."""
    names = {contract.name for contract in origin.contracts}
    shared = {file: len(names & {c.name for c in file.contracts}) for file in files}
    return sorted((f for f in files if shared[f]), key=lambda f: -shared[f])


def _short(stem: str, package: str) -> str:
    """``events`` for ``codex_events`` in a package ``….codex.v1``."""
    for part in package.split("."):
        if stem.startswith(part + "_"):
            return stem.removeprefix(part + "_")
    return stem


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".proto")


def _folder(snapshot: Snapshot, origin: ProtoFile, package: str) -> str:
    """Where the package's files are, else where they belong under the origin's module root."""
    files = snapshot.by_package.get(package, ())
    folders = Counter(file.path.rpartition("/")[0] for file in files)
    if folders:
        return max(folders, key=lambda folder: (folders[folder], -len(folder)))
    root = snapshot.module_root(origin.path)
    inner = package.replace(".", "/")
    return f"{root}/{inner}" if root else inner
