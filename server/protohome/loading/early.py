"""Reads the few files of a large workspace that tell what is declared about some of them.

What declares a package spells its name. So a look at the bytes of all files says which few are to
be parsed before everything in that package is known.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from ..history import Past, trees
from ..model import ProtoFile
from ..syntax import Parser
from ..system.disk import contents, why_no_text
from ..workspace.early import EarlySnapshot
from ..workspace.snapshot import Snapshot

# Bytes that are parsed besides the files that are asked for: it takes about half a second.
_MOST = 2_000_000

_PACKAGE = re.compile(rb"\bpackage\b")
_STATED = re.compile(rb"\s*([A-Za-z_][\w.]*)\s*;")

# Files that differ from the reference; of more it would take long to say what they were.
_MOST_CHANGED = 256


def may_declare(source: bytes, package: bytes) -> bool:
    """Whether a file may be of a package, however it is written: never a wrong no."""
    if not all(part in source for part in package.split(b".")):
        return False
    for found in _PACKAGE.finditer(source):
        before = source[source.rfind(b"\n", 0, found.start()) + 1 : found.start()]
        code, slashes, _ = before.partition(b"//")
        if slashes and not code.strip() and b"*/" not in before:
            continue  # a line of comment
        stated = _STATED.match(source, found.end())
        if stated is None or stated[1] == package:
            return True
    return False


class EarlyReading:
    """Reads on until all is known that is asked for. ``empty`` is the workspace without files.

    ``paths`` are those of its files, ``covers`` tells which others belong to it, and ``texts`` are
    those that are open, by path. The reference is ``past``, a commit or nothing.
    """

    def __init__(
        self,
        empty: Snapshot,
        past: Past,
        paths: Collection[str],
        covers: Callable[[str], bool],
        texts: Mapping[str, bytes],
    ) -> None:
        self._empty, self._past, self._texts = empty, past, texts
        self._paths = frozenset(paths)
        self._then = {p: b for p, b in past.blobs.items() if p.endswith(".proto") and covers(p)}
        self._parser, self._left = Parser(), _MOST
        self._files: dict[str, ProtoFile] = {}
        self._before: dict[str, ProtoFile] = {}
        self._whole: set[str] = set()
        # Which files the reference has alike, and what it has otherwise.
        self._same: set[str] = set()
        self._changed: Mapping[str, bytes] = {}
        self._is_compared = self._knows_changed = False
        for path, text in texts.items():
            self._files[path] = self._parser.read_once(path, text)

    def know(self, packages: Collection[str]) -> None:
        """Read all files that declare one of these packages, unless that takes long."""
        wanted = {package for package in packages if package and package not in self._whole}
        if not wanted:
            return
        holding: dict[str, dict[str, bytes]] = {package: {} for package in wanted}
        for path, source in self._sources():
            if not self._is_compared and path in self._then and self._past.has(path, source):
                self._same.add(path)
            for package in wanted:
                if may_declare(source, package.encode()):
                    holding[package][path] = source
        if not self._is_compared:
            self._compare()
        for package in sorted(wanted):
            if self._read(holding[package]):
                self._whole.add(package)
                for path, source in self._changed.items():
                    if path not in self._before and may_declare(source, package.encode()):
                        self._before[path] = self._parser.read_once(path, source)

    def follow_imports(self) -> None:
        """Read what the files that are asked for import, and what that imports publicly."""
        waiting = [name for path in self._texts for name, _ in self._files[path].imported]
        while waiting:
            name = waiting.pop()
            for path in (f"{root}/{name}" if root else name for root in self._empty.module_roots):
                if path in self._paths and path not in self._files:
                    source = self._contents(path)
                    if source is not None and self._read({path: source}):
                        more = self._files[path].imported
                        waiting += [name for name, modifier in more if modifier == "public"]

    @property
    def asked_for(self) -> list[ProtoFile]:
        """The open files."""
        return [self._files[path] for path in self._texts]

    @property
    def snapshot(self) -> EarlySnapshot:
        """What is known by now."""
        unread = self._paths - self._files.keys()
        early = self._snapshot(self._files, unread, self._whole)
        if not self._past.revision.commit:
            return early.with_reference(None, self._past.revision)
        then = frozenset(self._then.keys() - self._before.keys())
        whole = self._whole if self._knows_changed else ()
        before = self._snapshot(self._before, then, whole)
        return early.with_reference(before, self._past.revision)

    def _snapshot(
        self, every: Mapping[str, ProtoFile], unread: frozenset[str], whole: Collection[str]
    ) -> EarlySnapshot:
        governed = {path: file for path, file in every.items() if self._empty.governs(file)}
        others = {path: file for path, file in every.items() if path not in governed}
        why = {path: why_no_text(file.source) for path, file in governed.items()}
        unreadable = {path: reason for path, reason in why.items() if reason}
        return EarlySnapshot(self._empty, governed, others, unreadable, unread, frozenset(whole))

    def _read(self, sources: Mapping[str, bytes]) -> bool:
        """Parse what is on disk, and what of it the reference has; whether that was not too much.

        An open file is as it is in the editor.
        """
        size = sum(len(source) for path, source in sources.items() if path not in self._files)
        if size > self._left:
            return False
        self._left -= size
        for path, source in sources.items():
            if path not in self._files:
                self._files[path] = self._parser.read_once(path, source)
            if path in self._same and path not in self._before:
                file = self._files[path]
                is_as_read = file.source == source
                self._before[path] = file if is_as_read else self._parser.read_once(path, source)
        return True

    def _compare(self) -> None:
        """Read what the reference has otherwise than the disk, of the open files in any case."""
        rest = {path: blob for path, blob in self._then.items() if path not in self._same}
        self._is_compared, self._knows_changed = True, len(rest) <= _MOST_CHANGED
        if not self._knows_changed:
            rest = {path: blob for path, blob in rest.items() if path in self._texts}
        self._changed = dict(trees.read(rest))
        for path in self._texts:
            if path in self._changed:
                self._before[path] = self._parser.read_once(path, self._changed[path])
            elif path in self._same:
                source = self._contents(path)
                if source is not None:
                    self._read({path: source})

    def _sources(self) -> Iterator[tuple[str, bytes]]:
        for path in self._paths:
            source = self._contents(path)
            if source is not None:
                yield path, source

    def _contents(self, path: str) -> bytes | None:
        try:
            return contents(os.path.join(self._empty.root, path))
        except (OSError, ValueError):
            return None  # it declares nothing then
