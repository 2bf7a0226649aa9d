"""Progress of long work on the client's side: LSP 3.17, "Server Initiated Progress"."""

from __future__ import annotations

import asyncio
from time import monotonic

from pygls.exceptions import JsonRpcException

from .. import to_lsp
from ..client import Client
from .host import Host

_PATIENCE = 0.3
_STEP = 0.1


class Progress:
    """Shown when the work takes longer than a moment; ``report`` may be called from a thread.

    It ends at the end of a ``with`` statement, where there is one.
    """

    def __init__(self, host: Host, client: Client, title: str) -> None:
        self._host, self._title = host, title
        self._loop = asyncio.get_running_loop()
        self._is_wanted, self._is_counted = client.progress, True
        self._next = monotonic() + _PATIENCE if client.progress else float("inf")
        self._share = 0.0
        self._token = f"protohome-{id(self)}"
        self._creating: asyncio.Task[None] | None = None
        self._begun = self._ended = False

    def report(self, done: int, total: int) -> None:
        """So many of so many files are read; less than was told before is not told."""
        now, share = monotonic(), done / max(total, 1)
        if now >= self._next and share >= self._share:
            self._next, self._share = now + _STEP, share
            self._loop.call_soon_threadsafe(self._show, done, total)

    def start(self) -> None:
        """Show that there is work of which nobody knows how much."""
        self._is_counted = False
        if self._is_wanted:
            self._loop.call_later(_PATIENCE, self._show, 0, 0)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        self._ended = True
        if self._begun:
            self._host.notify("$/progress", to_lsp.progress_ended(self._token))

    def _show(self, done: int, total: int) -> None:
        if self._ended:
            return
        if self._begun:
            self._host.notify("$/progress", to_lsp.progress_made(self._token, done, total))
        elif self._creating is None:
            self._creating = self._loop.create_task(self._begin())

    async def _begin(self) -> None:
        try:
            await self._host.request(
                "window/workDoneProgress/create", to_lsp.progress_created(self._token)
            )
        except JsonRpcException:
            return
        if not self._ended:
            self._begun = True
            told = self._token, self._title, self._is_counted
            self._host.notify("$/progress", to_lsp.progress_begun(*told))
