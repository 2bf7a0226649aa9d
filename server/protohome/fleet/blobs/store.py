"""Files that all workers share: a folder, or an object store that ``fsspec`` knows.

A file appears whole or not at all: on a disk it is written under another name and renamed, an
object store does as much by itself. A file is never changed; its name says what it was made of.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import fsspec
from fsspec.implementations.local import LocalFileSystem

_UNFINISHED = ".unfinished"


class Store:
    """The files below a path or URL, by relative paths with ``/``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._system, self._root = fsspec.url_to_fs(url)

    @property
    def is_local(self) -> bool:
        return isinstance(self._system, LocalFileSystem)

    def write(self, name: str, data: bytes) -> None:
        """Put a file there, whole."""
        file = self.path(name)
        if not self.is_local:
            self._system.pipe_file(file, data)
            return
        os.makedirs(os.path.dirname(file), exist_ok=True)
        # Two workers may write the same file at once, each one of its own.
        temporary = f"{file}.{os.getpid()}-{os.urandom(4).hex()}{_UNFINISHED}"
        with open(temporary, "wb") as stream:
            stream.write(data)
        os.replace(temporary, file)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        try:
            found: bytes = self._system.cat_file(self.path(name))
        except FileNotFoundError:
            return None
        return found

    def ranges(self, wanted: Sequence[tuple[str, int, int]]) -> list[bytes | None]:
        """Some bytes of files, each by name, start and end; None where they cannot be had."""
        if not wanted:
            return []
        found = self._system.cat_ranges(
            [self.path(name) for name, _, _ in wanted],
            [start for _, start, _ in wanted],
            [end for _, _, end in wanted],
            on_error="return",
        )
        return [data if isinstance(data, bytes) else None for data in found]

    def names(self, folder: str, suffix: str) -> list[str]:
        """The names of the finished files in a folder, sorted."""
        try:
            self._system.invalidate_cache()
            every: Iterable[str] = self._system.ls(self.path(folder), detail=False)
        except FileNotFoundError:
            return []
        return sorted(name.rpartition("/")[2] for name in every if name.endswith(suffix))

    def has(self, name: str) -> bool:
        return bool(self._system.exists(self.path(name)))

    def remove(self, name: str) -> None:
        self._system.rm_file(self.path(name))

    def path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"
