"""The menu of quick-fixes as a person meets it: where it opens, what it says, what follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp.applying import apply
from lsp.conftest import MAP, Tree, codes
from lsp.wire import Wire

Converse = Callable[..., Wire]

ABLE: dict[str, Any] = {
    "textDocument": {
        "codeAction": {
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
            "disabledSupport": True,
        }
    },
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
        }
    },
    "window": {"showDocument": {"support": True}},
}
PAYOUT = 'syntax = "proto3";\n\npackage acme.legacy.v1;\n\n  message Payout { string id = 1; }\n'
LINE = 4


@pytest.fixture
def payout(acme: Tree) -> Path:
    """A contract of the frozen package whose row says that it is to move to the ledger."""
    row = "| `{}` | `acme.legacy.v1` | `acme.ledger.v1` | `owner:docs` | A-4 |\n"
    acme.map.write_text(MAP + row.format("proto/acme/legacy/v1/payout.proto"))
    path = acme.refund.with_name("payout.proto")
    path.write_text(PAYOUT)
    return path


@pytest.fixture
def homeless(acme: Tree) -> Path:
    """A new contract of the frozen package about which nobody has said anything."""
    path = acme.refund.with_name("zebra.proto")
    path.write_text(PAYOUT.replace("Payout", "Zebra"))
    return path


def begin(converse: Converse, *paths: Path, capabilities: Any = ABLE) -> Wire:
    wire = converse(capabilities)
    for path in paths:
        wire.open(path)
        wire.hear_diagnostics(path)
    return wire


def menu(wire: Wire, path: Path, line: int, character: int, *shown: Any) -> Any:
    place = {"line": line, "character": character}
    return wire.call(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": path.as_uri()},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": list(shown)},
        },
    )


def titles(actions: list[dict[str, Any]]) -> list[str]:
    return [action["title"] for action in actions]


def named(actions: list[dict[str, Any]], words: str) -> dict[str, Any]:
    [found] = [action for action in actions if words in action["title"]]
    return found


def execute(wire: Wire, command: dict[str, Any]) -> Any:
    params = {"command": command["command"], "arguments": command["arguments"]}
    return wire.call("workspace/executeCommand", params)


# Where it opens


def test_it_opens_anywhere_on_the_contracts_line(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, payout)
    for column in (0, 3, 12, len(PAYOUT.splitlines()[LINE])):
        assert any("Move Payout" in each for each in titles(menu(wire, payout, LINE, column)))
    assert not any("Move Payout" in each for each in titles(menu(wire, payout, 0, 0)))


def test_it_opens_for_every_finding_that_the_client_shows(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, payout)
    wire.change(payout, PAYOUT + "\n", 2)
    shown = wire.hear_diagnostics(payout, 2)
    assert any("Move Payout" in each for each in titles(menu(wire, payout, 0, 0, *shown)))


def test_what_is_under_the_cursor_comes_first(converse: Converse, acme: Tree, payout: Path) -> None:
    second = PAYOUT.replace("1; }", "1; } message Other { string id = 1; }")
    wire = begin(converse, payout)
    wire.change(payout, second, 2)
    wire.hear_diagnostics(payout, 2)
    found = titles(menu(wire, payout, LINE, second.splitlines()[LINE].index("Other")))
    moves = [each.split()[1] for each in found if each.startswith("Move ")]
    assert moves == ["Other", "Payout"]


# What it says


def test_a_move_that_is_refused_stays_with_its_reason(converse: Converse, acme: Tree) -> None:
    """There is another Entry in the package that the row names."""
    row = "| `proto/acme/billing/v1/more.proto` | `acme.billing.v1` | `acme.ledger.v1` | | A-5 |\n"
    acme.map.write_text(MAP + row)
    more = acme.invoice.with_name("more.proto")
    more.write_text(PAYOUT.replace("legacy", "billing").replace("Payout", "Entry"))
    wire = begin(converse, more)
    move = named(menu(wire, more, LINE, 0), "Move Entry to acme.ledger.v1")
    assert "Entry already exists in acme.ledger.v1" in move["disabled"]["reason"]
    assert "edit" not in wire.call("codeAction/resolve", move)
    wire.forget()
    plain = {**ABLE, "textDocument": {"codeAction": {"dataSupport": True}}}
    wire = begin(converse, more, capabilities=plain)
    first, *_ = menu(wire, more, LINE, 0)
    assert first["title"] == "Move Entry to acme.ledger.v1 (not now)"
    assert execute(wire, first["command"]) is True
    told = wire.hear_method("window/showMessage")["message"]
    assert told.startswith("Move Entry to acme.ledger.v1: Entry already exists in acme.ledger.v1")


def test_no_home_is_declared_that_would_only_soften_the_finding(
    converse: Converse, acme: Tree
) -> None:
    """A contract that is new in the frozen package: its home may be elsewhere only."""
    new = acme.refund.with_name("bill.proto")
    new.write_text(PAYOUT.replace("Payout", "InvoiceRefund"))
    wire = begin(converse, new)
    found = titles(menu(wire, new, LINE, 0))
    assert found
    assert not [each for each in found if each.startswith("Declare acme.legacy.v1")]


def test_where_no_home_is_known_a_person_chooses_one(
    converse: Converse, acme: Tree, homeless: Path
) -> None:
    wire = begin(converse, homeless)
    action = named(menu(wire, homeless, LINE, 0), "choose")
    assert action["title"] == "Move Zebra to … (choose)"
    assert wire.call("codeAction/resolve", action) == action
    wire.answers["window/showMessageRequest"] = {"title": "acme.ledger.v1"}
    wire.answers["workspace/applyEdit"] = {"applied": True}
    assert execute(wire, action["command"]) is True
    question = wire.hear_method("window/showMessageRequest")
    assert [each["title"] for each in question["actions"]] == ["acme.billing.v1", "acme.ledger.v1"]
    apply(wire.hear_method("workspace/applyEdit")["edit"])
    assert "message Zebra" in acme.entry.with_name("zebra.proto").read_text()


@pytest.mark.parametrize("answer", [None, {"title": "acme.legacy.v1"}, {"title": "no.such"}])
def test_whoever_chooses_nothing_moves_nothing(
    converse: Converse, acme: Tree, homeless: Path, answer: Any
) -> None:
    wire = begin(converse, homeless)
    wire.answers["window/showMessageRequest"] = answer
    assert execute(wire, named(menu(wire, homeless, LINE, 0), "choose")["command"]) is False


def test_the_successor_of_a_shim_is_chosen_from_what_is_like_it(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    """The row calls the frozen package the payout's home, so that nothing tells where it goes."""
    acme.map.write_text(
        acme.map.read_text().replace(
            "`acme.ledger.v1` | `owner:docs` | A-4", "`acme.legacy.v1` | `owner:docs` | A-4"
        )
    )
    acme.entry.write_text(acme.entry.read_text() + "message PayoutEntry { string id = 1; }\n")
    wire = begin(converse, payout)
    action = named(menu(wire, payout, LINE, 4), "choose")
    assert action["title"] == "Declare the successor of Payout … (choose)"
    wire.answers["window/showMessageRequest"] = {"title": "acme.ledger.v1.PayoutEntry"}
    wire.answers["workspace/applyEdit"] = {"applied": True}
    assert execute(wire, action["command"]) is True
    question = wire.hear_method("window/showMessageRequest")
    assert question["actions"][0]["title"] == "acme.ledger.v1.PayoutEntry"
    assert not [each for each in question["actions"] if "legacy" in each["title"]]
    apply(wire.hear_method("workspace/applyEdit")["edit"])
    declared = '"acme.legacy.v1.Payout" = "acme.ledger.v1.PayoutEntry"'
    assert declared in acme.config.read_text()


