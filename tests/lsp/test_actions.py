"""Code actions, commands and renames: edits that every client can apply as it is able to."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp.applying import apply, versions
from lsp.conftest import ENTRY, MAP, Tree, codes
from lsp.wire import Wire, changing
from protohome import check
from protohome.loading import discovery

Converse = Callable[..., Wire]

PAYOUT = 'syntax = "proto3";\n\npackage acme.legacy.v1;\n\nmessage Payout {}\n'

RESOLVES = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
VISUAL_STUDIO_CODE = {
    "textDocument": {"codeAction": {**RESOLVES, "disabledSupport": True}},
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
        "fileOperations": {"willRename": True},
    },
}
NEOVIM = {
    "textDocument": {"codeAction": RESOLVES},
    "workspace": {"workspaceEdit": {"resourceOperations": ["rename", "create", "delete"]}},
}
EGLOT = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
PLAIN: dict[str, Any] = {}
CLIENTS = {
    "Visual Studio Code": VISUAL_STUDIO_CODE,
    "Neovim": NEOVIM,
    "eglot": EGLOT,
    "a plain client": PLAIN,
}


@pytest.fixture
def payout(acme: Tree) -> Path:
    """A shim without a successor whose row says that it is to move to the ledger."""
    row = "| `{}` | `acme.legacy.v1` | `acme.ledger.v1` | `owner:docs` | A-4 |\n"
    acme.map.write_text(MAP + row.format("proto/acme/legacy/v1/payout.proto"))
    path = acme.refund.with_name("payout.proto")
    path.write_text(PAYOUT)
    return path


@pytest.fixture
def bill(acme: Tree) -> Path:
    """A file at home that has no audit row yet."""
    path = acme.invoice.with_name("bill.proto")
    path.write_text('syntax = "proto3";\n\npackage acme.billing.v1;\n\nmessage Bill {}\n')
    return path


# Quick-fixes


@pytest.mark.parametrize("capabilities", CLIENTS.values(), ids=CLIENTS)
def test_a_contract_is_moved_as_the_client_is_able_to(
    converse: Converse, acme: Tree, payout: Path, capabilities: Any
) -> None:
    """The contract goes into a new file, the old file is left empty, the map follows."""
    wire = begin(converse, capabilities, payout)
    action = named(offered(wire, payout, 4), "Move Payout to acme.ledger.v1 (3 files)")
    if capabilities.get("textDocument"):
        assert "edit" not in action, "it is made when it is asked for"
        action = wire.call("codeAction/resolve", action)
    steps = apply(action["edit"])
    able = "resourceOperations" in capabilities.get("workspace", {}).get("workspaceEdit", {})
    assert ("create" in steps, "delete" in steps) == (able, able)
    if not able:
        assert payout.read_bytes() == b"", "a client that cannot delete a file empties it"
        payout.unlink()
    snapshot = discovery.load(str(acme.root), cache=False)
    assert "acme.ledger.v1.Payout" in snapshot.contracts
    assert "acme.legacy.v1.Payout" not in snapshot.contracts
    assert [p for p in check.run(snapshot).findings if p.finding.severity == "error"] == []


def test_open_documents_are_edited_in_their_version_the_others_in_none(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, VISUAL_STUDIO_CODE, payout)
    wire.change(payout, PAYOUT + "\nmessage Other {}\n", 7)
    wire.hear_diagnostics(payout, 7)
    action = named(offered(wire, payout, 4), "Move Payout")
    edit = wire.call("codeAction/resolve", action)["edit"]
    found = versions(edit)
    assert found.pop(payout) == 7
    assert acme.map in found
    assert set(found.values()) == {None}


def test_a_document_that_changes_while_its_edit_is_made_is_not_edited(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    """In a workspace of many files edits are made beside the conversation."""
    for number in range(301):
        text = f"package acme.billing.v1;\nmessage Part{number} {{}}\n"
        acme.invoice.with_name(f"part{number}.proto").write_text(text)
    wire = begin(converse, VISUAL_STUDIO_CODE, payout)
    action = named(offered(wire, payout, 4), "Move Payout")
    resolve = {"jsonrpc": "2.0", "id": "r", "method": "codeAction/resolve", "params": action}
    change = changing(payout, 2, [{"text": "// More\n" + PAYOUT}])
    method = "textDocument/didChange"
    wire.send(resolve, {"jsonrpc": "2.0", "method": method, "params": change})
    assert wire.hear_answer("r")["result"].get("edit") is None
    assert "has changed since" in wire.hear_method("window/showMessage")["message"]


def test_an_edit_that_cannot_be_seen_whole_is_to_be_confirmed(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, VISUAL_STUDIO_CODE, payout)
    actions = offered(wire, payout, 4)
    move = wire.call("codeAction/resolve", named(actions, "Move Payout"))
    [annotation] = move["edit"]["changeAnnotations"].values()
    assert annotation == {"label": move["title"], "needsConfirmation": True}
    for change in move["edit"]["documentChanges"]:
        for each in change.get("edits", [change]):
            assert each["annotationId"] in move["edit"]["changeAnnotations"]


def test_only_safe_fixes_are_preferred(
    converse: Converse, acme: Tree, bill: Path, payout: Path
) -> None:
    acme.map.write_text(MAP)
    wire = begin(converse, NEOVIM, bill, payout, acme.refund)
    preferred = [a for a in offered(wire, bill, 2) if a.get("isPreferred")]
    assert [codes(each["diagnostics"]) for each in preferred] == [["file-not-audited"]]
    assert not [a for a in offered(wire, payout, 4) if a.get("isPreferred")]
    [mark] = [a for a in offered(wire, acme.refund, 4) if a.get("isPreferred")]
    assert mark["title"] == "Mark Refund as deprecated"
    assert codes(mark["diagnostics"]) == ["transitional-shim"]


def test_all_safe_fixes_of_a_document_are_one_edit(
    converse: Converse, acme: Tree, bill: Path
) -> None:
    acme.map.write_text(MAP)
    wire = begin(converse, VISUAL_STUDIO_CODE, bill)
    [action] = offered(wire, bill, 0, only=["source.fixAll"])
    assert action["kind"] == "source.fixAll.protohome"
    apply(wire.call("codeAction/resolve", action)["edit"])
    assert "bill.proto" in acme.map.read_text()
    assert offered(wire, acme.invoice, 0, only=["source"]) == [], "nothing is to be fixed there"


def test_a_client_is_given_the_kinds_that_it_asks_for(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, NEOVIM, payout)
    for only, kinds in (
        (["quickfix"], {"quickfix"}),
        (["quickfix.more"], set()),
        (["refactor"], set()),
        ([""], {"quickfix"}),
    ):
        assert {a["kind"] for a in offered(wire, payout, 4, only=only)} == kinds, only


def test_a_suppression_goes_above_the_line_it_is_about(converse: Converse, acme: Tree) -> None:
    acme.entry.write_text(ENTRY.replace("acme.billing.v1.Invoice", "acme.legacy.v1.Refund"))
    wire = begin(converse, NEOVIM, acme.entry)
    action = named(offered(wire, acme.entry, 8), "Suppress legacy-reference here")
    apply(wire.call("codeAction/resolve", action)["edit"])
    lines = acme.entry.read_text().splitlines()
    assert lines[8] == "  // protohome:ignore legacy-reference --"


# Refused


def test_a_forged_action_is_refused_and_writes_nothing(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    """Clients hand back what they were given; whoever hands back more gets -32602 or a reason."""
    wire = begin(converse, NEOVIM, payout)
    action = named(offered(wire, payout, 4), "Move Payout")
    uri = payout.as_uri()
    line = {"path": "proto/acme/legacy/v1/payout.proto", "line": "1"}
    odd: list[Any] = [{"uri": 1}, {"uri": uri}, [], "x"]
    for fix, arguments in (
        ("suppress", {**line, "rule": "x\nmessage Evil {}"}),
        ("suppress", {**line, "rule": "no-such-rule"}),
        ("suppress", {**line, "rule": "wrong-package", "reason": "x\rmessage Evil {}"}),
        ("suppress", {**line, "rule": "wrong-package", "line": [1]}),
        ("suppress", {**line, "rule": "wrong-package", "line": "one"}),
        ("set-package", {**line, "package": 'acme.x;\nimport "evil.proto"'}),
        ("move-contract", ["acme.legacy.v1.Payout"]),
        ("no-such-fix", {}),
        (None, {}),
        (["suppress"], {}),
    ):
        odd.append({**action["data"], "fix": fix, "arguments": arguments})
    for data in odd:
        answer = wire.hear_answer(wire.ask("codeAction/resolve", {**action, "data": data}))
        assert "edit" not in answer.get("result", {}), data
        error = answer.get("error", {"code": -32602, "message": ""})
        assert (error["code"], "\n" in error["message"], "data" in error) == (-32602, False, False)
    assert wire.call("codeAction/resolve", action)["edit"]


def test_an_action_of_an_older_version_is_refused(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, NEOVIM, payout)
    action = named(offered(wire, payout, 4), "Move Payout")
    wire.change(payout, "\n" + PAYOUT, 2)
    assert "edit" not in wire.call("codeAction/resolve", action)
    message = wire.hear_method("window/showMessage")
    assert "has changed since" in message["message"]


def test_a_move_onto_a_name_that_is_taken_meanwhile_is_refused(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, NEOVIM, payout, acme.entry)
    action = named(offered(wire, payout, 4), "Move Payout")
    wire.change(acme.entry, ENTRY + "message Payout {}\n", 2)
    assert "edit" not in wire.call("codeAction/resolve", action)
    message = wire.hear_method("window/showMessage")["message"]
    assert "Payout already exists in acme.ledger.v1" in message
    assert not [a for a in offered(wire, payout, 4) if "Move" in a["title"]]


def test_no_file_is_overwritten_that_nobody_has_read(
    converse: Converse, acme: Tree, payout: Path, git_environment: dict[str, str]
) -> None:
    """The new file's place is taken by one that git ignores."""
    (acme.root / ".gitignore").write_text("proto/acme/ledger/v1/payout.proto\n")
    subprocess.run(["git", "init", "-q", acme.root], check=True, env=git_environment)
    taken = acme.entry.with_name("payout.proto")
    taken.write_text("// precious\n")
    wire = begin(converse, EGLOT, payout)
    [move] = [a for a in offered(wire, payout, 4) if "Move Payout" in a["title"]]
    assert (move["title"].endswith("(not now)"), "edit" in move) == (True, False)
    assert taken.read_text() == "// precious\n"


