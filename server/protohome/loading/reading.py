"""From the paths of a workspace to the facts of the files that matter to its map."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from ..history import Past
from ..history.trees import SHA_1
from ..lazily import cached_property
from ..model import ProtoFile
from ..named import NamedTuple
from ..packagemap.model import PackageMap
from ..syntax import Parser
from ..system.disk import why_no_text, why_unread
from ..system.kept.store import Store
from ..workspace.governance import first_components, is_governed, module_root
from .files import Files
from .files.disk import DISK
from .shelf import Shelf, put

if TYPE_CHECKING:
    from .ahead import Told

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
    hashes: Mapping[str, str] = {},
) -> Read:
    """Read the files at ``paths`` that matter to the map, and see which ``past`` has alike.

    Facts that the ``store`` has are taken from it, others are put there; of files whose ``hashes``
    are known nothing else is read then. Where there is much to parse, ``workers`` processes do it.
    """
    read = Read({}, {}, {})
    same: set[str] = set()
    if store is None and workers > 1:
        store = Store.of_this_run()
    reader = FileReader(root, package_map, roots, past, same, files, store, hashes)
    files.fetch(os.path.join(root, path) for path in paths)
    for done, path in enumerate(reader.ahead(paths, workers) if workers > 1 else paths):
        progress(done, len(paths))
        file = reader.read(path)
        if file is None:
            continue
        if not reader.governs(file):
            read.bystanders[path] = file
            continue
        read.files[path] = file
        if path in reader.failed:
            read.unreadable[path] = reader.failed[path]
    return read._replace(same=frozenset(same))


class FileReader:
    """Reads the files that matter to a map, leaving unparsed what has nothing to do with it.

    With a ``store`` their facts stay there until somebody looks into them; so do their sources, if
    they are ``on_disk`` and not only at hand. ``failed`` says of paths why they are no text.
    """

    def __init__(
        self,
        root: str,
        package_map: PackageMap,
        roots: tuple[str, ...],
        past: Past | None = None,
        same: set[str] | None = None,
        files: Files = DISK,
        store: Store | None = None,
        hashes: Mapping[str, str] = {},
        on_disk: bool = True,
    ) -> None:
        self._root, self._roots = root, roots
        self._files, self._store = files, store
        again = partial(_contents, root, files) if on_disk else None
        self._shelf = Shelf(store, again) if store is not None else None
        self._past, self._same = past, set() if same is None else same
        self._hashes = hashes
        self._firsts = first_components(package_map)
        self._mentions = [first.encode() for first in self._firsts]
        self._audited = {row.file for row in package_map.audit}
        self._ahead: dict[str, tuple[bytes, str]] = {}  # sources, and the keys of those that matter
        self.failed: dict[str, str] = {}

    def read(self, path: str) -> ProtoFile | None:
        """The facts of the file at ``path``, None when it neither is governed nor refers there."""
        known = self._known(path)
        if known is not None:
            return known
        source, key = self._ahead.pop(path) if path in self._ahead else (self._contents(path), "")
        if self._past is not None and self._past.has(path, source):
            self._same.add(path)
        why = "" if path in self.failed else why_no_text(source)
        if not why:
            return self.parse(path, source, key)
        self.failed[path] = why
        return self._parser.read_once(path, source) if self._matters(path, source) else None

    def _known(self, path: str) -> ProtoFile | None:
        """A file that is kept under its hash, if it matters for more than what it mentions."""
        key = self._hashes.get(path)
        if key is None or self._shelf is None:
            return None
        file = self._shelf.file(path, None, key)
        if file is None:
            return None
        if path not in self._audited and file.package.partition(".")[0] not in self._firsts:
            return None
        blob = self._past.blobs.get(path) if self._past is not None else None
        if blob is not None:
            if len(blob.id) != SHA_1:
                return None
            if blob.id == self._shelf.blob(key):
                self._same.add(path)
        return file

    def ahead(
        self,
        paths: Collection[str],
        workers: int,
        progress: Progress = lambda done, total: None,
    ) -> Iterator[str]:
        """The paths, each once its file is parsed by one of so many processes, where that is much.

        ``progress(done, total)`` is called as files are taken.
        """
        if self._store is None:
            yield from paths
            return
        from .ahead import PAYS, parsed_ahead

        for path in paths:
            if self._hashes.get(path, "") not in self._store:
                self._ahead[path] = self._contents(path), ""
        jobs = {path: source for path, (source, _) in self._ahead.items()}
        much = sum(map(len, jobs.values())) >= PAYS
        parsed = parsed_ahead(jobs, self._told, workers, progress) if much else iter(())
        for path in paths:
            told = next(parsed, None) if path in jobs else None
            if told is not None:
                key, facts = told
                self._ahead[path] = jobs[path], key
                if facts and key not in self._store:
                    put(self._store, key, facts, jobs[path])
            yield path
        if much:
            progress(len(jobs), len(jobs))

    def _told(self, path: str, source: bytes) -> Told:
        """What is told of a file that matters and is not kept."""
        from .ahead import parsed

        if not self._matters(path, source):
            return "", ()
        key = sha256(source).hexdigest()
        if why_no_text(source) or (self._store is not None and key in self._store):
            return key, ()
        return key, parsed(self._parser, source)

    def _contents(self, path: str) -> bytes:
        try:
            return _contents(self._root, self._files, path)
        except (OSError, ValueError) as error:
            self.failed[path] = why_unread(os.path.join(self._root, path), error)
            return b""

    def _matters(self, path: str, source: bytes) -> bool:
        mentioned = any(first in source for first in self._mentions)
        return mentioned or path in self._audited or not _PACKAGE.search(source)

    def parse(self, path: str, source: bytes, key: str = "") -> ProtoFile | None:
        """As ``read``, of text at hand; its ``key`` is told only if it matters."""
        if not key and not self._matters(path, source):
            return None
        if self._shelf is None:
            return self._parser.read_once(path, source)
        key = key or sha256(source).hexdigest()
        file = self._shelf.file(path, source, key)
        return file or self._shelf.keep(self._parser.read_once(path, source), key)

    @cached_property
    def _parser(self) -> Parser:
        return Parser()

    def governs(self, file: ProtoFile) -> bool:
        """Whether the map governs a file."""
        root = module_root(file.path, self._roots)
        import_path = file.path[len(root) + 1 :] if root else file.path
        return file.path in self._audited or is_governed(self._firsts, import_path, file.package)


def _contents(root: str, files: Files, path: str) -> bytes:
    """The bytes of a file. Raises OSError, or ValueError where the path is none."""
    return files.contents(os.path.join(root, path))
