"""Diagnostics: pushed, one publish a settled version, or pulled by clients that can be told to."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import Any
from zlib import crc32

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ....findings import SEVERITIES, Finding
from ....named import NamedTuple
from ....verdicts import Judge
from ... import to_lsp
from ...places import Places
from ...schedule import Coalescing, breathe, in_thread
from ...state.asking import FolderDocument
from ...state.folders import Folder
from ...state.moment import FolderState
from ...state.session import Session

# While changes pour in, a document's findings are shown this often all the same; in seconds.
_AT_LEAST_EVERY = 0.2

# Editors draw no more in one document without stuttering; nobody reads on so far.
_MOST = 1000


class _Found(NamedTuple):
    findings: list[Finding]
    diagnostics: list[Any]


class Publisher:
    """Publishes what changed: the documents that were edited first, then the other open ones.

    Another document is published only when its findings differ from those the client has.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._changed: dict[str, float] = {}
        self._others: dict[str, None] = {}
        self._published: dict[str, list[Finding]] = {}
        self._partly: set[str] = set()  # documents of which no more than a part was published yet
        self._work = Coalescing(self._settle, session.host.report)
        self._refresh_pulled = self._refreshing("workspace/diagnostic/refresh")
        self._refresh_lenses = self._refreshing("workspace/codeLens/refresh")

    def touch(self, folder: Folder, uri: str = "", everything: bool = False) -> None:
        """The folder has changed, by an edit of the document at ``uri`` where one is given."""
        client = self._session.client
        path = next((p for p, d in folder.open.items() if d.uri == uri), "")
        if everything or folder.is_map(path) or (path and path == folder.place.config):
            if client.pulls:
                self._refresh_pulled.request()
            if client.refreshes_lenses:
                self._refresh_lenses.request()
        if client.pulls:
            return
        if uri:
            self._changed.setdefault(uri, monotonic())
        for document in folder.open.values():
            if document.uri != uri:
                self._others[document.uri] = None
        self._work.request()

    def recheck(self, uri: str) -> None:
        """The document may belong to another folder now, or to none."""
        self._others[uri] = None
        self._work.request()

    def forget(self, uri: str) -> None:
        """The document was closed; the client shows nothing of ours for it any more."""
        self._changed.pop(uri, None)
        self._others.pop(uri, None)
        self._partly.discard(uri)
        if self._published.pop(uri, None):
            self._publish(uri, None, [])

    async def _settle(self) -> None:
        while self._changed or self._others:
            if self._changed:
                await self._settle_changed(next(iter(self._changed)))
            else:
                uri = next(iter(self._others))
                del self._others[uri]
                version, found = self._version(uri), await self._found(uri)
                if version == self._version(uri) and not self._session.is_pending(uri):
                    self._show(uri, version, found, edited=False)
                await breathe()

    async def _settle_changed(self, uri: str) -> None:
        since = self._changed.pop(uri)
        self._others.pop(uri, None)
        version, found = self._version(uri), await self._found(uri)
        await breathe()
        if uri in self._changed and monotonic() - since < _AT_LEAST_EVERY:
            self._changed[uri] = since
        elif uri in self._session.documents and not self._session.is_pending(uri):
            self._show(uri, version, found, edited=True)

    def _version(self, uri: str) -> int | None:
        document = self._session.documents.get(uri)
        return document.version if document else None

    async def _found(self, uri: str) -> _Found | None:
        """The findings in an open document; None when no map governs it or none was read yet."""
        doc = self._session.early_doc(uri)
        if doc is None or not doc.state.governs(doc.path):
            return None
        # The positions are those of the text that was judged, whatever is typed meanwhile.
        doc.places.lines(doc.path)
        if uri not in self._published or uri in self._partly:
            self._partly.add(uri)
            if doc.state.is_early or not self._session.is_prepared(doc):
                version, part = self._version(uri), await self._so_far(doc)
                if doc.state.is_early:
                    return part
                if version == self._version(uri):
                    self._show(uri, version, part, edited=False)
        found = await self._session.findings(doc)
        self._partly.discard(uri)
        return _shown(doc, found)

    async def _so_far(self, doc: FolderDocument) -> _Found:
        """The findings of which it is known by now that they stand."""
        return _shown(doc, await self._session.so_far(doc, lambda s: s.findings(doc.path)) or [])

    def _show(self, uri: str, version: int | None, found: _Found | None, edited: bool) -> None:
        if found and uri in self._partly and not found.findings and uri not in self._published:
            return  # that there is nothing is not known yet
        if found is None:
            if self._published.pop(uri, None):
                self._publish(uri, version, [])
        elif edited or found.findings != self._published.get(uri):
            self._published[uri] = found.findings
            self._publish(uri, version, found.diagnostics)

    def _publish(self, uri: str, version: int | None, found: list[Any]) -> None:
        params = to_lsp.published(uri, version, found)
        self._session.host.notify("textDocument/publishDiagnostics", params)

    def _refreshing(self, method: str) -> Coalescing:
        """Has the client ask again for what it shows, once however much has changed."""

        async def refresh() -> None:
            try:
                await self._session.host.request(method)
            except JsonRpcException:
                # The client has its reasons; it will ask when it wants to.
                return

        return Coalescing(refresh, self._session.host.report)


