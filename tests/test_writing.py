"""Writing an edit: inside the workspace, all of it or nothing, one run at a time, ended or not."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from protohome.cli import main
from protohome.edits import Conflict, TextEdit, WorkspaceEdit, between
from protohome.positions import Span
from protohome.system.writing import finish, is_unfinished, write
from trees import INVOICE, Tree

MOVE = ("move", "Invoice", "acme.ledger.v1")


WRITING = {"os.rename", "os.remove", "os.truncate", "os.chmod", "fcntl.flock"}


class Ended(NamedTuple):
    """How a run ended, 0 for well and negative for a signal, and what it said."""

    code: int
    said: str


def run(tree: Tree, *argv: str, at: int = 0, act: Callable[[], object] = lambda: None) -> Ended:
    """The command line in a process of its own, forked as starting one takes longer.

    ``act`` is done when it is about to change a file, or to lock one, for the ``at``-th time.
    """
    said = tree.root.parent / f"said-{os.getpid()}"
    process = os.fork()
    if not process:
        code = 70
        try:
            code = _run(tree, argv, said, at, act)
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return Ended(code, said.read_text())


def _run(tree: Tree, argv: tuple[str, ...], said: Path, at: int, act: Callable[[], object]) -> int:
    os.chdir(tree.root)
    sys.stdout = sys.stderr = said.open("w")
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        opens = event == "open" and isinstance(arguments[2], int)
        if event in WRITING or (opens and arguments[2] & (os.O_WRONLY | os.O_RDWR)):  # type: ignore[operator]
            count += 1
            if count == at:
                act()

    sys.addaudithook(hook)
    try:
        return main([*argv, "--no-cache"])
    finally:
        sys.stdout.flush()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the log will be."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def tree(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_writing_changes_makes_and_removes_files_and_keeps_their_mode(root: Path) -> None:
    (root / "changed").write_bytes(b"1")
    (root / "changed").chmod(0o750)
    (root / "gone").write_bytes(b"2")
    before = tree(root)
    after: dict[str, bytes | None] = {"changed": b"one", "gone": None, "deep/er/new": b"3"}
    assert write(str(root), before, between(before, after)) == (
        "changed",
        "deep/er/new",
        "gone",
    )
    assert tree(root) == {"changed": b"one", "deep/er/new": b"3"}
    assert stat.S_IMODE((root / "changed").stat().st_mode) == 0o750


def test_nothing_is_written_when_a_file_has_changed_since(root: Path) -> None:
    (root / "a").write_bytes(b"1")
    (root / "b").write_bytes(b"newer")
    edit = between({"a": b"1", "b": b"2"}, {"a": b"x", "b": b"y"})
    with pytest.raises(Conflict, match="b changed since it was read; nothing was written"):
        write(str(root), {"a": b"1", "b": b"2"}, edit)
    assert tree(root) == {"a": b"1", "b": b"newer"}


def test_nothing_is_written_over_a_file_that_nobody_has_read(root: Path) -> None:
    (root / "new").write_bytes(b"mine")
    with pytest.raises(Conflict, match="new exists already; nothing was written"):
        write(str(root), {}, WorkspaceEdit(creates={"new": "yours"}))
    assert tree(root) == {"new": b"mine"}


@pytest.mark.parametrize("path", ["../out", "link/out", "a/../../out"])
def test_nothing_is_written_outside_the_workspace(path: str, root: Path, tmp_path: Path) -> None:
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(Conflict, match="leads out of the workspace"):
        write(str(root), {}, WorkspaceEdit(creates={"in": "x", path: "x"}))
    assert tree(root) == {}
    assert not (tmp_path / "out").exists()


def test_a_file_with_two_names_is_not_written_twice(root: Path) -> None:
    (root / "file").write_bytes(b"1")
    (root / "link").symlink_to("file")
    before = {"file": b"1", "link": b"1"}
    with pytest.raises(Conflict, match="one, through a symbolic link"):
        write(str(root), before, between(before, {"file": b"2", "link": b"3"}))
    assert (root / "file").read_bytes() == b"1"


def test_a_link_stays_one_and_its_file_is_written(root: Path) -> None:
    (root / "file").write_bytes(b"1")
    (root / "link").symlink_to("file")
    write(str(root), {"link": b"1"}, between({"link": b"1"}, {"link": b"2"}))
    assert (root / "link").is_symlink()
    assert (root / "file").read_bytes() == b"2"


def test_what_was_written_is_taken_back_when_the_rest_cannot_be(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (root / name).write_bytes(b"1")
    before = tree(root)
    replace, done = os.replace, []

    def full_at_the_second(source: str, target: str) -> None:
        done.append(target)
        if len(done) == 2:
            raise OSError(28, "No space left on device", source)
        replace(source, target)

    monkeypatch.setattr(os, "replace", full_at_the_second)
    after: dict[str, bytes | None] = {"a": b"2", "b": b"2", "c": None, "d": b"2"}
    with pytest.raises(Conflict, match="a: cannot be written: No space left on device"):
        write(str(root), before, between(before, after))
    assert tree(root) == before


def test_what_cannot_be_staged_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "a").write_bytes(b"1")
    long = "n" * 250
    edit = WorkspaceEdit({"a": (TextEdit(Span(0, 1), "2"),)}, {long: "x"})
    with pytest.raises(Conflict, match=f"{long}: cannot be written: File name too long"):
        write(str(root), {"a": b"1"}, edit)
    assert tree(root) == {"a": b"1"}


def test_what_fails_leaves_no_empty_folders(root: Path) -> None:
    (root / "a").write_bytes(b"1")
    long = "n" * 250
    edit = WorkspaceEdit({}, {"new/one/b": "x", f"new/two/{long}": "x"})
    with pytest.raises(Conflict, match="File name too long"):
        write(str(root), {}, edit)
    assert [path.name for path in root.iterdir()] == ["a"]


class TestOrder:
    """A contract that moves is in its new file before it leaves the old one."""

    def test_what_gains_text_is_first_and_deletions_are_last(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = {"a": b"long text", "b": b"1", "c": b"1", "d": b"1"}
        for name, text in before.items():
            (root / name).write_bytes(text)
        after: dict[str, bytes | None] = {"a": b"short", "b": None, "c": b"1 more", "new": b"all"}
        made: list[str] = []
        replace, unlink = os.replace, os.unlink

        def replacing(source: str, target: str) -> None:
            made.append(os.path.basename(target))
            replace(source, target)

        def unlinking(target: str) -> None:
            made.append(os.path.basename(target))
            unlink(target)

        monkeypatch.setattr(os, "replace", replacing)
        monkeypatch.setattr(os, "unlink", unlinking)
        write(str(root), before, between(before, after))
        assert made == ["c", "new", "a", "b"]


class TestTogether:
    """Two runs at the same time, the first held still at each of its steps in turn."""

    @pytest.fixture
    def two(self, tmp_path: Path) -> Tree:
        """A tree with two contracts that both go to one file."""
        two = Tree(tmp_path / "two")
        two.write(INVOICE, "package acme.billing.v1;\nmessage Invoice {}\nmessage Bill {}\n")
        return two

    def test_no_contract_is_lost_wherever_the_other_comes_in(self, two: Tree) -> None:
        before = two.everything()
        came = two.root.parent / "came"
        words: set[str] = set()

        def other() -> None:
            second = run(two, "move", "Bill", "acme.ledger.v1")
            came.write_text(f"{second.code} {second.said}")

        for number in range(1, 100):
            restore(two, before)
            came.unlink(missing_ok=True)
            first = run(two, *MOVE, at=number, act=other)
            if not came.exists():
                break  # it has fewer steps
            second = came.read_text()
            texts = b"".join(text for _path, text in contents(two))
            assert texts.count(b"message Invoice") == texts.count(b"message Bill") == 1
            ledger = (two.root / "proto/acme/ledger/v1").glob("*.proto")
            moved = b"".join(path.read_bytes() for path in ledger)
            assert (first.code == 0) == (b"message Invoice" in moved)
            assert second.startswith("0") == (b"message Bill" in moved)
            assert first.code == 0 or second.startswith("0")
            words.update(word for word in ("is changing",) if word in second)
            words.update(word for word in ("changed since",) if word in first.said)
        assert 5 < number < 100
        assert words == {"is changing", "changed since"}

    def test_who_holds_it_is_named(self, root: Path, state: Path) -> None:
        code = """
