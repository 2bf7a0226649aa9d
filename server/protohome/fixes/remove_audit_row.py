"""Remove a file's row from the map's audit table.

Arguments: `path`, the file that the row names.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..packagemap.edits import without_row
from ..verdicts import Judge
from . import Refused, argument
from ._workspace import edit as edit_to
from ._workspace import map_text

SAFE = True


def title(judge: Judge, request: FixRequest) -> str:
    return f"Remove the audit row of {argument(request, 'path')}"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    row = judge.snapshot.rows.get(argument(request, "path"))
    if row is None:
        raise Refused(f"{request.arguments['path']} has no audit row.")
    return edit_to(judge.snapshot, map_text(judge.snapshot, [without_row(judge.snapshot.map, row)]))
