"""The goals that the verdicts hold on the example tree; docs/evaluation.md has all the tables."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "evaluate.py"


@pytest.fixture(scope="module")
def evaluate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evaluate", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["evaluate"] = module
    spec.loader.exec_module(module)
    return module


def test_no_contract_at_home_is_reported_without_its_row(evaluate: ModuleType) -> None:
    count, false, which = evaluate.alarms(evaluate.row_removed(evaluate.example()))
    assert (count, false, which) == (125, 0, [])


def test_no_contract_at_home_is_reported_in_a_new_file(evaluate: ModuleType) -> None:
    """Not even where nothing is left of the file it was in."""
    count, false, which = evaluate.alarms(evaluate.new_at_home(evaluate.example(), "file gone"))
    assert (count, false, which) == (125, 0, [])


@pytest.mark.parametrize("original", ["cut", "kept"])
def test_planted_contracts_are_reported_with_the_right_home(
    evaluate: ModuleType, original: str
) -> None:
    """Every fifth contract in every other package; in the frozen one all must be reported."""
    snapshot = evaluate.example()
    cases = list(evaluate.new_elsewhere(snapshot, original, some=lambda every: list(every)[::5]))
    reported = [case for case in cases if case.verdict.misplaced]
    right = [case for case in reported if case.verdict.home == case.home]
    assert len(cases) == 125
    assert len(reported) >= 0.93 * len(cases)
    assert len(right) >= 0.97 * len(reported)
    assert all(case in reported for case in cases if case.declared == "openagents.protocol.v1")


def test_what_is_new_in_an_audited_file_is_reported_with_the_right_home(
    evaluate: ModuleType,
) -> None:
    """A row vouches for what was there; what is new is judged as in a new file."""
    cases = list(evaluate.added(evaluate.example(), some=lambda every: list(every)[2::10]))
    reported = [case for case in cases if case.verdict.misplaced]
    right = [case for case in reported if case.verdict.home == case.home]
    assert len(cases) == 65
    assert len(reported) >= 0.93 * len(cases)
    assert len(right) >= 0.97 * len(reported)
    assert all(case in reported for case in cases if case.declared == "openagents.protocol.v1")


def test_a_legitimate_new_contract_in_an_audited_file_is_no_alarm(evaluate: ModuleType) -> None:
    cases = evaluate.put_back(evaluate.example(), some=lambda every: list(every)[::3])
    assert evaluate.alarms(cases) == (42, 0, [])


def test_what_is_planted_is_a_whole_contract_by_itself(evaluate: ModuleType) -> None:
    """The evaluation judges what it says it does."""
    snapshot = evaluate.example()
    located = next(one for one in evaluate.at_home(snapshot) if one.contract.name == "TopicCursor")
    judge = evaluate.planted(snapshot, located, "openagents.codex.v1", "cut")
    path = evaluate.new_path(snapshot, "openagents.codex.v1")
    assert path not in judge.snapshot.rows
    assert judge.snapshot.files[path].source == (
        b'syntax = "proto3";\n\npackage openagents.codex.v1;\n\n'
        b"message TopicCursor {\n  openagents.sync.v1.SyncTopic topic = 1;\n"
        b"  uint64 watermark = 2;\n}\n"
    )
    assert "openagents.sync.v1.TopicCursor" not in judge.snapshot.contracts
