"""Move a file to another path, and its importers with it.

Where the package follows the folder, as it did before, the package statement and every reference
change too; a file whose package already fits its new folder keeps it. The audit row follows.

Arguments: `path`, and `to`, both from the workspace root; `package`, where the file is to have
that one whatever its folder was.
"""

from __future__ import annotations

from ..edits import RenameFile, WorkspaceEdit
from ..findings import FixRequest
from ..verdicts import Judge
from . import Refused, argument
from ._workspace import checked_path
from .moving.packages import check_thawed, in_package, readable

SAFE = False


def title(judge: Judge, request: FixRequest) -> str:
    count = len(edit(judge, request).paths) - 1
    return f"Move the file to {argument(request, 'to')} ({count} file{'s' * (count != 1)})"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    snapshot = judge.snapshot
    file = readable(snapshot, argument(request, "path"))
    to = checked_path(snapshot, argument(request, "to"))
    if to in snapshot.files or to in snapshot.bystanders:
        raise Refused(f"{to} exists already.")
    before = snapshot.import_path(file.path).rpartition("/")[0].replace("/", ".")
    after = snapshot.import_path(to).rpartition("/")[0].replace("/", ".")
    follows = file.package == before and after != before
    package = request.arguments.get("package") or (after if follows else file.package)
    if package != file.package:
        check_thawed(judge, package)
    return in_package(snapshot, file, package, RenameFile(file.path, to))
