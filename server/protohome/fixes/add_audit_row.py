"""Add a file's row to the map's audit table.

The row says that the file is at home in its package, with the package's owner lane. As a row
settles where a file's contracts belong, there is none for a frozen package, nor for a file with a
contract that belongs elsewhere: that is moved home first.

Arguments: `path`, from the workspace root.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..packagemap.edits import has_audit_table
from ..verdicts import Judge
from ..workspace import Located
from . import Refused, argument
from .moving.workspace import edit as edit_to
from .moving.workspace import map_text, row_added

SAFE = True


def title(judge: Judge, request: FixRequest) -> str:
    return f"Add {argument(request, 'path')} to the audit table of {judge.snapshot.map.path}"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    snapshot = judge.snapshot
    path = argument(request, "path")
    file = snapshot.files.get(path)
    if file is None:
        raise Refused(f"{path} is no governed file.")
    if path in snapshot.rows:
        raise Refused(f"{path} has an audit row already, on line {snapshot.rows[path].line}.")
    if not has_audit_table(snapshot.map):
        raise Refused(f"{snapshot.map.path} has no audit table to add a row to.")
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
    row = row_added(snapshot, path, file.package, "")
    return edit_to(snapshot, map_text(snapshot, [row]))
