"""What depends on what, as data: packages, files or contracts, and the ways between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ..named import NamedTuple
from ..packagemap.scopes import forbids
from ..verdicts import Judge
from ..workspace.snapshot import Located

PACKAGES, FILES, CONTRACTS = "packages", "files", "contracts"
USES, FORBIDDEN, HOME = "uses", "forbidden", "home"
NO_LANE = "no owner"


class Node(NamedTuple):
    """A package, file or contract; ``lane`` is its package's owner lane."""

    name: str
    lane: str
    frozen: bool


class Edge(NamedTuple):
    """A way from one node to another, ``times`` referred to, or as many contracts.

    ``uses``; ``forbidden``, which a rule sentence rules out; ``home``, from legacy to its home.
    """

    source: str
    target: str
    kind: str
    times: int


class Graph(NamedTuple):
    """Nodes by lane and name; edges from a node to itself are left out."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph(judge: Judge, level: str = PACKAGES) -> Graph:
    """The graph of a judged snapshot at one of the three levels."""
    snapshot = judge.snapshot
    packages = {name: row.owner.lane or NO_LANE for name, row in snapshot.packages.items()}
    for package in snapshot.by_package:
        packages.setdefault(package, NO_LANE)
    nodes: dict[str, Node] = {}

    def node(name: str, package: str) -> str:
        if name not in nodes:
            lane = packages.get(package, NO_LANE)
            nodes[name] = Node(name, lane, package in judge.frozen)
        return name

    def name_of(located: Located) -> str:
        package = located.file.package
        name = {PACKAGES: package, FILES: located.file.path, CONTRACTS: located.fqn}[level]
        return node(name or "(no package)", package)

    if level == PACKAGES:
        for package in packages:
            node(package or "(no package)", package)
    ruled_out: dict[tuple[str, str], bool] = {}
    ways: Counter[tuple[str, str, str]] = Counter()
    for several in snapshot.contracts.values():
        for located in several:
            name_of(located)
            _go_home(judge, located, level, name_of, ways)
    for fqn, references in snapshot.references.items():
        target = snapshot.contracts[fqn][0]
        for reference in references:
            using = snapshot.contracts.get(reference.contract)
            if not using:
                continue
            source = using[0]
            pair = source.file.package, target.file.package
            if pair not in ruled_out:
                ruled_out[pair] = _forbids(judge, *pair)
            kind = FORBIDDEN if ruled_out[pair] else USES
            ways[name_of(source), name_of(target), kind] += 1
    edges = (Edge(*way, times) for way, times in ways.items() if way[0] != way[1])
    ordered = sorted(nodes.values(), key=lambda each: (each.lane == NO_LANE, each.lane, each.name))
    return Graph(tuple(ordered), tuple(sorted(edges)))


def _forbids(judge: Judge, package: str, other: str) -> bool:
    return any(
        forbids(statement, package, other)
        for sentence in judge.snapshot.map.sentences
        for statement in sentence.statements
    )


def _go_home(
    judge: Judge,
    located: Located,
    level: str,
    name_of: Callable[[Located], str],
    ways: Counter[tuple[str, str, str]],
) -> None:
    """The way of a frozen package's contract to its home, or to its successor."""
    if located.file.package not in judge.frozen:
        return
    source = name_of(located)
    successor = judge.successor_of(located)
    if successor is not None:
        ways[source, name_of(successor.located), HOME] += 1
    elif level == PACKAGES:
        verdict = judge.home_of(located)
        if verdict.misplaced and verdict.home in judge.snapshot.packages:
            ways[source, verdict.home, HOME] += 1
