"""How good the verdicts are on eight public trees (``trees``): a Markdown table.

``python benchmarks/foreign.py`` takes some ten minutes; ``NAME…`` measures only those trees.

Ten-fold: of three hundred contracts a tenth is taken out, with every reference to them, and what
is left is the reference. Then one of them at a time comes back, appended to an audited file: of its
own package, where an accusation is a false alarm, or of a wrong one, where silence is a miss. It
comes as a new contract that nobody uses, or together with the references to it, as after a move.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import trees
from protohome import syntax
from protohome.model import ProtoFile, type_refs
from protohome.verdicts import Judge, Verdict
from protohome.verdicts.learning.calibration import weighed
from protohome.verdicts.mapped.claims import family
from protohome.workspace.revision import Revision
from protohome.workspace.snapshot import Located, Snapshot

FOLDS = 10
AT_HOME, PLANTED = 300, 150  # How many contracts are judged at home, and in wrong packages.
GONE = b"gone.Gone"  # Stands for a type that was not there: no map has such a package.


class Score(NamedTuple):
    """What came of judging contracts in one way; ``right`` and ``alone`` are of those reported."""

    judged: int
    reported: int
    right: int
    sibling: int
    alone: int
    seconds: float


class Fold:
    """A tree without some of its contracts, as the reference for judging them one by one."""

    def __init__(self, tree: Snapshot, held: Iterable[Located]) -> None:
        self.tree = tree
        gone = {located.fqn: GONE for located in held}
        files = {path: _without(tree, file, gone, set(gone)) for path, file in tree.files.items()}
        self.before = tree.with_files({p: f for p, f in files.items() if f is not tree.files[p]})
        self.gone = gone
        self.judge = self._judge(self.before)

    def _judge(self, now: Snapshot, earlier: Judge | None = None) -> Judge:
        return Judge(now.with_reference(self.before, Revision("fold")), earlier)

    def judged(self, located: Located, package: str, used: bool) -> tuple[Verdict, float]:
        """The verdict on a contract that comes back in a package, and the seconds it took."""
        path = _audited(self.before, package)
        file = self.before.files[path]
        added = b"\n" + _text(self.tree, located, self.gone) + b"\n"
        new = syntax.read(path, file.source + added)
        changed: dict[str, ProtoFile | None] = {path: new}
        if used:
            name = f".{package}.{located.contract.name}".encode()
            back = {**self.gone, located.fqn: name}
            for other in {r.path for r in self.tree.references.get(located.fqn, ())} - {path}:
                changed[other] = _without(self.tree, self.tree.files[other], back, set(self.gone))
        judge = self._judge(self.before.with_files(changed), self.judge)
        planted = next(c for c in new.contracts if c.span.start >= len(file.source))
        start = time.process_time()
        verdict = judge.home_of(Located(new, planted))
        return verdict, time.process_time() - start


def _audited(tree: Snapshot, package: str) -> str:
    """The first audited file of a package."""
    return tree.by_package[package][0].path


def _text(tree: Snapshot, located: Located, names: Mapping[str, bytes]) -> bytes:
    """A contract's comment and source, references by full name, or as ``names`` has them."""
    file, contract = located.file, located.contract
    start = contract.span.start
    lines = file.source[:start].split(b"\n")[:-1]
    while lines and lines[-1].strip().startswith(b"//"):
        start -= len(lines.pop()) + 1
    return _renamed(tree, located, names, max(start, 0), contract.span.end, whole=True)


def _renamed(
    tree: Snapshot,
    located: Located,
    names: Mapping[str, bytes],
    start: int,
    end: int,
    whole: bool = False,
) -> bytes:
    file, contract = located.file, located.contract
    out, at = [], start
    refs = {ref.span: (scope, ref, kind) for scope, ref, kind in type_refs(contract)}
    for span in sorted(refs):
        scope, ref, kind = refs[span]
        target = tree.resolve(file, scope, ref.name, kind)
        of = tree.types[target] if target is not None else ""
        if not of or of == located.fqn or not (whole or of in names) or span.start < at:
            continue
        name = f".{target}".encode()
        if of in names:
            name = names[of] if names[of] == GONE else names[of] + name[len(of) + 1 :]
        out += [file.source[at : span.start], name]
        at = span.end
    return b"".join(out) + file.source[at:end]


