"""Edits: how they apply, and how they are found."""

from __future__ import annotations

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


def test_a_diff_names_files_as_git_does() -> None:
    """In quotes with octal escapes where a name would end the line or itself."""
    shown = unified_diff({'a"\n\t': b"1\n"}, {'a"\n\t': b"2\n"})
    assert shown.splitlines()[:2] == ['--- "a/a\\042\\012\\011"', '+++ "b/a\\042\\012\\011"']


@pytest.mark.parametrize(("old", "new"), [("a", "b"), ("b", "a")])
def test_a_diff_tells_a_rename_that_changes_nothing(old: str, new: str) -> None:
    shown = unified_diff({old: b"1\n"}, {new: b"1\n", old: None}, [RenameFile(old, new)])
    assert shown == f"diff --git a/{old} b/{new}\nrename from {old}\nrename to {new}\n"
