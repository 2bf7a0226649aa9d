"""Declare which contract succeeds a legacy one that was renamed on its way.

An entry in `[successors]` of `protohome.toml`, which is made where there is none.

Arguments: `legacy` and `canonical`, their full names.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..verdicts import Judge
from . import Refused, argument
from ._configuration import with_entry
from .moving.contracts import located

SAFE = True


def title(judge: Judge, request: FixRequest) -> str:
    legacy = argument(request, "legacy", "contract").rpartition(".")[2]
    file = judge.snapshot.config.path or "protohome.toml"
    return f"Declare {_canonical(judge, request)} the successor of {legacy} in {file}"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    legacy = located(judge.snapshot, argument(request, "legacy", "contract"))
    canonical = located(judge.snapshot, _canonical(judge, request))
    if type(legacy.contract) is not type(canonical.contract):
        raise Refused(f"{legacy.fqn} and {canonical.fqn} are not of one kind.")
    if legacy.fqn == canonical.fqn:
        raise Refused(f"{legacy.fqn} cannot succeed itself.")
    return with_entry(judge.snapshot, "successors", legacy.fqn, canonical.fqn)


def _canonical(judge: Judge, request: FixRequest) -> str:
    """The successor asked for, else the one found."""
    for name in ("canonical", "successor"):
        if request.arguments.get(name):
            return request.arguments[name]
    legacy = located(judge.snapshot, argument(request, "legacy", "contract"))
    found = judge.successor_of(legacy)
    if found is None:
        raise Refused(f"Which contract succeeds {legacy.fqn} is for a person to say.")
    return found.located.fqn
