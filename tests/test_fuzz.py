"""Whatever bytes the readers are given, they answer, or say in one line why they cannot.

Real files with parts cut out, doubled, swapped and replaced by what the readers look for. The same
inputs each time, about a minute of them; ``make fuzz`` goes on with others for as long as
``FUZZ``, a number of inputs a reader, says.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsp.conftest import Tree
from lsp.wire import Wire, framed
from protohome import check, config, suppressions
from protohome.config import Config, ConfigError
from protohome.loading.modules import find_modules
from protohome.packagemap import read as read_map
from protohome.syntax import Parser, read
from protohome.system.disk import LoadError
from protohome.workspace import baseline
from protohome.workspace.snapshot import Snapshot

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples/openagents"
MARKS = [
    *(b"{", b"}", b"(", b")", b"[", b"]", b"<", b">", b";", b"=", b",", b".", b'"', b"'", b"\\"),
    *(b"/*", b"*/", b"//", b"\n", b"\r", b"\t", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xc3\xa9", b"|"),
    *(b"`", b"#", b"- ", b": ", b"&a ", b"*a", b"!!x ", b"'''", b'"""', b"null", b"-1", b"1e999"),
    *(b"message A {", b"package x.y;", b"import public ", b"| --- | --- |\n", b"protohome:ignore "),
    *(b"[tool.protohome]\n", b"modules:\n", b"<<<<<<< ours\n", b"Content-Length: ", b"\r\n\r\n"),
]
TIMES = int(os.environ.get("FUZZ", "0"))


@st.composite
def damaged(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """One of the seeds, changed in a few places."""
    source = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 6))):
        start, length = (draw(st.integers(0, len(source))) for _ in range(2))
        end = min(start + length % 200, len(source))
        mark = b"".join(draw(st.lists(st.sampled_from(MARKS), max_size=4)))
        part = source[start:end] * draw(st.sampled_from([0, 1, 2, 40]))
        source = source[:start] + mark + part + source[end:]
    return source


def check_is_one_line(error: Exception) -> None:
    assert "\n" not in str(error)


def proto(source: bytes) -> None:
    file = read("a.proto", source)
    parser = Parser()
    parser.read("a.proto", source[: len(source) // 2])
    assert parser.read("a.proto", source) == file
    suppressions.read(file)
    rows = (EXAMPLE / "proto/PACKAGE_MAP.md").read_bytes()
    check.run(Snapshot("/", Config(), read_map("m.md", rows), ("",), {"a.proto": file}))


def a_map(source: bytes) -> None:
    found = read_map("m.md", source)
    check.run(Snapshot("/", Config(), found, ("",), {"a.proto": read("a.proto", b"message M {}")}))


def toml(source: bytes) -> None:
    try:
        config.read("protohome.toml", source)
    except ConfigError as error:
        check_is_one_line(error)


def a_baseline(source: bytes) -> None:
    try:
        again = baseline.read("b.json", source)
    except LoadError as error:
        check_is_one_line(error)
    else:
        after = baseline.read("b.json", baseline.written(again))
        assert after._replace(source=b"") == baseline.sorted_entries(again)._replace(source=b"")


def buf(source: bytes) -> None:
    folder = Path(os.environ["FUZZ_FOLDER"])
    (folder / "buf.yaml").write_bytes(source)
    try:
        find_modules(str(folder), Config(), read_map("m.md", b""), cache=False)
    except LoadError as error:
        check_is_one_line(error)


PROTOS = [path.read_bytes() for path in sorted(EXAMPLE.rglob("*.proto"))[:6]]
MAPS = [(EXAMPLE / "proto/PACKAGE_MAP.md").read_bytes()]
TOMLS = [
    b'map = "m.md"\nroots = ["proto"]\n[homes]\n"a.B" = "c.v1"\n[terms]\n"a.v1" = ["x"]\n',
    b'[project]\nname = "x"\n[tool.protohome]\nexclude = ["vendor/**"]\n',
]
BUFS = [
    b"version: v2\nmodules:\n  - path: proto\n    excludes: [proto/x]\n",
    b"version: v1beta1\nbuild:\n  roots: [a, b]\n  excludes:\n    - a/c\n",
]
BASELINES = [b'{"version": 1,\n "findings": [],\n "frozen": [],\n "retired": []}\n', b"{}"]
READERS: dict[str, tuple[Callable[[bytes], None], list[bytes], int]] = {
    "proto": (proto, PROTOS, 150),
    "map": (a_map, MAPS, 60),
    "toml": (toml, TOMLS, 400),
    "buf.yaml": (buf, BUFS, 400),
    "baseline": (a_baseline, BASELINES, 400),
}


@pytest.mark.parametrize("reader", READERS)
def test_any_bytes_are_answered(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, seeds, number = READERS[reader]
    monkeypatch.setenv("FUZZ_FOLDER", str(tmp_path))

    @settings(
        max_examples=TIMES or number,
        derandomize=not TIMES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged(seeds))
    def answered(source: bytes) -> None:
        work(source)

    answered()


# What a client sends: good messages with parts taken out or put for others, and wrong lengths.

PLACE = {"line": 4, "character": 9}
JUNK: list[Any] = [
    *(None, True, -1, 0, 1 << 70, 1.5, "", "x", "\ud800", "file:///\u0000", [], [[]], [1], {}),
    *({"id": [1]}, {"uri": 7}, "../../etc", {"line": -1, "character": 1 << 40}, "protohome.x\n"),
]


def good_messages(uri: str) -> list[dict[str, Any]]:
    """One of each sort, about a document."""
    document, around = {"uri": uri}, {"start": PLACE, "end": PLACE}
    about = {"textDocument": document, "position": PLACE}
    opened = {"uri": uri, "languageId": "proto", "version": 1, "text": "message A {}"}
    changed = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "m"}]}
    asked = {"textDocument": document, "range": around, "context": {"diagnostics": []}}
    ordered = {"command": "protohome.explain", "arguments": [uri, "acme.billing.v1.Invoice", ""]}
    requests: dict[str, Any] = {
        "textDocument/hover": about,
        "textDocument/completion": about,
        "textDocument/definition": about,
        "textDocument/codeAction": asked,
        "textDocument/codeLens": {"textDocument": document},
        "workspace/executeCommand": ordered,
        "workspace/symbol": {"query": "Invoice"},
    }
    notes: dict[str, Any] = {
        "textDocument/didOpen": {"textDocument": opened},
        "textDocument/didChange": changed,
        "textDocument/didClose": {"textDocument": document},
        "textDocument/didSave": {"textDocument": document},
        "workspace/didChangeWatchedFiles": {"changes": [{"uri": uri, "type": 2}]},
        "$/cancelRequest": {"id": 7},
    }
    return [
        *({"jsonrpc": "2.0", "id": 7, "method": name, "params": p} for name, p in requests.items()),
        *({"jsonrpc": "2.0", "method": name, "params": p} for name, p in notes.items()),
        {"jsonrpc": "2.0", "id": 7, "result": {"applied": True}},
        {"jsonrpc": "2.0", "id": 7, "error": {"code": -1, "message": "no"}},
    ]


