"""Documents that take long to read: whoever asks about others is answered meanwhile."""

from __future__ import annotations

from operator import is_
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import MAP, Tree, codes
from lsp.wire import Wire
from protohome.lsp.state import loading
from protohome.lsp.state.documents import Document
from protohome.lsp.state.folders import Folder
from protohome.lsp.state.session import with_text

HEAD = 'syntax = "proto3";\npackage acme.billing.v1;\n'
MANY = 8_000  # a third of a megabyte
ROW = "| `proto/acme/billing/v1/big.proto` | `acme.billing.v1` | `acme.billing.v1` | | |\n"


@pytest.fixture
def big(acme: Tree) -> Path:
    path = acme.invoice.with_name("big.proto")
    acme.map.write_text(MAP + ROW)
    return path


def text(number: int) -> str:
    return HEAD + "".join(f"message Part{at} {{ string id = 1; }}\n" for at in range(number))


def hover(wire: Wire, path: Path) -> Any:
    place = {"textDocument": {"uri": path.as_uri()}, "position": {"line": 4, "character": 9}}
    return wire.call("textDocument/hover", place)


def published(wire: Wire, path: Path) -> bool:
    return any(
        message.get("method") == "textDocument/publishDiagnostics"
        and message["params"]["uri"] == path.as_uri()
        for message in wire.heard
    )


def test_hovers_elsewhere_are_answered_while_it_is_read(wire: Wire, acme: Tree, big: Path) -> None:
    wire.initialize(acme.root)
    wire.open(acme.invoice)
    wire.hear_diagnostics(acme.invoice)
    wire.open(big, text(MANY))
    for _ in range(3):
        assert "**Invoice**" in hover(wire, acme.invoice)["contents"]["value"]
    assert not published(wire, big), "it is still being read"
    assert hover(wire, big) is None
    assert wire.hear_diagnostics(big, 1) == []
    wire.change(big, text(MANY) + "// more\n", 2)
    assert codes(wire.hear_diagnostics(big, 2)) == []
    assert "**Part2**" in hover(wire, big)["contents"]["value"]


def test_five_megabytes_hold_up_nobody(wire: Wire, acme: Tree, big: Path) -> None:
    """They are read for as long as it takes; of the hovers meanwhile none waits for that."""
    wire.initialize(acme.root)
    wire.open(acme.invoice)
    wire.hear_diagnostics(acme.invoice)
    wire.open(big, text(180_000))
    for _ in range(20):
        assert "**Invoice**" in hover(wire, acme.invoice)["contents"]["value"]
    assert not published(wire, big), "it is still being read"
    wire.close(big)
    assert "**Invoice**" in hover(wire, acme.invoice)["contents"]["value"]


def test_when_it_was_read_hovers_elsewhere_need_no_thread(acme: Tree, big: Path) -> None:
    """What looks at every contract was made beside the reading, and comes with it."""
    folder = Folder(loading.find(str(acme.root)))
    folder.adopt(loading.load(folder.place, {}))
    path = str(big.relative_to(acme.root))
    document = Document(big.as_uri(), str(big), 1, text(MANY).encode())
    folder.edit(path, document)
    folder.catch_up()
    before, judge = folder.snapshot, folder.judge
    assert before is not None
    assert judge is not None
    assert path in folder.pending
    after = with_text(judge, folder.parser(path), path, document.source)
    assert folder.take_read(document, path, before, after)
    invoice, state = str(acme.invoice.relative_to(acme.root)), folder.state
    assert state is not None
    assert not state.is_slow(invoice)
    assert state.is_slow(path)
    folder.edit(invoice, Document("", "", 1, acme.invoice.read_bytes() + b"// more"))
    folder.catch_up()
    state = folder.state
    assert state is not None
    assert state.is_slow(invoice), "one that is edited waits in a thread"


