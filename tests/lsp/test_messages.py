"""Bad frames and bad messages: whatever comes, the next good one is answered."""

from __future__ import annotations

import io
import os
import queue
from collections.abc import Callable

import cattrs
import pygls.protocol
from pygls.lsp.server import LanguageServer

from lsp.conftest import Tree
from lsp.wire import PATIENCE, Wire, framed
from protohome.lsp.wire.transport import Writer

Converse = Callable[..., Wire]

NOTE = b'{"jsonrpc": "2.0", "method": "no/such/notification", "params": {"x": "y"}}'


OWN = framed(
    b'{"jsonrpc": "2.0", "id": "own", "method": "textDocument/codeAction", "params":'
    b' {"textDocument": {"uri": "file:///none.proto"}, "context": {"diagnostics": []}, "range":'
    b' {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}}}'
)


BAD = {
    "a negative length": b"Content-Length: -5\r\n\r\n" + NOTE,
    "no number": b"Content-Length: many\r\n\r\n" + NOTE,
    "five thousand digits": b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + NOTE,
    "more than any message has": b"Content-Length: 999999999999\r\n\r\n" + NOTE,
    "no length": b"Content-Type: x\r\n\r\n" + NOTE,
    "too short a length": b"Content-Length: 20\r\n\r\n" + NOTE,
    "too long a length": b"Content-Length: %d\r\n\r\n" % (len(NOTE) + 30) + NOTE,
    "nothing": b"Content-Length: 0\r\n\r\n",
    "half a header": b"Content-Length: ",
    "no line breaks": b"{" * 100_000,
    "a number of five thousand digits": framed(b'{"id": 1, "x": ' + b"1" * 5000 + b"}"),
    "a list to cancel": framed(b'{"method": "$/cancelRequest", "params": {"id": [1]}}'),
    "nothing to cancel": framed(b'{"method": "$/cancelRequest"}'),
    "a response to a list": framed(b'{"id": [1], "result": null}'),
    "a response to an object": framed(b'{"id": {"a": 1}, "error": 7}'),
    "a response without anything": framed(b'{"id": 3}'),
    "an error without its parts": framed(b'{"id": 3, "error": {}}'),
    "a result for a request of its own": OWN + framed(b'{"id": "own", "result": null}'),
    "nonsense for a request of its own": OWN + framed(b'{"id": "own", "params": 7}'),
}


def test_after_a_bad_frame_the_next_good_one_is_answered(wire: Wire) -> None:
    wire.initialize()
    for name, frame in BAD.items():
        wire.send_bytes(frame)
        # A length that is too long takes the first of them along.
        wire.ask("workspace/symbol", {"query": "x"})
        identity = wire.ask("workspace/symbol", {"query": "x"})
        assert wire.hear_answer(identity)["result"] == [], name
    assert wire.end() == 0
    assert wire.errors() == ""


def test_an_answer_that_is_nonsense_ends_what_waited_for_it(converse: Converse, acme: Tree) -> None:
    wire = converse()
    wire.open(acme.refund)
    wire.hear_diagnostics(acme.refund)
    wire.answers["workspace/applyEdit"] = [1, {"applied": "perhaps"}]
    arguments = [acme.refund.as_uri(), "acme.legacy.v1.Refund", "acme.ledger.v1"]
    params = {"command": "protohome.moveContract", "arguments": arguments}
    answer = wire.hear_answer(wire.ask("workspace/executeCommand", params))
    assert "\n" not in answer["error"]["message"]
    assert wire.call("workspace/symbol", {"query": "Refund"})


# A client that stops reading


def test_writing_waits_for_nobody() -> None:
    """Megabytes are taken while nobody reads, and come in order when somebody does."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as stream, os.fdopen(reading, "rb") as out:
        writer = Writer(stream, lambda: None)
        parts = [bytes([at]) * 100_000 for at in range(50)]
        for part in parts:
            writer.write(part)
        assert out.read(50 * 100_000) == b"".join(parts)
        writer.close()


def test_a_client_that_is_gone_is_noticed() -> None:
    lost: queue.Queue[str] = queue.Queue()
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb", buffering=0) as stream:
        writer = Writer(io.BufferedWriter(stream), lambda: lost.put("lost"))
        writer.write(b"x" * 10)
        assert lost.get(timeout=PATIENCE) == "lost"
        writer.write(b"more")
        writer.close()


def test_a_client_that_stops_reading_is_still_heard(serve: Callable[..., Wire], acme: Tree) -> None:
    """It asks for more than a pipe holds, reads nothing of it, and says good-bye."""
    wire = serve(listening=False)
    request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}
    wire.send(request)
    asked = {"jsonrpc": "2.0", "method": "x" * 1000}
    wire.send(*({**asked, "id": at} for at in range(2, 1000)))
    wire.send({"jsonrpc": "2.0", "method": "exit"})
    assert wire.process.wait(PATIENCE) == 1


# What of pygls is private and used all the same


def test_the_private_names_of_pygls_are_there() -> None:
    """The range of versions in pyproject.toml is narrow because of these."""
    protocol = LanguageServer("x", "1", converter_factory=cattrs.Converter).protocol
    for name in ("_shutdown", "_request_futures", "_send_data", "_send_response"):
        assert hasattr(protocol, name), name
    assert isinstance(protocol.fm.features, dict)
    for name in ("_params_field_structure_hook", "_result_field_structure_hook"):
        assert callable(getattr(pygls.protocol, name)), name
