"""Diagnostics as they are typed: what is published, when, and with which version."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import ENTRY, IDLE_SHIM, INVOICE, MAP, REFUND, Tree, codes, shim_of
from lsp.wire import Wire

Converse = Callable[..., Wire]

NEW = 'syntax = "proto3";\npackage acme.legacy.v1;\n\nmessage Payout {}\n'


def test_a_clean_document_gets_an_empty_list(converse: Converse, acme: Tree) -> None:
    wire = converse()
    wire.open(acme.invoice)
    assert wire.hear_diagnostics(acme.invoice, 1) == []


def test_a_finding_has_everything_that_an_editor_shows(converse: Converse, acme: Tree) -> None:
    wire = converse()
    path = acme.refund.with_name("payout.proto")
    wire.open(path, NEW)
    found = {each["code"]: each for each in wire.hear_diagnostics(path, 1)}
    addition = found["frozen-package-addition"]
    assert addition["range"] == span(3, 8, 3, 14)
    assert addition["severity"] == 1
    assert addition["source"] == "protohome"
    assert addition["codeDescription"]["href"].endswith("/docs/rules/frozen-package-addition.md")
    sentence = addition["relatedInformation"][0]
    assert sentence["location"]["uri"] == acme.map.as_uri()
    line = sentence["location"]["range"]["start"]["line"]
    assert MAP.splitlines()[line].startswith("1. New contracts are forbidden")
    assert addition["data"]["symbol"] == "acme.legacy.v1.Payout"
    assert addition["data"]["verdict"] == "declared"


def test_a_shim_is_struck_through_and_leads_to_its_successor(
    converse: Converse, acme: Tree
) -> None:
    wire = converse()
    wire.open(acme.refund)
    shim = shim_of(wire.hear_diagnostics(acme.refund))
    assert (shim["code"], shim["severity"], shim["tags"]) == ("transitional-shim", 3, [2])
    related = {each["location"]["uri"] for each in shim["relatedInformation"]}
    assert related == {acme.map.as_uri(), acme.invoice.as_uri()}


def test_an_unused_suppression_is_faded(converse: Converse, acme: Tree) -> None:
    wire = converse()
    wire.open(
        acme.invoice, f"{INVOICE}\n// protohome:ignore wrong-package -- why\nmessage A {{}}\n"
    )
    [unused] = wire.hear_diagnostics(acme.invoice)
    assert (unused["code"], unused["tags"]) == ("unused-suppression", [1])


def test_every_settled_version_is_published_once_and_nothing_is_cleared_first(
    wire: Wire, acme: Tree
) -> None:
    wire.initialize(acme.root)
    path = acme.refund.with_name("payout.proto")
    wire.open(path, NEW)
    wire.hear_diagnostics(path, 1)
    versions = []
    for version in range(2, 12):
        wire.change(path, NEW + f"message More{version} {{}}\n", version)
        found = wire.hear_diagnostics(path)
        assert codes(found).count("frozen-package-addition") == 2
        versions.append(version)
    assert wire.end() == 0
    assert published(wire, path) == []


def test_of_a_burst_the_newest_version_wins(converse: Converse, acme: Tree) -> None:
    wire = converse()
    wire.open(acme.invoice)
    wire.hear_diagnostics(acme.invoice)
    changes: list[dict[str, Any]] = []
    for version in range(2, 22):
        document = {"uri": acme.invoice.as_uri(), "version": version}
        text = {"text": INVOICE.replace("billing", "billing" + "x" * (version % 2))}
        params = {"textDocument": document, "contentChanges": [text]}
        method = "textDocument/didChange"
        changes.append({"jsonrpc": "2.0", "method": method, "params": params})
    wire.send(*changes)
    found = wire.hear_diagnostics(acme.invoice, 21)
    assert "unlisted-package" in codes(found)
    assert len(published(wire, acme.invoice)) <= 4


def test_a_file_that_does_not_compile_is_judged_all_the_same(
    converse: Converse, acme: Tree
) -> None:
    wire = converse()
    broken = INVOICE.replace("string id = 1;", "string id = ", 1)
    wire.open(acme.invoice, broken)
    wire.hear_diagnostics(acme.invoice, 1)
    wire.replace(acme.invoice, 2, (2, 13), (2, 20), "ledger")
    found = wire.hear_diagnostics(acme.invoice, 2)
    assert {"package-path-mismatch", "wrong-package"} <= set(codes(found))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_are_in_the_units_agreed_on(wire: Wire, acme: Tree, encoding: str) -> None:
    asked = {"general": {"positionEncodings": [encoding]}}
    capabilities = wire.initialize(acme.root, capabilities=asked)
    assert capabilities["positionEncoding"] == encoding
    path = acme.refund.with_name("payout.proto")
    before = "/* é🙂 */ "
    wire.open(path, NEW.replace("message", f"{before}message"))
    units = {"utf-8": len(before.encode()), "utf-16": len(before) + 1, "utf-32": len(before)}
    start = units[encoding] + 8
    [found] = [each for each in wire.hear_diagnostics(path) if each["code"] != "file-not-audited"]
    assert found["range"] == span(3, start, 3, start + 6)
    wire.replace(path, 2, (3, start), (3, start + 6), "Refund")
    found = next(each for each in wire.hear_diagnostics(path, 2) if each["range"] == found["range"])
    assert found["data"]["symbol"] == "acme.legacy.v1.Refund"


def test_lines_end_as_the_protocol_says(converse: Converse, acme: Tree) -> None:
    """Form feeds, U+2028 and their like are no line ends, a lone carriage return is one."""
    wire = converse()
    text = INVOICE.replace("\n\n", "\n// a\x0bb\x0cc\x85d\u2028e\u2029f\r\r\n", 1)
    wire.open(acme.invoice, text)
    assert wire.hear_diagnostics(acme.invoice) == []
    wire.replace(acme.invoice, 2, (3, 13), (3, 20), "nothing")
    found = wire.hear_diagnostics(acme.invoice, 2)
    assert "unlisted-package" in codes(found), found


def test_what_is_typed_in_one_document_shows_in_the_others(converse: Converse, acme: Tree) -> None:
    """The shim counts the references that another unsaved document gains."""
    wire = converse()
    for path in (acme.refund, acme.entry):
        wire.open(path)
        wire.hear_diagnostics(path)
    wire.change(acme.entry, ENTRY.replace("acme.billing.v1.Invoice", "acme.legacy.v1.Refund"), 2)
    assert codes(wire.hear_diagnostics(acme.entry, 2)) == ["legacy-reference"]
    [shim] = wire.hear_diagnostics(acme.refund, 1)
    assert "1 reference left" in shim["message"]
    wire.open(acme.invoice, INVOICE.replace("Refund", "Payback"))
    [shim] = wire.hear_diagnostics(acme.refund, 1)
    assert "no successor" in shim["message"]


def test_a_document_closed_is_cleared_and_what_is_on_disk_counts(
    converse: Converse, acme: Tree
) -> None:
    wire = converse()
    wire.open(acme.refund)
    wire.hear_diagnostics(acme.refund)
    wire.open(acme.entry, ENTRY.replace("acme.billing.v1.Invoice", "acme.legacy.v1.Refund"))
    wire.hear_diagnostics(acme.entry)
    assert "1 reference left" in shim_of(wire.hear_diagnostics(acme.refund))["message"]
    wire.close(acme.entry)
    assert wire.hear_diagnostics(acme.entry) == []
    assert "no references left" in shim_of(wire.hear_diagnostics(acme.refund))["message"]


def test_outside_every_governed_root_there_is_nothing(wire: Wire, acme: Tree) -> None:
    wire.initialize(acme.root.parent)
    outside = acme.root.parent / "elsewhere/a.proto"
    vendored = acme.root / "proto/google/a.proto"
    wire.open(outside, "package nowhere;")
    wire.open(vendored, "package google.type;")
    wire.open(acme.root / "script.proto", "package acme.billing.v1;")
    wire.open(acme.invoice)
    wire.hear_diagnostics(acme.invoice)
    assert wire.end() == 0
    assert [published(wire, path) for path in (outside, vendored)] == [[], []]


def test_a_single_file_finds_its_workspace(converse: Converse, example: Path) -> None:
    """Without a workspace folder; here the map is in ``proto``, a folder of the workspace."""
    wire = converse()
    path = example / "proto/openagents/protocol/v1/comms.proto"
    wire.open(path)
    found = wire.hear_diagnostics(path)
    assert set(codes(found)) == {"transitional-shim"}


def test_what_git_ignores_gets_nothing(
    wire: Wire, acme: Tree, git_environment: dict[str, str]
) -> None:
    subprocess.run(["git", "init", "-q", acme.root], check=True, env=git_environment)
    (acme.root / ".gitignore").write_text("generated/\n")
    ignored = acme.invoice.parent / "generated/invoice.proto"
    ignored.parent.mkdir()
    ignored.write_text(INVOICE)
    wire.initialize(acme.root)
    wire.open(ignored)
    wire.open(acme.invoice)
    wire.hear_diagnostics(acme.invoice)
    assert wire.end() == 0
    assert published(wire, ignored) == []


def test_two_roots_have_a_map_each(wire: Wire, acme: Tree, tmp_path: Path) -> None:
    other = Tree(tmp_path / "other")
    for path in (other.map, other.invoice, other.entry, other.refund):
        path.write_text(path.read_text().replace("acme", "beta").replace("ACME", "BETA"))
    shutil.move(other.root / "proto/acme", other.root / "proto/beta")
    invoice = other.root / "proto/beta/billing/v1/invoice.proto"
    wire.initialize(acme.root, other.root)
    wire.open(acme.invoice, INVOICE.replace("acme.billing", "acme.payouts"))
    wire.open(invoice, INVOICE.replace("acme.billing", "beta.payouts"))
    for path, team in ((acme.invoice, "acme"), (invoice, "beta")):
        found = {each["code"]: each for each in wire.hear_diagnostics(path)}
        assert f"{team}.billing.v1" in found["unlisted-package"]["message"]


# Pulled


PULLS = {
    "textDocument": {"diagnostic": {"dynamicRegistration": False}},
    "workspace": {"diagnostics": {"refreshSupport": True}},
}


def pull(wire: Wire, path: Path, previous: str | None = None) -> dict[str, Any]:
    params = {"textDocument": {"uri": path.as_uri()}, "previousResultId": previous}
    report: dict[str, Any] = wire.call("textDocument/diagnostic", params)
    return report


def test_a_client_that_pulls_is_told_when_and_nothing_is_pushed(wire: Wire, acme: Tree) -> None:
    capabilities = wire.initialize(acme.root, capabilities=PULLS)
    assert capabilities["diagnosticProvider"]["interFileDependencies"] is True
    assert capabilities["diagnosticProvider"]["workspaceDiagnostics"] is True
    wire.open(acme.refund)
    wire.hear_method("workspace/diagnostic/refresh")
    report = pull(wire, acme.refund)
    assert report["kind"] == "full"
    assert codes(report["items"]) == IDLE_SHIM
    again = pull(wire, acme.refund, report["resultId"])
    assert again == {"kind": "unchanged", "resultId": report["resultId"]}
    wire.change(acme.refund, REFUND.replace("int64", "int32"), 2)
    changed = pull(wire, acme.refund, report["resultId"])
    assert codes(changed["items"]) == [*IDLE_SHIM, "shim-drift"]
    assert wire.end() == 0
    assert published(wire, acme.refund) == []


def test_the_whole_workspace_can_be_pulled(wire: Wire, acme: Tree) -> None:
    wire.initialize(acme.root, capabilities=PULLS)
    wire.open(acme.invoice, INVOICE.replace("billing", "ledger"))
    wire.hear_method("workspace/diagnostic/refresh")
    report = wire.call("workspace/diagnostic", {"previousResultIds": []})
    found = {item["uri"]: item for item in report["items"]}
    assert set(found) == {p.as_uri() for p in (acme.map, acme.invoice, acme.entry, acme.refund)}
    assert "package-path-mismatch" in codes(found[acme.invoice.as_uri()]["items"])
    assert found[acme.invoice.as_uri()]["version"] == 1
    assert codes(found[acme.map.as_uri()]["items"]) == ["stale-audit-row"]
    previous = [{"uri": uri, "value": item["resultId"]} for uri, item in found.items()]
    gone = {"uri": (acme.root / "gone.proto").as_uri(), "value": "x"}
    again = wire.call("workspace/diagnostic", {"previousResultIds": [*previous, gone]})["items"]
    kinds = {item["uri"]: item["kind"] for item in again}
    assert kinds.pop(gone["uri"]) == "full"
    assert set(kinds.values()) == {"unchanged"}


def test_without_refresh_there_is_no_pull(wire: Wire, acme: Tree) -> None:
    capabilities = wire.initialize(acme.root, capabilities={"textDocument": {"diagnostic": {}}})
    assert "diagnosticProvider" not in capabilities
    wire.open(acme.invoice)
    wire.hear_diagnostics(acme.invoice)


def span(line: int, character: int, end_line: int, end_character: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }


def published(wire: Wire, path: Path) -> list[Any]:
    """What was published for a file and passed over."""
    return [
        message["params"]
        for message in wire.heard
        if message.get("method") == "textDocument/publishDiagnostics"
        and message["params"]["uri"] == path.as_uri()
    ]
