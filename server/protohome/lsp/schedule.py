"""When work is done: at once, once for all that asked meanwhile, and the long part in a thread."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")


class Coalescing:
    """Runs ``work`` as soon as the loop is free; however often asked meanwhile, once more after."""

    def __init__(
        self, work: Callable[[], Awaitable[None]], on_error: Callable[[Exception], None]
    ) -> None:
        self._work, self._on_error = work, on_error
        self._wanted = False
        self._task: asyncio.Task[None] | None = None

    def request(self) -> None:
        self._wanted = True
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def done(self) -> None:
        """Wait for the work that is under way."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                try:
                    await self._work()
                except Exception as error:
                    self._on_error(error)
        finally:
            self._task = None


async def breathe() -> None:
    """Let in what the client has sent already.

    One turn of the loop takes the bytes, the next wakes the reader, which handles every message
    that is complete before it waits again.
    """
    for _ in range(3):
        await asyncio.sleep(0)


class _Uncollected:
    """Around work that makes much, which the collector need not look at, now or ever again.

    Whatever thread it runs in, all others wait while it looks at everything: seconds, where there
    is much. Files, snapshots and judges refer to each other in no circles, and go without it.
    """

    def __init__(self) -> None:
        self._working = 0

    def __enter__(self) -> None:
        self._working += 1
        gc.disable()

    def __exit__(self, *_: object) -> None:
        self._working -= 1
        if not self._working:
            gc.freeze()
            gc.enable()


uncollected = _Uncollected()


def in_thread(work: Callable[[], Result]) -> asyncio.Future[Result]:
    """Do ``work`` in a daemon thread, which never keeps the process from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: Result | None = None
        failure: BaseException | None = None
        try:
            result = work()
        except BaseException as error:
            failure = error
        try:
            loop.call_soon_threadsafe(settle, result, failure)
        except RuntimeError:
            # The loop is closed; nobody waits any more.
            return

    threading.Thread(target=run, name="work", daemon=True).start()
    return future
