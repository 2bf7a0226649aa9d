"""From the paths of a workspace to the facts of the files that matter to its map."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from ..history import Past
from ..model import ProtoFile
from ..packagemap.model import PackageMap
from ..syntax import Parser, packed, unpacked
from ..system.disk import why_no_text, why_unread
from ..system.store import Store
from ..workspace.governance import first_components, is_governed, module_root
from .files import DISK, Files

Progress = Callable[[int, int], None]

_PACKAGE = re.compile(rb"^[ \t]*package\b", re.MULTILINE)


class Read(NamedTuple):
    """The facts of files that were read, as ``Snapshot`` holds them.

    ``same`` are the paths, governed or not, whose bytes the reference has, too.
    """

    files: dict[str, ProtoFile]
    bystanders: dict[str, ProtoFile]
    unreadable: dict[str, str]
    same: frozenset[str] = frozenset()


def read_files(
    root: str,
    package_map: PackageMap,
    roots: tuple[str, ...],
    paths: Collection[str],
    progress: Progress = lambda done, total: None,
    past: Past | None = None,
    files: Files = DISK,
    store: Store | None = None,
    workers: int = 1,
) -> Read:
    """Read the files at ``paths`` that matter to the map, and see which ``past`` has alike.

    Facts that the ``store`` has are taken from it, others are put there. Where there is much to
    parse, ``workers`` processes do it.
    """
    read = Read({}, {}, {})
    same: set[str] = set()
    if store is None and workers > 1:
        store = Store.of_this_run()
    reader = FileReader(root, package_map, roots, past, same, files, store)
    files.fetch(os.path.join(root, path) for path in paths)
    if workers > 1:
        reader.parse_ahead(paths, workers)
    for done, path in enumerate(paths):
        progress(done, len(paths))
        file = reader.read(path)
        if file is None:
            continue
        if not reader.governs(file):
            read.bystanders[path] = file
            continue
        read.files[path] = file
        why = reader.failed.get(path) or why_no_text(file.source)
        if why:
            read.unreadable[path] = why
    return read._replace(same=frozenset(same))


class FileReader:
    """Reads the files that matter to a map, leaving unparsed what has nothing to do with it."""

    def __init__(
        self,
        root: str,
        package_map: PackageMap,
        roots: tuple[str, ...],
        past: Past | None = None,
        same: set[str] | None = None,
        files: Files = DISK,
        store: Store | None = None,
    ) -> None:
        self._root, self._roots = root, roots
        self._files, self._store = files, store
        self._past, self._same = past, set() if same is None else same
        self._firsts = first_components(package_map)
        self._mentions = [first.encode() for first in self._firsts]
        self._audited = {row.file for row in package_map.audit}
        self._ahead: dict[str, tuple[bytes, str]] = {}  # sources, and the keys of those that matter
        self.failed: dict[str, str] = {}

    def read(self, path: str) -> ProtoFile | None:
        """The facts of the file at ``path``, None when it neither is governed nor refers there."""
        source, key = self._ahead.pop(path) if path in self._ahead else (self._contents(path), "")
        if self._past is not None and self._past.has(path, source):
            self._same.add(path)
        return self.parse(path, source, key)

    def parse_ahead(self, paths: Collection[str], workers: int) -> None:
        """Have the files at ``paths`` parsed by so many processes, where that is much to parse."""
        if self._store is None:
            return
        from .ahead import PAYS, parse_ahead

        jobs: dict[str, bytes] = {}
        for path in paths:
            source = self._contents(path)
            key = sha256(source).hexdigest() if self._matters(path, source) else ""
            self._ahead[path] = source, key
            if key and key not in self._store:
                jobs[key] = source
        if sum(map(len, jobs.values())) >= PAYS:
            parse_ahead(jobs.items(), self._store, workers)

    def _contents(self, path: str) -> bytes:
        file = os.path.join(self._root, path)
        try:
            return self._files.contents(file)
        except (OSError, ValueError) as error:
            self.failed[path] = why_unread(file, error)
            return b""

    def _matters(self, path: str, source: bytes) -> bool:
        mentioned = any(first in source for first in self._mentions)
        return mentioned or path in self._audited or not _PACKAGE.search(source)

    def parse(self, path: str, source: bytes, key: str = "") -> ProtoFile | None:
        """As ``read``, of text at hand; its ``key`` is told only if it matters."""
        if not key and not self._matters(path, source):
            return None
        if self._store is None:
            return self._parser.read_once(path, source)
        key = key or sha256(source).hexdigest()
        kept = self._store.get(key)
        if kept is not None:
            try:
                return unpacked(path, source, kept)
            except (ValueError, TypeError, LookupError, RecursionError):
                pass  # whatever else is there, the file is read anew
        file = self._parser.read_once(path, source)
        with suppress(ValueError, RecursionError):  # a number too long, nesting too deep
            self._store.put(key, packed(file))
        return file

    @cached_property
    def _parser(self) -> Parser:
        return Parser()

    def governs(self, file: ProtoFile) -> bool:
        """Whether the map governs a file."""
        root = module_root(file.path, self._roots)
        import_path = file.path[len(root) + 1 :] if root else file.path
        return file.path in self._audited or is_governed(self._firsts, import_path, file.package)
