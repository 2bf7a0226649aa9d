"""What the client tells: notifications handed to the session."""

from __future__ import annotations

from lsprotocol import types

from ..state.session import Session


def opened(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    session.opened(document.uri, document.version, document.text)


def changed(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    document = params.text_document
    session.changed(document.uri, document.version, params.content_changes)


def closed(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    session.closed(params.text_document.uri)


def saved(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    session.saved(params.text_document.uri)


def on_disk(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    session.on_disk([change.uri for change in params.changes])


def folders_changed(session: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    event = params.event
    session.folders_changed(
        [folder.uri for folder in event.added], [folder.uri for folder in event.removed]
    )
