"""``protohome init``: a first map that the tree follows, and that a person would keep."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from corpora import google_proto_files
from protohome.packagemap import read
from trees import Tool, Tree

CUT = ("api", "iam", "logging", "pubsub", "rpc", "type")


@pytest.fixture
def tool(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Tool:
    """The command line in a tree that has no map."""
    tree = Tree(tmp_path / "tree")
    (tree.root / "PACKAGE_MAP.md").unlink()
    return Tool(tree, capsys, monkeypatch)


@pytest.fixture(params=["example", "google"])
def stranger(request: pytest.FixtureRequest, tool: Tool, root: Path) -> Tool:
    """The same, in a tree that protohome was not made for."""
    shutil.rmtree(tool.tree.root)
    if request.param == "example":
        shutil.copytree(root / "examples" / "openagents", tool.tree.root)
        (tool.tree.root / "proto/PACKAGE_MAP.md").unlink()
    else:
        for folder in CUT:
            shutil.copytree(
                google_proto_files() / "google" / folder, tool.tree.root / "google" / folder
            )
    return tool


def the_map(tool: Tool) -> Path:
    [path] = tool.tree.root.rglob("PACKAGE_MAP.md")
    return path


@pytest.mark.parametrize("flags", [(), ("--minimal",)])
def test_the_tree_follows_its_first_map(stranger: Tool, flags: tuple[str, ...]) -> None:
    done = stranger("init", *flags)
    assert (done.code, done.err) == (0, [])
    done = stranger.check("--fail-level", "warning")
    assert (done.code, done.out) == (0, [])
    assert "no errors or warnings" in done.err[0]
    package_map = read("PACKAGE_MAP.md", the_map(stranger).read_bytes())
    assert not package_map.problems
    assert bool(package_map.audit) is not bool(flags)
    assert {statement.kind for s in package_map.sentences for statement in s.statements} <= {
        "Additive",
        "NoDependency",
    }


def test_it_takes_names_from_what_lies_beside(tool: Tool) -> None:
    tool.tree.write(".github/CODEOWNERS", "* @sam\n/proto/acme/billing/ @acme/money @acme/tax\n")
    tool.tree.write("proto/acme/billing/v1/README.md", "# Billing | of *customers*\n\nMore.\n")
    tool.tree.write(
        "proto/acme/ledger/v1/entry.proto",
        "// The books. Every entry.\npackage acme.ledger.v1;\n"
        'import "acme/billing/v1/invoice.proto";\n'
        "message TaxEntry { acme.billing.v1.Invoice i = 1; }\nmessage GetTaxEntryRequest {}\n",
    )
    tool.tree.write("proto/acme/legacy/v0/old.proto", "package acme.legacy.v0;\nmessage Old {}\n")
    tool.tree.write("proto/google/api/http.proto", "package google.api;\nmessage Http {}\n")
    done = tool("init")
    assert done.out[:4] == [
        "wrote proto/PACKAGE_MAP.md",
        "wrote protohome.toml",
        "3 files in 3 packages",
        "left alone, as vendored: google.api",
    ]
    steps = ("read proto/PACKAGE_MAP.md", "check ", "map ", "baseline update ", "the hook and CI ")
    for line, step in zip(done.out[5:], steps, strict=True):
        assert f" {step}" in line
    text = the_map(tool).read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `acme.")]
    assert rows == [
        f"| `acme.{package}` | {domain} *(check this)* | `{lane}` | {terms} *(check this)* | |"
        for package, domain, lane, terms in (
            ("billing.v1", "Billing of customers", "owner:money", "invoice"),
            ("ledger.v1", "The books", "owner:sam", "tax entry"),
            ("legacy.v0", "Legacy", "owner:sam", "old"),
        )
    ]
    first, second, direction, question = re.findall(r"^- (.*)$", text, re.MULTILINE)
    assert (first, second) == (
        "`v0` packages are additive-only.",
        "`v1` packages are additive-only.",
    )
    assert direction == "`acme.billing.v1` must not depend on `acme.ledger.v1`."
    assert question.startswith("Is `acme.legacy.v0` the legacy that is being emptied?")
    assert (tool.tree.root / "protohome.toml").read_text() == (
        "# The CODEOWNERS handles of the map's owner lanes\n[owners]\n"
        '"owner:money" = ["@acme/money", "@acme/tax"]\n"owner:sam" = ["@sam"]\n'
    )
    assert tool.check("--fail-level", "warning").code == 0


def test_what_a_package_contains_is_told_by_words_that_name_something(tool: Tool) -> None:
    names = "ChargesForPeriod Charge UsageByOrgRequest OrgsWithoutPlan AndBill IsFree Of"
    rpcs = "UpsertCredit GetQuotaOfPlan Refund"  # the last two in a service
    tool.tree.write(
        "proto/acme/usage/v1/usage.proto",
        "package acme.usage.v1;\n"
        + "".join(f"message {name} {{}}\n" for name in names.split())
        + "".join(f"message {rpc}Request {{}} message {rpc}Response {{}}\n" for rpc in rpcs.split())
        + "service S {\n"
        + "".join(f"rpc {rpc}({rpc}Request) returns ({rpc}Response);\n" for rpc in rpcs.split()[1:])
        + "}\n",
    )
    tool.tree.write("proto/acme/org/v1/org.proto", "package acme.org.v1;\nmessage Org {}\n")
    assert tool("init").code == 0
    assert "| charges, credit, quota, refund, usage *(check this)* |" in the_map(tool).read_text()


@pytest.mark.parametrize("place", ["PACKAGE_MAP.md", "docs/contracts/PACKAGE_MAP.md"])
def test_it_never_overwrites(tool: Tool, place: str) -> None:
    tool.tree.write(place, "ours\n")
    before = tool.tree.everything()
    done = tool("init")
    assert done.code == 2
    assert done.err == [f"protohome: {place} exists already, and is never overwritten"]
    (tool.tree.root / place).unlink()
    tool.tree.write("protohome.toml", "# ours\n")
    tool.tree.write("CODEOWNERS", "* @sam\n")
    assert tool("init").code == 0
    assert (tool.tree.root / "protohome.toml").read_text() == "# ours\n"
    assert before


def test_a_folder_without_contracts_is_refused(tool: Tool) -> None:
    shutil.rmtree(tool.tree.root / "proto")
    done = tool("init")
    assert done.code == 2
    assert "no .proto file with a package below" in done.err[0]


def test_an_audit_table_with_only_its_header_is_filled_by_fix(tool: Tool) -> None:
    assert tool("init").code == 0
    path = the_map(tool)
    rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(r for r in rows if not r.startswith("| `proto/")) + "\n", "utf-8")
    assert tool.check("--quiet").code == 1
    assert tool("fix", "--no-cache").code == 0
    assert path.read_text("utf-8").splitlines() == rows
