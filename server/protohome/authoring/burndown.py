"""How the frozen packages emptied, commit by commit, from git's objects alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from ..history import trees
from ..syntax import Parser
from ..system import git
from ..system.disk import LoadError
from ..verdicts import Judge
from .report import UNKNOWN, Point, contracts

_MOST = 40  # commits; a chart of a hand's width shows no more


def burndown(judge: Judge, since: str) -> list[Point]:
    """A point for each of the commits since ``since`` (a date as git reads it), oldest first.

    What is frozen is what the map freezes today, and where a contract goes is what it says today;
    one that has gone went to its namesake's lane. Raises LoadError when git cannot tell.
    """
    root = judge.snapshot.root
    answer = git.run(root, "log", "--first-parent", "--format=%H %cI", f"--since={since}", "HEAD")
    if answer.code:
        raise LoadError(f"--since {since}: git cannot tell the history: {answer.why or 'no git'}")
    commits = [line.split(" ") for line in answer.output.decode().splitlines()][::-1]
    declared: dict[str, tuple[str, ...]] = {}
    parser = Parser()
    lane_of = _lanes(judge)
    points: list[Point] = []
    for commit, when in _sample(commits):
        left = _left(root, commit, judge.frozen, parser, declared)
        lanes = Counter(lane_of(fqn) for fqn in left)
        points.append(Point(when, commit, len(left), dict(sorted(lanes.items()))))
    return points


def _left(
    root: str,
    commit: str,
    frozen: Collection[str],
    parser: Parser,
    declared: dict[str, tuple[str, ...]],
) -> list[str]:
    """The contracts that a commit has in frozen packages; ``declared`` are those of blobs."""
    blobs = {path: b for path, b in trees.at(root, commit).items() if path.endswith(".proto")}
    new = {path: blob for path, blob in blobs.items() if blob.id not in declared}
    names = [package.encode() for package in frozen]
    for path, source in trees.read(new):
        found: tuple[str, ...] = ()
        if any(name in source for name in names):
            file = parser.read_once(path, source)
            if file.package in frozen:
                found = tuple(file.fqn(contract) for contract in file.contracts)
        declared[new[path].id] = found
    return [fqn for blob in blobs.values() for fqn in declared.get(blob.id, ())]


def _lanes(judge: Judge) -> Callable[[str], str]:
    """Which owner lane a frozen package's contract goes to, or went to."""
    here: dict[str, str] = {}
    namesakes: dict[str, str] = {}
    for row in contracts(judge):
        package, _, name = row.fqn.rpartition(".")
        if package not in judge.frozen:
            namesakes[name] = row.lane
        elif not row.is_home:
            here[row.fqn] = row.lane
    successors = judge.snapshot.config.successors

    def lane_of(fqn: str) -> str:
        name = successors.get(fqn, fqn).rpartition(".")[2]
        return here.get(fqn) or namesakes.get(name, UNKNOWN)

    return lane_of


def _sample(commits: Sequence[list[str]]) -> Sequence[list[str]]:
    """All, or as many as a chart shows, the first and the last among them."""
    if len(commits) <= _MOST:
        return commits
    return [commits[number * (len(commits) - 1) // (_MOST - 1)] for number in range(_MOST)]
