"""A moved contract means what it meant: the compiler says so, for hundreds of moves at random.

Contracts and packages are picked with a fixed seed in the example tree and in parts of public ones.
After each move ``buf build`` passes, and every contract has its old descriptor and comments but for
the moved names; moving back brings the old descriptors again. A move may be refused only for a
reason that is true.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    ServiceDescriptorProto,
)
from google.protobuf.message import Message

from corpora import google_proto_files
from fixes.compiled import (
    ENUMS,
    MESSAGES,
    SERVICES,
    Compiled,
    Described,
    compiled,
    image,
    read_image,
)
from fixes.worlds import world
from protohome.edits import outcome
from protohome.findings import FixRequest
from protohome.fixes import Refused, edit, move_contract, move_file
from protohome.fixes._workspace import sources
from protohome.loading.discovery import load
from protohome.verdicts import Judge
from protohome.workspace.snapshot import Snapshot

SEED = 20260220
EDITION_2023 = 1000
TAKEN = re.compile(r"\S+ declares (\S+) already\.")
TWIN = re.compile(r"(\S+) already exists in (\S+) \(\S+:\d+\): use it, and remove this one\.")
CYCLE = re.compile(r"would make an import cycle \((.*)\)")
HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / "openagents"


class World(NamedTuple):
    """A tree to move about in; ``moves`` is how many are tried there."""

    name: str
    moves: int
    make: Callable[[Path], Path]


def example(root: Path) -> Path:
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    return root


def google(*folders: str) -> Callable[[Path], Path]:
    wanted = [f"google/{folder}" for folder in folders]
    return lambda root: world(root, google_proto_files(), wanted)


def acme(root: Path) -> Path:
    return world(root, HERE / "fixes" / "acme", ["acme"])


WORLDS = (
    World("openagents", 100, example),
    World("acme", 120, acme),
    World("protobuf", 20, google("protobuf/util/json_format.proto", "protobuf/test_protos")),
    World("google types", 25, google("type", "rpc", "longrunning", "pubsub", "iam/v1")),
    World("google logging", 20, google("logging", "monitoring")),
    World("google databases", 20, google("spanner", "bigtable", "firestore")),
    World("google cloud", 20, google("cloud/kms", "cloud/tasks", "cloud/functions", "cloud/batch")),
)


class Tally:
    """What became of the moves in one world."""

    def __init__(self) -> None:
        self.moved = self.together = 0
        self.refused: list[str] = []

    def __str__(self) -> str:
        total = self.moved + len(self.refused)
        share = len(self.refused) / total
        held = f"{total} moves: {self.moved} hold ({self.together} with others)"
        refused = f"{len(self.refused)} refused ({share:.1%})"
        return "\n  ".join([f"{held}, {refused}", *sorted(self.refused)])


@pytest.fixture(autouse=True)
def _thawed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What leaves a frozen package comes back into it here, which is refused to everybody else."""
    for fix in (move_contract, move_file):
        monkeypatch.setattr(fix, "check_thawed", lambda _judge, _package: None)


@pytest.mark.parametrize("tree", WORLDS, ids=lambda tree: tree.name)
def test_moves_hold_or_are_refused_for_a_true_reason(tree: World, tmp_path: Path) -> None:
    root = tree.make(tmp_path)
    before = compiled(root)
    snapshot = load(str(root), cache=False)
    judge = Judge(snapshot)
    tally = Tally()
    for contract, package in picks(snapshot, random.Random(SEED), tree.moves):
        request = FixRequest("move-contract", whole(contract, package))
        try:
            request, after = moved(judge, request)
        except Refused as refusal:
            check_reason(refusal.reason, request, before)
            tally.refused.append(f"{contract} to {package}: {refusal.reason}")
            continue
        tally.moved += 1
        tally.together += "with" in request.arguments
        write(root, after)
        check_move(root, before, request)
        move_back(root, before, request)
        if tree.name == "openagents":
            check_text(root, snapshot, request)
        restore(root, snapshot)
    print(f"\n{tree.name}: {tally}")
    assert len(tally.refused) < 0.1 * (tally.moved + len(tally.refused)), str(tally)


def whole(contract: str, package: str) -> dict[str, str]:
    """The arguments of a move that leaves no shim, whatever the map asks for."""
    return {"contract": contract, "package": package, "keep_shim": "false"}


