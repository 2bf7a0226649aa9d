"""Edits of a workspace: plain data, how they apply, and how they are found.

Paths are relative to the workspace root, with ``/``; spans are byte offsets into the source that
the snapshot holds for the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .named import NamedTuple
from .positions import Span

_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f]')
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class TextEdit(NamedTuple):
    """``text`` in the place of ``span``; an empty span inserts. Inserts at one place keep order."""

    span: Span
    text: str


class RenameFile(NamedTuple):
    old: str
    new: str


class WorkspaceEdit(NamedTuple):
    """What a fix wants to change.

    ``texts`` change files that exist (by their old path, where a rename goes with them);
    ``creates`` are the whole texts of files that do not exist yet; ``deletes`` are files that go.
    """

    texts: Mapping[str, tuple[TextEdit, ...]] = {}
    creates: Mapping[str, str] = {}
    renames: tuple[RenameFile, ...] = ()
    deletes: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that is changed, created, renamed to or from, or deleted; sorted."""
        renamed = [path for rename in self.renames for path in rename]
        return tuple(sorted({*self.texts, *self.creates, *renamed, *self.deletes}))


class Conflict(Exception):
    """The edit cannot be applied or written as it stands; the message is one line for a person."""


def apply(source: bytes, edits: Iterable[TextEdit]) -> bytes:
    """``source`` with ``edits`` made. Raises Conflict when two overlap or one is out of bounds."""
    parts: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if edit.span.start < at or not edit.span.start <= edit.span.end <= len(source):
            raise Conflict(f"two edits overlap, or one is out of bounds, at byte {edit.span.start}")
        parts += (source[at : edit.span.start], edit.text.encode())
        at = edit.span.end
    return b"".join((*parts, source[at:]))


def outcome(sources: Mapping[str, bytes], edit: WorkspaceEdit) -> dict[str, bytes | None]:
    """The new bytes of each path an edit touches, None for one that goes.

    ``sources`` has the present bytes of the files. Raises Conflict as ``apply`` does, and when an
    edited, renamed or deleted file is not among them or a created one is.
    """
    for path in (*edit.texts, *edit.deletes, *(rename.old for rename in edit.renames)):
        if path not in sources:
            raise Conflict(f"{path} is not in the workspace any more")
    after: dict[str, bytes | None] = {}
    for path, edits in edit.texts.items():
        after[path] = apply(sources[path], edits)
    for path, text in edit.creates.items():
        if path in sources:
            raise Conflict(f"{path} exists already")
        after[path] = text.encode()
    for rename in edit.renames:
        if rename.new in sources or rename.new in after:
            raise Conflict(f"{rename.new} exists already")
        moved = after.get(rename.old)
        after[rename.new] = sources[rename.old] if moved is None else moved
        after[rename.old] = None
    for path in edit.deletes:
        after[path] = None
    return after


def between(
    sources: Mapping[str, bytes],
    after: Mapping[str, bytes | None],
    renames: Iterable[RenameFile] = (),
) -> WorkspaceEdit:
    """The edit whose ``outcome`` is ``after``: changed lines only, files with no change left out.

    The new bytes of a renamed file stand under its new path. They must be UTF-8.
    """
    texts: dict[str, tuple[TextEdit, ...]] = {}
    creates: dict[str, str] = {}
    deletes: list[str] = []
    renames = tuple(renames)
    olds = {rename.new: rename.old for rename in renames}
    leaving = set(olds.values())
    for path, new in sorted(after.items()):
        old = olds.get(path, path)
        if new is None:
            if path in sources and path not in leaving:
                deletes.append(path)
        elif old not in sources:
            creates[path] = new.decode()
        elif edits := changed_lines(sources[old], new):
            texts[old] = edits
    return WorkspaceEdit(texts, creates, renames, tuple(deletes))


def changed_lines(old: bytes, new: bytes) -> tuple[TextEdit, ...]:
    """Edits of whole lines that lead from ``old`` to ``new``."""
    if old == new:
        return ()
    from difflib import SequenceMatcher

    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    edits: list[TextEdit] = []
    start = line = 0
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) > 5000)
    for kind, first, last, new_first, new_last in matcher.get_opcodes():
        start += sum(map(len, before[line:first]))
        end = start + sum(map(len, before[first:last]))
        if kind != "equal":
            text = b"".join(after[new_first:new_last]).decode()
            edits.append(TextEdit(Span(start, end), text))
        start, line = end, last
    return tuple(edits)


def unified_diff(
    sources: Mapping[str, bytes],
    after: Mapping[str, bytes | None],
    renames: Iterable[RenameFile] = (),
) -> str:
    """A diff that ``git apply`` and ``patch -p1`` read."""
    from difflib import unified_diff as diff

    olds = {rename.new: rename.old for rename in renames}
    text: list[str] = []
    for path, new in sorted(after.items()):
        old_path = olds.get(path, path)
        old = sources.get(old_path)
        if (old == new and old_path == path) or (new is None and path in olds.values()):
            continue
        names = (
            "/dev/null" if old is None else _quoted(f"a/{old_path}"),
            "/dev/null" if new is None else _quoted(f"b/{path}"),
        )
        if old_path != path:
            text.append(f"diff --git {_quoted(f'a/{old_path}')} {_quoted(f'b/{path}')}\n")
            text.append(f"rename from {_quoted(old_path)}\nrename to {_quoted(path)}\n")
        for line in diff(_lines(old), _lines(new), *names):
            whole = line.endswith("\n")
            text.append(line if whole else line + "\n\\ No newline at end of file\n")
    return "".join(text)


def _quoted(name: str) -> str:
    """A name as git writes it: in quotes with escapes where it would end the line or the name."""
    if not _SPECIAL.search(name):
        return name
    return '"' + _SPECIAL.sub(lambda match: f"\\{ord(match[0]):03o}", name) + '"'


def _lines(source: bytes | None) -> list[str]:
    return _LINE.findall((source or b"").decode("utf-8", "replace"))