def _without(
    tree: Snapshot, file: ProtoFile, names: Mapping[str, bytes], held: set[str]
) -> ProtoFile:
    """A file without the contracts ``held``, and with the ``names`` of references replaced."""
    out, at = [], 0
    for contract in file.contracts:
        located = Located(file, contract)
        out.append(file.source[at : contract.span.start])
        if located.fqn not in held:
            out.append(_renamed(tree, located, names, contract.span.start, contract.span.end))
        at = contract.span.end
    source = b"".join(out) + file.source[at:]
    return file if source == file.source else syntax.read(file.path, source)


def measured(name: str) -> dict[str, Score]:
    """All ways to judge the contracts of one tree."""
    tree = trees.snapshot(name)
    every = [located for same in tree.contracts.values() for located in same[:1]]
    every = [located for located in every if located.file.package in tree.packages]
    random.Random(1).shuffle(every)
    results: dict[str, list[tuple[str, str, Verdict, float]]] = {}
    chance = random.Random(2)
    every = every[:AT_HOME]
    planted = {located.fqn for located in every[:PLANTED]}
    for number in range(FOLDS):
        held = every[number::FOLDS]
        fold = Fold(tree, held)
        for located in held:
            own = located.file.package
            used = bool(tree.references.get(located.fqn))
            places = {"home": own}
            if located.fqn in planted:
                others = [p for p in tree.by_package if p in tree.packages]
                others = [p for p in others if not is_kin(p, own)]
                places["wrong"] = chance.choice(others)
                places["hard"] = hardest(fold, located, own) or places["wrong"]
            for place, package in places.items():
                ways = (("new", False), ("used", True)) if used else (("new", False),)
                for way, with_users in ways:
                    verdict, seconds = fold.judged(located, package, with_users)
                    case = own, located.contract.name, verdict, seconds
                    results.setdefault(f"{place} {way}", []).append(case)
    for case in results.get("home new", []) + results.get("home used", []):
        if case[2].misplaced:
            print(f"<!-- {name}: {case[0]}.{case[1]} -> {case[2].homes} -->", file=sys.stderr)
    return {way: _score(cases) for way, cases in results.items()}


def hardest(fold: Fold, located: Located, own: str) -> str:
    """The wrong package that fits a contract best."""
    inference = fold.judge._inference
    index, facts = inference._index, inference._reader.facts(located)
    on = weighed(
        index, inference._model, facts, inference.users(located.fqn), index.ids[family(own)]
    )
    order = [index.families[at] for at in sorted(on.scores, key=lambda at: -on.scores[at])]
    for name in order:
        for package in fold.before.by_package:
            if family(package) == name and not is_kin(package, own):
                return package
    return ""


def is_kin(one: str, other: str) -> bool:
    first, second = sorted((family(one), family(other)), key=len)
    return second == first or second.startswith(f"{first}.")


def _score(cases: list[tuple[str, str, Verdict, float]]) -> Score:
    reported = [case for case in cases if case[2].misplaced]
    right = [case for case in reported if case[0] in case[2].homes]
    sibling = [case for case in reported if family(case[0]) in map(family, case[2].homes)]
    alone = [case for case in reported if len(case[2].homes) == 1]
    alone_right = [case for case in alone if family(case[0]) == family(case[2].home)]
    seconds = statistics.median(case[3] for case in cases)
    return Score(
        len(cases), len(reported), len(alone_right), len(sibling), len(alone), seconds
    )._replace(right=len(alone_right) if right or alone else 0)


def table(names: Iterable[str]) -> Iterator[str]:
    yield "| tree | false, new | false, used | A | A hard | B | B hard | named alone | right | ms |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    false = [0, 0]
    for name in names:
        scores = measured(name)
        home = scores["home new"], scores["home used"]
        false[0] += sum(score.reported for score in home)
        false[1] += sum(score.judged for score in home)
        wrong = [score for way, score in scores.items() if way.startswith(("wrong", "hard"))]
        reported = sum(score.reported for score in wrong)
        alone = sum(score.alone for score in wrong)
        right = sum(score.right for score in wrong)
        cells = [f"{score.reported} of {score.judged}" for score in home]
        for way in ("wrong used", "hard used", "wrong new", "hard new"):
            score = scores[way]
            cells.append(f"{score.reported / score.judged:.2f}")
        cells += [f"{alone / max(reported, 1):.2f}", f"{right / max(alone, 1):.2f}"]
        cells.append(f"{1000 * home[0].seconds:.2f}")
        yield f"| {name} | {' | '.join(cells)} |"
    yield ""
    yield f"Pooled: {false[0]} of {false[1]} at home are accused, {false[0] / false[1]:.2%}."


if __name__ == "__main__":
    for line in table(sys.argv[1:] or trees.TREES):
        print(line, flush=True)
