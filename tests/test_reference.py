"""Which reference there is, and what is new because of it: in real git repositories."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protohome.system import git as system_git
from trees import INVOICE, Done, Repository, Tool, Tree

BUF = os.path.join(sysconfig.get_path("scripts"), "buf")
CI = ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
MAP = """
## Rules

1. New contracts are forbidden in `acme.ledger.v1`.
"""


@pytest.fixture(autouse=True)
def _outside_of_any_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CI:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """The small tree, its ledger frozen."""
    (tmp_path / "tree").mkdir()
    tree = Tree(tmp_path / "tree")
    with (tree.root / "PACKAGE_MAP.md").open("a", encoding="utf-8") as stream:
        stream.write(MAP)
    return tree


@pytest.fixture
def git(tree: Tree, git_environment: dict[str, str]) -> Repository:
    """The tree as a repository whose default branch is ``main``."""
    repository = Repository(tree.root, git_environment)
    repository("branch", "-M", "main")
    return repository


ENTRY = "proto/acme/ledger/v1/entry.proto"


def add(tree: Tree, name: str = "Payslip", file: str = ENTRY) -> None:
    with (tree.root / file).open("a", encoding="utf-8") as stream:
        stream.write(f"message {name} {{}}\n")


def test_git_is_asked_each_thing_once(
    tool: Tool, git: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each start takes as long as reading a file or two, in a hook that somebody waits for."""
    asked: list[str] = []
    run = system_git.run

    def noted(root: str, *arguments: str, given: bytes = b"") -> object:
        asked.append(arguments[0])
        return run(root, *arguments, given=given)

    monkeypatch.setattr(system_git, "run", noted)
    tool.check()
    assert asked[:3] == ["ls-files", "rev-parse", "ls-tree"]
    assert not {"ls-files", "symbolic-ref", "cat-file"} & set(asked[3:])


def report(done: Done) -> Any:
    return json.loads("\n".join(done.out))


def found(tool: Tool, *argv: str) -> list[str]:
    """The new contracts that the check finds in the frozen ledger."""
    done = tool.check("--format", "json", "--select", "frozen-package-addition", *argv)
    assert done.code in (0, 1), done.err
    return [finding["symbol"].rpartition(".")[2] for finding in report(done)["findings"]]


# Where the reference is


