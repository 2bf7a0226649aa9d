"""The conversation at the level of bytes: at any time anything may come, and nothing hangs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lsp.wire import PATIENCE, Wire, framed

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED = -32002


def test_an_orderly_conversation_ends_with_0(wire: Wire) -> None:
    wire.initialize()
    assert wire.end() == 0
    assert wire.errors() == ""


def test_exit_without_shutdown_ends_with_1(wire: Wire) -> None:
    wire.initialize()
    wire.notify("exit")
    assert wire.process.wait(PATIENCE) == 1


def test_exit_may_come_first(wire: Wire) -> None:
    wire.notify("exit")
    assert wire.process.wait(PATIENCE) == 1


@pytest.mark.parametrize("said", [b"", framed(b'{"jsonrpc": "2.0"')[:-5], b"Content-Le"])
def test_a_client_that_goes_ends_it(wire: Wire, said: bytes) -> None:
    wire.initialize()
    wire.send_bytes(said)
    assert wire.process.stdin is not None
    wire.process.stdin.close()
    assert wire.process.wait(PATIENCE) == 1


def test_a_client_that_dies_ends_it_though_its_child_holds_the_pipe_open(
    acme: object, tmp_path: Path
) -> None:
    """The server's input is a pipe that this test holds; the client is another process."""
    client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with Wire() as wire:
        wire.call("initialize", {"processId": client.pid, "rootUri": None, "capabilities": {}})
        client.kill()
        client.wait()
        assert client.stdin is not None
        client.stdin.close()
        assert wire.process.wait(PATIENCE) == 1


