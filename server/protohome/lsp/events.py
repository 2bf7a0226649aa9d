"""What the client tells: notifications handed to the session."""

from __future__ import annotations

from typing import Any

from .session import Session


def opened(session: Session, params: Any) -> None:
    document = params.text_document
    session.opened(document.uri, document.version, document.text)


def changed(session: Session, params: Any) -> None:
    document = params.text_document
    session.changed(document.uri, document.version, params.content_changes)


def closed(session: Session, params: Any) -> None:
    session.closed(params.text_document.uri)


def saved(session: Session, params: Any) -> None:
    session.saved(params.text_document.uri)


def on_disk(session: Session, params: Any) -> None:
    session.on_disk([change.uri for change in params.changes])


def folders_changed(session: Session, params: Any) -> None:
    event = params.event
    session.folders_changed(
        [folder.uri for folder in event.added], [folder.uri for folder in event.removed]
    )
