"""Edits: how they apply, how they are found, and that writing them is all or nothing."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protohome.edits import (
    Conflict,
    RenameFile,
    TextEdit,
    WorkspaceEdit,
    apply,
    between,
    changed_lines,
    outcome,
    unified_diff,
    write,
)
from protohome.positions import Span

TEXTS = st.text(st.sampled_from("ab \n\r\u2028é")).map(str.encode)
TREES = st.dictionaries(st.sampled_from(["a", "b/c", "d"]), TEXTS)


def insert(at: int, text: str) -> TextEdit:
    return TextEdit(Span(at, at), text)


def test_edits_apply_from_first_to_last_and_inserts_at_one_place_keep_their_order() -> None:
    edits = [TextEdit(Span(4, 5), "E"), insert(1, "1"), insert(1, "2"), TextEdit(Span(1, 3), "")]
    assert apply(b"abcdef", edits) == b"a12dEf"


@pytest.mark.parametrize(
    "edits",
    [
        [TextEdit(Span(0, 3), "x"), TextEdit(Span(2, 4), "y")],
        [TextEdit(Span(5, 9), "x")],
        [TextEdit(Span(3, 2), "x")],
    ],
    ids=["overlapping", "out of bounds", "backwards"],
)
def test_edits_that_cannot_be_made_are_a_conflict(edits: list[TextEdit]) -> None:
    with pytest.raises(Conflict):
        apply(b"abcdef", edits)


@given(TEXTS, TEXTS)
def test_changed_lines_lead_from_one_text_to_the_other(old: bytes, new: bytes) -> None:
    edits = changed_lines(old, new)
    assert apply(old, edits) == new
    assert (edits == ()) == (old == new)


@given(TREES, TREES)
def test_the_edit_between_two_trees_leads_from_one_to_the_other(
    before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    changes: dict[str, bytes | None] = {**dict.fromkeys(before), **after}
    edit = between(before, changes)
    result = {**before, **outcome(before, edit)}
    assert {path: text for path, text in result.items() if text is not None} == after


def test_a_renamed_file_may_change_as_it_goes() -> None:
    rename = RenameFile("old", "new")
    edit = between({"old": b"1\n2\n"}, {"old": None, "new": b"1\n3\n"}, [rename])
    assert edit == WorkspaceEdit({"old": (TextEdit(Span(2, 4), "3\n"),)}, {}, (rename,), ())
    assert outcome({"old": b"1\n2\n"}, edit) == {"old": None, "new": b"1\n3\n"}
    assert edit.paths == ("new", "old")


@pytest.mark.parametrize(
    "edit",
    [
        WorkspaceEdit(texts={"gone": (insert(0, "x"),)}),
        WorkspaceEdit(creates={"here": "x"}),
        WorkspaceEdit(renames=(RenameFile("gone", "new"),)),
        WorkspaceEdit(renames=(RenameFile("here", "there"),)),
        WorkspaceEdit(deletes=("gone",)),
    ],
    ids=["edit of no file", "create over a file", "rename of no file", "rename over", "delete"],
)
def test_an_edit_for_another_tree_is_a_conflict(edit: WorkspaceEdit) -> None:
    with pytest.raises(Conflict):
        outcome({"here": b"", "there": b""}, edit)


def tree(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_writing_changes_makes_and_removes_files_and_keeps_their_mode(tmp_path: Path) -> None:
    (tmp_path / "changed").write_bytes(b"1")
    (tmp_path / "changed").chmod(0o750)
    (tmp_path / "gone").write_bytes(b"2")
    before = tree(tmp_path)
    after: dict[str, bytes | None] = {"changed": b"one", "gone": None, "deep/er/new": b"3"}
    assert write(str(tmp_path), before, between(before, after)) == (
        "changed",
        "deep/er/new",
        "gone",
    )
    assert tree(tmp_path) == {"changed": b"one", "deep/er/new": b"3"}
    assert stat.S_IMODE((tmp_path / "changed").stat().st_mode) == 0o750


def test_nothing_is_written_when_a_file_has_changed_since(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"newer")
    edit = between({"a": b"1", "b": b"2"}, {"a": b"x", "b": b"y"})
    with pytest.raises(Conflict, match="b changed since it was read; nothing was written"):
        write(str(tmp_path), {"a": b"1", "b": b"2"}, edit)
    assert tree(tmp_path) == {"a": b"1", "b": b"newer"}


def test_nothing_is_written_over_a_file_that_nobody_has_read(tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"mine")
    with pytest.raises(Conflict, match="new exists already; nothing was written"):
        write(str(tmp_path), {}, WorkspaceEdit(creates={"new": "yours"}))
    assert tree(tmp_path) == {"new": b"mine"}


@pytest.mark.parametrize("path", ["../out", "link/out", "a/../../out"])
def test_nothing_is_written_outside_the_workspace(path: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(Conflict, match="leads out of the workspace"):
        write(str(root), {}, WorkspaceEdit(creates={"in": "x", path: "x"}))
    assert tree(root) == {}
    assert not (tmp_path / "out").exists()


def test_a_file_with_two_names_is_not_written_twice(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "link").symlink_to("file")
    before = {"file": b"1", "link": b"1"}
    with pytest.raises(Conflict, match="one, through a symbolic link"):
        write(str(tmp_path), before, between(before, {"file": b"2", "link": b"3"}))
    assert (tmp_path / "file").read_bytes() == b"1"


def test_a_link_stays_one_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "link").symlink_to("file")
    write(str(tmp_path), {"link": b"1"}, between({"link": b"1"}, {"link": b"2"}))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"2"


def test_what_was_written_is_taken_back_when_the_rest_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"1")
    before = tree(tmp_path)
    replace, done = os.replace, []

    def full_at_the_second(source: str, target: str) -> None:
        done.append(target)
        if len(done) == 2:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full_at_the_second)
    after: dict[str, bytes | None] = {"a": b"2", "b": b"2", "c": None, "d": b"2"}
    with pytest.raises(Conflict, match="b: cannot be written: No space left on device"):
        write(str(tmp_path), before, between(before, after))
    assert tree(tmp_path) == before


@given(TREES, TREES)
def test_git_applies_the_diff(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """As far as a diff can tell: git has no word for an empty file that comes or goes here."""
    changes: dict[str, bytes | None] = {**dict.fromkeys(before), **after}
    diff = unified_diff(before, changes)
    shown = {path for path, text in changes.items() if before.get(path, b"") != (text or b"")}
    assert all((f"a/{path}\n" in diff) or (f"b/{path}\n" in diff) for path in shown)
    assert (diff == "") == (not shown)


def test_git_applies_a_diff_with_a_rename(tmp_path: Path) -> None:
    before = {"old": b"1\n2\n3\n4\n", "same": b"x", "gone": b"a\nb"}
    after = {
        "old": None,
        "new": b"1\n2\n3\nfour\n",
        "gone": None,
        "deep/made": b"m\n",
        "same": b"y",
    }
    for path, text in before.items():
        (tmp_path / path).write_bytes(text)
    diff = unified_diff(before, after, [RenameFile("old", "new")])
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)
    assert tree(tmp_path) == {path: text for path, text in after.items() if text is not None}
