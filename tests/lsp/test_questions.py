"""Commands that answer and change nothing: what pages, pick lists and status bars are made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import ENTRY, INVOICE, MAP, Tree, codes
from lsp.wire import Wire
from protohome.lsp.features import COMMANDS

Converse = Callable[..., Wire]


def begin(converse: Converse, *paths: Path) -> Wire:
    wire = converse()
    for path in paths:
        wire.open(path)
        wire.hear_diagnostics(path)
    return wire


def command(wire: Wire, name: str, *arguments: Any) -> Any:
    params = {"command": f"protohome.{name}", "arguments": list(arguments)}
    return wire.call("workspace/executeCommand", params)


def at(line: int, character: int = 0) -> dict[str, int]:
    return {"line": line, "character": character}


def test_all_commands_are_announced(wire: Wire, acme: Tree) -> None:
    capabilities = wire.initialize(acme.root)
    assert set(capabilities["executeCommandProvider"]["commands"]) == {
        f"protohome.{name}"
        for name in (
            "moveContract",
            "declareHome",
            "chooseHome",
            "chooseSuccessor",
            "tell",
            "showContract",
            "openMap",
            "explain",
            "showMap",
            "status",
            "packages",
            "checkWorkspace",
            "sayIt",
            "showDecided",
        )
    }


def test_rules_contracts_packages_and_files_are_explained(converse: Converse, acme: Tree) -> None:
    wire = begin(converse, acme.refund)
    for name, words in (
        ("wrong-package", "# wrong-package"),
        ("acme.legacy.v1.Refund", "Successor: **acme.billing.v1.Refund**"),
        (".acme.legacy.v1.Refund", "Successor: **acme.billing.v1.Refund**"),
        ("acme.billing.v1", "Contains: Invoices, refunds"),
        ("proto/acme/ledger/v1/entry.proto", "at home in `acme.ledger.v1`"),
    ):
        assert words in command(wire, "explain", acme.refund.as_uri(), name)


def test_what_is_explained_may_be_named_by_its_place(converse: Converse, acme: Tree) -> None:
    """Anywhere in a contract's lines it is the contract, else what is there, else the file."""
    wire = begin(converse, acme.refund, acme.map)
    uri = acme.refund.as_uri()
    for line in (4, 5, 7):
        assert command(wire, "explain", uri, at(line)).startswith("**Refund** · acme.legacy.v1")
    assert command(wire, "explain", uri, at(2, 10)).startswith("**acme.legacy.v1**")
    assert command(wire, "explain", uri, at(0)).startswith("**proto/acme/legacy/v1/refund.proto**")
    row = MAP.splitlines().index(next(s for s in MAP.splitlines() if "acme.ledger.v1" in s))
    assert "owner:ledger" in command(wire, "explain", acme.map.as_uri(), at(row, 5))


def test_the_map_is_shown_as_it_was_read(converse: Converse, acme: Tree) -> None:
    page = command(begin(converse, acme.invoice), "showMap", acme.invoice.as_uri())
    assert page.startswith("# How protohome reads PACKAGE_MAP.md\n")
    assert "-> Frozen(acme.legacy.v1)" in page


def test_the_status_of_a_contract_is_its_home_and_where_the_map_says_so(
    converse: Converse, acme: Tree
) -> None:
    wire = begin(converse, acme.refund)
    status = command(wire, "status", acme.refund.as_uri(), at(6))
    row = MAP.splitlines()[status["map"]["range"]["start"]["line"]]
    assert (status["map"]["uri"], "legacy/v1/refund.proto" in row) == (acme.map.as_uri(), True)
    del status["map"]
    assert status == {
        "path": "proto/acme/legacy/v1/refund.proto",
        "package": "acme.legacy.v1",
        "contract": "acme.legacy.v1.Refund",
        "home": "acme.billing.v1",
        "homes": ["acme.billing.v1"],
        "verdict": "declared",
        "misplaced": True,
        "owner": "owner:billing",
        "consumers": [],
        "counts": {"error": 0, "warning": 0, "information": 2},
    }


def test_the_status_of_a_file_is_that_of_its_row_else_of_its_package(
    converse: Converse, acme: Tree
) -> None:
    new = acme.entry.with_name("other.proto")
    new.write_text(ENTRY.replace("Entry", "Other"))
    wire = begin(converse, acme.refund, new)
    for path, home, owner, words in (
        (acme.refund, "acme.billing.v1", "owner:billing", "legacy/v1/refund.proto"),
        (new, "acme.ledger.v1", "owner:ledger", "| Ledger |"),
    ):
        status = command(wire, "status", path.as_uri())
        assert (status["contract"], status["home"], status["owner"]) == ("", home, owner)
        assert words in MAP.splitlines()[status["map"]["range"]["start"]["line"]]


