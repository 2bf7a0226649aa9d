"""False alarms of whole trees under the maps that teams have.

``python benchmarks/modes.py [NAME…]`` prints a Markdown table, a minute a tree. Every contract is
judged where it is, of which none is misplaced: with all rows, without an audit table, and with a
tenth of the rows missing, ten times, so that each row is missing once; that without a reference, as
in a folder that is no checkout, and with the tree itself as the reference.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import trees
from protohome.verdicts import Judge
from protohome.workspace.revision import Revision
from protohome.workspace.snapshot import Located, Snapshot


def misplaced(snapshot: Snapshot) -> int:
    """How many contracts are accused."""
    judge = Judge(snapshot)
    every = (located for same in snapshot.contracts.values() for located in same)
    return sum(judge.home_of(located).misplaced for located in every)


def rows_missing(snapshot: Snapshot, with_reference: bool) -> int:
    """How many are accused while a tenth of the rows is missing, each row once."""
    rows, found = list(snapshot.map.audit), 0
    random.Random(1).shuffle(rows)
    for number in range(10):
        gone = {row.file for row in rows[number::10]}
        kept = tuple(row for row in snapshot.map.audit if row.file not in gone)
        less = snapshot.with_map(snapshot.map._replace(audit=kept))
        judge = Judge(less.with_reference(less, Revision("HEAD")) if with_reference else less)
        for path in gone:
            file = snapshot.files[path]
            found += sum(judge.home_of(Located(file, c)).misplaced for c in file.contracts)
    return found


def table(names: list[str]) -> Iterator[str]:
    yield "| tree | contracts | all rows | no table | rows missing | with a reference |"
    yield "| --- |" + " ---: |" * 5
    for name in names:
        tree = trees.snapshot(name)
        bare = tree.with_map(tree.map._replace(audit=()))
        cells = [len(tree.contracts), misplaced(tree), misplaced(bare)]
        cells += [rows_missing(tree, False), rows_missing(tree, True)]
        yield f"| {name} | {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    for line in table(sys.argv[1:] or list(trees.TREES)):
        print(line, flush=True)
