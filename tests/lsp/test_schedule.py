"""Work starts at once and is done once for all that asked meanwhile."""

from __future__ import annotations

import asyncio
import threading

import pytest

from protohome.lsp.schedule import Coalescing, in_thread


def test_however_often_asked_while_busy_it_is_done_once_more() -> None:
    async def conversation() -> list[int]:
        started: list[int] = []
        gate = asyncio.Event()

        async def work() -> None:
            started.append(len(started))
            await gate.wait()

        coalescing = Coalescing(work, on_error=lambda error: pytest.fail(str(error)))
        for _ in range(5):
            coalescing.request()
        await asyncio.sleep(0)
        assert started == [0], "it starts at the first turn of the loop"
        for _ in range(5):
            coalescing.request()
        gate.set()
        for _ in range(5):
            await asyncio.sleep(0)
        coalescing.request()
        for _ in range(5):
            await asyncio.sleep(0)
        return started

    assert asyncio.run(conversation()) == [0, 1, 2]


def test_a_failure_is_reported_and_the_next_request_is_done_all_the_same() -> None:
    async def conversation() -> list[str]:
        told: list[str] = []

        async def work() -> None:
            told.append("work")
            if len(told) == 1:
                raise ValueError("first")

        coalescing = Coalescing(work, on_error=lambda error: told.append(repr(error)))
        for _ in range(2):
            coalescing.request()
            for _ in range(3):
                await asyncio.sleep(0)
        return told

    assert asyncio.run(conversation()) == ["work", "ValueError('first')", "work"]


def test_a_thread_gives_its_result_or_its_error() -> None:
    async def conversation() -> None:
        assert await in_thread(threading.current_thread) is not threading.current_thread()
        with pytest.raises(ZeroDivisionError):
            await in_thread(lambda: 1 // 0)

    asyncio.run(conversation())