def _shown(doc: FolderDocument, findings: list[Finding]) -> _Found:
    findings = worst(findings)
    return _Found(findings, to_lsp.diagnostics(doc.places, doc.path, findings))


# Pull


async def pull(session: Session, params: types.DocumentDiagnosticParams) -> Any:
    """``textDocument/diagnostic``."""
    await session.read(params.text_document.uri)
    doc = session.early_doc(params.text_document.uri)
    findings: list[Finding] = []
    if doc is not None and doc.state.governs(doc.path):
        doc.places.lines(doc.path)
        # Who has nothing yet has what is known, and is told to ask again once it is more.
        is_hasty = doc.state.is_early or not params.previous_result_id
        findings = worst(await (session.findings_now if is_hasty else session.findings)(doc))
    result = _result_id(findings)
    if result == params.previous_result_id:
        return to_lsp.unchanged_report(result)
    found = to_lsp.diagnostics(doc.places, doc.path, findings) if doc else []
    return to_lsp.full_report(found, result)


async def pull_workspace(session: Session, params: types.WorkspaceDiagnosticParams) -> Any:
    """``workspace/diagnostic``."""
    previous = {known.uri: known.value for known in params.previous_result_ids}
    reports: list[to_lsp.Report] = []
    for folder in list(session.folders.values()):
        state = session.state(folder)
        if state is None:
            continue
        everything = await in_thread(partial(_all_findings, state, folder.documents()))
        places = Places(folder, session.client.encoding)
        for path, findings in everything.items():
            uri, result = places.uri(path), _result_id(findings)
            document = folder.open.get(path)
            known = previous.pop(uri, None)
            found = to_lsp.diagnostics(places, path, findings) if known != result else None
            reports.append((uri, document.version if document else None, found, result))
    for uri, known in previous.items():
        # The client has findings of a document that is gone.
        nothing = _result_id([])
        if known != nothing:
            reports.append((uri, None, [], nothing))
    return to_lsp.workspace_report(reports)


def _all_findings(state: FolderState, paths: list[str]) -> dict[str, list[Finding]]:
    """The findings in every document, by a judge of its own: this runs in a thread."""
    judge = state.judge
    state = state._replace(judge=Judge(judge.snapshot, judge, judge.learnt_of, judge.kept))
    return {path: worst(state.findings(path)) for path in paths}


def worst(findings: list[Finding]) -> list[Finding]:
    """As many findings of a document as an editor can show, the worst; in their order."""
    if len(findings) <= _MOST:
        return findings
    order = sorted(range(len(findings)), key=lambda at: SEVERITIES.index(findings[at].severity))
    return [findings[at] for at in sorted(order[:_MOST])]


def _result_id(findings: list[Finding]) -> str:
    return f"{crc32(repr(findings).encode()):08x}"
