"""A session while its workspace is being read: what is declared is told, and nothing is changed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.test_early import MAP, MOVED, SHIM, acme
from lsp.test_publishing import PATIENCE, Told, whole
from protohome.lsp.answers.editing import actions, names
from protohome.lsp.answers.showing import completion, diagnostics, hover, lens, navigation, symbols
from protohome.lsp.answers.showing.diagnostics import Publisher
from protohome.lsp.client import Client
from protohome.lsp.state import loading
from protohome.lsp.state.session import Session
from protohome.system.disk import LoadError

__all__ = ["acme"]

pytestmark = pytest.mark.usefixtures("cache_folder")

LEAVES = "`acme.billing.v1` | `acme.ledger.v1` | `owner:billing`"
STAYS = "`acme.billing.v1` | `acme.billing.v1` | `owner:billing`"

Talk = Callable[[Session, Told], Coroutine[Any, Any, None]]


class Gate:
    """Holds back whoever reads all files; ``problem`` is why they cannot be read."""

    def __init__(self) -> None:
        self._opened = threading.Event()
        self.problem = ""

    def wait(self) -> None:
        self._opened.wait(PATIENCE)
        if self.problem:
            raise LoadError(self.problem)

    async def open(self, session: Session, root: Path) -> None:
        """Have all files read, and what follows done."""
        self._opened.set()
        await session._rescans[str(root)].done()


@pytest.fixture(autouse=True)
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """As if any workspace were much to read."""
    made, finish = Gate(), loading.finish

    def waiting(*arguments: Any) -> loading.LoadedFolder:
        made.wait()
        return finish(*arguments)

    monkeypatch.setattr(loading, "PAYS", 0)
    monkeypatch.setattr(loading, "finish", waiting)
    yield made
    made._opened.set()


def converse(talk: Talk) -> None:
    async def run() -> None:
        told = Told()
        await talk(Session(told, Client(), Publisher), told)  # type: ignore[arg-type]

    asyncio.run(run())


def opened(session: Session, root: Path, path: str, more: str = "") -> str:
    file = root / path
    session.opened(file.as_uri(), 1, file.read_text("utf-8") + more)
    return file.as_uri()


def codes(published: types.PublishDiagnosticsParams) -> list[object]:
    return [one.code for one in published.diagnostics]


def test_what_is_declared_is_told_before_all_is_read(acme: Path, gate: Gate) -> None:
    async def talk(session: Session, told: Told) -> None:
        uri = opened(session, acme, SHIM)
        early = await told.next()
        assert (early.uri, early.version, codes(early)) == (uri, 1, ["file-not-audited"])
        await gate.open(session, acme)
        assert "shim-without-successor" in codes(await told.next())

    converse(talk)


def test_that_there_is_nothing_is_not_told_before(acme: Path, gate: Gate) -> None:
    async def talk(session: Session, told: Told) -> None:
        opened(session, acme, MOVED, "// a comment\n")
        at_home = acme / "proto/acme/ledger/v1/entry.proto"
        package_map = acme / "PACKAGE_MAP.md"
        row = f"| `{at_home.relative_to(acme).as_posix()}` | `acme.ledger.v1` | `acme.ledger.v1` "
        package_map.write_text(MAP + row + "| `owner:ledger` | A-4 |\n", "utf-8")
        quiet = opened(session, acme, "proto/acme/ledger/v1/entry.proto")
        assert codes(await told.next()) == ["wrong-package", "wrong-package"]
        await gate.open(session, acme)
        last = await told.next()
        assert (last.uri, codes(last)) == (quiet, [])

    converse(talk)


def test_what_is_typed_meanwhile_is_told(acme: Path, gate: Gate) -> None:
    async def talk(session: Session, told: Told) -> None:
        uri = opened(session, acme, MOVED)
        assert codes(await told.next()) == ["wrong-package", "wrong-package"]
        session.changed(uri, 2, whole("package acme.billing.v1;\nmessage Line {}\n"))
        early = await told.next()
        assert (early.version, codes(early)) == (2, ["wrong-package"])
        later = opened(session, acme, SHIM)
        early = await told.next()
        assert (early.uri, codes(early)) == (later, ["file-not-audited"])

    converse(talk)


def test_another_map_tells_otherwise(acme: Path, gate: Gate) -> None:
    async def talk(session: Session, told: Told) -> None:
        opened(session, acme, MOVED)
        assert codes(await told.next()) == ["wrong-package", "wrong-package"]
        uri = opened(session, acme, "PACKAGE_MAP.md")
        session.changed(uri, 2, whole(MAP.replace(LEAVES, STAYS)))
        while (early := await told.next()).uri == uri:
            continue
        assert "wrong-package" not in codes(early)
        await gate.open(session, acme)
        await session._rescans[str(acme)].done()
        assert session.doc(early.uri) is not None

    converse(talk)


def test_a_document_that_is_closed_meanwhile_shows_nothing(acme: Path, gate: Gate) -> None:
    async def talk(session: Session, told: Told) -> None:
        uri = opened(session, acme, MOVED)
        await told.next()
        session.closed(uri)
        assert codes(await told.next()) == []
        await gate.open(session, acme)
        assert told.published.empty()

    converse(talk)


def test_a_folder_that_is_removed_meanwhile_is_gone(acme: Path, gate: Gate) -> None:
    async def talk(session: Session, told: Told) -> None:
        session.folders_changed([acme.as_uri()], [])
        uri = opened(session, acme, MOVED)
        await told.next()
        session.closed(uri)
        session.folders_changed([], [acme.as_uri()])
        await gate.open(session, acme)
        assert session.folders == {}

    converse(talk)


def test_what_cannot_be_read_after_all_tells_nothing_more(acme: Path, gate: Gate) -> None:
    async def talk(session: Session, told: Told) -> None:
        told.show = lambda message: None  # type: ignore[method-assign]
        opened(session, acme, MOVED)
        await told.next()
        gate.problem = "the disk is gone"
        await gate.open(session, acme)
        assert codes(await told.next()) == []

    converse(talk)


def test_requests_are_answered_by_what_is_known(acme: Path, gate: Gate) -> None:
    async def talk(session: Session, told: Told) -> None:
        uri = opened(session, acme, MOVED)
        await told.next()
        document = types.TextDocumentIdentifier(uri)
        package, name = types.Position(0, 10), types.Position(1, 9)
        shown = await hover.answer(session, types.HoverParams(document, package))
        assert "Owner lane: owner:billing" in shown.contents.value
        shown = await hover.answer(session, types.HoverParams(document, name))
        assert "Home: **acme.ledger.v1**" in shown.contents.value
        assert (
            "There may be more to tell: not all files were looked at yet." in shown.contents.value
        )
        lenses = await lens.answer(session, types.CodeLensParams(document))
        assert "home: acme.ledger.v1 · owner:ledger · map" in {one.command.title for one in lenses}
        found = symbols.in_document(session, types.DocumentSymbolParams(document))
        assert len(found) == 2
        place = await navigation.definition(session, types.DefinitionParams(document, package))
        assert [one.uri.rpartition("/")[2] for one in place] == ["PACKAGE_MAP.md"]
        asked = types.CompletionParams(document, types.Position(0, len("package acme.")))
        words = await completion.answer(session, asked)
        assert "acme.ledger.v1" in {one.label for one in words.items}
        pulled = await diagnostics.pull(session, types.DocumentDiagnosticParams(document))
        assert len(pulled.items) == 2

    converse(talk)


def test_nothing_is_changed_meanwhile(acme: Path, gate: Gate) -> None:
    async def talk(session: Session, told: Told) -> None:
        uri = opened(session, acme, MOVED)
        await told.next()
        document, name = types.TextDocumentIdentifier(uri), types.Position(1, 9)
        everywhere = types.Range(types.Position(0, 0), types.Position(9, 0))
        asked = types.CodeActionParams(document, everywhere, types.CodeActionContext([]))
        assert await actions.offer(session, asked) == []
        assert await names.rename(session, types.RenameParams(document, name, "Other")) is None
        await gate.open(session, acme)
        assert await actions.offer(session, asked)

    converse(talk)


def test_nobody_is_hasty_where_little_is_to_be_read(
    acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where the reference is a folder, which is read as a whole."""
    texts = {MOVED: (acme / MOVED).read_bytes()}
    begun = loading.begin(loading.find(str(acme)), texts)
    assert loading.read_early(begun, texts) is not None
    past = begun.past._replace(folder=str(acme))
    assert loading.read_early(begun._replace(past=past), texts) is None
    monkeypatch.setattr(loading, "PAYS", 1_000_000)
    assert loading.read_early(begun, texts) is None
