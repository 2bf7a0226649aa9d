"""What is new in a frozen package, on eight public trees (``trees``): which home is named.

``python benchmarks/frozen.py [NAME…]`` prints a Markdown table, a minute a tree. Five packages of a
tree are frozen, one at a time, by a sentence: chosen by chance, and those that most often are the
*hardest*, the wrong one that fits a contract best. Thirty contracts of others come into each as new
ones that nobody uses; all are reported, as nothing new may stay.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator

from foreign import Fold, hardest, is_kin

import trees
from protohome import packagemap
from protohome.verdicts.mapped.claims import family
from protohome.workspace.snapshot import Located, Snapshot

PACKAGES, CONTRACTS = 5, 30


def frozen(tree: Snapshot, package: str) -> Snapshot:
    """A tree whose map closes a package."""
    rule = f"\n## Placement rules\n\n- New contracts are forbidden in `{package}`.\n"
    return tree.with_map(packagemap.read(tree.map.path, tree.map.source + rule.encode()))


def judged(tree: Snapshot, package: str, held: list[Located]) -> tuple[int, int, int]:
    """How many come into a frozen package, have a home named, and the right one."""
    fold = Fold(frozen(tree, package), held)
    verdicts = [(one, fold.judged(one, package, False)[0]) for one in held]
    assert all(verdict.misplaced for _, verdict in verdicts)
    homes = [(family(one.file.package), verdict.homes) for one, verdict in verdicts]
    right = sum(own in map(family, named) for own, named in homes)
    return len(held), sum(bool(named) for _, named in homes), right


def table(names: list[str]) -> Iterator[str]:
    yield "| tree | frozen by chance | home named | right | frozen hardest | home named | right |"
    yield "| --- |" + " ---: |" * 6
    for name in names:
        tree = trees.snapshot(name)
        every = [same[0] for same in tree.contracts.values()]
        every = [one for one in every if one.file.package in tree.packages]
        chance = random.Random(4)
        chance.shuffle(every)
        fold = Fold(tree, [])
        worst = {one.fqn: hardest(fold, one, one.file.package) for one in every[:300]}
        often = [package for package, _ in Counter(worst.values()).most_common() if package]
        chosen = {
            "chance": chance.sample(sorted(set(tree.by_package) & set(tree.packages)), PACKAGES),
            "hardest": often[:PACKAGES],
        }
        sums: list[int] = []
        for kind, packages in chosen.items():
            total = [0, 0, 0]
            for package in packages:
                fit = [
                    one
                    for one in every[:300]
                    if not is_kin(one.file.package, package)
                    and f"{package}.{one.contract.name}" not in tree.contracts  # It would be known.
                ]
                if kind == "hardest":
                    fit = [one for one in fit if worst[one.fqn] == package]
                for at, count in enumerate(judged(tree, package, fit[:CONTRACTS])):
                    total[at] += count
            sums += total
        yield f"| {name} | {' | '.join(map(str, sums))} |"


if __name__ == "__main__":
    for line in table(sys.argv[1:] or list(trees.TREES)):
        print(line, flush=True)
