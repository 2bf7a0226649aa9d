"""The baseline: adopt a tree with one command, shrink it every day, never take in what is new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trees import ENTRY, INVOICE, Done, Repository, Tool, Tree

FILE = "protohome.baseline.json"
RULES = "\n## Rules\n\n1. New contracts are forbidden in `acme.ledger.v1`.\n"


@pytest.fixture(autouse=True)
def _outside_of_any_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_BASE_REF", raising=False)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """The small tree with a frozen ledger, and some two hundred things wrong with it."""
    tree = Tree(tmp_path)
    with (tree.root / "PACKAGE_MAP.md").open("a", encoding="utf-8") as stream:
        stream.write(RULES)
    for number in range(200):
        tree.write(
            f"proto/acme/billing/v1/old{number}.proto",
            f"package acme.billing.v1;\nmessage Old{number} {{}}\n",
        )
    return tree


@pytest.fixture
def git(tree: Tree, git_environment: dict[str, str]) -> Repository:
    repository = Repository(tree.root, git_environment)
    repository("branch", "-M", "main")
    return repository


def add(tree: Tree, file: str, text: str) -> None:
    with (tree.root / file).open("a", encoding="utf-8") as stream:
        stream.write(text)


def baseline(tool: Tool, *argv: str) -> Done:
    return tool("baseline", *argv)


def stored(tree: Tree) -> Any:
    return json.loads((tree.root / FILE).read_text("utf-8"))


def test_a_tree_full_of_findings_is_adopted_with_one_command(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    assert tool.check().code == 1
    done = baseline(tool, "update")
    assert done.code == 0
    assert sum(line.startswith("+ file-not-audited ") for line in done.out) == 200
    assert done.err[-1].startswith(f"{FILE}: 201 accepted, 1 kept in frozen packages")
    after = tool.check()
    assert (after.code, after.out) == (0, [])
    assert "201 baselined" in after.err[0]
    assert baseline(tool, "update").out == []


def test_legacy_files_that_no_row_names_are_adopted_whole(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    """Each has an error for its missing row, and a warning since nothing says where it goes."""
    for number in range(5):
        text = f"package acme.ledger.v1;\nmessage Past{number} {{}}\n"
        tree.write(f"proto/acme/ledger/v1/past{number}.proto", text)
    git("add", ".")
    git("commit", "-qm", "Legacy")
    found = "\n".join(tool.check().out)
    assert "[file-not-audited]" in found
    assert "[shim-without-successor]" in found
    baseline(tool, "update")
    after = tool.check()
    assert (after.code, after.out) == (0, []), after.out


def test_it_is_sorted_and_has_an_entry_a_line_without_line_numbers(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    baseline(tool, "update")
    lines = (tree.root / FILE).read_text("utf-8").splitlines()
    entries = [line for line in lines if '"rule"' in line]
    assert len(entries) == 201
    assert entries == sorted(entries)
    assert '"line"' not in "".join(lines)
    before = (tree.root / FILE).read_bytes()
    tree.write(INVOICE, b"// moved down\n\n" + (tree.root / INVOICE).read_bytes())
    assert tool.check().code == 0
    baseline(tool, "update")
    assert (tree.root / FILE).read_bytes() == before


def test_what_is_new_is_never_taken_in(tree: Tree, tool: Tool, git: Repository) -> None:
    add(tree, ENTRY, "message Payslip {}\n")
    tree.write("proto/acme/billing/v1/new.proto", "package acme.billing.v1;\n")
    done = baseline(tool, "update")
    assert not [line for line in done.out if "Payslip" in line or "new.proto" in line]
    assert done.err[0].startswith("2 of what is found is new and not taken in")
    out = tool.check().out
    assert [line.rpartition("[")[2] for line in out] == [
        "file-not-audited]",
        "frozen-package-addition]",
    ]


LIST = "<!-- protohome:begin packages -->\n{}<!-- protohome:end -->\n"
GATES = "\n2. `buf lint` is mandatory before merge.\n"


def test_lists_and_gates_that_were_wrong_are_adopted_as_well(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    add(tree, "PACKAGE_MAP.md", GATES)
    add(tree, "README.md", LIST.format("- all of them\n"))
    assert {line.rpartition("[")[2] for line in tool.check().out} >= {
        "list-drift]",
        "missing-buf-gate]",
    }
    git("add", ".")
    git("commit", "-qm", "What a hand keeps")
    baseline(tool, "update")
    after = tool.check()
    assert (after.code, after.out) == (0, []), after.out
    add(tree, "docs.md", LIST.format(""))
    git("add", ".")
    assert baseline(tool, "update").err[0].startswith("1 of what is found is new")
    assert [line.partition(": ")[0] for line in tool.check().out] == ["docs.md:1:1"]


def test_accepting_needs_a_rule_and_a_reason(tree: Tree, tool: Tool, git: Repository) -> None:
    baseline(tool, "update")
    add(tree, ENTRY, "message Payslip {}\n")
    accept = ("accept", "acme.ledger.v1.Payslip", "--rule", "frozen-package-addition", "--why")
    assert baseline(tool, *accept, " ").err == ["protohome: --why: say why this may stay"]
    done = baseline(tool, *accept, "payroll reads it until A-7")
    assert done.out == [
        "+ frozen-package-addition proto/acme/ledger/v1/entry.proto acme.ledger.v1.Payslip"
    ]
    assert tool.check().code == 0
    [entry] = [e for e in stored(tree)["findings"] if e["rule"] == "frozen-package-addition"]
    assert entry["why"] == "payroll reads it until A-7"
    wrong = baseline(tool, "accept", "acme.ledger.v1.Paysli", "--rule", "wrong-package", "--why=x")
    assert wrong.code == 2


def test_a_stale_entry_is_found_at_its_line_and_pruned(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    baseline(tool, "update")
    (tree.root / "proto/acme/billing/v1/old7.proto").unlink()
    [line] = tool.check().out
    wanted = "file-not-audited proto/acme/billing/v1/old7.proto acme.billing.v1"
    assert line.endswith(
        f"{wanted} is mended; run `protohome baseline prune` [stale-baseline-entry]"
    )
    number = int(line.split(":")[1])
    assert "old7.proto" in (tree.root / FILE).read_text("utf-8").splitlines()[number - 1]
    done = baseline(tool, "prune")
    assert done.out == [f"- {wanted}", "+ retired acme.billing.v1.Old7"]
    assert tool.check().code == 0


def test_part_of_the_tree_judges_part_of_the_baseline(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    baseline(tool, "update")
    assert tool.check(INVOICE).code == 0
    assert tool.check("--select", "wrong-package").code == 0


def test_what_a_frozen_package_contained_is_what_the_baseline_says(
    tree: Tree, tool: Tool, git: Repository
) -> None:
    tree.write(ENTRY, "package acme.ledger.v1;\nmessage Entry { string id = 1; }\n")
    git("commit", "-qam", "An entry with a field")
    baseline(tool, "update")
    tree.write(
        ENTRY,
        "package acme.ledger.v1;\nmessage Entry { string id = 1; string note = 2; }\n"
        "message Payslip {}\n",
    )
    git("commit", "-qam", "Past every check", "--no-verify")
    found = [line.split(": ")[2].split(" ")[0] for line in tool.check().out]
    assert found == ["Entry.note", "Payslip"]
    assert [line for line in baseline(tool, "update").out if line.startswith("+ frozen")] == []


def test_a_retired_contract_leaves_a_tombstone(tree: Tree, tool: Tool, git: Repository) -> None:
    tree.write(
        ENTRY, "package acme.ledger.v1;\nmessage Entry { string id = 1; string note = 2; }\n"
    )
    git("commit", "-qam", "A note")
    baseline(tool, "update")
    tree.write(ENTRY, "package acme.ledger.v1;\nmessage Entry { string id = 1; }\n")
    assert "+ retired acme.ledger.v1.Entry.note = 2" in baseline(tool, "prune").out
    assert stored(tree)["retired"] == [
        {"symbol": "acme.ledger.v1.Entry", "member": "note", "number": 2}
    ]


def test_without_a_reference_everything_there_is_is_taken_in(tree: Tree, tool: Tool) -> None:
    done = baseline(tool, "update")
    assert done.code == 0
    assert "everything there is was taken in: not a git work tree" in done.err[0]
    assert tool.check().code == 0


def test_another_file_and_none_at_all(tree: Tree, tool: Tool, git: Repository) -> None:
    baseline(tool, "update", "--baseline", "other.json")
    assert tool.check().code == 1
    assert tool.check("--baseline", "other.json").code == 0
    tree.write("protohome.toml", 'baseline = "other.json"\n')
    assert tool.check().code == 0
    assert tool.check("--no-baseline").code == 1


CONFLICT = b"""{"version": 1,
 "findings": [
<<<<<<< HEAD
  {"rule": "a", "path": "b", "symbol": "c"}
=======
  {"rule": "d", "path": "e", "symbol": "f"}
>>>>>>> theirs
]}
"""


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (CONFLICT, f"{FILE}:3: a merge conflict; keep the lines of both sides, then run"),
        (b"", f"{FILE}:1: not readable as JSON"),
        (b"\xff", f"{FILE}: not readable as JSON"),
        (b"[]", f'{FILE}:1: no baseline of this version ("version": 1)'),
        (b'{"version": 2}', f'{FILE}:1: no baseline of this version ("version": 1)'),
        (b'{"version": 1, "findings": {}}', f'{FILE}: "findings" must be a list'),
        (b'{"version": 1, "findings": [7]}', f"{FILE}: not an entry of a baseline: 7"),
        (b'{"version": 1, "findings": [{"rule": 1}]}', f"{FILE}: not an entry of a baseline"),
        (b'{"version": 1, "frozen": [{"symbol": "a", "members": [1]}]}', "not an entry"),
        (b"[" * 100_000, f"{FILE}: not readable as JSON"),
    ],
)
def test_one_that_cannot_be_read_is_one_line(
    content: bytes, why: str, tree: Tree, tool: Tool
) -> None:
    tree.write(FILE, content)
    for command in (["check"], ["baseline", "prune"]):
        before = tree.everything()
        done = tool(*command)
        assert (done.code, done.out, len(done.err)) == (2, [], 1)
        assert why in done.err[0]
        assert tree.everything() == before