def test_a_client_in_another_namespace_is_not_missed(wire: Wire) -> None:
    """In a container the client's process id means nothing."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    wire.call("initialize", {"processId": gone.pid, "rootUri": None, "capabilities": {}})
    assert wire.call("workspace/symbol", {"query": "x"}) == []
    assert wire.end() == 0


def test_exit_does_not_wait_for_the_workspace_to_be_read(wire: Wire, large: Path) -> None:
    wire.initialize(large)
    assert wire.end() == 0


def test_what_is_no_message_is_answered_with_an_error(wire: Wire) -> None:
    wire.initialize()
    for body, code in (
        (b"{", PARSE_ERROR),
        (b"\xff\xfe{}", PARSE_ERROR),
        (b"[" * 100_000, PARSE_ERROR),
        (b"[]", INVALID_REQUEST),
        (b"1", INVALID_REQUEST),
        (b"{}", INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "method": 3}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "shutdown"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": null, "method": "shutdown"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": true, "method": "shutdown"}', INVALID_REQUEST),
    ):
        wire.send_bytes(framed(body))
        assert wire.hear_answer(None)["error"]["code"] == code, body
    assert wire.end() == 0


def test_lines_that_are_no_header_are_passed_over(wire: Wire) -> None:
    for noise in (
        b"hello\r\n\r\n",
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"\r\n\r\n\n\n",
        b"X" * 200_000 + b"\r\n",
        b"\x00\xff\r\n",
    ):
        wire.send_bytes(noise)
    wire.initialize()
    assert wire.end() == 0


def test_headers_come_in_any_order_and_case(wire: Wire) -> None:
    wire.initialize()
    body = b'{"jsonrpc": "2.0", "id": "a", "method": "shutdown"}'
    kind = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
    wire.send_bytes(kind + b"content-length:%d\r\n\r\n" % len(body) + body)
    assert wire.hear_answer("a")["result"] is None


def test_requests_before_initialize_are_refused(wire: Wire) -> None:
    for method in ("shutdown", "textDocument/hover", "no/such/method"):
        assert wire.hear_answer(wire.ask(method))["error"]["code"] == NOT_INITIALIZED
    wire.initialize()
    assert wire.end() == 0


def test_notifications_before_initialize_are_dropped(wire: Wire, example: Path) -> None:
    wire.open(next(example.rglob("*.proto")))
    wire.notify("initialized", {})
    wire.initialize()
    assert wire.end() == 0
    assert wire.heard == []


def test_initialize_comes_once(wire: Wire) -> None:
    wire.initialize()
    answer = wire.hear_answer(wire.ask("initialize", {"processId": None, "capabilities": {}}))
    assert answer["error"]["code"] == INVALID_REQUEST


def test_after_shutdown_only_exit_is_done(wire: Wire) -> None:
    wire.initialize()
    wire.call("shutdown")
    answer = wire.hear_answer(wire.ask("workspace/symbol", {"query": ""}))
    assert answer["error"]["code"] == INVALID_REQUEST
    wire.notify("textDocument/didSave", {"textDocument": {"uri": "file:///x.proto"}})
    wire.notify("exit")
    assert wire.process.wait(PATIENCE) == 0


def test_what_nobody_knows_is_said_to_be_unknown(wire: Wire) -> None:
    wire.initialize()
    wire.notify("no/such/notification", {"x": 1})
    wire.notify("$/no/such/notification")
    wire.notify("$/cancelRequest", {"id": 17})
    wire.send({"jsonrpc": "2.0", "id": "never asked", "result": None})
    wire.send({"jsonrpc": "2.0", "id": "never asked", "error": {"code": 1, "message": "no"}})
    answer = wire.hear_answer(wire.ask("no/such/request", [1, 2]))
    assert answer["error"]["code"] == METHOD_NOT_FOUND
    assert wire.end() == 0


def test_wrong_parameters_are_said_to_be_wrong(wire: Wire) -> None:
    wire.initialize()
    command = "workspace/executeCommand"
    for method, params in (
        ("textDocument/hover", {}),
        ("textDocument/hover", None),
        ("textDocument/hover", [1]),
        ("textDocument/hover", {"textDocument": {"uri": 1}, "position": "here"}),
        ("textDocument/codeAction", {"textDocument": {"uri": "file:///x"}, "range": 1}),
        (command, {"command": "protohome.moveContract", "arguments": []}),
        (command, {"command": "protohome.explain", "arguments": [1, 2]}),
        (command, {"command": "protohome.explain", "arguments": ["file:///x"]}),
        (command, {"command": "rm"}),
    ):
        answer = wire.hear_answer(wire.ask(method, params))
        assert answer["error"]["code"] == INVALID_PARAMS, answer
        wire.notify("textDocument/didOpen", params)
        wire.notify("textDocument/didChange", params)
    assert wire.end() == 0


def test_initialize_may_hold_nearly_nothing_or_what_no_version_of_lsp_knows(
    serve: Callable[[], Wire],
) -> None:
    odd = {"capabilities": {"textDocument": {"fromTheFuture": [1]}, "experimental": {"x": 1}}}
    sparse: dict[str, object] = {"capabilities": {}}
    for params in (sparse, {**odd, "rootUri": "vscode-remote://x/y", "z": 1}):
        wire = serve()
        assert wire.call("initialize", params)["serverInfo"]["name"] == "protohome"
        wire.notify("initialized", {})
        assert wire.end() == 0


def test_documents_that_are_no_files_here_get_nothing(wire: Wire) -> None:
    wire.initialize()
    for uri in (
        "untitled:Untitled-1",
        "git:/a/b.proto?ref=HEAD",
        "file:///c%3A/code/a.proto",
        "file:///",
        "file://host/share/a.proto",
        "file:///a%00b.proto",
        "file:",
        "nonsense",
        "",
        "http://[",
    ):
        item = {"uri": uri, "languageId": "proto", "version": 1, "text": "message A {}"}
        wire.notify("textDocument/didOpen", {"textDocument": item})
        change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "x"}]}
        wire.notify("textDocument/didChange", change)
        place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 9}}
        assert wire.call("textDocument/hover", place) is None
        wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert wire.end() == 0
    assert wire.heard == []


def test_changes_of_a_document_that_is_not_open_are_passed_over(wire: Wire, example: Path) -> None:
    wire.initialize(example)
    path = next(example.rglob("*.proto"))
    wire.change(path, "x", 2)
    wire.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
    wire.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
    assert wire.end() == 0
    assert wire.heard == []


def test_a_position_outside_the_text_is_somewhere_in_it(wire: Wire, example: Path) -> None:
    wire.initialize(example)
    path = next(example.rglob("*.proto"))
    wire.open(path)
    wire.hear_diagnostics(path)
    document = {"uri": path.as_uri()}
    for line, character in ((0, 10**6), (10**6, 0), (2**31 - 1, 2**31 - 1)):
        place = {"textDocument": document, "position": {"line": line, "character": character}}
        wire.call("textDocument/hover", place)
        wire.call("textDocument/completion", place)
        wire.call("textDocument/definition", place)
    wire.replace(path, 2, (5, 0), (3, 0), "x")
    wire.hear_diagnostics(path, 2)
    assert wire.end() == 0


def test_over_tcp_it_serves_one_client_and_ends_with_it(serve: Callable[..., Wire]) -> None:
    server = serve("--tcp", "127.0.0.1:0", stdin=subprocess.DEVNULL)
    assert server.process.stderr is not None
    line = server.process.stderr.readline().decode()
    assert line.startswith("protohome-lsp: listening on 127.0.0.1:")
    with socket.create_connection(("127.0.0.1", int(line.rpartition(":")[2])), PATIENCE) as talk:
        request = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {"capabilities": {}},
        }
        talk.sendall(framed(json.dumps(request).encode()))
        with talk.makefile("rb") as stream:
            length = int(stream.readline().split(b":")[1])
            while stream.readline().strip():
                pass
            answer = json.loads(stream.read(length))
        assert answer["result"]["serverInfo"]["name"] == "protohome"
    assert server.process.wait(PATIENCE) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tcp", "nowhere"], "is no HOST:PORT"),
        (["--tcp", "127.0.0.1:99999"], "is no HOST:PORT"),
        (["--log-file", "no/such/folder/log"], "no/such/folder/log"),
        (["--speed", "high"], "unrecognized arguments"),
    ],
)
def test_wrong_arguments_end_it_with_2(
    serve: Callable[..., Wire], arguments: list[str], said: str
) -> None:
    server = serve(*arguments)
    assert server.process.wait(PATIENCE) == 2
    assert said in server.errors()
    assert "Traceback" not in server.errors()


def test_the_log_has_what_was_said(serve: Callable[..., Wire], tmp_path: Path) -> None:
    log = tmp_path / "log"
    wire = serve("--log-file", str(log))
    wire.initialize()
    wire.end()
    assert "initialize" in log.read_text()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What is started meanwhile heeds an interrupt, which a background job of a shell does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_it_quietly(wire: Wire) -> None:
    wire.initialize()
    os.kill(wire.process.pid, signal.SIGINT)
    assert wire.process.wait(PATIENCE) == 130
    assert "Traceback" not in wire.errors()
