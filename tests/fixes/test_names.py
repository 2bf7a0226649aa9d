"""Any name of a file: what cannot be written down is refused, with the name escaped."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import literate
from protohome import fixes, packagemap
from protohome.findings import FixRequest
from protohome.verdicts import Judge
from trees import Tool, protohome

BILL = (
    'syntax = "proto3";\npackage acme.billing.v1;\nmessage Bill {}\nmessage Part { Bill of = 1; }\n'
)
NAMES = {
    "not UTF-8": (os.fsdecode(b"caf\xe9"), r"caf\udce9"),
    "line feed": ("a\nb", r"a\nb"),
    "carriage return": ("a\rb", r"a\rb"),
    "bar": ("a|b", "a|b"),
    "back-tick": ("a`b", "a`b"),
    "escape": ("a\x1bb", r"a\x1bb"),
    "reordering": ("a\u202eb", r"a\u202eb"),
    "line separator": ("a\u2028b", r"a\u2028b"),
    "backslash": ("a\\b", "a\\b"),
}
MOVES = (("move", "Bill", "acme.ledger.v1"), ("move", "Bill", "acme.ledger.v1", "--keep-shim"))


@pytest.mark.parametrize("command", [("fix",), ("fix", "--unsafe"), ("fix", "--diff"), *MOVES])
@pytest.mark.parametrize(("name", "shown"), NAMES.values(), ids=NAMES)
def test_a_name_that_cannot_be_written_down_is_refused(
    tool: Tool, name: str, shown: str, command: tuple[str, ...]
) -> None:
    tool.tree.write(f"proto/acme/billing/v1/{name}.proto", BILL)
    before = tool.tree.everything()
    done = tool(*command, "--no-cache")
    assert tool.tree.everything() == before
    assert done.code == (2 if command[0] == "move" else 1)
    assert any(shown in line for line in done.err)


@pytest.mark.parametrize("end", ["\n", "\r", "\v", "\x85", "\u2028", "\t@evil/"])
def test_no_folder_takes_others_from_their_owners(tool: Tool, end: str) -> None:
    """A line of CODEOWNERS that names nobody would, and so would one that names somebody else."""
    tool.tree.write(f"proto/acme/billing/x{end}/proto/acme/ledger/{end}/bill.proto", BILL)
    tool.tree.write("protohome.toml", '[owners]\n"owner:billing" = "@acme/billing"\n')
    tool.tree.write("CODEOWNERS", "# protohome:begin owners\n# protohome:end\n")
    tool("fix", "--no-cache")
    _first, *lines, _last = (tool.tree.root / "CODEOWNERS").read_bytes().decode().splitlines()
    assert lines
    for line in lines:
        pattern, *handles = line.split()
        assert pattern.startswith("/proto/acme/billing/")
        assert handles == ["@acme/billing"]


@pytest.mark.parametrize("name", ["two words", "größer 🧾", "hash#1", "-v", 'quote"', "it's"])
def test_any_other_name_has_its_row(tool: Tool, name: str) -> None:
    path = f"proto/acme/billing/v1/{name}.proto"
    tool.tree.write(path, BILL)
    assert tool("fix", "--no-cache").code == 0
    text = (tool.tree.root / "PACKAGE_MAP.md").read_bytes()
    assert path in [row.file for row in packagemap.read("PACKAGE_MAP.md", text).audit]
    assert tool.check().out == []


@pytest.mark.parametrize("argument", ["file", "owner", "home", "current"])
@pytest.mark.parametrize("text", ["x |\n| y", "x`", "x|y", "\x1b[2J", "\udce9", " x"])
def test_no_argument_of_a_fix_damages_the_table(tool: Tool, argument: str, text: str) -> None:
    row = "proto/acme/billing/v1/invoice.proto"
    snapshot = literate.load(tool.tree.root)
    with pytest.raises(fixes.Refused, match="cannot stand in the map"):
        fixes.edit(Judge(snapshot), FixRequest("fix-audit-row", {"path": row, argument: text}))


def test_a_diff_names_files_as_git_does(tool: Tool) -> None:
    """Of what changes in a file with such a name, without naming it elsewhere."""
    for number, (name, _shown) in enumerate(NAMES.values()):
        path = f"proto/acme/billing/v1/{name}.proto"
        user = 'package acme.billing.v1;\nimport "acme/billing/v1/bill.proto";\n'
        tool.tree.write(path, user + f"message User{number} {{ Bill bill = 1; }}\n")
    tool.tree.write("proto/acme/billing/v1/bill.proto", BILL)
    move = ("move", "Bill", "acme.ledger.v1", "--no-cache")
    done = protohome(tool.tree.root, *move, "--diff")
    assert done.returncode == 0, done.stderr
    before = tool.tree.everything()
    subprocess.run(["git", "apply", "-"], cwd=tool.tree.root, input=done.stdout, check=True)
    applied = tool.tree.everything()
    assert applied != before
    for path, text in before.items():
        if isinstance(text, bytes):
            Path(path).write_bytes(text)
    for path in applied.keys() - before.keys():
        Path(path).unlink()
    assert tool(*move).code == 0
    assert tool.tree.everything() == applied
