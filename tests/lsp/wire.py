"""A client at the level of bytes: what it sends is exactly what a test writes."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "protohome.lsp.server")
PATIENCE = 30.0


class Wire:
    """A server process and the messages it sends, in order.

    ``heard`` are those passed over, ``answers`` what its requests are answered with, by method.
    A client that is not ``listening`` reads nothing.
    """

    def __init__(
        self, *arguments: str, stdin: int = subprocess.PIPE, listening: bool = True
    ) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.heard: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {}
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._next_id = 0
        self._open: dict[str, None] = {}
        if listening:
            threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    # Sending

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, *messages: Any) -> None:
        """Messages in one write, each with its header."""
        self.send_bytes(b"".join(framed(json.dumps(message).encode()) for message in messages))

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> int:
        """Send a request; its id."""
        self._next_id += 1
        request = {"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params}
        self.send(request)
        return self._next_id

    def call(self, method: str, params: Any = None) -> Any:
        """Send a request and wait for its result; an error is an AssertionError."""
        identity = self.ask(method, params)
        answer = self.hear(
            lambda message: message.get("id") == identity and "method" not in message
        )
        assert "error" not in answer, answer["error"]
        return answer["result"]

    # Hearing

    def hear(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next message of that kind, also one passed over before.

        Requests of the server are answered when they come.
        """
        for at, message in enumerate(self.heard):
            if wanted(message):
                return self.heard.pop(at)
        while True:
            message = self._received()
            if "method" in message and "id" in message:
                answer = self.answers.get(message["method"])
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": answer})
            if wanted(message):
                return message
            self.heard.append(message)

    def _received(self) -> dict[str, Any]:
        message = self._inbox.get(timeout=PATIENCE)
        assert message is not None, f"the server has gone: {self.errors()}"
        return message

    def hear_method(self, method: str) -> Any:
        """The parameters of the next message of that method."""
        return self.hear(lambda message: message.get("method") == method).get("params")

    def hear_answer(self, identity: int | str | None) -> dict[str, Any]:
        return self.hear(lambda m: "method" not in m and m.get("id", -1) == identity)

    def hear_diagnostics(self, path: Path, version: int | None = None) -> list[dict[str, Any]]:
        """The next findings published for a file, of that version if one is given."""
        uri = path.as_uri()

        def wanted(message: dict[str, Any]) -> bool:
            params = message.get("params") or {}
            return (
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and version in (None, params.get("version"))
            )

        found: list[dict[str, Any]] = self.hear(wanted)["params"]["diagnostics"]
        return found

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()).strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if not line:
                self._inbox.put(None)
                return
            self._inbox.put(json.loads(stream.read(length)))

    # A conversation

    def initialize(self, *folders: Path, capabilities: Any = None, **more: Any) -> dict[str, Any]:
        """Begin; the server's capabilities."""
        params = {
            "processId": os.getpid(),
            "rootUri": folders[0].as_uri() if folders else None,
            "workspaceFolders": [{"uri": f.as_uri(), "name": f.name} for f in folders] or None,
            "capabilities": capabilities or {},
            **more,
        }
        result = self.call("initialize", params)
        self.notify("initialized", {})
        found: dict[str, Any] = result["capabilities"]
        return found

    def open(self, path: Path, text: str | None = None, version: int = 1) -> None:
        text = path.read_text("utf-8") if text is None else text
        language = "markdown" if path.suffix == ".md" else "proto"
        document = {"uri": path.as_uri(), "languageId": language, "version": version, "text": text}
        self._open[path.as_uri()] = None
        self.notify("textDocument/didOpen", {"textDocument": document})

    def close(self, path: Path) -> None:
        self._open.pop(path.as_uri(), None)
        self.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})

    def change(self, path: Path, text: str, version: int) -> None:
        """The whole text anew."""
        self.notify("textDocument/didChange", changing(path, version, [{"text": text}]))

    def replace(self, path: Path, version: int, start: Any, end: Any, text: str) -> None:
        """The text between two (line, character) places, 0-based in the client's units."""
        places = [{"line": line, "character": character} for line, character in (start, end)]
        change = {"range": {"start": places[0], "end": places[1]}, "text": text}
        self.notify("textDocument/didChange", changing(path, version, [change]))

    def forget(self) -> None:
        """Close what is open and pass over what was said, for another test to go on."""
        for uri in self._open:
            self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self._open.clear()
        self.answers.clear()
        self.call("workspace/symbol", {"query": "nothing has this name"})
        self.heard.clear()

    def end(self) -> int:
        """Say ``shutdown`` and ``exit``; the exit code."""
        self.call("shutdown")
        self.notify("exit")
        return self.process.wait(PATIENCE)


def changing(path: Path, version: int, changes: list[Any]) -> dict[str, Any]:
    document = {"uri": path.as_uri(), "version": version}
    return {"textDocument": document, "contentChanges": changes}


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
