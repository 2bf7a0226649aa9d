"""Renames of files and folders by the editor: what follows them in the other files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lsprotocol import types

from .... import fixes
from ....edits import Conflict, RenameFile, WorkspaceEdit, between
from ....findings import FixRequest
from ....fixes import Refused
from ....fixes._workspace import completed, sources
from ....fixes.moving.applied import applied
from ....verdicts import Judge
from ....workspace.snapshot import Snapshot
from ... import to_lsp
from ...places import Places
from ...state.folders import Folder
from ...state.session import Session
from ...uris import path_of
from .actions import check_inside


def will_rename(session: Session, params: types.RenameFilesParams) -> Any:
    """``workspace/willRenameFiles``: the edits to make before the files are renamed."""
    for folder, renames in _by_folder(session, params.files):
        state = session.state(folder)
        if state is None:
            continue
        edit, refused = following(completed(state.snapshot, folder.source), renames)
        for reason in refused:
            session.host.show(to_lsp.warning(f"protohome leaves the rest to you: {reason}"))
        if edit.texts:
            try:
                check_inside(state.snapshot, edit)
            except Refused as reason:
                session.host.show(to_lsp.warning(f"protohome changes nothing: {reason}"))
                continue
            places = Places(folder, session.client.encoding)
            return to_lsp.workspace_edit(places, session.client, edit)
    return None


def following(
    snapshot: Snapshot, renames: Iterable[tuple[str, str]]
) -> tuple[WorkspaceEdit, list[str]]:
    """The edits of texts that renames ask for, by the old paths, and why some are impossible."""
    present, refused = snapshot, []
    made: list[RenameFile] = []
    for old, new in renames:
        for path, to in _files(snapshot, old, new):
            request = FixRequest("move-file", {"path": path, "to": to})
            try:
                present = applied(present, fixes.edit(Judge(present), request))
            except (Refused, Conflict) as reason:
                refused.append(str(reason))
            else:
                made.append(RenameFile(path, to))
    before, after = sources(snapshot), sources(present)
    changed = {path: after[path] for path in after if after[path] != before.get(path)}
    return WorkspaceEdit(texts=between(before, changed, made).texts), refused


def _files(snapshot: Snapshot, old: str, new: str) -> Iterator[tuple[str, str]]:
    """The governed files that a renamed file or folder means, with their new paths."""
    for path in snapshot.files:
        if path == old:
            yield path, new
        elif path.startswith(old + "/"):
            yield path, new + path[len(old) :]


def _by_folder(
    session: Session, files: Iterable[Any]
) -> list[tuple[Folder, list[tuple[str, str]]]]:
    found: dict[int, tuple[Folder, list[tuple[str, str]]]] = {}
    for file in files:
        old, new = path_of(file.old_uri), path_of(file.new_uri)
        folder = session.folder_of(old) if old else None
        if folder is not None and old and new:
            before, after = folder.relative(old), folder.relative(new)
            if before and after:
                found.setdefault(id(folder), (folder, []))[1].append((before, after))
    return list(found.values())