def test_a_broken_map_is_not_edited_by_the_last_good_ones_places(
    converse: Converse, acme: Tree, bill: Path
) -> None:
    acme.map.write_text(MAP)
    wire = begin(converse, NEOVIM, bill, acme.map)
    action = next(a for a in offered(wire, bill, 2) if a.get("isPreferred"))
    wire.change(acme.map, "gone\n", 2)
    assert "edit" not in wire.call("codeAction/resolve", action)
    assert "has a mistake" in wire.hear_method("window/showMessage")["message"]


def test_a_client_that_cannot_resolve_is_told_why_an_action_is_disabled(
    converse: Converse, acme: Tree, bill: Path
) -> None:
    able = {"textDocument": {"codeAction": {"disabledSupport": True}}}
    acme.map.write_text(MAP)
    wire = begin(converse, able, bill, acme.map)
    wire.change(acme.map, "gone\n", 2)
    wire.hear_diagnostics(acme.map, 2)
    disabled = [a for a in offered(wire, bill, 2) if a.get("disabled")]
    assert disabled
    assert "has a mistake" in disabled[0]["disabled"]["reason"]


# Commands


def command(wire: Wire, name: str, *arguments: Any) -> Any:
    params = {"command": f"protohome.{name}", "arguments": list(arguments)}
    return wire.call("workspace/executeCommand", params)


