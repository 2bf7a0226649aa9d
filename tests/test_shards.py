"""``check --shard`` and ``merge``: all shards together are what one run gives, byte for byte."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from corpora import google_proto_files
from protohome.output import FORMATS
from trees import ENTRY, INVOICE, Arrange, Tool, Tree

EXAMPLE = Path(__file__).parents[1] / "examples" / "openagents"
CUT = ("google/cloud/dataproc/v1", "google/api", "google/type", "google/rpc")
SPOILT = """
message Awkward { // protohome:ignore wrong-package -- it stays
  string field = 1;
}
message Payslip { é }
message Café {}
"""


def example(tree: Tree) -> None:
    """The example with mistakes of many kinds: in files, in the map, accepted and silenced ones."""
    shutil.rmtree(tree.root)
    shutil.copytree(EXAMPLE, tree.root)
    package_map = tree.root / "proto" / "PACKAGE_MAP.md"
    text = package_map.read_text("utf-8")
    first, second, *rows = [line for line in text.splitlines() if line.startswith("| `proto/")]
    for row in (first, second):
        text = text.replace(row + "\n", "")
    text = text.replace(rows[0], rows[0].replace("owner:", "owner:not-"))
    package_map.write_text(text, "utf-8")
    silenced = tree.root / second.split("`")[1]
    comment = "// protohome:ignore-file file-not-audited -- tomorrow\n"
    silenced.write_text(comment + silenced.read_text("utf-8"), "utf-8")
    for file in sorted(tree.root.glob("proto/openagents/*/v1/*.proto"))[::2]:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(SPOILT)
    gone = [
        {"rule": "wrong-package", "path": f"proto/openagents/{name}.proto", "symbol": name}
        for name in ("one", "two", "three", "four")
    ]
    kept = {"rule": "owner-mismatch", "path": "proto/PACKAGE_MAP.md", "symbol": ""}
    tree.write(
        "protohome.baseline.json", json.dumps({"version": 1, "findings": [*gone, kept]}, indent=1)
    )


def cut(tree: Tree) -> None:
    """A hundred public files below a map that gives half of the packages to others."""
    shutil.rmtree(tree.root)
    for folder in CUT:
        shutil.copytree(google_proto_files() / folder, tree.root / folder)
    packages = sorted(
        {
            line.split()[1].rstrip(";")
            for file in tree.root.rglob("*.proto")
            for line in file.read_text("utf-8").splitlines()
            if line.startswith("package ")
        }
    )
    rows = "".join(
        f"| `{name}` | {name} | `owner:{number % 3}` | {name.replace('.', ' ')} | jobs |\n"
        for number, name in enumerate(packages[::2])
    )
    tree.write(
        "PACKAGE_MAP.md",
        "| Package | Domain | Owner lane | Contains | Does not contain |\n"
        f"| --- | --- | --- | --- | --- |\n{rows}",
    )


def shards(tool: Tool, of: int, *argv: str) -> list[str]:
    names = [f"{number}-of-{of}.json" for number in range(1, of + 1)]
    for number, name in enumerate(names, 1):
        done = tool.check("--shard", f"{number}/{of}", f"--format=json={name}", *argv)
        assert done.code in (0, 1), done.err
    return names


def assert_alike(tool: Tool, names: Sequence[str], *argv: str, at: str = ".") -> None:
    up = "../" * (0 if at == "." else len(at.split("/")))
    one = tool.check(*argv, at=at)
    joined = tool("merge", *(up + name for name in names), *argv, at=at)
    assert joined == one


@pytest.mark.parametrize(("arrange", "of"), [(example, 1), (example, 5), (cut, 3)])
def test_shards_together_are_one_run_in_every_format(
    tree: Tree, tool: Tool, arrange: Arrange, of: int
) -> None:
    arrange(tree)
    names = shards(tool, of)
    for name in FORMATS:
        assert_alike(tool, names, "--format", name, "--verbose")
    assert_alike(tool, names, "--statistics", "--fail-level", "information")
    assert_alike(tool, names, "--format", "junit", "--fail-level", "warning", "--exit-zero")


def test_what_the_formats_show_is_there(tree: Tree, tool: Tool) -> None:
    example(tree)
    names = shards(tool, 2)
    said = tool("merge", *names, "--format", "full")
    assert "[*]" in "\n".join(said.out)
    assert "(1 suppressed" in said.err[0]
    log = json.loads("\n".join(tool("merge", *names, "--format", "sarif").out))
    assert [result for result in log["runs"][0]["results"] if "fixes" in result]


def test_every_finding_is_in_one_shard(tree: Tree, tool: Tool) -> None:
    example(tree)
    found = [json.loads((tree.root / name).read_text())["findings"] for name in shards(tool, 4)]
    whole = json.loads("\n".join(tool.check("--format", "json").out))["findings"]
    assert sorted(map(repr, whole)) == sorted(repr(one) for part in found for one in part)
    assert all(found)
    assert {"PACKAGE_MAP.md", "protohome.baseline.json"} < {Path(one["path"]).name for one in whole}


def test_only_what_is_new_may_be_sharded(tree: Tree, tool: Tool) -> None:
    example(tree)
    names = shards(tool, 3, "--only-new", "--select", "wrong-package,owner-mismatch")
    one = tool.check("--only-new", "--select", "wrong-package,owner-mismatch", "--format", "json")
    assert tool("merge", *names, "--format", "json") == one


def test_paths_are_those_of_the_folder_that_the_shards_ran_in(tree: Tree, tool: Tool) -> None:
    example(tree)
    argv = ("--format", "full")
    for number in (1, 2):
        tool.check("--shard", f"{number}/2", f"--format=json={number}.json", at="proto/openagents")
    one = tool.check(*argv, at="proto/openagents")
    assert "--> sync/v1" in "\n".join(one.out)
    folder = tree.root / "proto/openagents"
    assert tool("merge", *(str(folder / f"{n}.json") for n in (1, 2)), *argv) == one


# The page


def commands(block: str) -> list[list[str]]:
    """The commands of protohome in a part of the page, matrix and variables filled in."""
    lines = re.findall(r"(?m)^(?:\$ |\s+- (?:run: )?)(protohome (?:check|merge) .*)$", block)
    filled: list[str] = []
    for line in lines:
        parallel = any(name in line for name in ("matrix.shard", "CI_NODE_INDEX"))
        for number in "1234" if parallel else "1":
            line_of = re.sub(r"\$\{\{ matrix.shard \}\}|\$CI_NODE_INDEX", number, line)
            filled.append(line_of.replace("$CI_NODE_TOTAL", "4"))
    every = " ".join(f"shard-{number}.json" for number in "1234")
    return [shlex.split(line.replace("shard-*.json", every)) for line in filled]


@pytest.mark.parametrize("part", [0, 1, 2], ids=["by hand", "GitHub", "GitLab"])
def test_the_page_works_as_it_is_written(tree: Tree, tool: Tool, part: int) -> None:
    tree.write("proto/acme/billing/v1/more.proto", "package acme.billing.v1;\n")
    page = (Path(__file__).parents[1] / "docs" / "shards.md").read_text("utf-8")
    *parts, last = commands(page.split("\n## ")[part])
    assert len(parts) == 4
    for _, name, *argv in parts:
        assert tool(name, *argv).code == 0
    done = tool(*last[1:])
    assert "no row in the audit table" in "\n".join(done.out)
    assert done.code == 1
    flags = [word for word in last[2:] if not re.fullmatch(r"shard-\d.json", word)]
    assert done == tool.check(*flags)


def test_the_templates_are_yaml() -> None:
    page = (Path(__file__).parents[1] / "docs" / "shards.md").read_text("utf-8")
    github, gitlab = (yaml.safe_load(b) for b in re.findall(r"(?ms)^```yaml\n(.*?)^```", page))
    numbers = github["jobs"]["shard"]["strategy"]["matrix"]["shard"]
    assert f"/{len(numbers)} " in github["jobs"]["shard"]["steps"][2]["run"]
    assert gitlab["protohome"]["needs"] == ["protohome-shard"]


# What is refused


@pytest.mark.parametrize("asked", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3"])
def test_a_shard_is_a_number_of_a_number(tool: Tool, asked: str) -> None:
    done = tool.check(f"--shard={asked}")
    assert done.code == 2
    assert f"{asked!r} is no shard such as 1/4" in done.err[-1]


def refused(tool: Tool, *names: str) -> str:
    done = tool("merge", *names)
    assert (done.code, done.out, len(done.err)) == (2, [], 1)
    return done.err[0].removeprefix("protohome: ")


def test_a_missing_shard_is_no_clean_one(tree: Tree, tool: Tool) -> None:
    one, two, three = shards(tool, 3)
    assert refused(tool, two) == "of 3 shards 1, 3 are missing"
    assert refused(tool, one, two) == "of 3 shards 3 is missing"
    shutil.copy(tree.root / one, tree.root / "again.json")
    assert refused(tool, one, two, three, "again.json") == (
        "again.json: shard 1/3 is in 1-of-3.json, too"
    )


def test_shards_of_two_checks_are_not_mixed(tree: Tree, tool: Tool) -> None:
    one, _ = shards(tool, 2)
    told = "2-of-2.json: a shard of another check than 1-of-2.json"
    tool.check("--shard", "2/2", "--format=json=2-of-2.json", "--select", "wrong-package")
    assert refused(tool, one, "2-of-2.json") == told
    for path in (INVOICE, ENTRY, "PACKAGE_MAP.md"):
        before = (tree.root / path).read_bytes()
        tree.write(path, before + b"\n")
        tool.check("--shard", "2/2", "--format=json=2-of-2.json")
        assert refused(tool, one, "2-of-2.json") == told
        tree.write(path, before)
    tool.check("--shard", "2/2", "--format=json=2-of-2.json")
    assert tool("merge", one, "2-of-2.json").code == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", "no", '{"version": 1, "findings": []}'])
def test_what_is_no_shard_is_said_so(tree: Tree, tool: Tool, text: str) -> None:
    tree.write("a.json", text)
    told = "a.json: no report of `protohome check --shard … --format json`"
    assert refused(tool, "a.json") == told


def test_a_damaged_or_foreign_shard_is_refused(tree: Tree, tool: Tool) -> None:
    (name,) = shards(tool, 1)
    whole = json.loads((tree.root / name).read_text())
    tree.write(name, json.dumps({**whole, "shard": {**whole["shard"], "told": [1]}}))
    assert refused(tool, name).startswith(f"{name}: damaged: ")
    tree.write(name, json.dumps({**whole, "shard": {**whole["shard"], "version": "0.0"}}))
    assert refused(tool, name).startswith(f"{name}: made by protohome 0.0; this is ")
    unread = "nowhere.json: cannot be read: No such file or directory"
    assert refused(tool, "nowhere.json") == unread
