"""The protocol's life cycle, strict about what a client may send when, and never silent.

JSON-RPC, the message types and the capabilities come from pygls. What it leaves open is here: a
message that cannot be read is answered with an error, so is a request at the wrong time (LSP 3.17,
"Server lifecycle"), and the end of the conversation is told by ``exited``, not by an exception.
"""

from __future__ import annotations

import asyncio
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

from ...escaping.terminal import one_line


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

    def receive(self, body: bytes) -> bool:
        """Handle one message; whatever it holds, it is answered or passed over.

        Whether it was JSON at all.
        """
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, JsonRpcParseError("The message is not JSON."))
            return False
        if isinstance(message, dict):
            self._receive(message)
        else:
            self._refuse(None, JsonRpcInvalidRequest("A message is a JSON object."))
        return True

    def _receive(self, message: dict[str, Any]) -> None:
        method, identity = message.get("method"), message.get("id")
        if method is None and identity is not None:
            if _identity(identity) is not None:
                self._take_response(message, identity)
        elif not isinstance(method, str):
            self._refuse(_identity(identity), JsonRpcInvalidRequest("The message has no method."))
        elif "id" not in message:
            if not _names_no_request(method, message.get("params")) and (
                (self._initialized and not self._shutdown) or method == types.EXIT
            ):
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

    def _take_response(self, message: dict[str, Any], identity: str | int) -> None:
        """Hand over the client's answer; one that is none of ours is passed over."""
        asked = self._request_futures.get(identity)
        # Tasks among them are what the client asked us, under ids of its own.
        if asked is None or asked.done() or isinstance(asked, asyncio.Task):
            return
        try:
            message["jsonrpc"] = self.VERSION
            self.handle_message(self.structure_message(message))
        except Exception as error:
            self._request_futures.pop(identity, None)
            asked.set_exception(JsonRpcInvalidParams(f"The client answers nonsense: {error!r}"))

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
        reason = {"code": error.code, "message": one_line(error.message)}
        self._send_data({"jsonrpc": self.VERSION, "id": identity, "error": reason})

    def _send_response(
        self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """As pygls; an error is one line, without the traceback that pygls puts in its data."""
        if error is not None:
            error = types.ResponseError(error.code, one_line(error.message))
        super()._send_response(msg_id, result, error)

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


def _names_no_request(method: str, params: Any) -> bool:
    """Whether a message cancels what cannot be an id."""
    named = params.get("id") if isinstance(params, dict) else None
    return method == types.CANCEL_REQUEST and _identity(named) is None
