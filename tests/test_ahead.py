"""Copies of the process read many new files, and nothing of what a check says tells so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from protohome.loading import ahead
from protohome.syntax import Parser
from protohome.system import copies
from protohome.system.kept.store import Store
from trees import ENTRY, Tool, Tree, protohome

pytestmark = pytest.mark.usefixtures("cache_folder")

FILES = 12


@pytest.fixture
def tool(tool: Tool) -> Tool:
    """A tree of some more files, one of which is broken, and one odd."""
    fill(tool.tree)
    return tool


def fill(tree: Tree) -> None:
    for number in range(FILES):
        text = f"package acme.ledger.v1; message Entry{number} {{ Entry{number + 1} next = 1; }}"
        tree.write(f"proto/acme/ledger/v1/e{number}.proto", text.encode())
    tree.write("proto/acme/ledger/v1/half.proto", b"package acme.ledger.v1; message Half { int32")
    odd = b"package acme.ledger.v1; message Odd { int32 a = 0x" + b"f" * 9999 + b"; }"
    tree.write("proto/acme/ledger/v1/odd.proto", odd)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if these were thousands of files."""
    monkeypatch.setattr(ahead, "PAYS", 0)
    monkeypatch.setattr(ahead, "_CHUNK", 200)
    monkeypatch.setattr(copies, "may_be_had", lambda: True)  # whatever threads other tests left


@pytest.mark.usefixtures("many")
def test_workers_parse_and_the_check_says_the_same(tool: Tool, parsed: list[str]) -> None:
    done = tool("check", "--format=json", "--jobs=2")
    assert [os.path.basename(path) for path in parsed] == ["half.proto"]  # a finding's
    assert tool.check("--format=json", "--jobs=1") == done
    assert len(parsed) > FILES


@pytest.mark.usefixtures("many")
def test_what_workers_read_is_kept_as_any(tool: Tool, parsed: list[str]) -> None:
    tool("check", "--jobs=2")
    parsed.clear()
    tool.tree.edit(ENTRY, "Entry", "Posting")
    done = tool("check", "--format=json", "--jobs=1")
    assert {os.path.basename(path) for path in parsed} == {"entry.proto", "half.proto"}
    assert tool.check("--format=json") == done


@pytest.mark.usefixtures("many")
def test_without_a_cache_they_parse_too(tool: Tool, parsed: list[str], cache_folder: Path) -> None:
    done = tool.check("--format=json", "--jobs=2")
    assert len(parsed) == 1
    assert tool.check("--format=json", "--jobs=1") == done
    assert not os.path.lexists(cache_folder)


def killed(parser: Parser, source: bytes) -> tuple[bytes, ...]:
    if os.getpid() != PARENT:
        os._exit(9)
    return READ(parser, source)


PARENT, READ = os.getpid(), ahead.parsed


@pytest.mark.usefixtures("many")
def test_a_worker_that_is_killed_changes_nothing(
    tool: Tool, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "parsed", killed)
    done = tool.check("--format=json", "--jobs=2")
    assert [os.path.basename(path) for path in parsed] == ["half.proto"]
    assert tool.check("--format=json", "--jobs=1") == done


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("others", [True, False], ids=["one refused", "none to be had"])
def test_where_no_process_may_be_started_the_check_is_the_same(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, others: bool
) -> None:
    def refused() -> int:
        raise OSError(38, "Function not implemented")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fork", refused)
        patch.setattr(copies, "may_be_had", lambda: others)
        done = tool.check("--format=json", "--jobs=2")
    assert tool.check("--format=json", "--jobs=1") == done


def test_a_small_tree_imports_nothing_for_it(tool: Tool) -> None:
    code = (
        "import sys; from protohome.cli import main; main(['check', '-q', '--jobs=4']); "
        "print(*(m for m in ('multiprocessing', 'protohome.system.copies') if m in sys.modules), "
        "file=sys.stderr)"
    )
    assert protohome(tool.tree.root, code=code).stderr.strip() == b""


def test_a_store_of_one_run_finds_what_was_put_alone() -> None:
    store = Store.of_this_run()
    assert store.get("a") is None
    assert "a" not in store
    store.put("a", b"one")
    assert "a" in store
    assert store.get("a") == b"one"
