"""How good the verdicts are on the example tree: false alarms, and planted contracts found.

``python benchmarks/evaluate.py`` prints Markdown tables; ``foreign.py`` does so for public trees.

Every case is a real tree: a contract is cut out of its file and written, alone, to a new file
without an audit row, its references by full name; then it is judged as any contract is.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from protohome import packagemap, syntax
from protohome.config import Config
from protohome.model import ProtoFile, type_refs
from protohome.verdicts import Judge, Verdict
from protohome.verdicts.mapped.claims import family
from protohome.workspace.revision import Revision
from protohome.workspace.snapshot import Located, Snapshot

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "openagents"


class Case(NamedTuple):
    """A contract judged in a package: ``home`` is the truth, ``verdict`` the judgement."""

    name: str
    home: str
    declared: str
    verdict: Verdict


# Trees


def example() -> Snapshot:
    """The example tree under its own map."""
    path = "proto/PACKAGE_MAP.md"
    files = {
        str(file.relative_to(EXAMPLE)): syntax.read(
            str(file.relative_to(EXAMPLE)), file.read_bytes()
        )
        for file in EXAMPLE.rglob("*.proto")
    }
    package_map = packagemap.read(path, (EXAMPLE / path).read_bytes())
    return Snapshot(str(EXAMPLE), Config(), package_map, ("proto",), files)


# Cases


def at_home(snapshot: Snapshot) -> Iterator[Located]:
    """The contracts whose file an audit row calls home."""
    for path, row in snapshot.rows.items():
        file = snapshot.files.get(path)
        if file is not None and row.home == file.package:
            for contract in file.contracts:
                yield Located(file, contract)


def text(snapshot: Snapshot, located: Located, qualified: bool = True) -> bytes:
    """The source of a contract; its references by full name, or as written."""
    file, contract = located.file, located.contract
    out, at = [], contract.span.start
    refs = sorted({(ref.span, ref, scope, kind) for scope, ref, kind in type_refs(contract)})
    for span, ref, scope, kind in refs if qualified else ():
        target = snapshot.resolve(file, scope, ref.name, kind)
        own = target is not None and snapshot.types[target] == located.fqn
        if target is not None and not own:
            out += [file.source[at : span.start], target.encode()]
            at = span.end
    return b"".join(out) + file.source[at : contract.span.end]


def without(located: Located) -> ProtoFile:
    """The file of a contract after it was cut out."""
    file, span = located.file, located.contract.span
    return syntax.read(file.path, file.source[: span.start] + file.source[span.end :])


def planted(
    snapshot: Snapshot, located: Located, package: str, original: str, qualified: bool = True
) -> Judge:
    """A judge of the tree with a contract in a new file of ``package``.

    ``original`` says what becomes of the original: ``kept``, ``cut`` out, or its ``file gone``.
    """
    path = new_path(snapshot, package)
    source = f'syntax = "proto3";\n\npackage {package};\n\n'.encode()
    new = syntax.read(path, source + text(snapshot, located, qualified) + b"\n")
    changed: dict[str, ProtoFile | None] = {path: new}
    if original != "kept":
        changed[located.file.path] = without(located) if original == "cut" else None
    return Judge(snapshot.with_files(changed), base(snapshot))


@functools.lru_cache(maxsize=1)
def base(snapshot: Snapshot) -> Judge:
    """A judge of the tree as it is, so that identifiers are taken apart only once."""
    return Judge(snapshot)


def new_path(snapshot: Snapshot, package: str) -> str:
    root = snapshot.module_roots[0]
    return f"{root}/{package.replace('.', '/')}/planted_here.proto".lstrip("/")


def judged(
    snapshot: Snapshot, located: Located, package: str, original: str, qualified: bool = True
) -> Case:
    """The verdict on a contract planted in ``package``."""
    judge = planted(snapshot, located, package, original, qualified)
    file = judge.snapshot.files[new_path(snapshot, package)]
    verdict = judge.home_of(Located(file, file.contracts[0]))
    return Case(located.contract.name, located.file.package, package, verdict)


def row_removed(snapshot: Snapshot, most: int = 0) -> Iterator[Case]:
    """Each contract at home in a tree whose map lacks the row of its file (of ``most`` files)."""
    paths = list(dict.fromkeys(located.file.path for located in at_home(snapshot)))
    for path in random.Random(1).sample(paths, most) if 0 < most < len(paths) else paths:
        package_map = snapshot.map
        audit = tuple(row for row in package_map.audit if row.file != path)
        judge = Judge(snapshot.with_map(package_map._replace(audit=audit)))
        file = snapshot.files[path]
        for contract in file.contracts:
            verdict = judge.home_of(Located(file, contract))
            yield Case(contract.name, file.package, file.package, verdict)


def new_at_home(
    snapshot: Snapshot, original: str, some: Callable[[Iterable[Located]], Iterable[Located]] = list
) -> Iterator[Case]:
    """Each contract at home, alone in a new file of its own package."""
    for located in some(at_home(snapshot)):
        yield judged(snapshot, located, located.file.package, original)


def new_elsewhere(
    snapshot: Snapshot,
    original: str,
    qualified: bool = True,
    some: Callable[[Iterable[Located]], Iterable[Located]] = list,
    packages: int = 0,
) -> Iterator[Case]:
    """Each contract at home, alone in a new file of every other package, or of some of them."""
    chance = random.Random(1)
    for located in some(at_home(snapshot)):
        own = family(located.file.package)
        others = [name for name in snapshot.packages if family(name) != own]
        for package in chance.sample(others, packages) if packages else others:
            yield judged(snapshot, located, package, original, qualified)


# Cases in files that a row vouches for


def added(
    snapshot: Snapshot, some: Callable[[Iterable[Located]], Iterable[Located]] = list
) -> Iterator[Case]:
    """Each contract at home, new at the end of an audited file of every other package.

    The reference has it nowhere.
    """
    for located in some(at_home(snapshot)):
        before = snapshot.with_files({located.file.path: without(located)})
        own = family(located.file.package)
        for package in snapshot.packages:
            files = [one for one in before.by_package.get(package, ()) if one.path in before.rows]
            if family(package) != own and files:
                source = files[0].source + b"\n" + text(snapshot, located) + b"\n"
                file = syntax.read(files[0].path, source)
                judge = compared(before.with_files({file.path: file}), before)
                verdict = judge.home_of(Located(file, file.contracts[-1]))
                yield Case(located.contract.name, located.file.package, package, verdict)


def put_back(
    snapshot: Snapshot, some: Callable[[Iterable[Located]], Iterable[Located]] = list
) -> Iterator[Case]:
    """Each contract at home, where it is, in an audited file; the reference has it nowhere."""
    for located in some(at_home(snapshot)):
        before = snapshot.with_files({located.file.path: without(located)})
        verdict = compared(snapshot, before).home_of(located)
        yield Case(located.contract.name, located.file.package, located.file.package, verdict)


def compared(snapshot: Snapshot, before: Snapshot) -> Judge:
    return Judge(snapshot.with_reference(before, Revision("HEAD")), base(snapshot))


# Tables


def alarms(cases: Iterable[Case]) -> tuple[int, int, list[str]]:
    """How many cases, how many false alarms, and which: ``Name -> package``."""
    every = list(cases)
    false = [case for case in every if case.verdict.misplaced]
    return len(every), len(false), [f"{c.name} -> {c.verdict.home}" for c in false]


def share(part: int, whole: int) -> str:
    if not whole:
        return "-"
    return f"{part / whole:.2%}" if 0 < part / whole < 0.001 else f"{part / whole:.1%}"


def alarm_table(rows: Iterable[tuple[str, Iterable[Case]]]) -> Iterator[str]:
    yield "| judged | contracts | false alarms | share | which |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for name, cases in rows:
        whole, false, which = alarms(cases)
        named = ", ".join(f"`{one}`" for one in which[:6]) + (" …" if len(which) > 6 else "")
        yield f"| {name} | {whole} | {false} | {share(false, whole)} | {named} |"


def found_table(cases: Iterable[Case], by: Callable[[Case], str]) -> Iterator[str]:
    yield "| | planted | reported | of those, right home |"
    yield "| --- | ---: | ---: | ---: |"
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[by(case)].append(case)
    total = [case for group in groups.values() for case in group]
    for name, group in [*sorted(groups.items()), ("**total**", total)]:
        yield found_row(name, group)


def found_row(name: str, group: list[Case]) -> str:
    reported = [case for case in group if case.verdict.misplaced]
    right = [case for case in reported if family(case.verdict.home) == family(case.home)]
    parts = share(len(reported), len(group)), share(len(right), len(reported))
    return f"| {name} | {len(group)} | {parts[0]} | {parts[1]} |"


def example_tables() -> Iterator[str]:
    snapshot = example()
    frozen = Judge(snapshot).frozen
    yield "## The example tree"
    yield ""
    yield "Contracts that are home, judged without an audit row:"
    yield ""
    yield from alarm_table(
        [
            ("the row of its file removed", row_removed(snapshot)),
            ("alone in a new file of its package", new_at_home(snapshot, "cut")),
            ("the same, and its old file gone", new_at_home(snapshot, "file gone")),
        ]
    )
    yield ""
    yield "New in a file that has a row, as the reference has them nowhere:"
    yield ""
    yield from alarm_table([("put back where it is", put_back(snapshot))])
    yield ""
    yield from found_table(added(snapshot), lambda case: case.declared)
    cases = list(new_elsewhere(snapshot, "cut"))
    elsewhere = [case for case in cases if case.declared not in frozen]
    for title, some, by in (
        ("by home", elsewhere, lambda case: case.home),
        ("by the package it was put in", cases, lambda case: case.declared),
    ):
        yield ""
        yield f"Each put in a new file of every other package, {title}:"
        yield ""
        yield from found_table(some, by)
    yield ""
    yield "Other ways to put them there:"
    yield ""
    yield "| | planted | reported | of those, right home |"
    yield "| --- | ---: | ---: | ---: |"
    for name, original, qualified in (
        ("copied, the original kept", "kept", True),
        ("copied as written, references relative", "kept", False),
        ("moved as written, references relative", "cut", False),
    ):
        yield found_row(name, list(new_elsewhere(snapshot, original, qualified)))


def smaller_tables() -> Iterator[str]:
    """The example tree without one of its packages: nothing may rest on a package being there."""
    snapshot = example()
    frozen = Judge(snapshot).frozen
    yield ""
    yield "## The example tree without one of its packages"
    yield ""
    yield "| without | false alarms, old file gone | planted | reported | of those, right home |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for package in snapshot.packages:
        if package not in frozen:
            rest = smaller(snapshot, package)
            count, false, _ = alarms(new_at_home(rest, "file gone"))
            cases = [case for case in new_elsewhere(rest, "cut") if case.declared not in frozen]
            yield found_row(f"{package} | {false} of {count}", cases)


def smaller(snapshot: Snapshot, package: str) -> Snapshot:
    """A tree and its map without all that is or belongs in a package."""
    gone = {
        path
        for path, file in snapshot.files.items()
        if package in (file.package, snapshot.rows[path].home)
    }
    package_map = snapshot.map._replace(
        packages=tuple(row for row in snapshot.map.packages if row.package != package),
        audit=tuple(row for row in snapshot.map.audit if row.file not in gone),
    )
    return snapshot.with_map(package_map).with_files(dict.fromkeys(gone))


if __name__ == "__main__":
    for line in itertools.chain(example_tables(), smaller_tables()):
        print(line, flush=True)
