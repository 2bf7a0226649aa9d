"""What holds for a judge whatever the tree is."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from protohome import packagemap, syntax
from protohome.config import Config
from protohome.findings import DECLARED, INFERRED
from protohome.model import ProtoFile
from protohome.verdicts import Judge
from protohome.verdicts.explanations import explain
from protohome.workspace.snapshot import Located, Snapshot

EXAMPLE = Path(__file__).parents[2] / "examples" / "openagents"
MAP = "proto/PACKAGE_MAP.md"
NEW = "proto/openagents/sync/v1/new.proto"
SOURCE = b"""syntax = "proto3";

package openagents.sync.v1;

message CodexWorkerProjection {
  openagents.codex.v1.CodexWorker worker = 1;
  oneof state { string adapter = 2; Gone gone = 3; }
  message Gone { map<string, Gone> more = 1; }
  enum Kind { KIND_UNSPECIFIED = 0; }
}

service Replay { rpc Resume(TopicCursor) returns (stream Update); }
"""


@pytest.fixture(scope="module")
def example() -> Snapshot:
    files: dict[str, ProtoFile] = {}
    for file in EXAMPLE.rglob("*.proto"):
        path = file.relative_to(EXAMPLE).as_posix()
        files[path] = syntax.read(path, file.read_bytes())
    package_map = packagemap.read(MAP, (EXAMPLE / MAP).read_bytes())
    return Snapshot("", Config(), package_map, ("proto",), files)


def every(snapshot: Snapshot) -> list[Located]:
    return [located for same in snapshot.contracts.values() for located in same]


@pytest.mark.parametrize("size", range(0, len(SOURCE), 23))
def test_a_half_typed_file_has_verdicts(example: Snapshot, size: int) -> None:
    file = syntax.read(NEW, SOURCE[:size])
    judge = Judge(example.with_files({NEW: file}))
    for contract in file.contracts:
        located = Located(file, contract)
        verdict = judge.home_of(located, explained=True)
        assert verdict.kind in (INFERRED, "")
        assert bool(verdict.homes) == bool(verdict.kind)
        assert not verdict.misplaced or explain(verdict)
        assert verdict.misplaced or judge.excluded(located) is None
        assert judge.successor_of(located) is None


def test_the_whole_file_is_misplaced_when_it_is_typed(example: Snapshot) -> None:
    file = syntax.read(NEW, SOURCE[: SOURCE.index(b"service")])
    judge = Judge(example.with_files({NEW: file}))
    verdict = judge.home_of(Located(file, file.contracts[0]))
    assert (verdict.home, verdict.misplaced) == ("openagents.codex.v1", True)


def test_explaining_changes_no_verdict(example: Snapshot) -> None:
    judge = Judge(example)
    for located in every(example):
        plain = judge.home_of(located, ignore_row=True)
        explained = judge.home_of(located, ignore_row=True, explained=True)
        assert plain[:3] == explained[:3], located.fqn
        assert explained.evidence or not explained.homes, located.fqn


def test_what_an_earlier_judge_knew_changes_no_verdict(example: Snapshot) -> None:
    earlier = Judge(example.with_files({NEW: syntax.read(NEW, SOURCE)}))
    for located in every(earlier.snapshot):
        earlier.home_of(located, ignore_row=True)
    fresh, later = Judge(example), Judge(example, earlier)
    for located in every(example):
        assert fresh.home_of(located, ignore_row=True) == later.home_of(located, ignore_row=True)


def test_every_file_at_home_is_settled_by_its_row(example: Snapshot) -> None:
    judge = Judge(example)
    for located in every(example):
        verdict = judge.home_of(located)
        row = example.rows[located.file.path]
        assert (verdict.home, verdict.kind) == (row.home, DECLARED)
        assert verdict.misplaced == (row.home != located.file.package)
        assert [evidence.line for evidence in verdict.evidence] == [row.line]


def test_in_the_frozen_package_everything_is_misplaced(example: Snapshot) -> None:
    judge = Judge(example)
    assert list(judge.frozen) == ["openagents.protocol.v1"]
    legacy = [one for one in every(example) if one.file.package in judge.frozen]
    assert len(legacy) == 38
    assert all(judge.home_of(located, ignore_row=True).misplaced for located in legacy)
    named = [judge.home_of(located, ignore_row=True) for located in legacy]
    right = [
        judge.home_of(located).home in verdict.homes
        for located, verdict in zip(legacy, named, strict=True)
        if verdict.homes
    ]
    assert len(right) >= 30, "shims teach nothing, so that some are about what no package has"
    assert sum(right) >= 0.9 * len(right)


def test_the_shims_that_have_successors(example: Snapshot) -> None:
    """All codex contracts, the renamed events and reasons; receipts and comms have none yet."""
    judge = Judge(example)
    alone = set()
    for file in example.by_package["openagents.protocol.v1"]:
        for contract in file.contracts:
            shim = Located(file, contract)
            successor = judge.successor_of(shim)
            if successor is None:
                alone.add(contract.name)
                assert judge.canonical(shim.fqn) == shim.fqn
            else:
                assert successor.located.file.package == example.rows[file.path].home
                assert judge.canonical(shim.fqn) == successor.located.fqn
                assert judge.shims_of(successor.located) == (shim,)
    assert alone == {
        "CommsSendIntent",
        "CommsSendResult",
        "PolicyDecision",
        "BudgetSummary",
        "TimingSummary",
        "PredictReceipt",
    }


def test_nothing_is_asked_of_a_tree_without_a_map(example: Snapshot) -> None:
    judge = Judge(example.with_map(packagemap.read(MAP, b"")))
    for located in every(example):
        verdict = judge.home_of(located)
        assert (verdict.homes, verdict.misplaced) == ((), False)


def test_a_judge_that_is_let_go_is_gone_with_its_snapshot() -> None:
    """By counting alone: the server never has the collector look at what large trees hold."""
    gc.disable()
    try:
        judge: Judge | None = a_judge()
        judged = weakref.ref(judge)
        del judge
        assert judged() is None
    finally:
        gc.enable()


def a_judge() -> Judge:
    rows = (EXAMPLE / MAP).read_bytes()
    file = syntax.read(NEW, SOURCE)
    snapshot = Snapshot("/", Config(), packagemap.read(MAP, rows), ("proto",), {NEW: file})
    before = Judge(snapshot)
    before.prepare()
    after = Judge(snapshot.with_files({NEW: syntax.read(NEW, SOURCE + b"message More {}")}), before)
    for contract in after.snapshot.files[NEW].contracts:
        after.home_of(Located(after.snapshot.files[NEW], contract), explained=True)
    return after
