"""Write a kept block anew: a managed list in a Markdown file, or the owners in CODEOWNERS.

Only what stands between the block's two marks changes.

Arguments: `path`, from the workspace root, and `number`, which of its blocks, from 1.
"""

from __future__ import annotations

from ..edits import TextEdit, WorkspaceEdit
from ..findings import FixRequest
from ..upkeep.drift import Drift, drifts
from ..verdicts import Judge
from . import Refused, argument

SAFE = True


def title(judge: Judge, request: FixRequest) -> str:
    return f"Write the block “{' '.join(_drift(judge, request).block.words)}” anew"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    drift = _drift(judge, request)
    assert drift.block.body is not None
    made = TextEdit(drift.block.body, drift.wanted.decode())
    return WorkspaceEdit(texts={drift.path: (made,)})


def _drift(judge: Judge, request: FixRequest) -> Drift:
    path, number = argument(request, "path"), argument(request, "number")
    if path not in judge.snapshot.documents:
        raise Refused(f"{path} holds no block to keep.")
    drift = next((each for each in drifts(judge, path) if str(each.number) == number), None)
    if drift is None:
        raise Refused(f"Block {number} of {path} is true as it is.")
    if drift.why:
        raise Refused(f"{path}: {drift.why}.")
    return drift
