"""What is shown at a place: plain functions of a workspace, a path and a byte offset."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp.conftest import INVOICE, MAP, REFUND, Tree
from protohome.loading import discovery
from protohome.lsp.answers.showing.completion import complete
from protohome.lsp.answers.showing.hover import hover
from protohome.lsp.answers.showing.lens import lenses
from protohome.lsp.answers.showing.navigation import targets
from protohome.lsp.answers.showing.symbols import of_file, of_map, search
from protohome.lsp.shown import Symbol
from protohome.syntax import read
from protohome.verdicts import Judge
from protohome.workspace.snapshot import Snapshot

INVOICE_PATH = "proto/acme/billing/v1/invoice.proto"
ENTRY_PATH = "proto/acme/ledger/v1/entry.proto"
REFUND_PATH = "proto/acme/legacy/v1/refund.proto"


@pytest.fixture
def snapshot(acme: Tree) -> Snapshot:
    return discovery.load(str(acme.root), cache=False)


@pytest.fixture
def judge(snapshot: Snapshot) -> Judge:
    return Judge(snapshot)


def at(snapshot: Snapshot, path: str, words: str) -> int:
    """The offset of the ``^`` in words that stand once in a document, or of their start."""
    source = snapshot.map.source if path == snapshot.map.path else snapshot.files[path].source
    before = words.encode().replace(b"^", b"")
    assert source.count(before) == 1, f"{words} stands {source.count(before)} times in {path}"
    return source.index(before) + max(words.find("^"), 0)


# Hover


@pytest.mark.parametrize(
    ("path", "place", "parts"),
    [
        (
            INVOICE_PATH,
            "package acme.^billing",
            ("**acme.billing.v1** · Billing", "owner:billing", "Contains: Invoices, refunds"),
        ),
        (REFUND_PATH, "package ^acme", ("Frozen: statement `PACKAGE_MAP.md:11`", "1 contract")),
        (
            REFUND_PATH,
            "message Ref^und",
            (
                "Home: **acme.billing.v1** · owner:billing (declared; it belongs there)",
                "audit-row `PACKAGE_MAP.md:19`",
                "Successor: **acme.billing.v1.Refund** (found)",
                "Follow-on: A-3",
            ),
        ),
        (
            INVOICE_PATH,
            "message ^Refund",
            ("it is at home", "Shim: acme.legacy.v1.Refund in `proto/acme/legacy/v1/refund.proto`"),
        ),
        (ENTRY_PATH, "v1.Inv^oice invoice", ("**Invoice** · acme.billing.v1", "1 reference")),
        (ENTRY_PATH, '"acme/bill^ing', ("**proto/acme/billing/v1/invoice.proto**", "2 contracts")),
        (
            "PACKAGE_MAP.md",
            "New con^tracts are forbidden",
            ("Frozen(acme.legacy.v1)", "1 contract: `acme.legacy.v1.Refund`"),
        ),
        ("PACKAGE_MAP.md", "^`acme.ledger.v1` | Ledger", ("**acme.ledger.v1** · Ledger",)),
        (
            "PACKAGE_MAP.md",
            "legacy/v1/ref^und",
            ("Declares `acme.legacy.v1` with 1 contract.", "`acme.legacy.v1` → `acme.billing.v1`"),
        ),
    ],
)
def test_hover(judge: Judge, path: str, place: str, parts: tuple[str, ...]) -> None:
    found = hover(judge, path, at(judge.snapshot, path, place))
    assert found is not None
    for part in parts:
        assert part in found[0]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (INVOICE_PATH, "string ^id = 1;\n}\n\nmessage Refund"),
        (INVOICE_PATH, "syn^tax"),
        ("PACKAGE_MAP.md", "# Ac^me"),
        ("elsewhere.proto", ""),
    ],
)
def test_where_nothing_is_known_there_is_no_hover(judge: Judge, path: str, place: str) -> None:
    offset = at(judge.snapshot, path, place) if place else 0
    assert hover(judge, path, offset) is None


# Completion


def proposals(snapshot: Snapshot, text: str, path: str = INVOICE_PATH) -> tuple[str, list[str]]:
    """The word that would be replaced, and what is proposed, where ``^`` stands."""
    source = text.encode()
    offset = source.index(b"^")
    source = source.replace(b"^", b"")
    span, found = complete(snapshot, path, source, offset)
    return source[span.start : span.end].decode(), [one.label for one in found]


@pytest.mark.parametrize(
    ("path", "first"), [(INVOICE_PATH, "acme.billing.v1"), (ENTRY_PATH, "acme.ledger.v1")]
)
def test_the_package_that_fits_the_folder_comes_first(
    snapshot: Snapshot, path: str, first: str
) -> None:
    word, found = proposals(snapshot, 'syntax = "proto3";\npackage acme.^;\n', path)
    assert word == "acme."
    assert found[0] == first
    assert sorted(found) == ["acme.billing.v1", "acme.ledger.v1", "acme.legacy.v1"]
    assert found[-1] == "acme.legacy.v1", "new contracts are forbidden there"


@pytest.mark.parametrize("text", ['import "^', 'import public "acme/^', "  import '^"])
def test_import_paths_are_relative_to_the_module_root(snapshot: Snapshot, text: str) -> None:
    _, found = proposals(snapshot, text)
    assert found == ["acme/ledger/v1/entry.proto", "acme/legacy/v1/refund.proto"]


@pytest.mark.parametrize(
    "text",
    [
        "// protohome:ignore ^",
        "message A {} // protohome:ignore wrong^",
        "/* protohome:ignore-file wrong-package, ^",
    ],
)
def test_rules_are_proposed_in_suppressions(snapshot: Snapshot, text: str) -> None:
    _, found = proposals(snapshot, text)
    assert {"wrong-package", "transitional-shim"} <= set(found)


@pytest.mark.parametrize("text", ["^", "message ^", "// package ^", "packages ^", 'option a = "^'])
def test_elsewhere_nothing_is_proposed(snapshot: Snapshot, text: str) -> None:
    assert proposals(snapshot, text)[1] == []


# Definitions


@pytest.mark.parametrize(
    ("path", "place", "leads_to"),
    [
        (REFUND_PATH, "message Ref^und", [(INVOICE_PATH, b"Refund")]),
        (INVOICE_PATH, "message Ref^und", [(REFUND_PATH, b"Refund")]),
        (ENTRY_PATH, "v1.Inv^oice", [(INVOICE_PATH, b"Invoice")]),
        (ENTRY_PATH, "message En^try", []),
        ("PACKAGE_MAP.md", "ledger/v1/ent^ry", [(ENTRY_PATH, b"acme.ledger.v1")]),
        ("PACKAGE_MAP.md", "`acme.ledger.v1` | Led^ger", [(ENTRY_PATH, b"acme.ledger.v1")]),
    ],
)
def test_definition(judge: Judge, path: str, place: str, leads_to: list[tuple[str, bytes]]) -> None:
    files = judge.snapshot.files
    found = list(targets(judge, path, at(judge.snapshot, path, place)))
    assert [(p, files[p].source[s.start : s.end]) for p, s in found] == leads_to


def test_the_package_statement_leads_to_its_row(judge: Judge) -> None:
    snapshot = judge.snapshot
    [(path, span)] = targets(judge, ENTRY_PATH, at(snapshot, ENTRY_PATH, "package ac^me"))
    assert path == "PACKAGE_MAP.md"
    assert b"| Ledger |" in snapshot.map.source[span.start : span.end]


# Symbols


def outline(symbols: object, depth: int = 0) -> list[str]:
    assert isinstance(symbols, (list, tuple))
    lines: list[str] = []
    for symbol in symbols:
        assert isinstance(symbol, Symbol)
        assert symbol.span.start <= symbol.name_span.start
        assert symbol.name_span.end <= symbol.span.end
        lines += [f"{'  ' * depth}{symbol.kind} {symbol.name} {symbol.detail}".rstrip()]
        lines += outline(symbol.children, depth + 1)
    return lines


def test_symbols_of_a_file_are_nested_as_its_declarations_are() -> None:
    text = """\
    message A {
      oneof o { B b = 1; }
      enum E { ZERO = 0; }
      message B { repeated string s = 1; }
      map<string, B> m = 2;
      message
    }
    service S { rpc Call(A) returns (A); }
    """
    assert outline(list(of_file(read("a.proto", text.encode())))) == [
        "message A",
        "  field b B",
        "  enum E",
        "    value ZERO 0",
        "  message B",
        "    field s repeated string",
        "  field m map<string, B>",
        "service S",
        "  rpc Call",
    ]


def test_symbols_of_a_map_are_its_rows_and_sentences(snapshot: Snapshot) -> None:
    kinds = [symbol.kind for symbol in of_map(snapshot.map)]
    assert kinds == ["package"] * 3 + ["sentence"] + ["row"] * 3


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Refund", ["Refund", "Refund"]),
        ("legacyref", ["Refund"]),
        ("acme.ledger", ["Entry"]),
        ("", ["Entry", "Invoice", "Refund", "Refund"]),
        ("nothing", []),
    ],
)
def test_workspace_symbols_have_the_querys_letters(
    snapshot: Snapshot, query: str, names: list[str]
) -> None:
    assert sorted(symbol.name for _, symbol in search(snapshot, query, 100)) == names
    assert len(list(search(snapshot, query, 1))) == min(len(names), 1)


# Lenses


def test_a_contract_at_home_has_no_lens(judge: Judge) -> None:
    from protohome import check

    rules = check.chosen_rules()
    found = {
        path: [lens.title for lens in lenses("uri", check.check_file(judge, rules, path)[0])]
        for path in judge.snapshot.files
    }
    assert found == {
        INVOICE_PATH: [],
        ENTRY_PATH: [],
        REFUND_PATH: ["home: acme.billing.v1 · owner:billing · map"],
    }


def test_the_texts_that_these_cases_point_into_are_the_trees(acme: Tree) -> None:
    """The numbers of lines above are those of the map."""
    assert MAP.splitlines()[10].startswith("1. New contracts")
    assert "refund.proto" in MAP.splitlines()[18]
    assert Path(acme.invoice).read_text() == INVOICE
    assert acme.refund.read_text() == REFUND
