"""What a conversation is about: the client, its open documents and the governed folders."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from ...findings import Finding
from ...history import Past
from ...loading import discovery
from ...loading.standby import Standby
from ...syntax import Parser
from ...system.disk import LoadError
from ...verdicts import Judge
from ...workspace.early import NotYet
from .. import to_lsp
from ..client import Client
from ..places import Places
from ..schedule import Coalescing, in_thread, uncollected
from ..uris import path_of
from ..wire.host import Host
from ..wire.progress import Progress
from . import loading
from .asking import Asking, FolderDocument
from .documents import Document, encoded
from .folders import Folder
from .loading import BESIDE, HEADS, REFERENCE, NoMap
from .moment import FolderState, replaced

# How often git and the map are looked at, in seconds: few clients tell of what is outside of their
# folders, and many, Neovim on Linux among them, of no files at all. It costs a dozen ``stat``.
_EVERY = 2.0

# Bytes of a document that is not judged while it is open: some ten times what people maintain.
_MOST = 1 << 24

_NAMES = frozenset((discovery.MAP, *discovery.CONFIG_FILES))


class Publisher(Protocol):
    """Who is told what changed, and tells the client what there is to see."""

    def touch(self, folder: Folder, uri: str = "", everything: bool = False) -> None: ...

    def recheck(self, uri: str) -> None: ...

    def forget(self, uri: str) -> None: ...


class Session(Asking):
    """Only the event loop touches a session; what takes long is done in threads."""

    def __init__(
        self,
        host: Host,
        client: Client,
        publisher: Callable[[Session], Publisher],
        workspace_uris: Iterable[str] = (),
        options: object = None,
        standby: Standby | None = None,
    ) -> None:
        self.host, self.client, self._standby = host, client, standby
        self.documents: dict[str, Document] = {}
        self.folders: dict[str, Folder] = {}
        self.publisher = publisher(self)
        on_more = partial(self.publisher.touch, everything=True)
        super().__init__(on_more, host.report, partial(Progress, host, client))
        self._folder_of: dict[str, Folder | None] = {}
        self._rescans: dict[str, Coalescing] = {}
        self._readers: dict[str, Coalescing] = {}
        self._early: dict[str, Coalescing] = {}
        self._too_large: set[str] = set()
        self._structures: dict[str, dict[str, object]] = {}
        self._tops = [path for path in map(path_of, workspace_uris) if path]
        self._maps = loading.named_maps(self._tops, options)

    # The conversation's events

    def start(self) -> None:
        """Read the workspaces at the top of the client's folders."""
        for top in self._tops:
            self._folder_at(top)
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        """Notice what nobody tells of: commits, checkouts, fetches, and writing of the map."""
        while True:
            await asyncio.sleep(_EVERY)
            for root, folder in list(self.folders.items()):
                heads = self._structures.get(root, {}).get(HEADS)
                if not folder.open or not isinstance(heads, dict):
                    continue
                if heads != await in_thread(partial(loading.stamps, tuple(heads))):
                    self.rescan(folder)

    def opened(self, uri: str, version: int | None, text: str) -> None:
        path = path_of(uri)
        if path is None:
            return
        document = Document(uri, path, version, encoded(text))
        self.documents[uri] = document
        folder = self.folder_of(path)
        if not self.client.watches and folder is not None:
            self.rescan(folder)
        self._edited(document)
        if folder is not None and folder.is_early and folder.root in self._early:
            self._early[folder.root].request()

    def changed(self, uri: str, version: int | None, changes: Iterable[Any]) -> None:
        document = self.documents.get(uri)
        if document is not None:
            document = document.changed(version, changes, self.client.encoding)
            self.documents[uri] = document
            self._edited(document)

    def closed(self, uri: str) -> None:
        document = self.documents.pop(uri, None)
        if document is None:
            return
        folder = self.folder_of(document.path)
        path = folder.relative(document.path) if folder else None
        if folder is not None and path is not None:
            if folder.close(path):
                self.reload(folder)
            self.publisher.touch(folder)
        self.publisher.forget(uri)

    def saved(self, uri: str) -> None:
        document = self.documents.get(uri)
        if document is None:
            return
        if os.path.basename(document.path) in _NAMES or not self.client.watches:
            self._associate()
        folder = self.folder_of(document.path)
        if folder is not None and folder.learn():
            self.publisher.touch(folder)
        if folder is not None and not self.client.watches:
            self._changed_on_disk(folder, [document.path])

    def on_disk(self, uris: Iterable[str]) -> None:
        """Files changed on disk."""
        paths = [path for path in map(path_of, uris) if path]
        if any(os.path.basename(path) in _NAMES for path in paths):
            self._associate()
        for folder in self.folders.values():
            inside = [path for path in paths if folder.relative(path)]
            if inside or any(loading.is_history(folder.root, path) for path in paths):
                self._changed_on_disk(folder, inside)

    def _changed_on_disk(self, folder: Folder, paths: Iterable[str]) -> None:
        if any(not path.endswith(".proto") for path in paths):
            self._structures.get(folder.root, {}).pop(BESIDE, None)
        self.rescan(folder)

    def folders_changed(self, added: Iterable[str], removed: Iterable[str]) -> None:
        gone = {path_of(uri) for uri in removed}
        self._tops = [top for top in self._tops if top not in gone]
        self._tops += [path for path in map(path_of, added) if path]
        self._folder_of.clear()
        used = {id(self._folder_at(top)) for top in self._tops}
        for root, folder in list(self.folders.items()):
            if not folder.open and id(folder) not in used:
                del self.folders[root]

    def _associate(self) -> None:
        """A map or configuration came or went: documents may belong to another folder now."""
        self._folder_of.clear()
        for root, known in list(self.folders.items()):
            place = loading.find(root, self._maps)
            if place.root != root or not (place.config or place.map):
                del self.folders[root]
                for document in known.open.values():
                    self.publisher.recheck(document.uri)
        for document in self.documents.values():
            folder = self.folder_of(document.path)
            for other in self.folders.values():
                path = other.relative(document.path)
                if path in other.open and other is not folder:
                    other.close(path)
                    self.publisher.recheck(document.uri)
            path = folder.relative(document.path) if folder else None
            if folder is not None and path is not None and path not in folder.open:
                self._edited(document)

    # Folders

    def folder_of(self, path: str) -> Folder | None:
        """The governed folder that a file belongs to, None where there is none."""
        return self._folder_at(os.path.dirname(path))

    def _folder_at(self, top: str) -> Folder | None:
        if top not in self._folder_of:
            place = loading.find(top, self._maps)
            folder = None
            if place.config or place.map:
                folder = self.folders.get(place.root)
                if folder is None:
                    folder = self.folders[place.root] = Folder(place)
                    self._rescans[place.root] = self._rescanner(folder)
                    self._readers[place.root] = self._reader(folder)
                    self.reload(folder)
            self._folder_of[top] = folder
        return self._folder_of[top]

    def reload(self, folder: Folder) -> None:
        """Read the folder from disk, all of it."""
        self._structures.pop(folder.root, None)
        self._rescans[folder.root].request()

    def rescan(self, folder: Folder) -> None:
        """Look for what changed on disk."""
        self._rescans[folder.root].request()

    def doc(self, uri: str) -> FolderDocument | None:
        """The document at a URI in its folder; None when no folder that was read has it."""
        doc = self.early_doc(uri)
        return None if doc is None or doc.state.is_early else doc

    def early_doc(self, uri: str) -> FolderDocument | None:
        """As ``doc``, also of a folder of which a part was read, if the document is open."""
        path = path_of(uri)
        folder = self.folder_of(path) if path else None
        inner = folder.relative(path) if folder and path else None
        state = self._present(folder) if folder else None
        source = folder.source(inner) if folder and inner else None
        if folder is None or inner is None or state is None or source is None:
            return None
        if folder.lacks(inner) or (state.is_early and inner not in folder.open):
            return None
        return FolderDocument(folder, inner, state, source, Places(folder, self.client.encoding))

    def state(self, folder: Folder) -> FolderState | None:
        """The folder with the open documents as they are now, None before it was read."""
        state = self._present(folder)
        return None if state is None or state.is_early else state

    def _present(self, folder: Folder) -> FolderState | None:
        if folder.catch_up():
            self.reload(folder)
        if folder.to_read() is not None:
            self._readers[folder.root].request()
        return folder.state

    async def findings(self, doc: FolderDocument) -> list[Finding]:
        """All findings in a document, which is read for its keys after that."""
        found = await super().findings(doc)
        doc.folder.tell(doc.path)
        if doc.folder.to_read() is not None:
            self._readers[doc.folder.root].request()
        return found

    def is_pending(self, uri: str) -> bool:
        """Whether the document is being read in a thread; who publishes is told when it was."""
        path = path_of(uri)
        folder = self.folder_of(path) if path else None
        inner = folder.relative(path) if folder and path else None
        return folder is not None and inner is not None and folder.lacks(inner)

    async def read(self, uri: str) -> None:
        """Wait until a document that is being read in a thread was read."""
        path = path_of(uri)
        folder = self.folder_of(path) if path else None
        while folder is not None and self._present(folder) is not None and self.is_pending(uri):
            await self._readers[folder.root].done()

    def _edited(self, document: Document) -> None:
        folder = self.folder_of(document.path)
        path = folder.relative(document.path) if folder else None
        if folder is not None and path is not None and self._is_bearable(document):
            folder.edit(path, document)
            self.publisher.touch(folder, document.uri)

    def _is_bearable(self, document: Document) -> bool:
        """Whether a document is not too large to be judged at all; said once where it is."""
        if len(document.source) <= _MOST:
            return True
        if document.uri not in self._too_large:
            self._too_large.add(document.uri)
            name, most = os.path.basename(document.path), _MOST >> 20
            self.host.show(to_lsp.warning(f"{name} has more than {most} MB; it is not judged."))
        return False

    def _reader(self, folder: Folder) -> Coalescing:
        async def work() -> None:
            while (path := folder.to_read()) is not None:
                document, is_news = folder.pending[path], folder.lacks(path)
                before, judge = folder.snapshot, folder.judge
                if before is None or judge is None:
                    return
                work = partial(with_text, judge, folder.parser(path), path, document.source)
                with uncollected:
                    after = await in_thread(work)
                if folder.take_read(document, path, before, after) and is_news:
                    self.publisher.touch(folder, document.uri)

        return Coalescing(work, self.host.report)

    def _rescanner(self, folder: Folder) -> Coalescing:
        return Coalescing(partial(self._read, folder), self.host.report)

    async def _read(self, folder: Folder) -> None:
        """Bring the folder up to what is on disk: by its changes, or all of it."""
        loaded = folder.loaded
        structure = await in_thread(
            partial(loading.structure, folder.root, loaded, folder.snapshot)
        )
        known = self._structures.get(folder.root, {})
        differing = {path for path in structure if structure[path] != known.get(path)}
        if loaded is not None and known and differing <= {*folder.open, REFERENCE, HEADS, BESIDE}:
            known[HEADS] = structure[HEADS]
            past = structure[REFERENCE]
            if REFERENCE in differing and isinstance(past, Past):
                known[REFERENCE] = past
                loaded = await in_thread(partial(loading.refer, loaded, past))
                folder.refer(loaded)
                self.publisher.touch(folder, everything=True)
            rescanned = await in_thread(partial(loading.rescan, loaded))
            if folder.take(rescanned):
                self.publisher.touch(folder, everything=True)
            if not {REFERENCE, HEADS, BESIDE} & differing:
                return
        else:
            self._structures[folder.root] = structure
            await self._load(folder)
            if folder.loaded is not None:
                structure[REFERENCE] = folder.loaded.past
            self.publisher.touch(folder, everything=True)
        await self._look_around(folder)

    async def _look_around(self, folder: Folder) -> None:
        """Look at what is beside the protos; whoever waits for the protos does not wait for it."""
        if folder.snapshot is None:
            return
        known = self._structures[folder.root]
        known[BESIDE] = looking = object()
        looked, told = await in_thread(partial(loading.look_beside, folder.snapshot))
        if known.get(BESIDE) is looking:  # else something changed meanwhile, and is looked at next
            known[BESIDE] = told
        if folder.surround(looked):
            self.publisher.touch(folder, everything=True)

    async def _load(self, folder: Folder) -> None:
        texts = {path: document.source for path, document in folder.open.items()}
        last = folder.loaded.settings if folder.loaded else None
        progress = self._progress(f"Reading {os.path.basename(folder.root)}")
        place = loading.find(folder.root, self._maps)
        try:
            begun = await in_thread(partial(loading.begin, place, texts, last))
            early = Coalescing(partial(self._read_early, folder, begun), self.host.report)
            self._early[folder.root] = early
            if folder.is_early:
                early.request()
            work = partial(loading.finish, begun, progress.report, self._standby)
            with uncollected:
                loaded = await in_thread(work)
        except LoadError as error:
            if folder.fail(str(error), keep=not isinstance(error, NoMap)) and place[1:] != ("", ""):
                self.host.show(to_lsp.warning(f"protohome: {error}"))
            return
        finally:
            self._early.pop(folder.root, None)
            progress.end()
        folder.adopt(loaded)

    async def _read_early(self, folder: Folder, begun: loading.Begun) -> None:
        """Tell what is declared about the documents that are open, while others are read."""
        texts = {path: document.source for path, document in folder.open.items()}
        early = await in_thread(partial(loading.read_early, begun, texts)) if texts else None
        if early is not None and folder.is_early and folder.root in self._early:
            folder.adopt(early)
            self.publisher.touch(folder, everything=True)


def with_text(before: Judge, parser: Parser, path: str, source: bytes) -> Judge:
    """The judge, prepared, of a judge's snapshot with another text of one file."""
    snapshot = replaced(before.snapshot, {path: parser.read(path, source)})
    judge = Judge(snapshot, before, before.learnt_of, before.kept)
    with suppress(NotYet):
        judge.prepare()
    return judge
