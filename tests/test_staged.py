"""``check --staged``: what the next commit will have, whatever lies on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trees import ENTRY, MAP, Repository, Tool, Tree

FROZEN = "\n## Rules\n\n1. New contracts are forbidden in `acme.ledger.v1`.\n"
GOOD = "package acme.ledger.v1;\nmessage Entry {}\n"
BAD = GOOD + "message Payslip {}\n"


@pytest.fixture(autouse=True)
def _outside_of_any_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_BASE_REF", raising=False)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "tree").mkdir()
    tree = Tree(tmp_path / "tree")
    tree.write("PACKAGE_MAP.md", MAP + FROZEN)
    return tree


@pytest.fixture
def git(tree: Tree, git_environment: dict[str, str]) -> Repository:
    repository = Repository(tree.root, git_environment)
    repository("branch", "-M", "main")
    return repository


def found(tool: Tool, *argv: str) -> list[str]:
    done = tool.check("--staged", "--format", "json", *argv)
    assert done.code in (0, 1), done.err
    report = json.loads("\n".join(done.out))
    return [f["rule"] for f in report["findings"] if f["severity"] == "error"]


def errors(tool: Tool, *argv: str, at: str = ".") -> list[str]:
    """The errors as lines of text."""
    return [line for line in tool.check(*argv, at=at).out if ": error: " in line]


def test_staged_bad_and_mended_on_disk_is_bad(tree: Tree, tool: Tool, git: Repository) -> None:
    tree.write(ENTRY, BAD)
    git("add", ".")
    tree.write(ENTRY, GOOD)
    assert found(tool) == ["frozen-package-addition"]


def test_staged_good_and_broken_on_disk_is_good(tree: Tree, tool: Tool, git: Repository) -> None:
    tree.write(ENTRY, BAD)
    tree.write("proto/acme/ledger/v1/more.proto", BAD)
    tree.write("PACKAGE_MAP.md", "# nothing\n")
    tree.write("protohome.toml", "no toml")
    assert found(tool) == []


def test_a_deletion_alone(tree: Tree, tool: Tool, git: Repository) -> None:
    git("rm", "-q", "--cached", ENTRY)
    assert found(tool) == ["stale-audit-row"]


def test_the_map_alone(tree: Tree, tool: Tool, git: Repository) -> None:
    tree.write("PACKAGE_MAP.md", MAP.replace(f"`{ENTRY}`", "`elsewhere.proto`"))
    git("add", ".")
    tree.write("PACKAGE_MAP.md", MAP)
    assert sorted(found(tool)) == ["file-not-audited", "stale-audit-row"]


def test_the_configuration_and_bufs(tree: Tree, tool: Tool, git: Repository) -> None:
    tree.write("protohome.toml", 'ignore = ["frozen-package-addition"]\n')
    tree.write("buf.yaml", "version: v2\nmodules:\n  - path: proto\n")
    tree.write(ENTRY, BAD)
    git("add", ".")
    tree.write("protohome.toml", "")
    tree.write("buf.yaml", "modules: [")
    assert found(tool) == []


def test_what_is_only_intended_to_be_added_is_absent(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    tree.write("proto/acme/ledger/v1/more.proto", BAD)
    git("add", "--intent-to-add", ".")
    assert found(tool) == []
    tree.write("proto/acme/ledger/v1/empty.proto", "")
    git("add", "proto/acme/ledger/v1/empty.proto")
    assert "missing-package" in found(tool)


def test_a_commit_with_an_index_of_its_own(
    tree: Tree, tool: Tool, git: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tree.root / ".git" / "next-index"
    other.write_bytes((tree.root / ".git" / "index").read_bytes())
    tree.write(ENTRY, BAD)
    git("add", ".", index=str(other))
    assert found(tool) == []
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
    assert found(tool) == ["frozen-package-addition"]


def test_a_merge_that_is_not_resolved(tree: Tree, tool: Tool, git: Repository) -> None:
    git("checkout", "-qb", "theirs")
    tree.write(ENTRY, GOOD + "// theirs\n")
    git("commit", "-qam", "Theirs")
    git("checkout", "-q", "main")
    tree.write(ENTRY, GOOD + "// ours\n")
    git("commit", "-qam", "Ours")
    git("merge", "-q", "theirs", code=1)
    done = tool.check("--staged")
    assert (done.code, done.err) == (2, [f"protohome: --staged: not merged yet: {ENTRY}"])


def test_outside_of_git(tree: Tree, tool: Tool) -> None:
    done = tool.check("--staged")
    assert done.code == 2
    assert "is in no git work tree" in done.err[0]


# Several maps in one work tree


@pytest.fixture
def monorepo(tree: Tree, git_environment: dict[str, str]) -> Repository:
    """Two teams, each with a map and a tree of its own, and none at the top."""
    for team in ("north", "south"):
        (tree.root / team).mkdir()
        Tree(tree.root / team).write("PACKAGE_MAP.md", MAP + FROZEN)
    for path in ("PACKAGE_MAP.md", ENTRY, "proto/acme/billing/v1/invoice.proto"):
        (tree.root / path).unlink()
    repository = Repository(tree.root, git_environment)
    repository("branch", "-M", "main")
    return repository


@pytest.mark.parametrize("flags", [(), ("--staged",)])
def test_every_map_is_judged_in_one_report(
    flags: tuple[str, ...], tree: Tree, tool: Tool, monorepo: Repository
) -> None:
    for team in ("north", "south"):
        tree.write(f"{team}/{ENTRY}", BAD)
    monorepo("add", ".")
    lines = errors(tool, *flags)
    assert [line.split(":")[0] for line in lines] == [f"north/{ENTRY}", f"south/{ENTRY}"]
    assert "(north/PACKAGE_MAP.md:" in lines[0]
    maps = "north/PACKAGE_MAP.md, south/PACKAGE_MAP.md"
    assert tool.check(*flags).err[0].startswith(f"4 files, 6 contracts by {maps}: 2 errors, ")
    assert found(tool, *flags) == ["frozen-package-addition"] * 2
    assert len(errors(tool, *flags, at="north/proto")) == 1
    assert " by ../PACKAGE_MAP.md: 1 error" in tool.check(*flags, at="north/proto").err[0]


def test_many_maps_are_counted(tree: Tree, tool: Tool) -> None:
    for number in range(12):
        tree.write(f"team{number:02}/PACKAGE_MAP.md", MAP)
    [summary] = (line for line in tool.check().err if " by " in line)
    assert " by PACKAGE_MAP.md, team00/PACKAGE_MAP.md, " in summary
    assert "team06/PACKAGE_MAP.md, 5 more: " in summary


def test_the_paths_of_several_workspaces(tree: Tree, tool: Tool, monorepo: Repository) -> None:
    for team in ("north", "south"):
        tree.write(f"{team}/{ENTRY}", BAD)
    assert len(errors(tool, f"north/{ENTRY}", f"south/{ENTRY}")) == 2
    assert len(errors(tool, f"north/{ENTRY}")) == 1
    assert len(errors(tool, "north", f"south/{ENTRY}")) == 2
    assert len(errors(tool, ".")) == 2


def test_a_map_below_another_is_a_workspace_of_its_own(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    (tree.root / "inner").mkdir()
    Tree(tree.root / "inner").write("protohome.toml", 'map = "CONTRACTS.md"\n')
    (tree.root / "inner/PACKAGE_MAP.md").rename(tree.root / "inner/CONTRACTS.md")
    tree.write("inner/proto/acme/billing/v1/more.proto", "package acme.billing.v1;\n")
    git("add", ".")
    assert [line.split(": ")[0] for line in errors(tool, "--staged")] == [
        "inner/proto/acme/billing/v1/more.proto:1:9"
    ]