def test_there_is_no_status_of_what_nothing_governs(
    converse: Converse, acme: Tree, tmp_path: Path
) -> None:
    wire = begin(converse, acme.invoice)
    assert command(wire, "status", (tmp_path / "elsewhere.proto").as_uri()) is None
    assert command(wire, "status", (acme.root / "README.md").as_uri()) is None
    assert command(wire, "status", "untitled:Untitled-1") is None


def test_packages_to_move_to_come_with_the_likely_one_first(converse: Converse, acme: Tree) -> None:
    """Never the contract's own, never a frozen one."""
    wire = begin(converse, acme.refund, acme.invoice)
    found = command(wire, "packages", acme.refund.as_uri(), at(5))
    assert found["contract"] == "acme.legacy.v1.Refund"
    assert [(p["package"], p["likely"]) for p in found["packages"]] == [
        ("acme.billing.v1", True),
        ("acme.ledger.v1", False),
    ]
    assert found["packages"][0]["owner"] == "owner:billing"
    named = command(wire, "packages", acme.invoice.as_uri(), "acme.billing.v1.Invoice")
    assert [p["package"] for p in named["packages"]] == ["acme.ledger.v1"]
    assert command(wire, "packages", acme.invoice.as_uri(), at(0))["packages"] == []


def test_the_workspace_is_checked_whole_with_unsaved_text(converse: Converse, acme: Tree) -> None:
    wire = begin(converse, acme.invoice)
    wire.change(acme.invoice, INVOICE.replace("acme.billing.v1", "acme.unknown.v1"), 2)
    checked = command(wire, "checkWorkspace", acme.invoice.as_uri())
    assert (checked["files"], checked["contracts"]) == (3, 4)
    by_uri = {each["uri"]: codes(each["diagnostics"]) for each in checked["documents"]}
    assert "unlisted-package" in by_uri[acme.invoice.as_uri()]
    assert checked["errors"] == sum(
        each["severity"] == 1 for d in checked["documents"] for each in d["diagnostics"]
    )
    assert by_uri[acme.refund.as_uri()], "documents that are not open are checked too"


FORGED: tuple[tuple[Any, ...], ...] = (
    (),
    (None,),
    (1,),
    ([],),
    ({"uri": "file:///x"},),
    ("",),
    ("nonsense",),
    ("file:///\0",),
)
FORGED_AFTER: tuple[tuple[Any, ...], ...] = (
    ([1],),
    ({},),
    (True,),
    ({"line": -1, "character": 0},),
    ({"line": "1", "character": 0},),
    ({"line": 10**30, "character": 0},),
    ({"line": 1.5, "character": 0},),
)


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_no_command_fails_of_forged_arguments(converse: Converse, acme: Tree, name: str) -> None:
    """It answers, or says -32602 in one line; whatever it is given as well as a document."""
    wire = begin(converse, acme.invoice)
    after = [
        (acme.invoice.as_uri(), *more, *rest) for more in FORGED_AFTER for rest in FORGED_AFTER
    ]
    named = ((acme.invoice.as_uri(), "acme.billing.v1.Invoice", *more) for more in FORGED_AFTER)
    for arguments in (*FORGED, *after, *named):
        params = {"command": name, "arguments": list(arguments)}
        answer = wire.hear_answer(wire.ask("workspace/executeCommand", params))
        error = answer.get("error", {"code": -32602, "message": ""})
        assert (error["code"], "data" in error) == (-32602, False), (arguments, error)
        assert "\n" not in error["message"]


@pytest.mark.parametrize("name", ["explain", "packages", "moveContract", "declareHome", "openMap"])
def test_forged_arguments_are_refused_in_one_line(
    converse: Converse, acme: Tree, name: str
) -> None:
    """-32602, and nothing of our insides; the next request is answered."""
    wire = begin(converse, acme.invoice)
    uri = acme.invoice.as_uri()
    for arguments in (*FORGED, *((uri, *more) for more in FORGED_AFTER)):
        params = {"command": f"protohome.{name}", "arguments": list(arguments)}
        error = wire.hear_answer(wire.ask("workspace/executeCommand", params))["error"]
        assert error["code"] == -32602, arguments
        assert len(error["message"].splitlines()) == 1
        assert "Traceback" not in str(error)
        assert not error.get("data")
    assert command(wire, "status", uri)["home"] == "acme.billing.v1"
