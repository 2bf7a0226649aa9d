"""One governed workspace as the editor sees it: what is on disk, with the open documents on top.

Only the event loop touches a folder. Paths are relative to its root, with ``/``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256

from ...loading.discovery import Place
from ...loading.modules import find_modules
from ...model import ProtoFile
from ...syntax import Parser, read
from ...system.disk import LoadError
from ...verdicts import Judge
from ...workspace.early import EarlySnapshot, NotYet
from ...workspace.snapshot import Snapshot
from . import loading
from .documents import Document
from .loading import LoadedFolder, Rescanned, Sources
from .moment import LARGE, FolderState, replaced

SETTLED_BY_READING = ("map", "roots", "exclude")


class Folder:
    """A workspace root with its snapshot, None until it was read the first time.

    ``open`` are the open documents below the root, ``pending`` those of them that are so large that
    somebody must read them in a thread, be it because the first key would have to. ``problem`` is
    why the folder could not be read. ``learnt`` is the workspace as it was last saved: what is
    being typed teaches nothing yet.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.root = place.root
        self.open: dict[str, Document] = {}
        self.loaded: LoadedFolder | None = None
        self.snapshot: Snapshot | None = None
        self.problem = ""
        self._judge: Judge | None = None
        self.learnt: Snapshot | None = None
        self.pending: dict[str, Document] = {}
        # Pending, with a text that the snapshot has; whether all that it says of it is told.
        self._on_disk_so: dict[str, bool] = {}
        self._unread: dict[str, None] = {}
        self._parsers: dict[str, Parser] = {}
        self._covered: dict[str, bool] = {}

    # What it is

    @property
    def is_early(self) -> bool:
        """Whether nothing of the folder, or only a part, was read yet."""
        return self.snapshot is None or isinstance(self.snapshot, EarlySnapshot)

    def relative(self, path: str) -> str | None:
        """An absolute path as one below the root, None when it is elsewhere."""
        for real in (False, True):  # which asks the disk
            root = (os.path.realpath(self.root) if real else self.root).rstrip(os.sep) + os.sep
            if path.startswith(root):
                return path[len(root) :].replace(os.sep, "/")
        return None

    def absolute(self, path: str) -> str:
        """The absolute path of one below the root."""
        return os.path.join(self.root, *path.split("/"))

    @property
    def judge(self) -> Judge | None:
        """The judge of the present snapshot, who keeps what the one before has learnt."""
        if self.snapshot is None:
            return None
        judge = self._judge
        if judge is None or (judge.snapshot, judge.learnt_of) != (self.snapshot, self.learnt):
            kept = self.loaded.kept_for(self.snapshot) if self.loaded else None
            earlier = None if self.is_early else judge
            judge = self._judge = Judge(self.snapshot, earlier, self.learnt, kept)
        return judge

    def learn(self) -> bool:
        """What is there now was saved; whether that may change what words tell."""
        self.catch_up()
        before, self.learnt = self.learnt, self.snapshot
        return before is not self.snapshot

    def is_map(self, path: str) -> bool:
        """Whether the path is the package map's."""
        return self.loaded is not None and path == self.loaded.settings.map.path

    def source(self, path: str) -> bytes | None:
        """The present bytes of a document, open or not; None when it cannot be read."""
        if path in self.open:
            return self.open[path].source
        with suppress(NotYet):
            if self.snapshot is not None:
                file = self.snapshot.files.get(path) or self.snapshot.bystanders.get(path)
                if file is not None:
                    return file.source
                if path in self.snapshot.documents:
                    return self.snapshot.documents[path]
        if self.loaded is not None and self.is_map(path):
            return self.loaded.settings.map.source
        return self._on_disk(path)

    def _on_disk(self, path: str) -> bytes | None:
        sources = loading.read_sources(self.root, [path])
        return None if path in sources.failed else sources.files[path]

    def documents(self) -> list[str]:
        """Every path that may have findings: map, configuration, governed files, kept blocks."""
        if self.snapshot is None or self.loaded is None:
            return []
        own = [path for path in (self.loaded.settings.map.path, self.place.config) if path]
        return list(dict.fromkeys((*own, *self.snapshot.files, *self.snapshot.documents)))

    # What happens to it

    def adopt(self, loaded: LoadedFolder) -> None:
        """Take over a workspace as read, or a part; the open texts are to be read on top of it.

        What is beside the protos is as it was, until somebody has looked.
        """
        before = self.snapshot
        if before is None or self.is_early:
            before, self._judge = loaded.snapshot, None
        self.loaded, self.snapshot = loaded, self._surrounded(loaded.snapshot, before)
        self.place = loaded.place
        self.problem = ""
        self._covered.clear()
        self.pending.clear()
        self._parsers.clear()  # they know declarations of what was there before
        self._unread = dict.fromkeys(self.open)
        self.learnt = self.snapshot

    def refer(self, referred: LoadedFolder) -> None:
        """Compare with another reference, ``referred``'s; all else stays as it is now."""
        if self.loaded is None or self.snapshot is None:
            return
        self.loaded, read = referred, referred.snapshot
        self.snapshot = self.snapshot.with_reference(read.reference, read.revision)

    def take_lookups(self, before: Snapshot) -> None:
        """Look nothing up again that was looked up at an earlier moment."""
        if self.snapshot is not None and self.snapshot is not before and not self.is_early:
            self.snapshot.take_lookups(before)

    def surround(self, looked: Snapshot) -> bool:
        """Take over what is beside the protos of ``looked``; whether it was otherwise before."""
        before = self.snapshot
        if before is None:
            return False
        after = self.snapshot = self._surrounded(before, looked)
        return (before.documents, before.surroundings) != (after.documents, after.surroundings)

    def _surrounded(self, snapshot: Snapshot, looked: Snapshot) -> Snapshot:
        open_ones = {path: self.open[path].source for path in looked.documents if path in self.open}
        after = snapshot.with_documents({**looked.documents, **open_ones})
        return after.with_surroundings(looked.surroundings)

    def fail(self, problem: str, keep: bool) -> bool:
        """The workspace cannot be read now; whether the reason is another than last time.

        ``keep`` what was read before, as the mistake may be mended soon.
        """
        if self.is_early or not keep:
            self.loaded = self.snapshot = self._judge = None
        news, self.problem = problem != self.problem, problem
        return news

    def edit(self, path: str, document: Document) -> None:
        """A document is open with this text; it is read when somebody asks for more."""
        self.open[path] = document
        self._unread[path] = None

    def catch_up(self) -> bool:
        """Read the texts that were edited; whether the workspace must be read anew for them."""
        again = False
        while self._unread and self.loaded is not None:
            path = next(iter(self._unread))
            del self._unread[path]
            document = self.open[path]
            self._edit_document(path, document.source)
            if self.is_map(path) and self.loaded.settings.map.source == document.source:
                continue
            if self.is_map(path) and len(document.source) > LARGE:
                again = True
            elif self.is_map(path) or path == self.place.config:
                again |= self._edit_settings(path, document.source)
            elif self._covers(path) and len(document.source) > LARGE:
                if not self._was_read_early(path, document.source):
                    self.pending[path] = document
                    self._compare(path, document)
            elif self._covers(path):
                self.pending.pop(path, None)
                self._replace({path: self.parser(path).read(path, document.source)})
        return again

    def _was_read_early(self, path: str, source: bytes) -> bool:
        """Whether this text is there; it is read anew, as keys need it, with all others."""
        with suppress(NotYet):
            file = self.snapshot.files.get(path) if self.snapshot and self.is_early else None
            return file is not None and file.source == source
        return False

    def _file(self, path: str) -> ProtoFile | None:
        """A governed file, as far as it is known."""
        return None if self.snapshot is None or self.is_early else self.snapshot.files.get(path)

    def _compare(self, path: str, document: Document) -> None:
        """See whether the snapshot has the text of a document, as it may when that is opened."""
        self._on_disk_so.pop(path, None)
        file = self._file(path) if path not in self._parsers else None
        if file is not None and file.hash == sha256(document.source).hexdigest():
            self._on_disk_so[path] = False

    def lacks(self, path: str) -> bool:
        """Whether an open document must be read before anything can be said of it."""
        return path in self.pending and path not in self._on_disk_so

    def tell(self, path: str) -> None:
        """All findings in a document are told; there is time for what its first key needs."""
        if path in self._on_disk_so:
            self._on_disk_so[path] = True

    def to_read(self) -> str | None:
        """The pending document to be read now: one that is lacking, or of which all is told."""
        return next((path for path in self.pending if self._on_disk_so.get(path, True)), None)

    def parser(self, path: str) -> Parser:
        """What reads an open document, which keeps what it knows of the version before."""
        if path not in self._parsers:
            is_early = path in self.pending and not self.lacks(path)
            self._parsers[path] = Parser(self._file(path), ahead=is_early)
        return self._parsers[path]

    def take_read(self, document: Document, path: str, before: Snapshot, after: Judge) -> bool:
        """Take over a pending document that was read into a snapshot; whether all is as it was.

        ``after`` is the prepared judge of that snapshot.
        """
        if self.pending.get(path) is not document or self.snapshot is not before:
            return False
        del self.pending[path]
        self.snapshot, self._judge = after.snapshot, after
        return True

    def close(self, path: str) -> bool:
        """A document was closed: what is on disk counts again. As ``catch_up``."""
        self._unread.pop(path, None)
        self.pending.pop(path, None)
        self._parsers.pop(path, None)
        if self.open.pop(path, None) is None or self.loaded is None:
            return False
        self._edit_document(path, None)
        if self.is_map(path) or path == self.place.config:
            source = self._on_disk(path)
            return source is None or self._edit_settings(path, source)
        if self._covers(path):
            self._take(loading.read_sources(self.root, [path]))
        return False

    def take(self, rescanned: Rescanned) -> bool:
        """Take over what changed on disk; whether anything did that is not open."""
        if self.loaded is None:
            return False
        self.loaded = self.loaded._replace(stamps=rescanned.stamps)
        self._covered.clear()
        changed, failed = rescanned.sources
        files = {path: s for path, s in changed.items() if path not in self.open}
        self._take(Sources(files, failed))
        if files:
            self.learnt = self.snapshot
        return bool(files)

    def _edit_document(self, path: str, source: bytes | None) -> None:
        """The text of a file with kept blocks, None for that on disk; of others nothing is known.

        A block that is typed into another file counts when that is saved.
        """
        if self.snapshot is not None and path in self.snapshot.documents:
            source = (self._on_disk(path) or b"") if source is None else source
            self.snapshot = self.snapshot.with_documents({**self.snapshot.documents, path: source})

    def _edit_settings(self, path: str, source: bytes) -> bool:
        if self.loaded is None or self.snapshot is None:
            return False
        edit_text = self._edit_map if self.is_map(path) else self._edit_config
        return edit_text(source, self.loaded, self.snapshot)

    def _edit_map(self, source: bytes, loaded: LoadedFolder, snapshot: Snapshot) -> bool:
        settings = loading.read_settings(loaded.settings.map.path, source, loaded.settings)
        self.loaded = loaded._replace(settings=settings)
        if settings.map_in_force == snapshot.map:
            return False
        after = self.snapshot = snapshot.with_map(settings.map_in_force)
        try:
            modules = find_modules(self.root, settings.config, after.map)
        except LoadError:
            return True
        return modules != loaded.modules or not after.firsts <= snapshot.firsts

    def _edit_config(self, source: bytes, loaded: LoadedFolder, snapshot: Snapshot) -> bool:
        before = snapshot.config
        config, problem = loading.read_config(self.place.config, source, before)
        settings = loaded.settings._replace(config=config, problem=problem)
        self.loaded = loaded._replace(settings=settings)
        if config == before:
            return False
        self.snapshot = snapshot.with_config(config)
        return any(getattr(config, key) != getattr(before, key) for key in SETTLED_BY_READING)

    def _covers(self, path: str) -> bool:
        assert self.loaded is not None
        if path not in self._covered:
            self._covered[path] = loading.covers(self.loaded, path)
        return self._covered[path]

    def _take(self, sources: Sources) -> None:
        files = {path: None if s is None else read(path, s) for path, s in sources.files.items()}
        self._replace(files, sources.failed)

    def _replace(
        self, files: Mapping[str, ProtoFile | None], failed: Mapping[str, str] = {}
    ) -> None:
        if self.snapshot is not None and files:
            self.snapshot = replaced(self.snapshot, files, failed)

    @property
    def state(self) -> FolderState | None:
        """What there is to judge at present, None before the first reading."""
        if self.snapshot is None or self.loaded is None or self.judge is None:
            return None
        config = self.place.config
        text = self.source(config) or b"" if config and self.loaded.settings.problem else b""
        return FolderState(self.snapshot, self.judge, self.loaded.settings, config, text)