def test_on_the_default_branch_what_is_not_in_head_is_new(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    assert found(tool) == []
    add(tree)
    assert found(tool) == ["Payslip"]
    assert tool.check().err[-1].split("; ")[-1].startswith("compared with HEAD (")
    git("commit", "-qam", "Payslips")
    assert found(tool) == []


def test_on_a_branch_everything_since_it_began_is_new(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    git("checkout", "-qb", "feature")
    add(tree)
    git("commit", "-qam", "Payslips")
    assert found(tool) == ["Payslip"]
    assert tool.check().err[-1].split("; ")[-1].startswith("compared with merge base with main (")


def test_an_old_branch_does_not_see_what_others_added(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    git("checkout", "-qb", "feature")
    git("checkout", "-q", "main")
    add(tree, "Theirs")
    git("commit", "-qam", "Theirs")
    git("checkout", "-q", "feature")
    add(tree, "Mine")
    assert found(tool) == ["Mine"]
    assert found(tool, "--against", "main") == ["Mine"]


def test_the_remote_says_which_branch_is_the_default(
    tree: Tree, tool: Tool, git: Repository, git_environment: dict[str, str], tmp_path: Path
) -> None:
    git("branch", "-M", "trunk")
    clone = tmp_path / "clone"
    git("clone", "-q", ".", str(clone))
    tool.tree.root = clone
    inside = Repository.of(clone, git_environment)
    inside("checkout", "-qb", "feature")
    add(tool.tree)
    inside("commit", "-qam", "Payslips")
    assert found(tool) == ["Payslip"]
    assert "merge base with origin/trunk" in tool.check().err[-1]


def test_a_detached_head_is_compared_with_the_default_branch(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    git("checkout", "-q", "--detach")
    add(tree)
    git("commit", "-qam", "Payslips")
    assert found(tool) == ["Payslip"]


def test_ci_says_what_the_change_will_be_merged_into(
    tree: Tree, tool: Tool, git: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("branch", "release")
    add(tree)
    git("commit", "-qam", "Payslips")
    assert found(tool) == []
    monkeypatch.setenv("GITHUB_BASE_REF", "release")
    assert found(tool) == ["Payslip"]
    monkeypatch.setenv("GITHUB_BASE_REF", "elsewhere")
    assert "the branch elsewhere is not in this clone" in tool.check().err[-1]


# Where there is none, nobody is told that all is well


def _no_git(tree: Tree, git_environment: dict[str, str]) -> None:
    pass


def _no_commit(tree: Tree, git_environment: dict[str, str]) -> None:
    Repository.of(tree.root, git_environment)("init", "-q")


def _no_default_branch(tree: Tree, git_environment: dict[str, str]) -> None:
    git = Repository(tree.root, git_environment)
    git("branch", "-M", "feature")


def _shallow(tree: Tree, git_environment: dict[str, str]) -> None:
    git = Repository(tree.root, git_environment)
    add(tree)
    git("commit", "-qam", "Payslips")
    clone = tree.root.with_name("shallow")
    git("clone", "-q", "--depth=1", tree.root.as_uri(), str(clone))
    tree.root = clone


@pytest.mark.parametrize(
    ("arrange", "why"),
    [
        (_no_git, "not a git work tree"),
        (_no_commit, "there is no commit yet"),
        (_no_default_branch, "there is no default branch"),
        (
            _shallow,
            "shallow clone; fetch the history (`git fetch --unshallow`, in CI `fetch-depth: 0`)",
        ),
    ],
)
def test_without_a_reference_the_report_says_so(
    arrange: Callable[[Tree, dict[str, str]], None],
    why: str,
    tree: Tree,
    tool: Tool,
    git_environment: dict[str, str],
) -> None:
    arrange(tree, git_environment)
    assert found(tool) == []
    said = report(tool.check("--format", "json"))
    assert said["reference"] is None
    assert why in said["no_reference"]
    assert said["summary"]["new"] is None
    assert {finding["new"] for finding in said["findings"]} <= {None}
    assert why in tool.check().err[-1]
    required = tool.check("--require-reference")
    assert required.code == 2
    assert why in required.err[-1]


# One that was asked for


def test_a_folder_is_read_like_the_workspace(tree: Tree, tool: Tool, tmp_path: Path) -> None:
    shutil.copytree(tree.root, tmp_path / "before")
    add(tree)
    assert found(tool, "--against", "../before") == ["Payslip"]
    assert found(tool, "--against", str(tmp_path / "before")) == ["Payslip"]


def test_the_configuration_names_one(tree: Tree, tool: Tool, git: Repository) -> None:
    git("tag", "v1")
    add(tree)
    git("commit", "-qam", "Payslips")
    assert found(tool) == []
    tree.write("protohome.toml", 'against = "v1"\n')
    assert found(tool) == ["Payslip"]
    tree.write("protohome.toml", 'against = "v9"\n')
    assert tool.check().err == [
        "protohome: protohome.toml:1:1: v9: no such revision, file or folder"
    ]


@pytest.mark.parametrize("name", ["v9", "--output=x", "-x", "a b", "HEAD~9", "HEAD:PACKAGE_MAP.md"])
def test_an_unknown_revision_is_refused(name: str, tree: Tree, tool: Tool, git: Repository) -> None:
    before = tree.everything()
    done = tool.check(f"--against={name}")
    assert (done.code, done.out) == (2, [])
    assert done.err == [f"protohome: --against {name}: no such revision, file or folder"]
    assert tree.everything() == before


def test_a_shallow_clone_that_lacks_the_revision_says_what_to_do(
    tree: Tree, tool: Tool, git_environment: dict[str, str]
) -> None:
    _shallow(tree, git_environment)
    done = tool.check("--against", "HEAD~1")
    assert done.code == 2
    assert "fetch-depth: 0" in done.err[0]


# What a hook was told, worktrees, submodules, hostile names


def test_a_worktree_has_the_history_of_its_repository(
    tree: Tree, tool: Tool, git: Repository, tmp_path: Path
) -> None:
    git("worktree", "add", "-q", "-b", "feature", str(tmp_path / "other"))
    tool.tree.root = tmp_path / "other"
    add(tool.tree)
    assert found(tool) == ["Payslip"]


def test_a_hostile_git_dir_misleads_nobody(
    tree: Tree, tool: Tool, git: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    add(tree)
    assert found(tool) == ["Payslip"]


def test_a_submodule_is_compared_with_the_commit_that_was_recorded(
    tree: Tree, tool: Tool, git_environment: dict[str, str], tmp_path: Path
) -> None:
    inner = Tree(tmp_path / "inner")
    Repository(inner.root, git_environment)
    shutil.rmtree(tree.root / "proto/acme/ledger")
    outer = Repository(tree.root, git_environment)
    folder = "proto/acme/ledger"
    (inner.root / "v1").mkdir()
    shutil.move(inner.root / ENTRY, inner.root / "v1/entry.proto")
    shutil.rmtree(inner.root / "proto")
    inside = Repository.of(inner.root, git_environment)
    inside("rm", "-q", "--cached", "PACKAGE_MAP.md")
    (inner.root / "PACKAGE_MAP.md").unlink()
    inside("add", "-A")
    inside("commit", "-qm", "Only the ledger")
    outer("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), folder)
    outer("commit", "-qm", "The ledger")
    outer("branch", "-M", "main")
    assert found(tool) == []
    add(tree)
    assert found(tool) == ["Payslip"]


def test_names_that_are_no_text_and_names_with_line_breaks(
    tree: Tree, tool: Tool, git_environment: dict[str, str]
) -> None:
    odd = os.fsdecode(b"proto/acme/ledger/v1/\xff\nodd.proto")
    tree.write(odd, "package acme.ledger.v1;\nmessage Odd {}\n")
    Repository(tree.root, git_environment)("branch", "-M", "main")
    assert found(tool) == []


# What is new, at a glance


def test_only_what_is_new_is_shown_when_asked(tree: Tree, tool: Tool, git: Repository) -> None:
    tree.write("proto/acme/ledger/v1/other.proto", "package acme.ledger.v1;\nmessage Other {}\n")
    git("add", ".")
    git("commit", "-qm", "A file that the map forgot")
    add(tree)
    every = tool.check("--format", "json")
    assert {f["rule"]: f["new"] for f in report(every)["findings"]} == {
        "file-not-audited": False,
        "frozen-package-addition": True,
        "shim-without-successor": False,
        "transitional-shim": False,
    }
    some = report(tool.check("--format", "json", "--only-new"))
    assert {finding["rule"] for finding in some["findings"]} == {"frozen-package-addition"}
    assert some["summary"]["new"] == 1
    lines = tool.check().out
    assert sum(line.count("(new)") for line in lines) == 1


def test_a_row_whose_file_went_is_new_in_the_map(tree: Tree, tool: Tool, git: Repository) -> None:
    (tree.root / INVOICE).unlink()
    rows = [
        f
        for f in report(tool.check("--format", "json"))["findings"]
        if f["path"] == "PACKAGE_MAP.md"
    ]
    assert [(f["rule"], f["new"]) for f in rows] == [("stale-audit-row", True)]


# An image


def test_an_image_is_what_was_there(tree: Tree, tool: Tool, tmp_path: Path) -> None:
    from protohome.descriptors import read_image

    image = tmp_path / "before.binpb"
    buf = [BUF, "build", "proto", "-o", str(image)]
    subprocess.run(buf, cwd=tree.root, check=True)
    assert read_image("before.binpb", image.read_bytes())
    add(tree)
    assert found(tool, "--against", "../before.binpb") == ["Payslip"]


def test_a_truncated_image_and_one_of_another_module(
    tree: Tree, tool: Tool, tmp_path: Path
) -> None:
    image = tmp_path / "before.binpb"
    other = tmp_path / "other.proto"
    other.write_text('syntax = "proto3"; package zoo.v1; message Zebra {}', "utf-8")
    buf = [BUF, "build", str(other), "-o", str(image)]
    subprocess.run(buf, cwd=tmp_path, check=True)
    foreign = tool.check("--against", "../before.binpb")
    assert (foreign.code, len(foreign.err)) == (2, 1)
    assert "an image of another module" in foreign.err[0]
    image.write_bytes(image.read_bytes()[:-7])
    broken = tool.check("--against", "../before.binpb")
    assert (broken.code, len(broken.err)) == (2, 1)
    assert "before.binpb" in broken.err[0]


def test_what_is_waived_is_counted_and_told_with_its_reason(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    rule = "\n2. `v1` packages are additive-only.\n"
    with (tree.root / "PACKAGE_MAP.md").open("a", encoding="utf-8") as stream:
        stream.write(rule)
    tree.edit(INVOICE, "message Invoice {}", "")
    assert "breaking-change" in "".join(tool.check().out)
    tree.write("protohome.toml", '[waivers]\n"acme.billing.v1.Invoice" = "a draft"\n')
    done = tool.check()
    assert done.code == 0, done.out
    assert "1 suppressed" in done.err[-1]
    comment = "// protohome:ignore file-not-audited -- tomorrow"
    tree.write("proto/acme/ledger/v1/more.proto", f"package acme.ledger.v1; {comment}\n")
    [run] = report(tool.check("--format", "sarif"))["runs"]
    said = [suppression for result in run["results"] for suppression in result["suppressions"]]
    assert said == [
        {"kind": "external", "justification": "a draft"},
        {"kind": "inSource", "justification": "tomorrow"},
    ]
