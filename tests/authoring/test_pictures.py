"""``protohome graph`` and ``protohome report``: what they say of a tree, whatever its names are."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from protohome.authoring.graph import Edge, Graph, Node
from protohome.authoring.pictures import svg
from trees import ENTRY, Repository, Tool, Tree, fits

RULES = "\n## Placement rules\n\n- `acme.ledger.v1` must not depend on `acme.billing.v1`.\n"
USING = """\
package acme.ledger.v1;
import "acme/billing/v1/invoice.proto";
message Entry { acme.billing.v1.Invoice invoice = 1; }
"""
LEGACY = "| `acme.old.v1` | Legacy | `owner:ledger` | Shims | Any new contracts |\n"


@pytest.fixture
def tool(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Tool:
    """The command line in a tree with a forbidden dependency and a legacy package."""
    tree = Tree(tmp_path / "tree")
    text = (tree.root / "PACKAGE_MAP.md").read_text("utf-8")
    tree.write("PACKAGE_MAP.md", text.replace("\n\n", f"\n{LEGACY}\n", 1))
    tree.write(ENTRY, USING)
    tree.write("proto/acme/old/v1/old.proto", "package acme.old.v1;\nmessage Invoice {}\n")
    tree.audit("proto/acme/old/v1/old.proto", "acme.old.v1")
    tree.edit(
        "PACKAGE_MAP.md", "`acme.old.v1` | `acme.old.v1` |", "`acme.old.v1` | `acme.billing.v1` |"
    )
    with (tree.root / "PACKAGE_MAP.md").open("a", encoding="utf-8") as stream:
        stream.write(RULES)
    return Tool(tree, capsys, monkeypatch)


def test_json_has_nodes_by_lane_and_ways_between_them(tool: Tool) -> None:
    drawn = json.loads("\n".join(tool("graph", "--no-cache", "--format", "json").out))
    assert [[node["name"], node["lane"], node["frozen"]] for node in drawn["nodes"]] == [
        ["acme.billing.v1", "owner:billing", False],
        ["acme.ledger.v1", "owner:ledger", False],
        ["acme.old.v1", "owner:ledger", True],
    ]
    assert [[*edge.values()] for edge in drawn["edges"]] == [
        ["acme.ledger.v1", "acme.billing.v1", "forbidden", 1],
        ["acme.old.v1", "acme.billing.v1", "home", 1],
    ]


@pytest.mark.parametrize(
    ("level", "name"), [("--files", ENTRY), ("--contracts", "acme.ledger.v1.Entry")]
)
def test_files_and_contracts_are_drawn_too(tool: Tool, level: str, name: str) -> None:
    drawn = json.loads("\n".join(tool("graph", "--no-cache", "--format", "json", level).out))
    assert name in [node["name"] for node in drawn["nodes"]]
    assert name in [edge["source"] for edge in drawn["edges"]]


def test_the_picture_is_svg_with_a_title_and_what_is_forbidden_is_marked(tool: Tool) -> None:
    document = ElementTree.fromstring("\n".join(tool("graph", "--no-cache").out))
    space = "{http://www.w3.org/2000/svg}"
    assert document.findtext(f"{space}title") == "What depends on what, by owner lane"
    ways = {group.get("class"): group.findtext(f"{space}title") for group in document.iter()}
    assert ways["edge forbidden"] == "acme.ledger.v1 must not depend on acme.billing.v1 (1)"
    assert ways["edge home"] == "acme.old.v1 goes home to acme.billing.v1 (1)"


def test_the_picture_is_written_where_it_is_wanted(tool: Tool) -> None:
    said = "\n".join(tool("graph", "--no-cache").out)
    assert tool("graph", "--no-cache", "-o", "graph.svg").out == ["wrote graph.svg"]
    assert (tool.tree.root / "graph.svg").read_text("utf-8").strip() == said.strip()
    done = tool("graph", "--no-cache", "-o", "none/graph.svg")
    assert (done.code, len(done.err)) == (2, 1)


def test_dot_and_mermaid_say_the_same(tool: Tool) -> None:
    dot = tool("graph", "--no-cache", "--format", "dot").out
    assert '  "acme.ledger.v1" -> "acme.billing.v1" [color=red, penwidth=2];' in dot
    mermaid = tool("graph", "--no-cache", "--format", "mermaid").out
    assert "  n1 ==> n0" in mermaid
    assert '  subgraph l0["owner:billing"]' in mermaid


def test_eighty_packages_do_not_overlap(tool: Tool) -> None:
    rows = "".join(
        f"| `acme.p{number}.v1` | P | `owner:l{number % 7}` | P{number} | |\n"
        for number in range(80)
    )
    header = "| --- | --- | --- | --- | --- |\n"
    text = (tool.tree.root / "PACKAGE_MAP.md").read_text("utf-8")
    tool.tree.write("PACKAGE_MAP.md", text.replace(header, header + rows, 1))
    said = "\n".join(tool("graph", "--no-cache").out)
    shape = r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="(\d+)"'
    boxes = [tuple(map(float, found)) for found in re.findall(shape, said)]
    assert len(boxes) == 83
    for at, (x, y, wide, high) in enumerate(boxes):
        for left, top, width, height in boxes[at + 1 :]:
            apart = x + wide <= left or left + width <= x or y + high <= top or top + height <= y
            assert apart


def test_a_way_passes_other_columns_between_their_boxes() -> None:
    """Behind a box it would seem to end there."""
    names = [f"{lane}{number}" for lane in "abcde" for number in range(5)]
    nodes = tuple(Node(name, name[0], False) for name in names)
    edges = tuple(
        Edge(one, other, "uses", 1) for one in names for other in names if one[0] != other[0]
    )
    document = ElementTree.fromstring(svg(Graph(nodes, edges)))
    space = "{http://www.w3.org/2000/svg}"
    boxes = [
        [float(box.get(name, 0)) for name in ("x", "y", "width", "height")]
        for box in document.iter(f"{space}rect")
        if box.get("rx")
    ]
    level = [
        (float(curve), float(height), float(end))
        for path in document.iter(f"{space}path")
        for curve, height, end in re.findall(r"([\d.]+) ([\d.]+)H([\d.]+)", path.get("d", ""))
    ]
    assert len(level) > 100
    for begin, height, end in level:
        left, right = sorted((begin, end))
        for x, y, wide, high in boxes:
            assert right <= x or x + wide <= left or height < y or y + high < height


def test_the_report_is_one_file_that_needs_nothing_else(tool: Tool) -> None:
    tool.tree.edit("PACKAGE_MAP.md", "Ledger entries", "Ledger <3 entries & more")
    done = tool("report", "--no-cache", "-o", "out.html")
    assert done == (0, ["wrote out.html"], [])
    page = (tool.tree.root / "out.html").read_text("utf-8")
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    assert "Ledger &lt;3 entries &amp; more" in page
    for wanted in ("acme.ledger.v1.Entry", "must not depend on", "owner:billing", "acme.old.v1"):
        assert wanted in page
    assert tool("report", "--no-cache").out == page.splitlines()


def test_the_report_says_of_each_sentence_what_was_read_or_why_not(tool: Tool) -> None:
    with (tool.tree.root / "PACKAGE_MAP.md").open("a", encoding="utf-8") as stream:
        stream.write("- Ideally, payments live in `acme.billing.v1`.\n- Ask before you merge.\n")
    page = "\n".join(tool("report", "--no-cache").out)
    for wanted in (
        "<code>NoDependency(acme.ledger.v1, acme.billing.v1)</code>",
        '<span class="warning">not followed</span>: it is hedged (“Ideally”)',
        '<span class="prose">prose</span>',
    ):
        assert wanted in page


def test_the_burn_down_is_read_from_git(tool: Tool, git_environment: dict[str, str]) -> None:
    git = Repository(tool.tree.root, git_environment)
    tool.tree.write("proto/acme/old/v1/old.proto", "package acme.old.v1;\n")
    git("commit", "-qam", "Empty it")
    page = "\n".join(tool("report", "--no-cache", "--since", "2000-01-01").out)
    assert re.search(r'<desc id="burn-desc">1 on [\d-]+, 0 on [\d-]+\.</desc>', page)
    row = '<th scope="row">owner:billing</th>'
    counts = '<td class="number">1</td><td class="number">0</td>'
    assert row + counts in page, "the invoice has gone to its namesake's lane"
    done = tool("report", "--since", "2000-01-01", "-o", "nowhere/out.html")
    assert (done.code, fits(done.err[0], "protohome: nowhere/out.html: cannot be …")) == (2, True)


def test_without_git_there_is_no_history(tool: Tool) -> None:
    done = tool("report", "--no-cache", "--since", "2000-01-01")
    assert done.code == 2
    assert done.err[0].startswith("protohome: --since 2000-01-01: git cannot tell the history")


def test_without_jinja_it_says_what_to_install(tool: Tool) -> None:
    code = (
        "import sys; sys.modules['jinja2'] = None; from protohome.cli import main;"
        " sys.exit(main(['report', '--no-cache']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tool.tree.root, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "the report needs Jinja2: pip install 'protohome[report]'" in done.stderr