def inner_places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a message: what holds it, and its key or index there."""
    here: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        here = [(value, key) for key in value]
    elif isinstance(value, list):
        here = [(value, at) for at in range(len(value))]
    return here + [place for holder, key in here for place in inner_places(holder[key])]


@st.composite
def bad_frames(draw: st.DrawFn, messages: list[dict[str, Any]]) -> bytes:
    message = copy.deepcopy(draw(st.sampled_from(messages)))
    for _ in range(draw(st.integers(0, 3))):
        places = inner_places(message)
        if places:
            holder, key = draw(st.sampled_from(places))
            if draw(st.booleans()):
                holder[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))
            else:
                del holder[key]
    body = json.dumps(message).encode()
    end = draw(st.integers(0, len(body)))
    cut = body[:end] + draw(st.sampled_from([b"", b"{", b"\0", b"\xff", b"]", b'"']))
    length = draw(st.sampled_from([b"-5", b"", b"x", b"9" * 40, b"%d" % (len(body) + 20), b"3"]))
    wrong = b"Content-Length: " + length + b"\r\n\r\n" + body
    return draw(st.sampled_from([framed(body), framed(body), framed(cut), wrong, b"\r\n" + wrong]))


def test_after_any_frame_the_next_good_one_is_answered(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "acme")
    with Wire() as wire:
        wire.initialize(tree.root)
        wire.open(tree.invoice)
        wire.hear_diagnostics(tree.invoice)

        @settings(
            max_examples=TIMES or 100,
            derandomize=not TIMES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(bad_frames(good_messages(tree.invoice.as_uri())), min_size=1, max_size=4))
        def answered(frames: list[bytes]) -> None:
            wire.send_bytes(b"".join(frames))
            # A length that is too long takes the first of them along.
            wire.ask("workspace/symbol", {"query": "nothing"})
            name = f"answer {wire.ask('workspace/symbol', {'query': 'nothing'})}"
            good = {"jsonrpc": "2.0", "id": name, "method": "workspace/symbol"}
            wire.send({**good, "params": {"query": "nothing"}})
            assert wire.hear_answer(name)["result"] == []
            wire.heard.clear()

        answered()
        assert wire.end() == 0
        assert wire.errors() == ""