def test_of_a_text_that_is_on_disk_everything_is_known_before_it_is_read_again(
    acme: Tree, big: Path
) -> None:
    """It is read beside that, so that the first key need not wait; its contracts stay the same."""
    big.write_text(text(MANY))
    folder = Folder(loading.find(str(acme.root)))
    folder.adopt(loading.load(folder.place, {}))
    before, path = folder.snapshot, str(big.relative_to(acme.root))
    assert before is not None
    document = Document(big.as_uri(), str(big), 1, text(MANY).encode())
    folder.edit(path, document)
    folder.catch_up()
    judge = folder.judge
    assert judge is not None
    assert path in folder.pending
    assert not folder.lacks(path)
    assert folder.to_read() is None, "its findings are told first"
    folder.tell(path)
    assert folder.to_read() == path
    after = with_text(judge, folder.parser(path), path, document.source)
    assert folder.take_read(document, path, before, after)
    assert folder.snapshot is not None
    declarations = folder.snapshot.files[path].declarations
    assert all(map(is_, declarations, before.files[path].declarations))
    folder.edit(path, Document("", "", 2, document.source + b"message More {}"))
    folder.catch_up()
    assert folder.lacks(path)


def test_its_text_is_published_as_on_disk_and_then_as_it_is_typed(
    wire: Wire, acme: Tree, big: Path
) -> None:
    big.write_text(text(MANY))
    wire.initialize(acme.root)
    wire.open(big)
    assert wire.hear_diagnostics(big, 1) == []
    wire.change(big, text(MANY).replace("acme.billing", "acme.none"), 2)
    assert "unlisted-package" in codes(wire.hear_diagnostics(big, 2))


def test_of_its_versions_the_newest_is_published(wire: Wire, acme: Tree, big: Path) -> None:
    wire.initialize(acme.root)
    wire.open(big, text(MANY))
    for version in range(2, 6):
        wire.change(big, text(MANY).replace("acme.billing", "acme.none"), version)
    found = wire.hear_diagnostics(big, 5)
    assert "unlisted-package" in codes(found)
    assert not published(wire, big)


def test_it_may_be_closed_while_it_is_read(wire: Wire, acme: Tree, big: Path) -> None:
    wire.initialize(acme.root)
    wire.open(acme.invoice)
    wire.hear_diagnostics(acme.invoice)
    wire.open(big, text(MANY))
    wire.close(big)
    assert "**Invoice**" in hover(wire, acme.invoice)["contents"]["value"]
    assert wire.end() == 0


def test_a_pulling_client_waits_for_the_one_it_asks_about(
    wire: Wire, acme: Tree, big: Path
) -> None:
    pulls = {
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": True}},
    }
    acme.map.write_text(MAP)
    wire.initialize(acme.root, capabilities=pulls)
    wire.open(acme.invoice)
    while not wire.call("workspace/symbol", {"query": "Invoice"}):
        pass
    wire.open(big, text(MANY))
    report = wire.call("textDocument/diagnostic", {"textDocument": {"uri": big.as_uri()}})
    assert codes(report["items"]) == ["file-not-audited"]


def test_no_document_has_more_findings_than_an_editor_can_show(wire: Wire, acme: Tree) -> None:
    """The worst of them, in their order."""
    lines = [f"  acme.legacy.v1.Refund r{at} = {at + 1};\n" for at in range(1500)]
    wire.initialize(acme.root)
    wire.open(acme.entry, "package acme.ledger.v1;\nmessage Entry {\n" + "".join(lines) + "}\n")
    found = wire.hear_diagnostics(acme.entry, 1)
    assert len(found) == 1000
    places = [each["range"]["start"]["line"] for each in found]
    assert places == sorted(places)


def test_past_a_bound_it_is_not_judged_and_that_is_said_once(wire: Wire, acme: Tree) -> None:
    wire.initialize(acme.root)
    wire.open(acme.invoice)
    wire.hear_diagnostics(acme.invoice)
    huge = acme.invoice.with_name("huge.proto")
    comment = "// " + "x" * (1 << 24) + "\n"
    wire.open(huge, comment)
    assert wire.hear_method("window/showMessage")["message"] == (
        "huge.proto has more than 16 MB; it is not judged."
    )
    wire.change(huge, comment + comment, 2)
    assert "**Invoice**" in hover(wire, acme.invoice)["contents"]["value"]
    assert [m for m in wire.heard if m.get("method") == "window/showMessage"] == []
