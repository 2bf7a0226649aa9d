"""Where a workspace is read from: the disk, or git's index as the next commit will have it.

Files are named by absolute paths; nothing here knows a workspace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from ...named import NamedTuple


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
