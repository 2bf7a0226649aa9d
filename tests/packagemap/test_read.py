"""Places, names and the odd inputs of ``packagemap.read``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from protohome.packagemap import Owner, PackageMap, Statement, frozen, read
from protohome.packagemap.understood import render
from protohome.positions import LineIndex

EXAMPLE = Path(__file__).parents[2] / "examples/openagents/proto/PACKAGE_MAP.md"

OWNERSHIP = """\
| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | Geld 💶 | `owner:money` | Überweisungen | Ledgers |
"""
AUDIT = """
| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |
| --- | --- | --- | --- | --- |
"""


def example() -> PackageMap:
    return read("proto/PACKAGE_MAP.md", EXAMPLE.read_bytes())


def test_the_example_has_no_problems() -> None:
    package_map = example()
    assert package_map.problems == ()
    assert [row.package for row in package_map.packages] == [
        "openagents.control.v1",
        "openagents.runtime.v1",
        "openagents.codex.v1",
        "openagents.sync.v1",
        "openagents.lightning.v1",
        "openagents.protocol.v1",
    ]
    assert len(package_map.audit) == 19


@pytest.mark.parametrize("end", ["", "\n", "\n- a", "\n> a"])
def test_html_may_be_open_where_an_item_in_a_quote_ends(end: str) -> None:
    source = f"{OWNERSHIP}\n> - <pre>\n>{end}".encode()
    assert [row.package for row in read("m.md", source).packages] == ["acme.billing.v1"]


def test_the_example_is_enforced_where_it_is_plain() -> None:
    read_from = {
        sentence.text: sentence.statements
        for sentence in example().sentences
        if sentence.statements
    }
    assert list(read_from.values()) == [
        (Statement("Frozen", "", ("openagents.protocol.v1",)),),
        (
            Statement("Only", "delivery/replay protocol", ("openagents.sync.v1",)),
            Statement(
                "Home", "authority writes", ("openagents.control.v1", "openagents.runtime.v1")
            ),
        ),
        (
            Statement("Home", "Domain auth/session contracts", ("openagents.control.v1",)),
            Statement("Home", "Codex runtime auth state envelopes", ("openagents.codex.v1",)),
        ),
        (Statement("Home", "Runtime authority events/receipts", ("openagents.runtime.v1",)),),
        (Statement("Additive", "v1", ()),),
        (Statement("Notes", "v2", ()),),
    ]


def test_the_example_freezes_one_package_by_a_sentence() -> None:
    assert frozen(example()) == {
        "openagents.protocol.v1": (21, "New contracts are forbidden in `openagents.protocol.v1`.")
    }


def test_an_ownership_row_freezes_its_package_where_no_sentence_does() -> None:
    source = OWNERSHIP.replace("Ledgers", "Ledgers; any new contract additions")
    assert frozen(read("m.md", source.encode())) == {
        "acme.billing.v1": (3, "Does not contain: Ledgers; any new contract additions")
    }


@pytest.mark.parametrize("excluded", ["Any new ledgers", "Contracts", "Old contracts", ""])
def test_other_exclusions_freeze_nothing(excluded: str) -> None:
    source = OWNERSHIP.replace("Ledgers", excluded).replace("Geld", "Legacy, frozen")
    assert frozen(read("m.md", source.encode())) == {}


def test_trailing_prose_follows_a_name() -> None:
    row = next(row for row in example().audit if row.file.endswith("reasons.proto"))
    assert row.home == "openagents.runtime.v1"
    assert row.follow_on == "OA-RUST-009 / OA-RUST-010 / OA-RUST-011"
    assert row.cells[2].text.endswith("until split complete")


@pytest.mark.parametrize(
    ("cell", "owner"),
    [
        ("`owner:a`", Owner("owner:a")),
        ("owner:a", Owner("owner:a")),
        ("[`owner:a`](OWNERS.md)", Owner("owner:a")),
        (
            "`owner:a` (with `owner:b` + `owner:c` consumers)",
            Owner("owner:a", ("owner:b", "owner:c")),
        ),
        ("owner:a with owner:b consumers", Owner("owner:a", ("owner:b",))),
        ("`owner:a` (see `docs/OWNERS.md`)", Owner("owner:a")),
        ("@acme/a, @acme/b", Owner("@acme/a", ("@acme/b",))),
        ("Team A (on call: Ana)", Owner("Team A")),
        ("", Owner("")),
    ],
)
def test_owners(cell: str, owner: Owner) -> None:
    source = OWNERSHIP.replace("`owner:money`", cell)
    assert read("m.md", source.encode()).packages[0].owner == owner


@pytest.mark.parametrize(
    ("cell", "package"),
    [
        ("`acme.billing.v1`", "acme.billing.v1"),
        ("acme.billing.v1", "acme.billing.v1"),
        ("**acme.billing.v1**", "acme.billing.v1"),
        ("[acme.billing.v1](docs/billing.md)", "acme.billing.v1"),
        ("`acme.billing.v1` for all that is money", "acme.billing.v1"),
        ("acme.billing.v1 (all that is money)", "acme.billing.v1"),
        ("acme.billing.v1, since May", "acme.billing.v1"),
        ("acme billing", None),
        ("acme.billing.v1 for all that is money", None),
        ("acme.billing.v1.", None),
        ("acme/billing", None),
        ("`acme billing`", None),
    ],
)
def test_prose_after_a_package_needs_back_ticks_or_a_comma(cell: str, package: str | None) -> None:
    package_map = read("m.md", OWNERSHIP.replace("`acme.billing.v1`", cell).encode())
    assert [row.package for row in package_map.packages] == ([package] if package else [])
    assert [problem.line for problem in package_map.problems] == ([] if package else [3])


def test_places_count_bytes_in_any_encoding_of_lines() -> None:
    source = ("\ufeff# Karte 🗺\r\r\n" + OWNERSHIP.replace("\n", "\r\n")).encode()
    row = read("m.md", source).packages[0]
    assert row.line == 5
    assert source[row.span.start :].startswith(b"| `acme.billing.v1`")
    assert [source[c.span.start : c.span.end].decode() for c in row.cells] == [
        "`acme.billing.v1`",
        "Geld 💶",
        "`owner:money`",
        "Überweisungen",
        "Ledgers",
    ]
    assert LineIndex(source).position(row.cells[4].span.start, "utf-16") == (4, 64)


def test_a_sentence_spans_its_lines_without_the_marker() -> None:
    source = (
        OWNERSHIP + "\n## Rules\n\n  1. Überweisungen live\n     in `acme.billing.v1`.\n"
    ).encode()
    (sentence,) = read("m.md", source).sentences
    assert sentence.line == 7
    assert sentence.text == "Überweisungen live in `acme.billing.v1`."
    start, end = sentence.span
    assert source[start:end].decode() == "Überweisungen live\n     in `acme.billing.v1`."


def test_bytes_that_are_not_utf_8_are_one_problem() -> None:
    source = OWNERSHIP.encode("utf-8") + b"\nGr\xfc\xdfe\n" + AUDIT.encode()
    package_map = read("m.md", source)
    assert package_map.packages == ()
    (problem,) = package_map.problems
    assert problem.line == 5
    assert problem.message == (
        "The package map is not UTF-8: byte 0xfc on line 5 is none of its characters."
        " Save the file as UTF-8."
    )
    assert source[problem.span.start : problem.span.end] == b"\xfc"


@pytest.mark.parametrize("path", ["proto/a\0.proto", "`proto/a\0.proto`", "`proto/\x1b[2J.proto`"])
def test_control_characters_in_a_path_are_a_problem(path: str) -> None:
    row = f"| {path} | `acme.billing.v1` | `acme.billing.v1` | `owner:money` | OA-1 |\n"
    package_map = read("m.md", (OWNERSHIP + AUDIT + row).encode())
    assert package_map.audit == ()
    (problem,) = package_map.problems
    assert "holds a control character" in problem.message
    assert problem.message.isprintable()


def test_problems_stand_where_they_are() -> None:
    row = "| `../a.proto` | `acme.billing.v1` | `acme.billing.v1` | `owner:money` | OA-1 |\n"
    source = (OWNERSHIP + AUDIT + row).encode()
    (problem,) = read("m.md", source).problems
    assert problem.line == 7
    assert source[problem.span.start : problem.span.end] == b"`../a.proto`"


def test_a_million_pipes_are_no_row() -> None:
    source = OWNERSHIP.encode() + b"| `acme.wide.v1` " + b"|" * 1_000_000 + b"\n"
    row = read("m.md", source).packages[1]
    assert (row.package, row.contains) == ("acme.wide.v1", "")


def test_an_endless_sentence_is_prose() -> None:
    source = OWNERSHIP + "\n## Rules\n\n- Invoices " + "`and` more " * 100_000
    (sentence,) = read("m.md", (source + "live in `acme.billing.v1`.\n").encode()).sentences
    assert sentence.statements == ()


def test_a_row_of_an_audit_of_thousands_is_found_by_its_line() -> None:
    rows = [
        f"| `proto/{n}.proto` | `acme.billing.v1` | `acme.billing.v1` | `owner:money` | OA-{n} |\n"
        for n in range(8_000)
    ]
    package_map = read("m.md", (OWNERSHIP + AUDIT + "".join(rows)).encode())
    assert package_map.problems == ()
    assert [row.line for row in package_map.audit] == list(range(7, 8_007))


def test_json_is_the_shape_that_tools_read() -> None:
    document = json.loads(render(example(), "json"))
    assert list(document) == ["packages", "sentences", "audit", "problems"]
    assert document["packages"][2] == {
        "name": "openagents.codex.v1",
        "domain": "Codex surface contracts",
        "owner": "owner:runtime",
        "consumers": ["owner:desktop", "owner:ios"],
        "contains": "Codex worker envelopes, sandbox bindings, Codex auth/worker projections"
        " consumed by web/desktop/iOS",
        "excludes": "Generic runtime-agnostic auth/session contracts",
        "terms": [
            "codex worker envelopes",
            "sandbox bindings",
            "codex auth projections",
            "codex worker projections",
        ],
        "excluded_terms": ["auth", "session"],
        "line": 13,
        "frozen": None,
    }
    assert document["packages"][5]["frozen"]["line"] == 21
    assert document["sentences"][1] == {
        "line": 21,
        "text": "New contracts are forbidden in `openagents.protocol.v1`.",
        "statements": [
            {
                "kind": "Frozen",
                "subject": "",
                "packages": ["openagents.protocol.v1"],
                "pattern": "",
                "contract": "",
                "others": [],
                "allowed": [],
            }
        ],
        "unread": None,
    }
    assert document["sentences"][0]["statements"] == []
    assert document["audit"][0] == {
        "file": "proto/openagents/control/v1/auth.proto",
        "current": "openagents.control.v1",
        "home": "openagents.control.v1",
        "owner": "owner:openagents.com",
        "follow_on": "OA-RUST-010",
        "line": 41,
    }
    assert document["problems"] == []


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        # What could be both is an audit table: its columns are the rarer ones.
        (
            "Current file | Package | Owner lane | Contains | Current package",
            ["Canonical", "Follow-on"],
        ),
        (
            "Package | Owner lane | Current file | Contains",
            ["Canonical", "Current package", "Follow-on"],
        ),
        ("Package | Owner lane | Price | Colour | Current package", []),
        ("Current file | Colour | Price | Weight | Size", []),
    ],
)
def test_which_table_it_is(header: str, problems: list[str]) -> None:
    table = f"\n| {header} |\n{'| --- ' * (header.count('|') + 1)}|\n"
    found = read("m.md", (OWNERSHIP + table).encode()).problems
    assert sorted(p.message.partition("`")[2].split()[0].rstrip("`:") for p in found) == sorted(
        problem.split()[0] for problem in problems
    )
    assert all("The audit table has no column" in problem.message for problem in found)
