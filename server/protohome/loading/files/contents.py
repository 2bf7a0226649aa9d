"""What files hold, told apart by hashes; a file that has not changed since is not read again.

A stamp vouches for a hash only if it was old when the bytes were read. Whoever writes within a tick
of the clock after that may leave the stamp as it is: what git calls a racy entry of its index.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from time import time_ns

from ...system.kept.cache import load, save
from . import Files, Stamp
from .disk import DISK

_TICK_NS = 2_000_000_000  # of FAT, the coarsest clock of a file system in use


class Hashes(dict[str, str]):
    """The hashes of files, by path.

    They are to be saved after what was made of the files: a hash that is kept says that a file was
    read by a run that came to its end.
    """

    def __init__(self, root: str) -> None:
        super().__init__()
        self._root = root
        self._news: dict[str, tuple[tuple[int, ...], str]] | None = None

    def vouch(self, settled: Mapping[str, tuple[Stamp, str]]) -> None:
        """Take these stamps, with the hashes that they vouch for, to be kept."""
        self._news = {path: (tuple(stamp), told) for path, (stamp, told) in settled.items()}

    def save(self) -> None:
        """Keep them, if any is new, for runs to come."""
        if self._news:
            save(self._root, "contents", self._news)
        self._news = None


def hashes(root: str, stamps: Mapping[str, Stamp], files: Files = DISK) -> Hashes | None:
    """The hash of each file below ``root``, None where one of them cannot be read."""
    known = _known(root)
    settled: dict[str, tuple[Stamp, str]] = {}
    found = Hashes(root)
    for path, stamp in stamps.items():
        file = os.path.join(root, path)
        found[path] = files.ident(file)
        if found[path]:
            continue
        before = known.get(path)
        if before is not None and before[0] == stamp:
            found[path] = before[1]
        else:
            now = time_ns()
            try:
                found[path] = sha256(files.contents(file)).hexdigest()
            except (OSError, ValueError):
                return None
            if max(stamp.modified_ns, stamp.status_ns) + _TICK_NS >= now:
                continue
        settled[path] = stamp, found[path]
    if settled != known:
        found.vouch(settled)
    return found


def changed(root: str, stamps: Mapping[str, Stamp]) -> list[str]:
    """The paths that no run has read to its end as their stamps are now."""
    known = _known(root)
    return [path for path, stamp in stamps.items() if known.get(path, (None,))[0] != stamp]


def are_still(
    root: str,
    held: Mapping[str, str],
    stamps: Mapping[str, Stamp],
    read: Mapping[str, str],
    files: Files = DISK,
) -> bool:
    """Whether what was ``read`` since has the same hashes, and no other file changed."""
    for path, told in held.items():
        file = os.path.join(root, path)
        if files.ident(file):
            continue
        if path in read:
            if read[path] != told:
                return False
        elif files.stamp(file) != stamps[path]:
            return False
    return True


def _known(root: str) -> dict[str, tuple[tuple[int, ...], str]]:
    """Stamps and hashes that are kept, by paths."""
    saved = load(root, "contents")
    return saved if isinstance(saved, dict) else {}
