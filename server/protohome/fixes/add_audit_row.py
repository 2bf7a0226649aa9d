"""Add a file's row to the map's audit table.

The row says the file's package as it is, the home that its contracts have by the map, and the
home's owner lane. Where the home is another package, the follow-on names the move that is left.

Arguments: `path`, from the workspace root.
"""

from __future__ import annotations

from collections import Counter

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..model import ProtoFile
from ..packagemap.edits import has_audit_table, with_row
from ..verdicts import Judge
from ..workspace import Located
from . import Refused, argument
from .moving.workspace import edit as edit_to
from .moving.workspace import map_text

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
    home = _home(judge, file)
    owner = snapshot.packages[home].owner.lane
    follow_on = "" if home == file.package else f"retire after {home} cutover"
    row = with_row(snapshot.map, path, file.package, home, owner, follow_on)
    return edit_to(snapshot, map_text(snapshot, [row]))


def _home(judge: Judge, file: ProtoFile) -> str:
    """The home that most contracts of the file have, its own package where none says another."""
    verdicts = [judge.home_of(Located(file, contract)) for contract in file.contracts]
    misplaced = [v.home for v in verdicts if v.misplaced and v.home in judge.snapshot.packages]
    if len(misplaced) * 2 <= len(verdicts) and file.package not in judge.frozen:
        return file.package
    return Counter(misplaced).most_common(1)[0][0] if misplaced else file.package
