"""A history like those that maps are written for, replayed commit by commit.

Each commit is compared with the one before as a revision, as a folder and as an image of buf, and
finds what is told here, and nothing else that is new.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import NamedTuple

import pytest

from trees import Repository, Tool, Tree

BUF = os.path.join(sysconfig.get_path("scripts"), "buf")

OWNERSHIP = """\
| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | Billing | `owner:billing` | Invoices, refunds | |
| `acme.billing.v2` | Billing | `owner:billing` | Invoices, refunds | |
| `acme.legacy.v1` | Old namespace | `owner:docs` | Shims | |

## Rules

1. New contracts are forbidden in `acme.legacy.v1`.
2. `v1` packages are additive-only.

| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |
| --- | --- | --- | --- | --- |
"""
LEGACY, BILLING = "acme/legacy/v1/all.proto", "acme/billing/v1/refund.proto"
SECOND = "acme/billing/v2/refund.proto"
ROWS = {
    LEGACY: f"| `{LEGACY}` | `acme.legacy.v1` | `acme.billing.v1` | `owner:docs` | A-1 |\n",
    BILLING: f"| `{BILLING}` | `acme.billing.v1` | `acme.billing.v1` | `owner:billing` | A-2 |\n",
    SECOND: f"| `{SECOND}` | `acme.billing.v2` | `acme.billing.v2` | `owner:billing` | A-3 |\n",
}
REFUND = "message Refund {\n  string id = 1;\n  int64 cents = 2;\n}\n"
PUSHED = "message Refund {\n  string id = 1;\n  string note = 2;\n  int64 cents = 3;\n}\n"
LONGER = "message Refund {\n  string id = 1;\n  int64 cents = 2;\n  string note = 3;\n}\n"
MEMO = "message Memo {\n  string text = 1;\n}\n"


class Commit(NamedTuple):
    """What a commit makes of the tree, and the errors that it has compared with the one before."""

    subject: str
    files: dict[str, str]
    rows: tuple[str, ...] | None
    errors: tuple[str, ...] = ()


def proto(package: str, body: str) -> str:
    return f'syntax = "proto3";\n\npackage {package};\n\n{body}'


def legacy(body: str) -> dict[str, str]:
    return {LEGACY: proto("acme.legacy.v1", body)}


def billing(body: str) -> dict[str, str]:
    return {BILLING: proto("acme.billing.v1", body)}


BOTH = (LEGACY, BILLING)
HISTORY = (
    Commit("The package that everything is in", legacy(REFUND + MEMO), None),
    Commit("The map appears", legacy(REFUND + MEMO), (LEGACY,)),
    Commit("Twins at home", legacy(REFUND + MEMO) | billing(REFUND), BOTH),
    Commit(
        "A contract in the frozen package",
        legacy(REFUND + MEMO + "message Tax {}\n") | billing(REFUND),
        BOTH,
        ("frozen-package-addition acme.legacy.v1.Tax",),
    ),
    Commit(
        "And a field of an old one; the other one is known by now",
        legacy(LONGER + MEMO + "message Tax {}\n") | billing(REFUND),
        BOTH,
        ("frozen-package-addition acme.legacy.v1.Refund.note",),
    ),
    Commit(
        "Both go again, and leave what was reserved for nobody",
        legacy(REFUND + MEMO) | billing(REFUND),
        BOTH,
        (
            "breaking-change acme.legacy.v1.Refund.note",
            "breaking-change acme.legacy.v1.Tax",
            "unreserved-removal acme.legacy.v1.Refund.note",
        ),
    ),
    Commit(
        "A field in the middle",
        legacy(REFUND + MEMO) | billing(PUSHED),
        BOTH,
        ("breaking-change acme.billing.v1.Refund.cents",),
    ),
    Commit(
        "It is put back, at the end",
        legacy(REFUND + MEMO) | billing(LONGER),
        BOTH,
        ("breaking-change acme.billing.v1.Refund.note",),
    ),
    Commit("A shim with a successor goes", legacy(MEMO) | billing(LONGER), BOTH),
    Commit(
        "A second version",
        legacy(MEMO) | billing(LONGER) | {SECOND: proto("acme.billing.v2", REFUND)},
        (*BOTH, SECOND),
    ),
    Commit(
        "The rest moves home whole",
        billing(LONGER + MEMO) | {SECOND: proto("acme.billing.v2", REFUND)},
        (BILLING, SECOND),
    ),
)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "tree").mkdir()
    tree = Tree(tmp_path / "tree")
    shutil.rmtree(tree.root / "proto")
    (tree.root / "PACKAGE_MAP.md").unlink()
    return tree


@pytest.fixture
def tool(tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tool:
    monkeypatch.delenv("GITHUB_BASE_REF", raising=False)
    return Tool(tree, capsys, monkeypatch)


def make(tree: Tree, commit: Commit) -> None:
    shutil.rmtree(tree.root / "acme", ignore_errors=True)
    for path, text in commit.files.items():
        tree.write(path, text)
    if commit.rows is not None:
        tree.write("PACKAGE_MAP.md", OWNERSHIP + "".join(ROWS[path] for path in commit.rows))


def errors(tool: Tool, *argv: str) -> tuple[str, ...]:
    """``RULE SYMBOL`` of the new errors; of a member, its contract counts where it is gone."""
    done = tool.check("--format", "json", "--only-new", *argv)
    assert done.code in (0, 1), done.err
    report = json.loads("\n".join(done.out))
    found = (f for f in report["findings"] if f["severity"] == "error")
    return tuple(sorted({f"{f['rule']} {f['symbol']}" for f in found}))


def test_every_commit_finds_what_it_did_and_nothing_else(
    tree: Tree, tool: Tool, git_environment: dict[str, str], tmp_path: Path
) -> None:
    git = Repository.of(tree.root, git_environment)
    git("init", "-q", "-b", "main")
    folder, image = tmp_path / "before", tmp_path / "before.binpb"
    for number, commit in enumerate(HISTORY):
        make(tree, commit)
        git("add", "-A")
        git("commit", "-qm", commit.subject)
        if commit.rows is not None:
            for against in ("HEAD~1", "../before", "../before.binpb"):
                said = (commit.subject, against, errors(tool, "--against", against))
                assert said == (commit.subject, against, commit.errors)
            if number > 1:
                assert errors(tool) == ()  # on main, HEAD is what was there
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tree.root, folder, ignore=shutil.ignore_patterns(".git"))
        subprocess.run([BUF, "build", "-o", str(image)], cwd=tree.root, check=True)


def test_a_branch_that_is_older_than_main(
    tree: Tree, tool: Tool, git_environment: dict[str, str]
) -> None:
    git = Repository.of(tree.root, git_environment)
    git("init", "-q", "-b", "main")
    for commit in HISTORY[:3]:
        make(tree, commit)
        git("add", "-A")
        git("commit", "-qm", commit.subject)
    git("checkout", "-qb", "feature")
    git("checkout", "-q", "main")
    tree.write(BILLING, proto("acme.billing.v1", LONGER + "message Theirs {}\n"))
    git("commit", "-qam", "Theirs")
    git("checkout", "-q", "feature")
    tree.write(LEGACY, proto("acme.legacy.v1", REFUND + MEMO + "message Mine {}\n"))
    git("commit", "-qam", "Mine")
    assert errors(tool) == ("frozen-package-addition acme.legacy.v1.Mine",)
