"""What is asked while nobody has looked at all files yet, or learned what words tell of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from lsp.test_learning import TEXT, TYPED, folder, found, learning, typed
from protohome.findings import Finding
from protohome.lsp.answers.showing.hover import hover
from protohome.lsp.client import Client
from protohome.lsp.places import Places
from protohome.lsp.schedule import breathe
from protohome.lsp.state import moment
from protohome.lsp.state.asking import Asking, FolderDocument
from protohome.lsp.state.folders import Folder
from protohome.lsp.state.moment import FolderState
from protohome.lsp.wire.progress import Progress

__all__ = ["folder", "learning"]

SILENT = "// protohome:ignore missing-package\n"  # which gives no reason
NAME = (SILENT + TEXT).index("SyncToken")


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if so many files were many."""
    monkeypatch.setattr(moment, "_MANY", 1)


def document(folder: Folder) -> FolderDocument:
    state = folder.state
    assert state is not None
    return FolderDocument(folder, TYPED, state, b"", Places(folder, "utf-8"))


def about(state: FolderState) -> str:
    shown = hover(state.judge, TYPED, NAME)
    assert shown is not None
    return shown[0]


def findings(state: FolderState) -> list[Finding]:
    return state.findings(TYPED)


Asked = Callable[[Asking, list[Folder]], Coroutine[Any, Any, None]]


def unshown(title: str) -> Progress:
    """Progress of a client that shows none."""
    return Progress(None, Client(), title)  # type: ignore[arg-type]


def conversation(asked: Asked, progress: Callable[[str], Progress] = unshown) -> None:
    async def talk() -> None:
        more: list[Folder] = []
        mistakes: list[Exception] = []
        await asked(Asking(more.append, mistakes.append, progress), more)
        assert mistakes == []

    asyncio.run(talk())


def test_a_hover_says_what_it_knows_and_that_there_may_be_more(
    folder: Folder, learning: list[object]
) -> None:
    typed(folder, SILENT + TEXT)

    async def asked(asking: Asking, more: list[Folder]) -> None:
        async with asking._turn:  # somebody else is at work
            shown = await asking.now(document(folder), about)
        assert shown is not None
        assert "**SyncToken** · openagents.runtime.v1" in shown
        assert "There may be more to tell: what words tell is still being learned." in shown
        assert learning == []
        await asking._preparing.done()
        assert more == [folder]
        assert len(learning) == 1
        shown = await asking.now(document(folder), about)
        assert shown is not None
        assert "Home: **openagents.control.v1**" in shown
        assert "more to tell" not in shown
        assert len(learning) == 1

    conversation(asked)


def test_what_is_found_at_once_stands(folder: Folder, learning: list[object]) -> None:
    typed(folder, SILENT + TEXT)

    async def asked(asking: Asking, more: list[Folder]) -> None:
        doc = document(folder)
        part = await asking.now(doc, findings)
        assert part is not None
        assert "suppression-without-reason" in {one.rule for one in part}
        every = await asking.ask(doc, findings)
        assert [one for one in part if one not in every] == []
        assert {one.rule for one in every} - {one.rule for one in part} == {"wrong-package"}
        assert every == found(folder)

    conversation(asked)


def test_what_was_looked_at_meanwhile_serves_the_next_key(folder: Folder) -> None:
    typed(folder, SILENT + TEXT)

    async def asked(asking: Asking, more: list[Folder]) -> None:
        await asking.now(document(folder), about)
        typed(folder, SILENT + TEXT + SILENT)
        assert folder.snapshot is not None
        assert not folder.snapshot.is_looked_at
        await asking._preparing.done()
        assert folder.snapshot.is_looked_at
        assert asking.is_prepared(document(folder))

    conversation(asked)


def test_it_is_shown_that_words_are_learned(folder: Folder, learning: list[object]) -> None:
    typed(folder, SILENT + TEXT)
    told: list[str] = []

    class Shown(Progress):
        """One whose client sees at once what there is to see."""

        def __init__(self, title: str) -> None:
            self.title = title

        def start(self) -> None:
            told.append(self.title)

        def end(self) -> None:
            told.append(f"{len(learning)} times learned")

    async def asked(asking: Asking, more: list[Folder]) -> None:
        await asking.now(document(folder), about)
        await asking._preparing.done()
        title = f"Learning what words tell in {Path(folder.root).name}"
        assert told == [title, "1 times learned"]
        await asking.ask(document(folder), findings)
        assert told.count(title) == 1

    conversation(asked, Shown)


def test_all_files_are_looked_at_by_one_at_a_time(folder: Folder) -> None:
    """Two at once would each make all that is looked up, and hold on to their own."""
    typed(folder, SILENT + TEXT)

    async def asked(asking: Asking, more: list[Folder]) -> None:
        doc = document(folder)
        async with asking._turn:  # somebody else is at work
            await asking.now(doc, about)
            await breathe()
            for thread in threading.enumerate():
                if thread.name == "work":
                    thread.join()
            assert not doc.state.snapshot.is_looked_at
        await asking._preparing.done()
        assert doc.state.snapshot.is_looked_at

    conversation(asked)


def test_a_question_that_takes_all_has_no_answer_yet(folder: Folder) -> None:
    async def asked(asking: Asking, more: list[Folder]) -> None:
        def names(state: FolderState) -> list[str]:
            return [*state.snapshot.referrers]

        assert await asking.now(document(folder), names) is None
        await asking._preparing.done()
        assert await asking.now(document(folder), names)

    conversation(asked)
