"""How far long work is, as the client is told."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from protohome.lsp.wire import progress
from protohome.lsp.wire.progress import Progress


class Host:
    """One whose client agrees to everything; ``told`` are the percentages it was told."""

    def __init__(self) -> None:
        self.told: list[int] = []
        self.kinds: list[tuple[str, int | None]] = []

    async def request(self, method: str, params: object) -> None:
        pass

    def notify(self, method: str, params: Any) -> None:
        made = getattr(params.value, "percentage", None)
        self.kinds.append((params.value.kind, made))
        if made is not None and params.value.kind == "report":
            self.told.append(made)


def test_it_only_rises_though_the_same_is_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy parses what the server then reads."""
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_STEP", 0.0)

    async def reading() -> list[int]:
        host: Any = Host()
        client: Any = SimpleNamespace(progress=True)
        shown = Progress(host, client, "Reading")
        for done, total in ((0, 4), (1, 4), (2, 4), (0, 8), (3, 8), (5, 8), (8, 8)):
            shown.report(done, total)
            for _ in range(3):
                await asyncio.sleep(0)
        shown.end()
        told: list[int] = host.told
        return told

    assert asyncio.run(reading()) == [25, 50, 62, 100]


def test_work_that_nobody_can_count_has_no_share_and_is_not_shown_if_soon_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)

    async def working(turns: int) -> list[tuple[str, int | None]]:
        host: Any = Host()
        client: Any = SimpleNamespace(progress=True)
        shown = Progress(host, client, "Learning")
        shown.start()
        for _ in range(turns):
            await asyncio.sleep(0)
        shown.end()
        await asyncio.sleep(0)
        told: list[tuple[str, int | None]] = host.kinds
        return told

    assert asyncio.run(working(0)) == []
    assert asyncio.run(working(5)) == [("begin", None), ("end", None)]
