"""The map in the editor: hover, lenses, completion, fixes and renames, through the protocol."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp.applying import apply
from lsp.conftest import MAP, Tree, codes
from lsp.test_menu import ABLE, execute, menu, named, titles
from lsp.wire import Wire

Converse = Callable[..., Wire]

RULES = """\
2. Refunds live in `acme.billing.v1`.
3. Ideally, entries live in `acme.ledger.v1`.
4. Ask before you add a package.
5. Whatever happens, `acme.ledger.v1` should be fine.
"""
CONFIG = """\
[homes]
"acme.billing.v1.Invoice" = "acme.billing.v1" # acme.billing.v1 it is

[terms]
"acme.ledger.v1" = ["acme.billing.v1 entries"]

[owners]
"owner:billing" = "@acme/billing"
"""


@pytest.fixture
def team(acme: Tree) -> Tree:
    """A map with more sentences than one, and a configuration."""
    rule = "1. New contracts are forbidden in `acme.legacy.v1`.\n"
    acme.map.write_text(MAP.replace(rule, rule + RULES), "utf-8")
    acme.config.write_text(CONFIG, "utf-8")
    return acme


def begin(converse: Converse, path: Path, text: str | None = None) -> Wire:
    wire = converse(ABLE)
    wire.open(path, text)
    wire.hear_diagnostics(path)
    return wire


def at(path: Path, words: str, text: str | None = None) -> dict[str, Any]:
    """The place of the ``^`` in words that stand once in a text, as parameters of a request."""
    text = path.read_text("utf-8") if text is None else text
    bare = words.replace("^", "")
    assert text.count(bare) == 1, f"{bare!r} stands {text.count(bare)} times"
    before = text[: text.index(bare) + max(words.find("^"), 0)]
    line = before.count("\n")
    character = len(before.rpartition("\n")[2])
    return {
        "textDocument": {"uri": path.as_uri()},
        "position": {"line": line, "character": character},
    }


# Hover


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("Refunds ^live", ("Home(", "2 contracts", "`acme.legacy.v1.Refund`")),
        ("Ideally, ent^ries", ("Not followed: it is hedged", "Say: Entries live in")),
        ("Ask be^fore", ("Prose: nothing is followed.",)),
        (
            "Invoices, ref^unds",
            ("**refunds** · Contains of `acme.billing.v1`", "At home: 1 contract", "Elsewhere: 1"),
        ),
        ("Led^ger entries", ("Does not contain of `acme.billing.v1`", "None is in it.")),
        ("Shims | Any n^ew contract", ("Frozen: no new contract",)),
        ("Billing | `owner:b^illing`", ("Owns `acme.billing.v1`", "CODEOWNERS: @acme/billing")),
        ("Old name^space |", ("Domain of `acme.legacy.v1`",)),
        ("^`acme.ledger.v1` | Ledger", ("**acme.ledger.v1** · Ledger",)),
        ("`proto/acme/le^gacy", ("acme.billing.v1", "A-3")),
    ],
)
def test_hover_says_what_a_sentence_and_a_phrase_do(
    converse: Converse, team: Tree, words: str, parts: tuple[str, ...]
) -> None:
    wire = begin(converse, team.map)
    text = wire.call("textDocument/hover", at(team.map, words))["contents"]["value"]
    for part in parts:
        assert part in text.replace("\\", "")


def test_hover_is_about_the_text_as_it_is_even_while_a_row_is_broken(
    converse: Converse, team: Tree
) -> None:
    """The map in force is the last one without a mistake; its places are of another text."""
    text = team.map.read_text("utf-8")
    wire = begin(converse, team.map)
    broken = text.replace("| `acme.ledger.v1` | Ledger", "| `acme ledger` | Ledger")
    wire.change(team.map, "\n\n" + broken, 2)
    assert "map-invalid" in codes(wire.hear_diagnostics(team.map, 2))
    found = wire.call("textDocument/hover", at(team.map, "Ask be^fore", "\n\n" + broken))
    assert "Prose" in found["contents"]["value"]


# Lenses


def test_a_lens_above_each_sentence_says_what_it_decides(converse: Converse, team: Tree) -> None:
    wire = begin(converse, team.map)
    asked = {"textDocument": {"uri": team.map.as_uri()}}
    found = wire.call("textDocument/codeLens", asked)
    lines = team.map.read_text("utf-8").splitlines()
    assert [
        (lines[lens["range"]["start"]["line"]][:1], lens["command"]["title"]) for lens in found
    ] == [
        ("1", "enforced: 1 contract"),
        ("2", "enforced: 2 contracts"),
        ("3", "not followed · say it so"),
        ("4", "prose"),
        ("5", "not followed"),
    ]


def test_a_lens_leads_to_the_contracts_and_to_a_sentence_that_is_followed(
    converse: Converse, team: Tree
) -> None:
    wire = begin(converse, team.map)
    asked = {"textDocument": {"uri": team.map.as_uri()}}
    frozen, refunds, hedged, prose, unread = wire.call("textDocument/codeLens", asked)
    assert execute(wire, frozen["command"]) is True
    assert wire.hear_method("window/showDocument")["uri"] == team.refund.as_uri()
    wire.answers["window/showMessageRequest"] = {"title": "acme.billing.v1.Refund"}
    assert execute(wire, refunds["command"]) is True
    assert wire.hear_method("window/showDocument")["uri"] == team.invoice.as_uri()
    wire.answers["workspace/applyEdit"] = {"applied": True}
    assert execute(wire, hedged["command"]) is True
    apply(wire.hear_method("workspace/applyEdit")["edit"])
    assert "\n3. Entries live in `acme.ledger.v1`.\n" in team.map.read_text("utf-8")
    for lens, words in ((prose, "Prose: this sentence"), (unread, "Not followed: ")):
        assert execute(wire, lens["command"]) is True
        assert wire.hear_method("window/showMessage")["message"].startswith(words)


# Completion

ROW = "| `proto/acme/legacy/v1/refund.proto` | `acme.legacy.v1` | `acme.billing.v1` | `owner:docs`"


@pytest.mark.parametrize(
    ("old", "typed", "labels", "written"),
    [
        (
            ROW,
            "| `proto/acme/legacy/v1/refund.proto` | ^",
            ["acme.legacy.v1", "acme.billing.v1", "acme.ledger.v1"],
            "| `proto/acme/legacy/v1/refund.proto` | `acme.legacy.v1`",
        ),
        (
            "| Shims |",
            "| Shims |\n| `^",
            ["acme.books.v1"],
            "| Shims |\n| `acme.books.v1`",
        ),
        (
            "Old namespace | `owner:docs`",
            "Old namespace | `owner:^x`",
            ["owner:billing", "owner:docs", "owner:ledger"],
            "Old namespace | `owner:billing`",
        ),
        (
            "| A-3 |",
            "| A-3 |\n| proto/^ |",
            ["proto/acme/books/v1/book.proto"],
            "| A-3 |\n| `proto/acme/books/v1/book.proto` |",
        ),
        (
            "Ask before",
            "Ask owner:b^ before",
            ["acme.billing.v1", "acme.ledger.v1", "acme.legacy.v1"]
            + ["owner:billing", "owner:docs", "owner:ledger"],
            "Ask `acme.billing.v1` before",
        ),
        (
            "Ask before",
            "Ask `books/^` before",
            ["acme.billing.v1", "acme.ledger.v1", "acme.legacy.v1"]
            + ["owner:billing", "owner:docs", "owner:ledger", "proto/acme/books/v1/book.proto"],
            "Ask `acme.billing.v1` before",
        ),
        ("Ask before", "Ask ^before", None, ""),
        ("Contains |", "Con^tains |", None, ""),
    ],
)
def test_packages_lanes_and_files_are_completed(
    converse: Converse, team: Tree, old: str, typed: str, labels: list[str] | None, written: str
) -> None:
    book = team.root / "proto/acme/books/v1/book.proto"
    book.parent.mkdir(parents=True)
    book.write_text('syntax = "proto3";\npackage acme.books.v1;\nmessage Book {}\n', "utf-8")
    before = team.map.read_text("utf-8")
    text = before.replace(old, typed.replace("^", ""), 1)
    wire = begin(converse, team.map, text)
    found = wire.call("textDocument/completion", at(team.map, typed, text))
    assert (found and [item["label"] for item in found["items"]]) == labels
    if labels:
        team.map.write_text(text, "utf-8")
        edit = found["items"][0]["textEdit"]
        apply({"changes": {team.map.as_uri(): [edit]}})
        assert team.map.read_text("utf-8") == before.replace(old, written, 1)


# Fixes


def test_a_row_is_added_for_a_package_from_its_file_and_from_the_map(
    converse: Converse, team: Tree
) -> None:
    """In the map it is the row that names it which is wrong; it is mended all the same."""
    books = team.root / "proto/acme/ledger/v2/book.proto"
    books.parent.mkdir(parents=True)
    books.write_text('syntax = "proto3";\npackage acme.ledger.v2;\nmessage Book {}\n', "utf-8")
    row = "| `acme.ledger.v2` | Ledger | `owner:ledger` | Entries, accounts | Invoices |\n"
    title = "Add a row for acme.ledger.v2 to PACKAGE_MAP.md"
    wire = begin(converse, books)
    offered = named(menu(wire, books, 1, 10), title)
    assert "isPreferred" not in offered
    before = team.map.read_text("utf-8")
    apply(wire.call("codeAction/resolve", offered)["edit"])
    assert row in team.map.read_text("utf-8")
    audited = "| `proto/acme/ledger/v2/book.proto` | `acme.ledger.v2` | `acme.ledger.v2` | |\n"
    team.map.write_text(before + audited, "utf-8")
    wire.open(team.map)
    found = wire.hear_diagnostics(team.map, 1)
    [wrong] = [each for each in found if each["code"] == "map-invalid"]
    assert (
        wrong["range"]["start"]
        == at(team.map, "`acme.ledger.v2` | ^`acme.ledger.v2` | |")["position"]
    )
    line, character = wrong["range"]["start"].values()
    offered = named(menu(wire, team.map, line, character), title)
    apply(wire.call("codeAction/resolve", offered)["edit"])
    assert row in team.map.read_text("utf-8")


def test_a_rows_mistakes_are_on_its_cells_and_fixed_or_removed_there(
    converse: Converse, team: Tree
) -> None:
    text = team.map.read_text("utf-8")
    text = text.replace("entry.proto` | `acme.ledger.v1`", "entry.proto` | `acme.billing.v1`")
    text += "| `proto/acme/gone/v1/x.proto` | `acme.legacy.v1` | `acme.legacy.v1` | `owner:docs` |"
    team.map.write_text(text, "utf-8")
    wire = begin(converse, team.map)
    wrong = at(team.map, "entry.proto` | ^`acme.billing.v1`")["position"]
    gone = at(team.map, "| ^`proto/acme/gone")["position"]
    assert titles(menu(wire, team.map, *wrong.values()))[0].startswith("Correct the audit row")
    assert titles(menu(wire, team.map, *gone.values()))[0].startswith("Remove the audit row")


def test_every_file_that_has_no_row_gets_one_from_a_file_or_from_the_table(
    converse: Converse, acme: Tree
) -> None:
    """The table needs no more than its header."""
    text = acme.map.read_text("utf-8")
    acme.map.write_text(text[: text.index("| `proto/acme/billing/v1/inv")], "utf-8")
    title = "Add all files at home to the audit table of PACKAGE_MAP.md (3 have no row)"
    wire = begin(converse, acme.invoice)
    wire.open(acme.map)
    wire.hear_diagnostics(acme.map, 1)
    assert not [each for each in titles(menu(wire, acme.map, 0, 0)) if "Add all" in each]
    there = at(acme.map, "Current ^file")["position"]
    in_map = named(menu(wire, acme.map, *there.values()), "Add all")
    in_file = named(menu(wire, acme.invoice, 2, 10), "Add all")
    assert in_map["title"] == in_file["title"] == title
    assert [each["code"] for each in in_file["diagnostics"]] == ["file-not-audited"]
    assert not in_file.get("isPreferred")
    apply(wire.call("codeAction/resolve", in_map)["edit"])
    rows = acme.map.read_text("utf-8").splitlines()[-2:]
    assert [row.split("`")[1] for row in rows] == [
        "proto/acme/billing/v1/invoice.proto",
        "proto/acme/ledger/v1/entry.proto",
    ], "the frozen package's file is no file at home"


def test_a_sentence_is_said_so_that_it_is_followed(converse: Converse, team: Tree) -> None:
    wire = begin(converse, team.map)
    place = at(team.map, "Ideally, ^entries")["position"]
    offered = named(menu(wire, team.map, *place.values()), "Say it as")
    assert offered["title"] == "Say it as “Entries live in `acme.ledger.v1`.”"
    apply(wire.call("codeAction/resolve", offered)["edit"])
    assert "\n3. Entries live in `acme.ledger.v1`.\n" in team.map.read_text("utf-8")


# Renames


def rename(wire: Wire, path: Path, words: str, new: str) -> None:
    edit = wire.call("textDocument/rename", {**at(path, words), "newName": new})
    apply(edit)


def test_a_package_is_renamed_throughout_map_and_configuration(
    converse: Converse, team: Tree
) -> None:
    wire = begin(converse, team.map)
    there = at(team.map, "Refunds live in `acme.bil^ling.v1`")
    assert wire.call("textDocument/prepareRename", there)["placeholder"] == "acme.billing.v1"
    before = team.map.read_text("utf-8"), team.config.read_text("utf-8")
    rename(wire, team.map, "Refunds live in `acme.bil^ling.v1`", "acme.invoicing.v1")
    assert team.map.read_text("utf-8") == before[0].replace("acme.billing.v1", "acme.invoicing.v1")
    assert team.config.read_text("utf-8") == before[1].replace(
        '"acme.billing.v1', '"acme.invoicing.v1'
    ), "a comment stays as it is"


def test_a_lane_is_renamed_throughout_from_the_configuration(
    converse: Converse, team: Tree
) -> None:
    wire = begin(converse, team.config)
    before = team.map.read_text("utf-8"), team.config.read_text("utf-8")
    rename(wire, team.config, '"owner:bil^ling"', "owner:money")
    assert team.map.read_text("utf-8") == before[0].replace("owner:billing", "owner:money")
    assert team.config.read_text("utf-8") == before[1].replace("owner:billing", "owner:money")


@pytest.mark.parametrize(
    ("words", "new"),
    [
        ("Refunds live in `acme.bil^ling.v1`", "acme.ledger.v1"),
        ("Refunds live in `acme.bil^ling.v1`", "acme billing"),
        ("Old namespace | `owner:d^ocs`", "owner:`docs"),
        ("Old namespace | `owner:d^ocs`", "owner:docs\nowner:x"),
    ],
)
def test_what_cannot_be_a_name_here_is_refused(
    converse: Converse, team: Tree, words: str, new: str
) -> None:
    wire = begin(converse, team.map)
    with pytest.raises(AssertionError, match="-32602"):
        wire.call("textDocument/rename", {**at(team.map, words), "newName": new})


def test_words_that_name_nothing_are_not_renamed(converse: Converse, team: Tree) -> None:
    wire = begin(converse, team.map)
    assert wire.call("textDocument/prepareRename", at(team.map, "Ask be^fore")) is None
    begin(converse, team.invoice)
    assert wire.call("textDocument/prepareRename", at(team.invoice, "acme.bil^ling.v1")) is None


def test_a_rule_that_used_a_short_name_is_told_of(converse: Converse, team: Tree) -> None:
    text = team.map.read_text("utf-8").replace("4. Ask", "4. Payouts live in `billing`.\n4. Ask")
    team.map.write_text(text, "utf-8")
    wire = begin(converse, team.map)
    rename(wire, team.map, "Refunds live in `acme.bil^ling.v1`", "acme.invoicing.v1")
    assert "line 14 of the map" in wire.hear_method("window/showMessage")["message"]


# In a large workspace


def test_what_looks_at_every_contract_holds_up_nobody(wire: Wire, large: Path) -> None:
    wire.initialize(large, capabilities=ABLE)
    path = large / "PACKAGE_MAP.md"
    wire.open(path)
    wire.hear_diagnostics(path, 1)
    place = at(path, "New contracts are for^bidden")
    asked = [
        wire.ask("textDocument/codeLens", {"textDocument": place["textDocument"]}),
        wire.ask("textDocument/hover", place),
    ]
    assert wire.call("textDocument/documentSymbol", {"textDocument": place["textDocument"]})
    assert not [message for message in wire.heard if message.get("id") in asked]
    lens, hover = (wire.hear_answer(each)["result"] for each in asked)
    assert lens[0]["command"]["title"] == "enforced: 1 contract"
    assert "Frozen" in hover["contents"]["value"]
