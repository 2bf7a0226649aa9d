"""The cache: it saves time and is otherwise never noticed."""

from __future__ import annotations

import os
import pwd
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import protohome
from protohome import packagemap
from protohome.loading.discovery import load_map
from protohome.system.kept import cache
from trees import Tool, Tree


class Leaf(NamedTuple):
    name: str
    size: float = 0.5


class Plant(NamedTuple):
    leaves: tuple[Leaf, ...]
    source: bytes | None = None


SHAPES = (Leaf, Plant)


class Slow:
    """Something slow to compute, which counts how often it was."""

    def __init__(self, value: object = ("slow", 1)) -> None:
        self.value, self.times = value, 0

    def __call__(self) -> object:
        self.times += 1
        return self.value


@pytest.fixture
def tool(
    tmp_path: Path,
    cache_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Tool:
    return Tool(Tree(tmp_path / "tree"), capsys, monkeypatch)


def remembered(slow: Slow, key: str = "key", root: str = "/root", *, use: bool = True) -> object:
    return cache.remembered(root, "kind", (key,), SHAPES, slow, use=use)


class TestServing:
    def test_the_same_key_is_computed_once(self, cache_folder: Path) -> None:
        slow = Slow()
        assert remembered(slow) == remembered(slow) == slow.value
        assert slow.times == 1

    @pytest.mark.parametrize(
        "value",
        [
            None,
            "text",
            (),
            (-1, 0, (1,)),
            Leaf("é"),
            Plant((Leaf("a", 1), Leaf("b")), b"\xff"),
            Plant(()),
            ((Leaf("x"),), Plant((Leaf(""),))),
        ],
    )
    def test_a_value_comes_back_as_it_was(self, cache_folder: Path, value: object) -> None:
        remembered(Slow(value))
        found = remembered(Slow("another"))
        assert found == value
        assert repr(found) == repr(value)

    def test_whatever_a_map_holds_comes_back_as_it_was(
        self, cache_folder: Path, root: Path
    ) -> None:
        text = (root / "examples/openagents/proto/PACKAGE_MAP.md").read_bytes()
        (cache_folder.parent / "tree").mkdir(parents=True)
        (cache_folder.parent / "tree" / "PACKAGE_MAP.md").write_bytes(text)
        fresh = packagemap.read("PACKAGE_MAP.md", text)
        for _ in range(2):
            assert repr(load_map(str(cache_folder.parent / "tree"), "PACKAGE_MAP.md")) == repr(
                fresh
            )

    @pytest.mark.parametrize(("key", "root"), [("other", "/root"), ("key", "/other")])
    def test_another_key_or_workspace_is_computed(
        self, cache_folder: Path, key: str, root: str
    ) -> None:
        remembered(Slow())
        assert remembered(Slow("other"), key, root) == "other"

    def test_other_code_computes_anew(
        self, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slow = Slow()
        remembered(slow)
        monkeypatch.setattr(cache, "code", lambda: "newer")
        remembered(slow)
        assert slow.times == 2

    def test_all_our_modules_are_the_code(self) -> None:
        told = cache.code().splitlines()
        for module in Path(protohome.__file__).parent.rglob("*.py"):
            status = module.stat()
            assert f"{module.name} {status.st_mtime_ns} {status.st_size}" in told

    def test_nobody_else_may_look(self, cache_folder: Path) -> None:
        remembered(Slow())
        assert stat.S_IMODE(cache_folder.stat().st_mode) == 0o700

    def test_no_more_than_a_few_workspaces_are_kept(self, cache_folder: Path) -> None:
        for number in range(100):
            remembered(Slow(), root=f"/{number}")
        kept = Slow()
        remembered(kept, root="/99")
        assert kept.times == 0
        assert len(list(cache_folder.iterdir())) == 64

    def test_without_use_it_is_neither_read_nor_written(self, cache_folder: Path) -> None:
        slow = Slow()
        remembered(slow, use=False)
        assert not cache_folder.exists()
        remembered(Slow("old"))
        assert remembered(slow, use=False) == slow.value
        assert slow.times == 2


class TestDamage:
    def entry(self, cache_folder: Path) -> Path:
        """The one file of a cache that remembers something."""
        remembered(Slow())
        (entry,) = cache_folder.iterdir()
        return entry

    def test_of_any_byte_changes_no_answer(self, cache_folder: Path) -> None:
        entry = self.entry(cache_folder)
        sound = entry.read_bytes()
        for at in range(len(sound)):
            entry.write_bytes(sound[:at] + bytes([sound[at] ^ 0x10]) + sound[at + 1 :])
            assert remembered(Slow()) == Slow().value

    @pytest.mark.parametrize("data", [b"", b"\x80", b"cos\nsystem\n(S'touch x'\ntR.", b"0" * 9999])
    def test_of_the_whole_file_is_mended(self, cache_folder: Path, data: bytes) -> None:
        entry = self.entry(cache_folder)
        sound = entry.read_bytes()
        entry.write_bytes(data)
        assert remembered(Slow()) == Slow().value
        assert entry.read_bytes() == sound

    @pytest.mark.parametrize("make", [Path.mkdir, lambda place: place.symlink_to("nowhere/x")])
    def test_something_else_in_its_place(
        self, cache_folder: Path, make: Callable[[Path], object]
    ) -> None:
        entry = self.entry(cache_folder)
        entry.unlink()
        make(entry)
        assert remembered(Slow()) == Slow().value


class TestOthers:
    """What somebody else may have written is not read, and nothing is written there."""

    def check(self, cache_folder: Path) -> None:
        slow = Slow("ours")
        assert remembered(slow) == "ours"
        assert slow.times == 1

    def test_a_folder_that_others_may_write(self, cache_folder: Path) -> None:
        for mode in (0o777, 0o770, 0o702):
            remembered(Slow("theirs"))
            cache_folder.chmod(mode)
            before = sorted(cache_folder.iterdir())
            self.check(cache_folder)
            assert sorted(cache_folder.iterdir()) == before
            cache_folder.chmod(0o700)

    def test_a_file_that_others_may_write(self, cache_folder: Path) -> None:
        remembered(Slow("theirs"))
        for entry in cache_folder.iterdir():
            entry.chmod(0o666)
        self.check(cache_folder)

    def test_a_folder_of_somebody_else(
        self, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        remembered(Slow("theirs"))
        monkeypatch.setattr(os, "geteuid", lambda: cache_folder.stat().st_uid + 1)
        self.check(cache_folder)

    def test_a_file_of_somebody_else(
        self, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        remembered(Slow("theirs"))
        status = os.fstat
        changed = [*cache_folder.stat()]
        changed[stat.ST_UID] += 1
        monkeypatch.setattr(
            os, "fstat", lambda number: os.stat_result([status(number)[0], *changed[1:]])
        )
        self.check(cache_folder)

    def test_a_link_in_the_place_of_the_folder(self, cache_folder: Path, tmp_path: Path) -> None:
        remembered(Slow("theirs"))
        cache_folder.rename(tmp_path / "elsewhere")
        cache_folder.symlink_to(tmp_path / "elsewhere")
        self.check(cache_folder)

    @pytest.mark.parametrize("make", [os.mkfifo, lambda place: place.symlink_to("elsewhere")])
    def test_no_file_in_the_place_of_an_entry(
        self, cache_folder: Path, make: Callable[[Path], object]
    ) -> None:
        remembered(Slow("theirs"))
        (entry,) = cache_folder.iterdir()
        entry.rename(cache_folder / "elsewhere")
        make(entry)
        self.check(cache_folder)


def test_nothing_here_reads_what_can_run_code() -> None:
    for path in Path(cache.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"import (pickle|shelve|dill)|\b(eval|exec|yaml\.load)\(", text), path


class TestNoPlace:
    """Where no cache can be, there is none; and never one in the current folder."""

    @pytest.fixture(autouse=True)
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        here = tmp_path / "here"
        here.mkdir()
        monkeypatch.chdir(here)
        yield
        assert list(here.iterdir()) == []

    def check(self) -> None:
        slow = Slow()
        assert remembered(slow) == remembered(slow) == slow.value
        assert slow.times == 2

    def test_a_file_where_the_folder_would_be(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
        self.check()

    @pytest.mark.parametrize("home", ["~", ".", "home"])
    def test_a_home_that_is_no_absolute_path(
        self, monkeypatch: pytest.MonkeyPatch, home: str
    ) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", "cache")
        monkeypatch.setenv("HOME", home)
        self.check()

    def test_no_home_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(_user: int) -> None:
            raise KeyError

        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        monkeypatch.delenv("HOME", raising=False)
        monkeypatch.setattr(pwd, "getpwuid", unknown)
        self.check()


class TestRuns:
    """As ``protohome check`` meets it."""

    def test_a_second_run_says_the_same(self, tool: Tool, cache_folder: Path) -> None:
        tool.tree.edit("PACKAGE_MAP.md", "A-1", "")
        first = tool("check", "--verbose")
        assert cache_folder.is_dir()
        assert tool("check", "--verbose") == first == tool.check("--verbose")

    def test_the_tree_stays_as_it_is(self, tool: Tool) -> None:
        before = tool.tree.everything()
        assert tool("check").code == 0
        assert tool.tree.everything() == before

    def test_no_cache_neither_reads_nor_writes(self, tool: Tool, cache_folder: Path) -> None:
        assert tool("check", "--no-cache").code == 0
        assert not cache_folder.exists()

    def test_a_changed_map_is_noticed_though_its_stamp_is_the_same(self, tool: Tool) -> None:
        map_file = tool.tree.root / "PACKAGE_MAP.md"
        before = map_file.stat()
        assert tool("check").code == 0
        tool.tree.edit("PACKAGE_MAP.md", "entry.proto", "yrtne.proto")
        os.utime(map_file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert map_file.stat().st_size == before.st_size
        assert [line.rsplit(" ", 1)[1] for line in tool("check").out] == [
            "[stale-audit-row]",
            "[file-not-audited]",
        ]

    def test_a_changed_buf_yaml_is_noticed(self, tool: Tool) -> None:
        tool.tree.write("buf.yaml", "version: v2\nmodules: [path: proto]\n")
        assert tool("check").code == 0
        tool.tree.write("buf.yaml", "version: v2\nmodules: [path: nowhere]\n")
        assert tool("check").code == 2

    def test_runs_at_the_same_time_do_not_disturb_each_other(
        self, tool: Tool, cache_folder: Path
    ) -> None:
        command = (sys.executable, "-m", "protohome", "check")
        runs = [
            subprocess.Popen(command, cwd=tool.tree.root, stderr=subprocess.PIPE) for _ in range(4)
        ]
        for run in runs:
            _, said = run.communicate()
            assert run.returncode == 0
            assert said.startswith(b"2 files, 2 contracts by PACKAGE_MAP.md: no errors or warnings")
        kinds = {path.name.partition("-")[0][:5] for path in cache_folder.iterdir()}
        assert {"check", "map"} <= kinds <= {"check", "map", "conte", "facts"}