def test_a_lens_names_the_home_and_moves_there(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, NEOVIM, payout)
    [lens] = wire.call("textDocument/codeLens", {"textDocument": {"uri": payout.as_uri()}})
    shown = lens["command"]
    assert shown["title"] == "home: acme.ledger.v1 · owner:ledger · move"
    wire.answers["workspace/applyEdit"] = {"applied": True}
    params = {"command": shown["command"], "arguments": shown["arguments"]}
    assert wire.call("workspace/executeCommand", params) is True
    apply(wire.hear_method("workspace/applyEdit")["edit"])
    assert "acme.ledger.v1.Payout" in discovery.load(str(acme.root), cache=False).contracts


def test_a_shim_with_a_successor_has_a_lens_that_leads_to_the_map(
    converse: Converse, acme: Tree
) -> None:
    wire = begin(converse, {"window": {"showDocument": {"support": True}}}, acme.refund)
    [lens] = wire.call("textDocument/codeLens", {"textDocument": {"uri": acme.refund.as_uri()}})
    assert lens["command"]["title"] == "home: acme.billing.v1 · owner:billing · map"
    params = {key: lens["command"][key] for key in ("command", "arguments")}
    location = wire.call("workspace/executeCommand", params)
    assert "refund.proto" in MAP.splitlines()[location["range"]["start"]["line"]]
    shown = wire.hear_method("window/showDocument")
    assert (shown["uri"], shown["selection"]) == (acme.map.as_uri(), location["range"])


