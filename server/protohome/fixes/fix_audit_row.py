"""Correct a row of the map's audit table.

Only the names in the cells change; prose behind them stays.

Arguments: `path`, the file that the row names, and what the row should say: `file`, `current`,
`home`, `owner`. Without any of those, the package that the file declares.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..packagemap.edits import CURRENT, FILE, HOME, OWNER
from ..verdicts import Judge
from . import Refused, argument
from ._workspace import cells_changed, map_text
from ._workspace import edit as edit_to

SAFE = True

_COLUMNS = {"file": FILE, "current": CURRENT, "home": HOME, "owner": OWNER}


def title(judge: Judge, request: FixRequest) -> str:
    said = [text for name, text in _said(judge, request).items() if name in _COLUMNS]
    return f"Correct the audit row of {argument(request, 'path')} to {', '.join(said)}"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    snapshot = judge.snapshot
    path = argument(request, "path")
    said = _said(judge, request)
    row = snapshot.rows[path]
    if said.get("file", path) != path and said["file"] in snapshot.rows:
        line = snapshot.rows[said["file"]].line
        raise Refused(f"{said['file']} has an audit row already, on line {line}.")
    edits = cells_changed(row, {_COLUMNS[name]: text for name, text in said.items()})
    found = edit_to(snapshot, map_text(snapshot, edits))
    if not found.paths:
        raise Refused(f"The audit row of {path} says so already.")
    return found


def _said(judge: Judge, request: FixRequest) -> dict[str, str]:
    path = argument(request, "path")
    if path not in judge.snapshot.rows:
        raise Refused(f"{path} has no audit row.")
    said = {name: request.arguments[name] for name in _COLUMNS if name in request.arguments}
    if said:
        return said
    file = judge.snapshot.files.get(path)
    if file is None or not file.package:
        raise Refused(f"{path} declares no package to put into its row.")
    return {"current": file.package}
