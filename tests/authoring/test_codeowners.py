"""``protohome codeowners``, and what ``fix`` keeps true: owners and lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from protohome.loading.beside import codeowners
from trees import Tool, Tree

BLOCK = [
    "# protohome:begin owners (from PACKAGE_MAP.md; `protohome fix` keeps this true)",
    "/proto/acme/billing/v1/ @acme/billing",
    "# protohome:end",
]


def test_a_pattern_that_may_be_tried_in_millions_of_ways_owns_nothing() -> None:
    lines = codeowners.read("* @all\n*a*a*a*a*b @some\n/x/*a*a*a @three\n")
    assert [line.pattern for line in lines] == ["*", "/x/*a*a*a"]


@pytest.fixture
def tool(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Tool:
    """The command line in a tree whose configuration knows one lane's handles."""
    tree = Tree(tmp_path / "tree")
    tree.write("protohome.toml", '[owners]\n"owner:billing" = "@acme/billing"\n')
    return Tool(tree, capsys, monkeypatch)


def test_it_prints_the_block_and_names_lanes_without_handles(tool: Tool) -> None:
    done = tool("codeowners", "--no-cache")
    assert done == (0, BLOCK, ["owner:ledger: no handles; name them in [owners]"])


def test_it_checks_that_the_block_is_there_and_true(tool: Tool) -> None:
    done = tool("codeowners", "--check")
    assert (done.code, done.out) == (1, [])
    assert "no CODEOWNERS file has the block; `protohome codeowners` prints it" in done.err
    tool.tree.write("CODEOWNERS", "\n".join(["* @acme/all", *BLOCK, ""]))
    assert tool("codeowners", "--check").code == 0
    tool.tree.edit("protohome.toml", "@acme/billing", "@acme/money")
    done = tool("codeowners", "--check")
    assert (done.code, done.err[-1]) == (1, "CODEOWNERS: not as the map says")


def test_fix_keeps_owners_and_lists_true(tool: Tool) -> None:
    begin = "<!-- protohome:begin {} -->\n<!-- protohome:end -->\n"
    tool.tree.write("CODEOWNERS", "# protohome:begin owners\n# protohome:end\n")
    tool.tree.write("docs/a.md", begin.format("packages") + begin.format("files acme.ledger.v1"))
    assert [line.split(":")[0] for line in tool.check("--fail-level=warning").out] == [
        "CODEOWNERS",
        "docs/a.md",
        "docs/a.md",
    ]
    assert tool("fix", "--no-cache").code == 0
    assert tool.check("--fail-level=warning").code == 0
    assert "- `proto/acme/ledger/v1/entry.proto`\n" in (tool.tree.root / "docs/a.md").read_text()
    assert "/proto/acme/billing/v1/ @acme/billing\n" in (tool.tree.root / "CODEOWNERS").read_text()


def test_the_last_line_that_matches_owns() -> None:
    lines = codeowners.read("# all\n* @all\n[Docs]\n/docs/ @docs @sam # why\n\n*.proto\n")
    assert [line.number for line in lines] == [2, 4, 6]
    assert codeowners.owners(lines, ["docs/a.md", "docs/a.proto", "b/c.txt"]) == {
        "docs/a.md": ("@docs", "@sam"),
        "docs/a.proto": (),
        "b/c.txt": ("@all",),
    }
    assert [*codeowners.lanes(["@acme/billing", "@sam", "pat@acme.test"])] == [
        "owner:billing",
        "owner:sam",
        "owner:pat",
    ]
