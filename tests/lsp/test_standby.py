"""A large workspace that no cache knows is parsed beside the server, which says the same.

The server itself parses what tells at once what is declared about the open file.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from lsp import wire as bytewise
from lsp.conftest import INVOICE, Tree
from lsp.wire import Wire

pytestmark = [
    pytest.mark.usefixtures("cache_folder"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be copied here"),
]

FILES = 250
FEW = 9
PARSED = "parsed\n"
# A server that tells on standard error what it parses itself; as if files were much larger.
TELLING = f"""
import os, sys
from protohome.loading import ahead
from protohome.lsp.server import main
from protohome.syntax import Parser
ahead.PAYS, parent, read_once = 10_000, os.getpid(), Parser.read_once
def telling(self, path, source):
    if os.getpid() == parent:
        sys.stderr.write({PARSED!r})
    return read_once(self, path, source)
Parser.read_once = telling
"""
ALONE = "del os.fork\n"
SERVING = "sys.exit(main())"


@pytest.fixture
def acme(acme: Tree) -> Tree:
    for number in range(FILES):
        text = INVOICE.replace("Invoice", f"Invoice{number}").replace("Refund", f"Refund{number}")
        acme.invoice.with_name(f"invoice{number}.proto").write_text(text, "utf-8")
    odd(acme).write_text(INVOICE.replace("acme.billing.v1", "acme.odd.v1"), "utf-8")
    return acme


def odd(acme: Tree) -> Path:
    """A file without a row, alone in its package."""
    return acme.invoice.with_name("odd.proto")


def shown(
    acme: Tree, monkeypatch: pytest.MonkeyPatch, arranged: str
) -> tuple[list[dict[str, Any]], int]:
    """What a server publishes for a file, and how many it parsed itself until all were read."""
    monkeypatch.setattr(bytewise, "COMMAND", (sys.executable, "-c", TELLING + arranged + SERVING))
    with Wire() as wire:
        wire.initialize(acme.root)
        wire.open(odd(acme))
        found = wire.hear_diagnostics(odd(acme), 1)
        while not wire.call("workspace/symbol", {"query": "acme.odd.v1.Invoice"}):
            continue
        assert wire.end() == 0
        return found, wire.errors().count(PARSED)


def test_the_server_parses_next_to_nothing_and_says_the_same(
    acme: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found, parsed = shown(acme, monkeypatch, "")
    assert parsed < FEW
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    alone, parsed = shown(acme, monkeypatch, ALONE)
    assert alone == found
    assert parsed > FILES
    assert found
