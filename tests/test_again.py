"""A check whose outcome is known is not made again, and whatever changed makes it anew."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from protohome import check
from protohome.loading.files import contents
from protohome.loading.files.disk import DISK
from trees import ENTRY, INVOICE, Done, Repository, Tool, Tree, protohome

LATER_NS = 60_000_000_000


@pytest.fixture
def tool(
    tmp_path: Path,
    cache_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Tool:
    tool = Tool(Tree(tmp_path / "tree"), capsys, monkeypatch)
    tool.tree.edit("PACKAGE_MAP.md", "A-1", "")
    return tool


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a minute after the last change: stamps vouch for what files hold."""
    now = time.time_ns
    monkeypatch.setattr(contents, "time_ns", lambda: now() + LATER_NS)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows by one whenever rules run."""
    made: list[object] = []
    run = check.run

    def counted(*arguments: object) -> object:
        made.append(arguments)
        return run(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(check, "run", counted)
    return made


FORMATS = ("text", "full", "json", "sarif", "github", "junit", "gitlab", "msvs", "markdown")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_the_same_without_a_rule(
    tool: Tool, runs: list[object], name: str
) -> None:
    first = tool("check", f"--format={name}")
    assert tool("check", f"--format={name}") == first
    assert len(runs) == 1
    assert tool.check(f"--format={name}") == first


def test_a_file_is_written_again(tool: Tool, runs: list[object], tmp_path: Path) -> None:
    command = ("check", f"--format=json={tmp_path / 'out.json'}")
    tool(*command)
    first = (tmp_path / "out.json").read_bytes()
    (tmp_path / "out.json").unlink()
    tool(*command)
    assert (tmp_path / "out.json").read_bytes() == first
    assert len(runs) == 1


def test_nothing_heavy_is_imported(tool: Tool) -> None:
    code = (
        "import sys; from protohome.cli import main; main(['check', '-q']); "
        "print(*(m for m in ('tree_sitter', 'protohome.rules', 'protohome.verdicts', 'yaml', "
        "'markdown_it', 'protohome.workspace.snapshot', 'protohome.syntax') if m in sys.modules), "
        "file=sys.stderr)"
    )
    assert b"tree_sitter protohome.rules" in protohome(tool.tree.root, code=code).stderr
    assert protohome(tool.tree.root, code=code).stderr.strip() == b""


def test_nothing_that_learns_or_compares_is_imported_for_what_the_map_declares(root: Path) -> None:
    code = (
        "import sys; from protohome.cli import main; main(['check', '-q', '--no-cache']); "
        "print(*(m for m in ('protohome.rules', 'protohome.verdicts.learning', "
        "'protohome.history.changes.engine') if m in sys.modules), file=sys.stderr)"
    )
    told = protohome(root / "examples/openagents", code=code).stderr
    assert told.strip() == b"protohome.rules"


def grown(path: str) -> Callable[[Tree], object]:
    return lambda tree: tree.edit(path, "{}", "{ string a = 1; }")


def unnoticeable(tree: Tree) -> None:
    """Same size, and the time set back, as some archivers do."""
    file = tree.root / INVOICE
    before = file.stat()
    tree.edit(INVOICE, "Invoice", "Receipt")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Tree], object]] = {
    "a contract": grown(ENTRY),
    "a contract of the same length, with the time set back": unnoticeable,
    "a new file": lambda tree: tree.write(
        "proto/acme/ledger/v1/x.proto", "package acme.ledger.v1;"
    ),
    "a file that is gone": lambda tree: (tree.root / ENTRY).unlink(),
    "the map": lambda tree: tree.edit("PACKAGE_MAP.md", "A-2", "A-3"),
    "a configuration": lambda tree: tree.write("protohome.toml", 'ignore = ["wrong-package"]\n'),
    "modules": lambda tree: tree.write(
        "buf.yaml", "version: v2\nmodules: [{path: proto, excludes: [proto/acme/ledger]}]\n"
    ),
    "a baseline": lambda tree: tree.write(
        "protohome.baseline.json", '{"version": 1, "accepted": [], "kept": [], "retired": []}\n'
    ),
    "a kept block": lambda tree: tree.write(
        "README.md", "<!-- protohome:begin packages -->\n<!-- protohome:end -->\n"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.usefixtures("settled")
def test_a_change_is_noticed(
    tool: Tool, runs: list[object], change: Callable[[Tree], object]
) -> None:
    first = tool("check", "--format=json")
    assert tool("check", "--format=json") == first
    change(tool.tree)
    second = tool("check", "--format=json")
    assert second == tool.check("--format=json")
    assert tool("check", "--format=json") == second
    assert len(runs) == 3


def test_a_change_within_a_tick_of_the_clock_is_noticed(
    tool: Tool, runs: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = DISK.stamp(str(tool.tree.root / ENTRY))
    monkeypatch.setattr(type(DISK), "stamp", lambda self, file: stamp)
    tool("check")
    tool.tree.edit(ENTRY, "Entry", "Yrtne")
    tool("check")
    assert len(runs) == 2


@pytest.mark.usefixtures("settled")
def test_a_commit_is_noticed(
    tool: Tool, runs: list[object], git_environment: dict[str, str]
) -> None:
    git = Repository(tool.tree.root, git_environment)
    grown(ENTRY)(tool.tree)
    for number in (1, 1, 2, 2):
        if number > len(runs) and runs:
            git("commit", "-q", "-a", "-m", "Grow")
        tool("check", "--format=json")
        assert len(runs) == number


def test_what_is_staged_has_an_outcome_too(
    tool: Tool, runs: list[object], git_environment: dict[str, str]
) -> None:
    git = Repository(tool.tree.root, git_environment)
    first = tool("check", "--staged")
    assert tool("check", "--staged") == first
    assert len(runs) == 1
    grown(ENTRY)(tool.tree)
    assert tool("check", "--staged") == first
    git("add", ".")
    tool("check", "--staged")
    assert len(runs) == 2


def test_other_flags_have_another_outcome(tool: Tool, runs: list[object]) -> None:
    for flags in ((), ("--exit-zero",), ("--no-baseline",), ("-v",), ("proto",), ()):
        tool("check", *flags)
    assert len(runs) == 5


@pytest.mark.parametrize("flags", [("--against", "."), ("--no-cache",)])
def test_some_outcomes_are_not_kept(tool: Tool, runs: list[object], flags: tuple[str, ...]) -> None:
    for number in (1, 2):
        tool("check", *flags)
        assert len(runs) == number


class TestDamage:
    def outcome(self, tool: Tool) -> Done:
        done = tool("check", "--format=json")
        assert done == tool.check("--format=json")
        return done

    def test_of_every_entry_changes_nothing(self, tool: Tool, cache_folder: Path) -> None:
        first = self.outcome(tool)
        for entry in cache_folder.iterdir():
            sound = entry.read_bytes()
            for data in (b"", sound[:-1], sound[:40], sound[:-3] + b"\0\0\0", b"foreign" * 20):
                entry.write_bytes(data)
                assert self.outcome(tool) == first

    def test_what_a_killed_run_left_is_passed_over(self, tool: Tool, cache_folder: Path) -> None:
        first = self.outcome(tool)
        for entry in list(cache_folder.iterdir()):
            (cache_folder / f"{entry.name}.1-00").write_bytes(entry.read_bytes()[:30])
        assert self.outcome(tool) == first

    def test_a_cache_that_cannot_be_written_is_no_error(
        self, tool: Tool, cache_folder: Path
    ) -> None:
        cache_folder.parent.mkdir(parents=True)
        cache_folder.write_text("a file")
        first = self.outcome(tool)
        assert self.outcome(tool) == first

    def test_a_full_disk_leaves_nothing(
        self, tool: Tool, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_names: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
        first = self.outcome(tool)
        assert self.outcome(tool) == first
        assert list(cache_folder.iterdir()) == []

    def test_runs_at_the_same_time_say_the_same(self, tool: Tool) -> None:
        command = (sys.executable, "-m", "protohome", "check", "--format=json")
        runs = [
            subprocess.Popen(
                command, cwd=tool.tree.root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            for _ in range(4)
        ]
        told = {run.communicate()[0] for run in runs}
        assert told == {protohome(tool.tree.root, "check", "--format=json", "--no-cache").stdout}


def test_a_file_that_changes_meanwhile_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "a.proto"
    file.write_bytes(b"one")
    stamp = DISK.stamp(str(file))
    assert stamp is not None
    stamps = {"a.proto": stamp}
    held = contents.hashes(str(tmp_path), stamps)
    assert held is not None
    assert contents.are_still(str(tmp_path), held, stamps, {"a.proto": sha256(b"one").hexdigest()})
    assert contents.are_still(str(tmp_path), held, stamps, {})
    assert not contents.are_still(
        str(tmp_path), held, stamps, {"a.proto": sha256(b"two").hexdigest()}
    )
    file.unlink()
    assert not contents.are_still(str(tmp_path), held, stamps, {})
