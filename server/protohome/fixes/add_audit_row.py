"""Add a file's row, or those of all files that lack one, to the map's audit table.

The row says that the file is at home in its package, with the package's owner lane. As a row
settles where a file's contracts belong, there is none for a frozen package, nor for a file with a
contract that belongs elsewhere: that is moved home first.

Arguments: `path`, from the workspace root; `*` for every governed file that has no row.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..packagemap.edits import MapEdit, has_audit_table
from ..verdicts import Judge
from ..workspace.snapshot import Located, Snapshot
from . import Refused, argument
from ._workspace import edit as edit_to
from ._workspace import map_text, row_added

SAFE = True
EVERY = "*"


def title(judge: Judge, request: FixRequest) -> str:
    path, where = argument(request, "path"), judge.snapshot.map.path
    if path == EVERY:
        number = len(without_row(judge.snapshot))
        return f"Add all files at home to the audit table of {where} ({number} have no row)"
    return f"Add {path} to the audit table of {where}"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    snapshot = judge.snapshot
    path = argument(request, "path")
    if not has_audit_table(snapshot.map):
        raise Refused(f"{snapshot.map.path} has no audit table to add a row to.")
    rows = [_row(judge, path)] if path != EVERY else _every_row(judge)
    return edit_to(snapshot, map_text(snapshot, rows))


def without_row(snapshot: Snapshot) -> list[str]:
    """The governed files that the audit table does not name."""
    return [path for path in snapshot.files if path not in snapshot.rows]


def _every_row(judge: Judge) -> list[MapEdit | None]:
    rows: list[MapEdit | None] = []
    refused = Refused("Every governed file has an audit row.")
    for path in without_row(judge.snapshot):
        try:
            rows.append(_row(judge, path))
        except Refused as why:
            refused = why
    if not rows:
        raise refused
    return rows


def _row(judge: Judge, path: str) -> MapEdit | None:
    snapshot = judge.snapshot
    file = snapshot.files.get(path)
    if file is None:
        raise Refused(f"{path} is no governed file.")
    if path in snapshot.rows:
        raise Refused(f"{path} has an audit row already, on line {snapshot.rows[path].line}.")
    if file.package not in snapshot.packages:
        raise Refused(f"{snapshot.map.path} lists no package {file.package or '(none)'}.")
    if file.package in judge.frozen:
        because = judge.frozen[file.package]
        raise Refused(
            f"{file.package} takes no new files ({because.path}:{because.line}); "
            "move the contracts home."
        )
    for contract in file.contracts:
        verdict = judge.home_of(Located(file, contract))
        if verdict.misplaced:
            raise Refused(
                f"{contract.name} belongs in {verdict.home}, and a row would settle it in "
                f"{file.package}; move it home first."
            )
    return row_added(snapshot, path, file.package, "")
