"""The protocol's life cycle, strict about what a client may send when, and never silent.

JSON-RPC, the message types and the capabilities come from pygls. What it leaves open is here: a
message that cannot be read is answered with an error, so is a request at the wrong time (LSP 3.17,
"Server lifecycle"), and the end of the conversation is told by ``exited``, not by an exception.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method


class Protocol(LanguageServerProtocol):
    """One conversation. ``exit_code`` is None until it is over."""

    exit_code: int | None = None
    _initialized = False

    @property
    def exited(self) -> bool:
        """Whether the conversation is over."""
        return self.exit_code is not None

    def leave(self) -> None:
        """End the conversation: well, if the client has asked for it with ``shutdown`` before."""
        if self.exit_code is None:
            self.exit_code = 0 if self._shutdown else 1

    def receive(self, body: bytes) -> None:
        """Handle one message; whatever it holds, it is answered or passed over."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, JsonRpcParseError("The message is not JSON."))
            return
        if not isinstance(message, dict):
            self._refuse(None, JsonRpcInvalidRequest("A message is a JSON object."))
            return
        method, identity = message.get("method"), message.get("id")
        if method is None and identity is not None:
            self._accept(message, None)
        elif not isinstance(method, str):
            self._refuse(_identity(identity), JsonRpcInvalidRequest("The message has no method."))
        elif "id" not in message:
            if (self._initialized and not self._shutdown) or method == types.EXIT:
                self._accept(message, None)
        elif _identity(identity) is None:
            self._refuse(None, JsonRpcInvalidRequest("A request's id is a number or a string."))
        else:
            error = self._untimely(method)
            if error is not None:
                self._refuse(identity, error)
            else:
                self._initialized = True
                self._accept(message, identity)

    def _untimely(self, method: str) -> JsonRpcException | None:
        if self._shutdown:
            return JsonRpcInvalidRequest("The server was asked to shut down.")
        if not self._initialized and method != types.INITIALIZE:
            return JsonRpcServerNotInitialized("The first request is initialize.")
        if self._initialized and method == types.INITIALIZE:
            return JsonRpcInvalidRequest("The server is initialized already.")
        return None

    def _accept(self, message: dict[str, Any], identity: str | int | None) -> None:
        message["jsonrpc"] = self.VERSION
        try:
            structured = self.structure_message(message)
        except Exception as error:
            if identity is not None:
                reason = error.__cause__ or error
                self._refuse(identity, JsonRpcInvalidParams(f"Invalid parameters: {reason!r}"))
            return
        self.handle_message(structured)

    def _refuse(self, identity: str | int | None, error: JsonRpcException) -> None:
        reason = {"code": error.code, "message": error.message}
        self._send_data({"jsonrpc": self.VERSION, "id": identity, "error": reason})

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_params: Any) -> None:  # type: ignore[override]
        self.leave()

    # Open documents are the session's, in bytes; pygls need not keep them a second time.

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._own(types.TEXT_DOCUMENT_DID_OPEN)(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        self._own(types.TEXT_DOCUMENT_DID_CHANGE)(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._own(types.TEXT_DOCUMENT_DID_CLOSE)(params)

    def _own(self, method: str) -> Callable[[Any], None]:
        handler: Callable[[Any], None] = self.fm.features[method]
        return handler


def _identity(value: Any) -> str | int | None:
    return value if isinstance(value, (str, int)) and not isinstance(value, bool) else None
