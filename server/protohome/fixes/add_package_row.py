"""Add a package's row to the map's ownership table.

The next version of a mapped package gets that package's lane and cells, any other an empty row,
below the one that its name is nearest to. What a package is for, only a person can tell, so that it
is never made without being asked for.

Arguments: `package`.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..packagemap.edits import Unwritable, with_package_row
from ..verdicts import Judge
from . import Refused, argument
from ._workspace import edit as edit_to
from ._workspace import map_text

SAFE = True


def title(judge: Judge, request: FixRequest) -> str:
    return f"Add a row for {argument(request, 'package')} to {judge.snapshot.map.path}"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    snapshot = judge.snapshot
    package = argument(request, "package")
    if package in snapshot.packages:
        raise Refused(f"{package} has a row already, on line {snapshot.packages[package].line}.")
    try:
        row = with_package_row(snapshot.map, package)
    except Unwritable as reason:
        raise Refused(f"{reason}.") from reason
    if row is None:
        raise Refused(f"{snapshot.map.path} has no ownership table to add a row to.")
    return edit_to(snapshot, map_text(snapshot, [row]))
