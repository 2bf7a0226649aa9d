"""False alarms of whole trees under the maps that teams have, and successors found.

``python benchmarks/modes.py [NAME…]`` prints a Markdown table, half a minute a tree. Every contract
is judged where it is, of which none is misplaced: with all rows, without an audit table, and with a
tenth of the rows missing, ten times, so that each row is missing once. Then a hundred contracts are
copied into a frozen package under a map that says where they went: half by their names, half under
another name and with a tenth of their members gone, of those that have four at least.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator

from evaluate import text

import trees
from protohome import packagemap, syntax
from protohome.model import Message
from protohome.verdicts import Judge
from protohome.workspace import Located, Snapshot

FROZEN = "attic.v1"
PAIRS = 100


def misplaced(snapshot: Snapshot) -> int:
    """How many contracts are accused."""
    judge = Judge(snapshot)
    every = (located for same in snapshot.contracts.values() for located in same)
    return sum(judge.home_of(located).misplaced for located in every)


def rows_missing(snapshot: Snapshot) -> int:
    """How many are accused while a tenth of the rows is missing, each row once."""
    rows, found = list(snapshot.map.audit), 0
    random.Random(1).shuffle(rows)
    for number in range(10):
        gone = {row.file for row in rows[number::10]}
        kept = tuple(row for row in snapshot.map.audit if row.file not in gone)
        judge = Judge(snapshot.with_map(snapshot.map._replace(audit=kept)))
        for path in gone:
            file = snapshot.files[path]
            found += sum(judge.home_of(Located(file, c)).misplaced for c in file.contracts)
    return found


def successors(snapshot: Snapshot) -> tuple[int, int, int, int]:
    """How many shims there are, found rightly, in frozen packages and circular."""
    every = [same[0] for same in snapshot.contracts.values()]
    fit = [
        located
        for located in every
        if isinstance(located.contract, Message)
        and len(located.contract.fields) > 3
        and not located.contract.messages
        and located.file.package in snapshot.packages
    ]
    random.Random(3).shuffle(fit)
    homes: dict[str, list[str]] = {}
    truth: dict[str, str] = {}
    taken: set[str] = set()
    for number, (file, contract) in enumerate(fit):
        if len(truth) == PAIRS or not isinstance(contract, Message):
            break
        name = contract.name if number % 2 == 0 else f"Old{contract.name}Thing"
        if name in taken:
            continue
        taken.add(name)
        copy = text(snapshot, Located(file, contract)).decode()
        copy = re.sub(rf"\b{contract.name}\b", name, copy, count=1)
        for field in contract.fields[: -(-len(contract.fields) // 10)] if number % 2 else ():
            copy = re.sub(
                rf"[^\n;{{]*\b{field.name}\s*=\s*{field.number}\b[^;]*;", "", copy, count=1
            )
        homes.setdefault(file.package, []).append(f"{copy}\n")
        truth[f"{FROZEN}.{name}"] = f"{file.package}.{contract.name}"
    added, rows = {}, []
    for number, (package, texts) in enumerate(homes.items()):
        path = f"attic/v1/part{number}.proto"
        source = f'syntax = "proto3";\npackage {FROZEN};\n' + "".join(texts)
        added[path] = syntax.read(path, source.encode())
        rows.append(f"| `{path}` | `{FROZEN}` | `{package}` |\n")
    head = "| Package | Contains | Does not contain |\n| --- | --- | --- |\n"
    attic = f"{head}| `{FROZEN}` | Shims | Any new contracts |\n\n"
    head = "| Current file | Current package | Canonical package home |\n| --- | --- | --- |\n"
    more = packagemap.read(snapshot.map.path, (attic + head + "".join(rows)).encode())
    whole = snapshot.map._replace(
        packages=snapshot.map.packages + more.packages, audit=snapshot.map.audit + more.audit
    )
    tree = snapshot.with_files(added).with_map(whole)
    judge = Judge(tree)
    right = frozen = circular = 0
    for fqn, home in truth.items():
        found = judge.successor_of(tree.contracts[fqn][0])
        right += found is not None and found.located.fqn == home
        frozen += found is not None and found.located.file.package in judge.frozen
        circular += found is not None and judge.canonical(found.located.fqn) != found.located.fqn
    return len(truth), right, circular, frozen


def table(names: list[str]) -> Iterator[str]:
    yield (
        "| tree | contracts | all rows | no table | rows missing | pairs | found | circular"
        " | in frozen |"
    )
    yield "| --- |" + " ---: |" * 8
    for name in names:
        tree = trees.snapshot(name)
        bare = tree.with_map(tree.map._replace(audit=()))
        cells = [len(tree.contracts), misplaced(tree), misplaced(bare), rows_missing(tree)]
        yield f"| {name} | {' | '.join(map(str, [*cells, *successors(tree)]))} |"


if __name__ == "__main__":
    for line in table(sys.argv[1:] or list(trees.TREES)):
        print(line, flush=True)
