"""How the session speaks to the client: a narrow door to pygls."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from .. import to_lsp

_log = logging.getLogger(__name__)


class Host:
    """Sends notifications and requests; the client's answers are futures."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._asking: set[asyncio.Task[None]] = set()

    def notify(self, method: str, params: Any = None) -> None:
        self._server.protocol.notify(method, params)

    async def request(self, method: str, params: Any = None) -> Any:
        """The client's answer. Raises what it answers instead, as a JsonRpcException."""
        return await self._server.protocol.send_request_async(method, params)

    def ask(self, method: str, params: Any = None) -> None:
        """As ``request``, where the answer makes no difference."""

        async def asking() -> None:
            try:
                await self.request(method, params)
            except JsonRpcException as error:
                _log.warning("%s: %s", method, error)

        task = asyncio.get_running_loop().create_task(asking())
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    def show(self, message: Any) -> None:
        """Show a message to the person at the editor."""
        self.notify("window/showMessage", message)

    def report(self, error: Exception) -> None:
        """Our own mistake: into the log, and said once so that it can be reported."""
        _log.error("protohome failed", exc_info=error)
        self.show(to_lsp.failure(f"protohome failed: {error!r}; see the server's log"))