def test_a_home_is_declared_in_a_new_configuration(
    converse: Converse, acme: Tree, payout: Path
) -> None:
    wire = begin(converse, VISUAL_STUDIO_CODE, payout)
    wire.answers["workspace/applyEdit"] = {"applied": True}
    arguments = (payout.as_uri(), "acme.legacy.v1.Payout", "acme.billing.v1")
    assert command(wire, "declareHome", *arguments) is True
    assert apply(wire.hear_method("workspace/applyEdit")["edit"]) == ["create", "edit"]
    assert '"acme.legacy.v1.Payout" = "acme.billing.v1"' in acme.config.read_text()


def test_a_command_that_is_refused_says_why_and_does_nothing(
    converse: Converse, acme: Tree
) -> None:
    wire = begin(converse, NEOVIM, acme.refund)
    arguments = (acme.refund.as_uri(), "acme.legacy.v1.Refund", "acme.nowhere.v1")
    assert command(wire, "moveContract", *arguments) is False
    assert "acme.nowhere.v1" in wire.hear_method("window/showMessage")["message"]


# Renames


def test_a_file_renamed_takes_importers_and_its_row_along(wire: Wire, acme: Tree) -> None:
    capabilities = wire.initialize(acme.root, capabilities=VISUAL_STUDIO_CODE)
    assert capabilities["workspace"]["fileOperations"]["willRename"]["filters"]
    wire.open(acme.entry)
    wire.hear_diagnostics(acme.entry)
    rename(wire, acme.invoice, acme.invoice.with_name("bill.proto"))
    assert 'import "acme/billing/v1/bill.proto";' in acme.entry.read_text()
    assert "proto/acme/billing/v1/bill.proto" in acme.map.read_text()
    assert_clean(acme)


def test_a_folder_renamed_takes_the_package_and_all_names_along(wire: Wire, acme: Tree) -> None:
    terms = ENTRY.replace("acme.ledger.v1", "acme.billing.v1").replace("acme.billing.v1.Inv", "Inv")
    acme.invoice.with_name("terms.proto").write_text(terms.replace("Entry", "Terms"))
    acme.map.write_text(MAP.replace("`acme.billing.v1` | Billing", "`acme.bills.v1` | Billing"))
    wire.initialize(acme.root, capabilities=VISUAL_STUDIO_CODE)
    wire.open(acme.entry)
    wire.hear_diagnostics(acme.entry)
    rename(wire, acme.invoice.parent.parent, acme.root / "proto/acme/bills")
    assert "acme.bills.v1.Invoice invoice = 2;" in acme.entry.read_text()
    new = acme.root / "proto/acme/bills/v1"
    assert "package acme.bills.v1;" in (new / "invoice.proto").read_text()
    assert 'import "acme/bills/v1/invoice.proto";' in (new / "terms.proto").read_text()
    assert "proto/acme/bills/v1/invoice.proto" in acme.map.read_text()


def test_a_rename_that_nothing_follows_has_no_edit(converse: Converse, acme: Tree) -> None:
    wire = begin(converse, VISUAL_STUDIO_CODE, acme.entry)
    readme = acme.root / "README.md"
    files = [{"oldUri": readme.as_uri(), "newUri": readme.with_name("READ.md").as_uri()}]
    assert wire.call("workspace/willRenameFiles", {"files": files}) is None
    files = [{"oldUri": acme.entry.as_uri(), "newUri": (acme.root / "entry.proto").as_uri()}]
    assert wire.call("workspace/willRenameFiles", {"files": files}) is None
    assert "outside the module root" in wire.hear_method("window/showMessage")["message"]


def rename(wire: Wire, old: Path, new: Path) -> None:
    """As an editor does: the edits first, then the rename."""
    files = [{"oldUri": old.as_uri(), "newUri": new.as_uri()}]
    apply(wire.call("workspace/willRenameFiles", {"files": files}))
    old.rename(new)


def assert_clean(acme: Tree) -> None:
    report = check.run(discovery.load(str(acme.root), cache=False))
    assert report.summary.errors == 0, report.findings


def begin(converse: Converse, capabilities: Any, *paths: Path) -> Wire:
    """A conversation with documents open, their first findings heard."""
    wire = converse(capabilities)
    for path in paths:
        wire.open(path)
        wire.hear_diagnostics(path)
    return wire


def offered(wire: Wire, path: Path, line: int, character: int = 8, **context: Any) -> Any:
    """The code actions at a place."""
    place = {"line": line, "character": character}
    params = {
        "textDocument": {"uri": path.as_uri()},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], **context},
    }
    return wire.call("textDocument/codeAction", params)


def named(actions: list[dict[str, Any]], words: str) -> dict[str, Any]:
    found = [action for action in actions if words in action["title"]]
    assert len(found) == 1, [action["title"] for action in actions]
    return found[0]
