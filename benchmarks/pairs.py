"""Successors of shims on eight public trees (``trees``): found, and found where there is none.

``python benchmarks/pairs.py [NAME…]`` prints a Markdown table, some seconds a tree. A hundred
messages of two fields at least are copied into a frozen package under a map that says where they
went: under their own names, under ``Old…Thing``, and under numbers, the last two without a tenth of
their fields, if they have three. *As alike* are those that another contract of the home equals as
much: only a name could tell them apart. Then each contract itself is taken away, so that every
successor is wrong.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from evaluate import text

import trees
from protohome import packagemap, syntax
from protohome.model import Message
from protohome.verdicts import Judge
from protohome.workspace.snapshot import Located, Snapshot

FROZEN = "attic.v1"
PAIRS = 100
NAMES: dict[str, Callable[[str, int], str]] = {
    "same name": lambda name, _: name,
    "renamed": lambda name, _: f"Old{name}Thing",
    "numbered": lambda _, number: f"Attic{number}",
}


class Attic(NamedTuple):
    """A tree with copies in a frozen package; ``truth`` is what each was copied from."""

    tree: Snapshot
    truth: dict[str, Located]


def attic(snapshot: Snapshot, named: Callable[[str, int], str]) -> Attic:
    """A tree with copies of a hundred messages, which lack a tenth of their fields if renamed."""
    fit = [
        same[0]
        for same in snapshot.contracts.values()
        if isinstance(same[0].contract, Message)
        and len(same[0].contract.fields) > 1
        and not same[0].contract.messages
        and same[0].file.package in snapshot.packages
    ]
    random.Random(3).shuffle(fit)
    texts: dict[str, list[str]] = {}
    truth: dict[str, Located] = {}
    for number, located in enumerate(fit):
        contract = located.contract
        name = named(contract.name, number)
        if f"{FROZEN}.{name}" in truth or not isinstance(contract, Message):
            continue
        copy = text(snapshot, located).decode()
        copy = re.sub(rf"\b{contract.name}\b", name, copy, count=1)
        size = len(contract.fields)
        lost = contract.fields[: -(-size // 10)] if name != contract.name and size > 2 else ()
        for field in lost:
            declared = rf"[^\n;{{]*\b{field.name}\s*=\s*{field.number}\b[^;]*;"
            copy = re.sub(declared, "", copy, count=1)
        texts.setdefault(located.file.package, []).append(f"{copy}\n")
        truth[f"{FROZEN}.{name}"] = located
        if len(truth) == PAIRS:
            break
    added, rows = {}, []
    for number, (package, copies) in enumerate(texts.items()):
        path = f"attic/v1/part{number}.proto"
        source = f'syntax = "proto3";\npackage {FROZEN};\n' + "".join(copies)
        added[path] = syntax.read(path, source.encode())
        rows.append(f"| `{path}` | `{FROZEN}` | `{package}` |\n")
    head = "| Package | Contains | Does not contain |\n| --- | --- | --- |\n"
    packages = f"{head}| `{FROZEN}` | Shims | Any new contracts |\n\n"
    head = "| Current file | Current package | Canonical package home |\n| --- | --- | --- |\n"
    more = packagemap.read(snapshot.map.path, (packages + head + "".join(rows)).encode())
    whole = snapshot.map._replace(
        packages=snapshot.map.packages + more.packages, audit=snapshot.map.audit + more.audit
    )
    return Attic(snapshot.with_files(added).with_map(whole), truth)


def without_originals(made: Attic) -> Snapshot:
    """The tree once all that was copied is gone from where it was."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for located in made.truth.values():
        span = located.contract.span
        spans.setdefault(located.file.path, []).append((span.start, span.end))
    files = {}
    for path, cut in spans.items():
        source = made.tree.files[path].source
        for start, end in sorted(cut, reverse=True):
            source = source[:start] + source[end:]
        files[path] = syntax.read(path, source)
    return made.tree.with_files(files)


def as_alike(made: Attic, shim: Located, truth: Located) -> bool:
    """Whether another contract beside the true one has as many of a shim's members."""
    mine = _members(shim)
    return any(
        contract.name != truth.contract.name
        and len(mine & _members(Located(file, contract))) >= len(mine & _members(truth))
        for file in made.tree.by_package[truth.file.package]
        for contract in file.contracts
    )


def _members(located: Located) -> set[tuple[int | None, str]]:
    contract = located.contract
    fields = contract.fields if isinstance(contract, Message) else ()
    return {(field.number, field.name) for field in fields}


def table(names: list[str]) -> Iterator[str]:
    yield (
        f"| tree | {' | '.join(NAMES)} | of them as alike | circular | in frozen"
        " | original gone: renamed | numbered |"
    )
    yield "| --- |" + " ---: |" * (len(NAMES) + 5)
    for name in names:
        found, gone, bad, tied = [], [], [0, 0], 0
        for kind, named in NAMES.items():
            made = attic(trees.snapshot(name), named)
            judge, right, alike = Judge(made.tree), 0, 0
            for fqn, truth in made.truth.items():
                shim = made.tree.contracts[fqn][0]
                successor = judge.successor_of(shim)
                if successor is not None:
                    other = successor.located
                    right += other.fqn == truth.fqn
                    bad[0] += judge.canonical(other.fqn) != other.fqn
                    bad[1] += other.file.package in judge.frozen
                    if other.fqn != truth.fqn:
                        print(f"<!-- {name}: {fqn} {truth.fqn} -> {other.fqn} -->", file=sys.stderr)
                alike += as_alike(made, shim, truth)
            found.append(f"{right} of {len(made.truth)}")
            if kind != "same name":
                tied = alike
                judge = Judge(without_originals(made))
                wrong = (judge.successor_of(made.tree.contracts[fqn][0]) for fqn in made.truth)
                gone.append(str(sum(one is not None for one in wrong)))
        yield f"| {name} | {' | '.join([*found, str(tied), *map(str, bad), *gone])} |"


if __name__ == "__main__":
    for line in table(sys.argv[1:] or list(trees.TREES)):
        print(line, flush=True)