@pytest.mark.parametrize("make", [example, acme])
def test_a_shim_stays_as_it_was_and_all_others_use_its_successor(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    root = make(tmp_path)
    before = image(root)
    snapshot = load(str(root), cache=False)
    judge = Judge(snapshot)
    moves = 0
    for contract, package in picks(snapshot, random.Random(SEED), 30):
        arguments = {"contract": contract, "package": package, "keep_shim": "true"}
        request = FixRequest("move-contract", arguments)
        try:
            found = edit(judge, request)
        except Refused:
            continue
        moves += 1
        write(root, outcome(sources(snapshot), found))
        after = compiled(root).contracts
        others = {fqn: described for fqn, described in after.items() if fqn != contract}
        assert others == read_image(before, renamed(request)).contracts
        shim = read_image(before, {}).contracts[contract]
        assert undeprecated(after[contract]) == undeprecated(shim)
        restore(root, snapshot)
    assert moves >= 15


@pytest.mark.parametrize("make", [example, acme, google("iam", "pubsub", "logging")])
@pytest.mark.parametrize("fix", ["set-package", "move-file"])
def test_a_file_in_another_package_means_the_same(
    fix: str, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    root = make(tmp_path)
    before = compiled(root)
    snapshot = load(str(root), cache=False)
    judge = Judge(snapshot)
    chance = random.Random(SEED)
    moves = 0
    for number in range(14):
        file = snapshot.files[chance.choice(sorted(snapshot.files))]
        package = chance.choice(sorted(set(snapshot.packages) - {file.package}))
        arguments = {"path": file.path, "package": package}
        if fix == "move-file":
            module = snapshot.module_root(file.path)
            folder = f"{module}/{package.replace('.', '/')}".lstrip("/")
            arguments = {"path": file.path, "to": f"{folder}/moved_{number}.proto"}
        try:
            found = edit(judge, FixRequest(fix, arguments))
        except Refused as refusal:
            check_reason(refusal.reason, FixRequest(fix, arguments), before)
            continue
        moves += 1
        write(root, outcome(sources(snapshot), found))
        (after,) = (
            f
            for f in load(str(root), cache=False).files.values()
            if f.path in found.paths
            and {c.name for c in f.contracts} == {c.name for c in file.contracts}
        )
        declared = [*(c.name for c in file.contracts), *(e.name for e in file.extensions)]
        new = {f"{after.package}.{name}": f"{file.package}.{name}" for name in declared}
        assert differing(before, compiled(root, new)) == [], arguments
        restore(root, snapshot)
    assert moves >= 8


def undeprecated(described: Described) -> Message:
    """The descriptor, deprecated or not."""
    kinds: dict[int, Any] = {
        MESSAGES: DescriptorProto,
        ENUMS: EnumDescriptorProto,
        SERVICES: ServiceDescriptorProto,
    }
    descriptor = kinds[described.kind].FromString(described.descriptor)
    descriptor.options.deprecated = True
    return cast("Message", descriptor)


def picks(snapshot: Snapshot, chance: random.Random, count: int) -> Iterator[tuple[str, str]]:
    contracts = sorted(snapshot.contracts)
    packages = sorted(snapshot.packages)
    for _ in range(count):
        contract = chance.choice(contracts)
        own = snapshot.contracts[contract][0].file.package
        yield contract, chance.choice([package for package in packages if package != own])


def moved(judge: Judge, request: FixRequest) -> tuple[FixRequest, dict[str, bytes | None]]:
    """The request made, or the one offered instead, and the files after it."""
    try:
        found = edit(judge, request)
    except Refused as refusal:
        if refusal.instead is None or refusal.instead.fix != request.fix:
            raise
        request = refusal.instead
        found = edit(judge, request)
    return request, outcome(sources(judge.snapshot), found)


def names(request: FixRequest) -> list[str]:
    along = request.arguments.get("with", "")
    return [request.arguments["contract"], *filter(None, along.split(","))]


def renamed(request: FixRequest) -> dict[str, str]:
    package = request.arguments["package"]
    return {name: f"{package}.{name.rpartition('.')[2]}" for name in names(request)}


def check_move(root: Path, before: Compiled, request: FixRequest) -> None:
    after = compiled(root, {new: old for old, new in renamed(request).items()})
    assert differing(before, after) == [], request
    assert len(after.unused) <= len(before.unused), (request, after.unused - before.unused)


def move_back(root: Path, before: Compiled, request: FixRequest) -> None:
    judge = Judge(load(str(root), cache=False))
    first, *others = (renamed(request)[name] for name in names(request))
    arguments = {"contract": first, "package": names(request)[0].rpartition(".")[0]}
    if others:
        arguments["with"] = ",".join(others)
    found = edit(judge, FixRequest("move-contract", {**arguments, "keep_shim": "false"}))
    write(root, outcome(sources(judge.snapshot), found))
    assert differing(before, compiled(root)) == [], request


def check_text(root: Path, snapshot: Snapshot, request: FixRequest) -> None:
    """What came back into its old file is written as it was, and so is everything else."""
    after = load(str(root), cache=False)
    moved = names(request)
    if all(after.contracts[n][0].file.path == snapshot.contracts[n][0].file.path for n in moved):
        for path, file in snapshot.files.items():
            assert lines(after.files[path].source) == lines(file.source), (path, request)


def lines(source: bytes) -> list[bytes]:
    """The lines with something on them, in any order."""
    return sorted(line for line in source.splitlines() if line.strip())


def differing(before: Compiled, after: Compiled) -> list[str]:
    """The contracts that are not what they were."""
    every = {*before.contracts, *after.contracts}
    return sorted(fqn for fqn in every if before.contracts.get(fqn) != after.contracts.get(fqn))


def check_reason(reason: str, request: FixRequest, before: Compiled) -> None:
    """Fail unless the reason for a refusal is so."""
    taken = TAKEN.fullmatch(reason)
    if taken:
        assert taken[1] in before.symbols, reason
    elif twin := TWIN.fullmatch(reason):
        assert f"{twin[2]}.{twin[1]}" in before.contracts, reason
    elif "is not exported" in reason:
        kept = before.contracts[request.arguments["contract"]].edition
        assert kept > EDITION_2023, reason
    else:
        cycle = CYCLE.search(reason)
        assert cycle, reason
        way = cycle[1].split(" → ")
        assert way[0] == way[-1], reason
        edges = [edge for edge in pairwise(way) if edge not in before.imports]
        assert any(all(target in edge for edge in edges) for target in way), reason


def write(root: Path, after: dict[str, bytes | None]) -> None:
    for path, data in after.items():
        if data is None:
            (root / path).unlink()
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)


def restore(root: Path, snapshot: Snapshot) -> None:
    """Every file as it was."""
    base = sources(snapshot)
    for path in root.rglob("*.proto"):
        if path.relative_to(root).as_posix() not in base:
            path.unlink()
    for name, data in base.items():
        path = root / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
