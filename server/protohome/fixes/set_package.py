"""Set a file's package; every reference to what it declares follows.

The `package` statement is changed, or added below the syntax. Imports stay as they are, since the
file does, and the file's audit row says the new package.

Arguments: `path`, from the workspace root, and `package`.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..verdicts import Judge
from . import argument
from .moving.packages import in_package, readable

SAFE = False


def title(judge: Judge, request: FixRequest) -> str:
    count = len(edit(judge, request).paths)
    return f"Set the package to {argument(request, 'package')} ({count} file{'s' * (count != 1)})"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    file = readable(judge.snapshot, argument(request, "path"))
    return in_package(judge.snapshot, file, argument(request, "package"))
