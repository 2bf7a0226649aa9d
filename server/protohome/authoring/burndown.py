"""How the frozen packages emptied, commit by commit, from git's objects alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .. import git
from ..disk import LoadError
from ..history import trees
from ..syntax import Parser
from ..verdicts import Judge
from .report import Point

_MOST = 40  # commits; a chart of a hand's width shows no more


def burndown(judge: Judge, since: str) -> list[Point]:
    """A point for each of the commits since ``since`` (a date as git reads it), oldest first.

    What is frozen is what the map freezes today. Raises LoadError when git cannot tell.
    """
    root = judge.snapshot.root
    answer = git.run(root, "log", "--first-parent", "--format=%H %cI", f"--since={since}", "HEAD")
    if answer.code:
        raise LoadError(f"--since {since}: git cannot tell the history: {answer.why or 'no git'}")
    commits = [line.split(" ") for line in answer.output.decode().splitlines()][::-1]
    counted: dict[str, int] = {}
    parser = Parser()
    return [
        Point(when, commit, _left(root, commit, judge.frozen, parser, counted))
        for commit, when in _sample(commits)
    ]


def _left(
    root: str, commit: str, frozen: Collection[str], parser: Parser, counted: dict[str, int]
) -> int:
    """The contracts that a commit declares in frozen packages; ``counted`` are those of blobs."""
    blobs = {path: b for path, b in trees.at(root, commit).items() if path.endswith(".proto")}
    new = {path: blob for path, blob in blobs.items() if blob.id not in counted}
    names = [package.encode() for package in frozen]
    for path, source in trees.read(new):
        number = 0
        if any(name in source for name in names):
            file = parser.read_once(path, source)
            number = len(file.contracts) if file.package in frozen else 0
        counted[new[path].id] = number
    return sum(counted.get(blob.id, 0) for blob in blobs.values())


def _sample(commits: Sequence[list[str]]) -> Sequence[list[str]]:
    """All, or as many as a chart shows, the first and the last among them."""
    if len(commits) <= _MOST:
        return commits
    return [commits[number * (len(commits) - 1) // (_MOST - 1)] for number in range(_MOST)]
