"""A graph as SVG, DOT, Mermaid or JSON.

The SVG is laid out here: owner lanes are columns, which no general layout keeps, and so nothing is
needed but this. Within a column, nodes stand near what they are connected with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from ..escaping.terminal import json_text, one_line
from ..escaping.xml import markup
from ..named import NamedTuple
from .graph import FORBIDDEN, HOME, Edge, Graph, Node

_CHARACTER = 7.3  # pixels of a 12-pixel monospace character, generously
_HIGH, _GAP, _BETWEEN, _EDGE, _TOP = 26, 18, 110, 24, 64
_TRACKS = 5  # ways side by side between two nodes that others pass, 3 pixels apart
_TALLEST = 26  # nodes of a column; a longer lane continues beside itself
_SMALLEST = 0.75  # of its size, where a page has less room; then it scrolls: 9 pixels can be read
_ROUNDS = 4  # of moving nodes towards their neighbours; more changes little

_STYLE = """\
svg.graph{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.graph .back{fill:#fff}.graph text{fill:#1f2328}.graph .lane{font-weight:bold}
.graph .node rect{fill:#eef4fb;stroke:#54718f}.graph .frozen rect{fill:#f3eefb;stroke:#74549a;\
stroke-dasharray:3 2}
.graph path{fill:none;stroke:#8794a1;stroke-width:1.2}.graph .forbidden path{stroke:#c62828;\
stroke-width:2.2}
.graph .home path{stroke:#74549a;stroke-dasharray:6 4}
.graph .tip{fill:#8794a1}.graph .forbidden .tip{fill:#c62828}.graph .home .tip{fill:#74549a}
.graph .edge:hover path{stroke-width:3.5}
@media(prefers-color-scheme:dark){.graph .back{fill:#0d1117}.graph text{fill:#e6edf3}
.graph .node rect{fill:#15263a;stroke:#7fa6cf}.graph .frozen rect{fill:#271c38;stroke:#b194dd}
.graph path{stroke:#7d8894}.graph .tip{fill:#7d8894}
.graph .forbidden path{stroke:#ff7b72}.graph .forbidden .tip{fill:#ff7b72}
.graph .home path{stroke:#b194dd}.graph .home .tip{fill:#b194dd}}
"""

_SAID = {"uses": "uses", FORBIDDEN: "must not depend on", HOME: "goes home to"}


class _Box(NamedTuple):
    node: Node
    column: int
    x: float
    y: float
    wide: float


class _Passage(NamedTuple):
    """A column as a way that passes it sees it: its sides, and where there is room."""

    left: float
    right: float
    gaps: tuple[float, ...]


def svg(drawn: Graph) -> str:
    """A picture that stands alone, or inside an HTML page."""
    columns = _columns(drawn)
    boxes, lanes, width, height = _placed(columns)
    passages = _passages(boxes.values())
    edges = sorted(drawn.edges, key=lambda edge: edge.kind == FORBIDDEN)
    count = f"{len(drawn.nodes)} nodes in {len(dict.fromkeys(n.lane for n in drawn.nodes))} lanes"
    bad = sum(edge.kind == FORBIDDEN for edge in drawn.edges)
    told = f"{count}, {len(drawn.edges)} dependencies, {bad} of them forbidden."
    size = f'width="{width:.0f}" height="{height:.0f}"'
    fit = f'style="max-width:100%;height:auto;min-width:{_SMALLEST * width:.0f}px"'
    head = 'class="graph" xmlns="http://www.w3.org/2000/svg" role="img"'
    labels = 'aria-labelledby="graph-title graph-desc"'
    parts = [
        f'<svg {head} {labels} viewBox="0 0 {width:.0f} {height:.0f}" {size} {fit}>',
        '<title id="graph-title">What depends on what, by owner lane</title>',
        f'<desc id="graph-desc">{told} Red: forbidden. Dashed: legacy, and the way home.</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="back" {size}/>',
        *(_lane(lane, x) for lane, x in lanes),
        *(_edge(edge, boxes, passages, at % _TRACKS) for at, edge in enumerate(edges)),
        *(_node(box) for box in boxes.values()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def dot(drawn: Graph) -> str:
    """For Graphviz: a cluster a lane."""
    lines = ["digraph protohome {", "  rankdir=LR;", '  node [shape=box, fontname="monospace"];']
    for number, lane in enumerate(dict.fromkeys(node.lane for node in drawn.nodes)):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(lane)};"]
        for node in drawn.nodes:
            if node.lane == lane:
                style = " [style=dashed]" if node.frozen else ""
                lines.append(f"    {_quoted(node.name)}{style};")
        lines.append("  }")
    looks = {"uses": "", FORBIDDEN: " [color=red, penwidth=2]", HOME: " [style=dashed]"}
    for edge in drawn.edges:
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)}{looks[edge.kind]};")
    return "\n".join([*lines, "}"]) + "\n"


def mermaid(drawn: Graph) -> str:
    """For Markdown on GitHub and GitLab: a subgraph a lane."""
    ids = {node.name: f"n{number}" for number, node in enumerate(drawn.nodes)}
    lines = ["flowchart LR"]
    for number, lane in enumerate(dict.fromkeys(node.lane for node in drawn.nodes)):
        lines.append(f'  subgraph l{number}["{_entity(lane)}"]')
        lines += [
            f'    {ids[node.name]}["{_entity(node.name)}"]{":::frozen" if node.frozen else ""}'
            for node in drawn.nodes
            if node.lane == lane
        ]
        lines.append("  end")
    arrows = {"uses": "-->", FORBIDDEN: "==>", HOME: "-.->"}
    red: list[str] = []
    for number, edge in enumerate(drawn.edges):
        lines.append(f"  {ids[edge.source]} {arrows[edge.kind]} {ids[edge.target]}")
        if edge.kind == FORBIDDEN:
            red.append(str(number))
    if red:
        lines.append(f"  linkStyle {','.join(red)} stroke:#c62828")
    lines.append("  classDef frozen stroke-dasharray:3 2")
    return "\n".join(lines) + "\n"


def json_document(drawn: Graph) -> str:
    """``nodes`` and ``edges``, each as ``graph`` describes them."""
    nodes = [json_text(json.dumps(node._asdict(), ensure_ascii=False)) for node in drawn.nodes]
    edges = [json_text(json.dumps(edge._asdict(), ensure_ascii=False)) for edge in drawn.edges]
    return (
        f'{{"nodes": [\n  {(chr(44) + chr(10) + "  ").join(nodes)}],\n'
        f' "edges": [\n  {(chr(44) + chr(10) + "  ").join(edges)}]}}\n'
    )


FORMATS: dict[str, Callable[[Graph], str]] = {
    "svg": svg,
    "dot": dot,
    "mermaid": mermaid,
    "json": json_document,
}


def _quoted(text: str) -> str:
    return '"' + one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _entity(text: str) -> str:
    return one_line(text).replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;")


# Layout


def _columns(drawn: Graph) -> list[list[Node]]:
    """The nodes of each lane, in columns of a height that can be read, near their neighbours."""
    columns: list[list[Node]] = []
    for lane in dict.fromkeys(node.lane for node in drawn.nodes):
        nodes = [node for node in drawn.nodes if node.lane == lane]
        parts = -(-len(nodes) // _TALLEST)
        size = -(-len(nodes) // parts)
        columns += [nodes[at : at + size] for at in range(0, len(nodes), size)]
    beside: dict[str, list[str]] = {}
    for edge in drawn.edges:
        beside.setdefault(edge.source, []).append(edge.target)
        beside.setdefault(edge.target, []).append(edge.source)
    for _ in range(_ROUNDS):
        at = {
            node.name: number / max(len(column) - 1, 1)
            for column in columns
            for number, node in enumerate(column)
        }

        def pull(node: Node, at: dict[str, float] = at) -> tuple[float, str]:
            near = beside.get(node.name, [node.name])
            return sum(at[name] for name in near) / len(near), node.name

        columns = [sorted(column, key=pull) for column in columns]
    return columns


def _placed(
    columns: list[list[Node]],
) -> tuple[dict[str, _Box], list[tuple[str, float]], float, float]:
    """Every node's box, where each lane's name stands, and the size of it all."""
    boxes: dict[str, _Box] = {}
    lanes: list[tuple[str, float]] = []
    tallest = max(map(len, columns), default=1)
    x: float = _EDGE
    for number, column in enumerate(columns):
        lane = column[0].lane
        wide = max(len(name) for name in (lane, *(node.name for node in column))) * _CHARACTER + 16
        if not number or columns[number - 1][0].lane != lane:
            lanes.append((lane, x))
        top = _TOP + (tallest - len(column)) * (_HIGH + _GAP) / 2
        for place, node in enumerate(column):
            boxes[node.name] = _Box(node, number, x, top + place * (_HIGH + _GAP), wide)
        x += wide + _BETWEEN
    width = max(x - _BETWEEN + 4 * _EDGE, 320)
    return boxes, lanes, width, _TOP + tallest * (_HIGH + _GAP) + _EDGE


def _lane(lane: str, x: float) -> str:
    return f'<text class="lane" x="{x:.0f}" y="36">{markup(one_line(lane))}</text>'


def _node(box: _Box) -> str:
    kind = "node frozen" if box.node.frozen else "node"
    name = markup(one_line(box.node.name))
    size = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.wide:.1f}" height="{_HIGH}"'
    text = f'<text x="{box.x + 8:.1f}" y="{box.y + 17:.1f}">{name}</text>'
    return f'<g class="{kind}"><rect {size} rx="4"/>{text}</g>'


def _curve(c1: float, y1: float, c2: float, y2: float, x: float) -> str:
    """The rest of a path: from the height ``y1`` level to ``x`` at the height ``y2``."""
    return f"C{c1:.1f} {y1:.1f} {c2:.1f} {y2:.1f} {x:.1f} {y2:.1f}"


def _passages(boxes: Iterable[_Box]) -> list[_Passage]:
    """The columns from left to right."""
    columns: dict[int, list[_Box]] = {}
    for box in boxes:
        columns.setdefault(box.column, []).append(box)
    found: list[_Passage] = []
    for _, column in sorted(columns.items()):
        tops = sorted(box.y for box in column)
        gaps = (*(y - _GAP / 2 for y in tops), tops[-1] + _HIGH + _GAP / 2)
        found.append(_Passage(column[0].x, column[0].x + column[0].wide, gaps))
    return found


def _edge(edge: Edge, boxes: dict[str, _Box], passages: list[_Passage], track: int) -> str:
    """A way between two boxes, which passes other columns between their boxes."""
    source, target = boxes[edge.source], boxes[edge.target]
    y1, y2 = source.y + _HIGH / 2, target.y + _HIGH / 2
    if source.column == target.column:
        x1 = x2 = source.x + source.wide
        bend = 24 + min(abs(y2 - y1) / 4, 60)
        tip, path = -1, f"M{x1:.1f} {y1:.1f}{_curve(x1 + bend, y1, x2 + bend, y2, x2)}"
    else:
        tip = 1 if source.column < target.column else -1
        x1 = source.x + source.wide if tip > 0 else source.x
        x2 = target.x if tip > 0 else target.x + target.wide
        path = f"M{x1:.1f} {y1:.1f}"
        x, y = x1, y1
        for passed in passages[source.column + tip : target.column : tip]:
            begin, end = (passed.left, passed.right)[::tip]
            wish = y1 + (y2 - y1) * (begin - x1) / (x2 - x1)
            through = min((abs(gap - wish), gap) for gap in passed.gaps)[1]
            through += 3 * (track - _TRACKS // 2)
            path += _curve((x + begin) / 2, y, (x + begin) / 2, through, begin) + f"H{end:.1f}"
            x, y = end, through
        path += _curve((x + x2) / 2, y, (x + x2) / 2, y2, x2)
    back = x2 - 7 * tip
    said = f"{edge.source} {_SAID[edge.kind]} {edge.target} ({edge.times})"
    return (
        f'<g class="edge {edge.kind}"><title>{markup(one_line(said))}</title><path d="{path}"/>'
        f'<polygon class="tip" points="{x2:.1f},{y2:.1f} {back:.1f},{y2 - 3.5:.1f}'
        f' {back:.1f},{y2 + 3.5:.1f}"/></g>'
    )