# What follows


def test_after_a_move_the_contract_is_shown_in_its_new_place(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, payout)
    action = wire.call("codeAction/resolve", named(menu(wire, payout, LINE, 0), "Move Payout"))
    apply(action["edit"])
    moved = acme.entry.with_name("payout.proto")
    wire.close(payout)
    wire.open(moved)
    wire.hear_diagnostics(moved)
    assert execute(wire, action["command"]) is True
    shown = wire.hear_method("window/showDocument")
    line = moved.read_text().splitlines()[shown["selection"]["start"]["line"]]
    assert (shown["uri"], "message Payout" in line) == (moved.as_uri(), True)


def test_a_client_that_shows_no_documents_is_not_asked_to(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, payout, capabilities={**ABLE, "window": {}})
    assert "command" not in named(menu(wire, payout, LINE, 0), "Move Payout")


def test_in_a_large_workspace_the_menu_holds_up_nobody(wire: Wire, large: Path) -> None:
    wire.initialize(large, capabilities=ABLE)
    path = large / "proto/acme/legacy/v1/refund.proto"
    wire.open(path)
    assert codes(wire.hear_diagnostics(path, 1))
    place = {"line": LINE, "character": 0}
    params = {
        "textDocument": {"uri": path.as_uri()},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    }
    asked = wire.ask("textDocument/codeAction", params)
    assert wire.call("textDocument/documentSymbol", {"textDocument": params["textDocument"]})
    assert not [message for message in wire.heard if message.get("id") == asked]
    assert titles(wire.hear_answer(asked)["result"])