import os, sys
from protohome.system import writing
with writing._log(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""
        holder = subprocess.Popen(
            (sys.executable, "-c", code, str(root)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        edit = WorkspaceEdit(creates={"new": "x"})
        with pytest.raises(
            Conflict, match=f"process {holder.pid} is changing this workspace; noth"
        ):
            write(str(root), {}, edit)
        assert tree(root) == {}
        holder.kill()
        holder.communicate()
        assert write(str(root), {}, edit) == ("new",)

    def test_a_file_that_an_editor_saves_meanwhile_is_not_overwritten(
        self, two: Tree, tmp_path: Path
    ) -> None:
        """An editor knows no lock: each file is looked at again right before it is replaced."""
        before = two.everything()
        file = two.root / INVOICE

        def save() -> None:
            with file.open("ab") as stream:
                stream.write(b"// saved\n")

        for number in range(1, 100):
            restore(two, before)
            done = run(two, *MOVE, at=number, act=save)
            if b"// saved" not in file.read_bytes():
                break
            if b"Invoice" in file.read_bytes():
                others = {**two.everything(), str(file): b""}
                assert others == {**before, str(file): b""}
                assert done.code == 2
        assert 3 < number < 100


class TestKilled:
    """A run that is killed before each of its steps; the next one deals with what is left."""

    @pytest.mark.parametrize("again", ["fix", "move"])
    def test_the_next_run_finishes_it_or_removes_what_is_left(
        self, tmp_path: Path, again: str
    ) -> None:
        tree = Tree(tmp_path / "tree")
        before = tree.everything()
        assert run(tree, *MOVE).code == 0
        after = tree.everything()
        words: set[str] = set()
        for number in range(1, 100):
            restore(tree, before)
            if run(tree, *MOVE, at=number, act=kill).code == 0:
                break
            texts = [text for path, text in contents(tree) if path.endswith(".proto")]
            assert any(b"message Invoice" in text for text in texts)
            unfinished = is_unfinished(str(tree.root))
            assert ("a change was interrupted" in run(tree, "check").said) == unfinished
            said = run(tree, *(MOVE if again == "move" else ("fix",))).said
            words.update(word for word in ("is finished", "is removed") if word in said)
            assert unfinished == ("nterrupted change" in said)
            assert tree.everything() in ([after] if again == "move" else [before, after])
            assert not is_unfinished(str(tree.root))
        assert 5 < number < 100
        assert words == {"is finished", "is removed"}

    def test_a_file_that_was_edited_since_stays_as_it_is(self, tmp_path: Path) -> None:
        for number in range(1, 100):
            killed = Tree(tmp_path / str(number))
            if run(killed, *MOVE, at=number, act=kill).code == 0:
                break
            edited = killed.root / "PACKAGE_MAP.md"
            edited.write_bytes(edited.read_bytes() + b"\nA word more.\n")
            text = edited.read_bytes()
            unfinished = is_unfinished(str(killed.root))
            said = finish(str(killed.root))
            assert said.endswith("PACKAGE_MAP.md was changed since; look at them") == unfinished
            assert edited.read_bytes() == text
            texts = [text for _path, text in contents(killed)]
            assert any(b"message Invoice" in text for text in texts)
            assert finish(str(killed.root)) == ""

    def test_a_log_that_was_cut_off_is_of_a_run_that_had_not_begun(
        self, tmp_path: Path, state: Path
    ) -> None:
        killed = killed_halfway(tmp_path)
        log = max((state / "protohome").iterdir(), key=lambda path: path.stat().st_size)
        whole = log.read_bytes()
        for length in range(0, len(whole), 7):
            log.write_bytes(whole[:length])
            assert not is_unfinished(str(killed.root))
            assert finish(str(killed.root)) == ""

    def test_a_folder_that_leads_out_since_is_left_alone(self, tmp_path: Path) -> None:
        killed = killed_halfway(tmp_path)
        outside = tmp_path / "outside"
        (killed.root / "proto").rename(outside)
        (killed.root / "proto").symlink_to(outside)
        before = tree(outside)
        assert "leads out of the workspace" in finish(str(killed.root))
        assert tree(outside) == before

    def test_what_cannot_be_taken_back_is_by_the_next_run(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = dict.fromkeys("abc", b"1")
        for name, text in before.items():
            (root / name).write_bytes(text)
        after: dict[str, bytes | None] = {"a": b"22", "b": b"2", "c": b"2"}
        replace, done = os.replace, []

        def full_from_the_second_on(source: str, target: str) -> None:
            done.append(target)
            if len(done) > 1:
                raise OSError(28, "No space left on device", source)
            replace(source, target)

        with monkeypatch.context() as full:
            full.setattr(os, "replace", full_from_the_second_on)
            with pytest.raises(Conflict, match=r"b: .* but a part, which the next"):
                write(str(root), before, between(before, after))
        assert tree(root) == {**before, "a": b"22"}
        with pytest.raises(Conflict, match="another change was interrupted"):
            write(str(root), before, between(before, after))
        assert finish(str(root)) == "An interrupted change of a is taken back"
        assert tree(root) == before


class TestNoLock:
    @pytest.mark.parametrize("make", [Path.touch, lambda place: place.mkdir(0o777)])
    def test_a_state_folder_that_is_not_ours_alone_is_not_used(
        self,
        root: Path,
        state: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        make: Callable[[Path], object],
    ) -> None:
        state.mkdir()
        make(state / "protohome")
        (state / "protohome").chmod(0o777)
        monkeypatch.setenv("TMPDIR", str(tmp_path / "none" / "there"))
        monkeypatch.setattr(os, "makedirs", lambda *_args, **_more: None)
        with pytest.raises(Conflict, match="no folder to lock in: set XDG_STATE_HOME"):
            write(str(root), {}, WorkspaceEdit(creates={"new": "x"}))
        assert tree(root) == {}

    def test_a_link_in_the_place_of_the_log_is_not_followed(self, root: Path, state: Path) -> None:
        write(str(root), {}, WorkspaceEdit(creates={"new": "x"}))
        (log,) = (state / "protohome").iterdir()
        log.unlink()
        (state / "victim").write_bytes(b"mine")
        log.symlink_to(state / "victim")
        with pytest.raises(Conflict, match="cannot be locked"):
            write(str(root), {}, WorkspaceEdit(creates={"newer": "x"}))
        assert (state / "victim").read_bytes() == b"mine"


def contents(tree: Tree) -> list[tuple[str, bytes]]:
    """The files of a tree and their bytes, by path."""
    every = sorted(tree.everything().items())
    return [(path, text) for path, text in every if isinstance(text, bytes)]


def restore(tree: Tree, before: dict[str, object]) -> None:
    """Make a tree's files what they were."""
    for path in tree.everything().keys() - before.keys():
        Path(path).unlink()
    for path, text in before.items():
        if isinstance(text, bytes):
            Path(path).write_bytes(text)


def killed_halfway(folder: Path) -> Tree:
    """A tree that a run was changing when it was killed."""
    for number in range(1, 100):
        tree = Tree(folder / str(number))
        run(tree, *MOVE, at=number, act=kill)
        if is_unfinished(str(tree.root)):
            return tree
    raise AssertionError
