"""What is published belongs to the text that was judged, whatever is typed while it is judged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from lsprotocol import types

from lsp.conftest import IDLE_SHIM, REFUND, Tree
from protohome.lsp.answers.showing import diagnostics
from protohome.lsp.answers.showing.diagnostics import Publisher
from protohome.lsp.client import Client
from protohome.lsp.state.asking import FolderDocument
from protohome.lsp.state.moment import FolderState
from protohome.lsp.state.session import Session

Answer = TypeVar("Answer")
PATIENCE = 30


class Told:
    """A host that keeps what the client is told of diagnostics."""

    def __init__(self) -> None:
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

    def notify(self, method: str, params: Any = None) -> None:
        if method == "textDocument/publishDiagnostics":
            self.published.put_nowait(params)

    def report(self, error: Exception) -> None:
        raise error

    def show(self, message: Any) -> None:
        raise AssertionError(message)

    async def next(self) -> types.PublishDiagnosticsParams:
        return await asyncio.wait_for(self.published.get(), PATIENCE)


class Slow(Session):
    """A session that holds the next answer back until the gate is opened."""

    gate: asyncio.Event | None = None
    judging: asyncio.Event

    async def ask(self, doc: FolderDocument, question: Callable[[FolderState], Answer]) -> Answer:
        answer = await super().ask(doc, question)
        if self.gate is not None:
            self.judging.set()
            await self.gate.wait()
        return answer

    def hold(self) -> None:
        self.gate, self.judging = asyncio.Event(), asyncio.Event()

    async def judged(self) -> None:
        await asyncio.wait_for(self.judging.wait(), PATIENCE)

    def go_on(self) -> None:
        assert self.gate is not None
        gate, self.gate = self.gate, None
        gate.set()


def converse(conversation: Callable[[Slow, Told], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        told = Told()
        await conversation(Slow(told, Client(), Publisher), told)  # type: ignore[arg-type]

    asyncio.run(run())


def whole(text: str) -> list[Any]:
    return [types.TextDocumentContentChangeWholeDocument(text)]


def named(text: str, published: types.PublishDiagnosticsParams) -> list[str]:
    """What of a text the published ranges hold."""
    lines = text.splitlines()
    return [
        lines[each.range.start.line][each.range.start.character : each.range.end.character]
        for each in published.diagnostics
    ]


def opened(session: Session, path: Path, text: str) -> str:
    session.opened(path.as_uri(), 1, text)
    return path.as_uri()


def test_ranges_are_those_of_the_version_that_was_judged(
    acme: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while changes pour in, when findings are shown from time to time: here, every time."""
    monkeypatch.setattr(diagnostics, "_AT_LEAST_EVERY", 0.0)

    async def conversation(session: Slow, told: Told) -> None:
        uri = opened(session, acme.refund, REFUND)
        assert named(REFUND, await told.next()) == ["Refund"] * len(IDLE_SHIM)
        texts = {2: "\n\n" + REFUND, 3: "\n\n\n\n\n// more\n" + REFUND}
        session.hold()
        session.changed(uri, 2, whole(texts[2]))
        await session.judged()
        session.changed(uri, 3, whole(texts[3]))
        session.go_on()
        version = None
        while version != 3:
            published = await told.next()
            version = published.version
            assert named(texts[published.version or 0], published) == ["Refund"] * len(IDLE_SHIM)

    converse(conversation)


def test_a_document_that_changes_while_another_ones_edit_is_followed_is_judged_anew(
    acme: Tree,
) -> None:
    """What was found in its old text is not published at all."""

    async def conversation(session: Slow, told: Told) -> None:
        uri = opened(session, acme.refund, REFUND)
        await told.next()
        entry = opened(session, acme.entry, acme.entry.read_text())
        await told.next()
        session.changed(entry, 2, whole(acme.entry.read_text() + "\n"))
        await told.next()
        session.hold()
        used = "package acme.ledger.v1;\nmessage E { acme.legacy.v1.Refund r = 1; }\n"
        session.changed(entry, 3, whole(used))
        await session.judged()
        session.go_on()
        session.hold()
        assert (await told.next()).version == 3
        await session.judged()
        session.changed(uri, 2, whole("\n" + REFUND))
        session.go_on()
        published = await told.next()
        assert (published.uri, published.version) == (uri, 2)

    converse(conversation)
