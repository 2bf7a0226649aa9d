"""Refer to a shim's successor instead of the shim.

References in one file, or everywhere, are rewritten, imports follow. It is refused while the two
differ in a field or value, as data of the one would not be read as the other.

Arguments: `legacy`, the shim's full name; `successor`, by default the one that is known; `path`,
the file, by default every file outside the shim's package.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..model import Message, nested_types
from ..upkeep.differences import differences
from ..verdicts import Judge
from ..workspace.snapshot import Located
from . import Refused, argument
from ._workspace import edit as edit_to
from ._workspace import view, with_paths
from .moving.contracts import located
from .moving.requalify import Draft, Inseparable, Origin, requalify

SAFE = False


def title(judge: Judge, request: FixRequest) -> str:
    shim, successor = _pair(judge, request)
    count = len(edit(judge, request).paths)
    return f"Use {successor.fqn} instead of {shim.name} ({count} file{'s' * (count != 1)})"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    snapshot = judge.snapshot
    shim, successor = _pair(judge, request)
    renamed = _renamed(judge, shim, successor)
    files = view(snapshot)
    path = request.arguments.get("path", "")
    if path and path not in snapshot.files:
        raise Refused(f"{path} is no governed file.")
    chosen = [path] if path else _referring(judge, shim)
    texts: dict[str, bytes | None] = {}
    origins: dict[str, tuple[Origin, ...]] = {}
    for each in (snapshot.import_path(path) for path in chosen):
        texts[each] = files.files[each].source
        origins[each] = tuple(Origin(each, at) for at in range(len(files.names(each))))
    try:
        found = requalify(files, Draft(texts, origins, renamed, everywhere=False))
    except Inseparable as apart:
        raise Refused(f"Using {successor.fqn} there {apart.reason}.") from apart
    if not found:
        if path:
            raise Refused(f"{path} does not refer to {shim.fqn}.")
        raise Refused(f"Nothing outside its package refers to {shim.fqn}.")
    return edit_to(snapshot, with_paths(snapshot, found))


def _pair(judge: Judge, request: FixRequest) -> tuple[Located, Located]:
    shim = located(judge.snapshot, argument(request, "legacy", "contract"))
    if request.arguments.get("successor"):
        return shim, located(judge.snapshot, request.arguments["successor"])
    known = judge.successor_of(shim)
    if known is None:
        raise Refused(f"{shim.fqn} has no successor yet.")
    return shim, known.located


def _renamed(judge: Judge, shim: Located, successor: Located) -> dict[str, str]:
    """The shim's FQN to its successor's. Raises Refused when they are not alike."""
    if type(shim.contract) is not type(successor.contract):
        raise Refused(f"{shim.fqn} and {successor.fqn} are not of one kind.")
    for difference in differences(judge, shim, successor):
        said = f"{difference.legacy} there, {difference.successor or 'nothing'} here"
        raise Refused(f"{successor.fqn} differs in {difference.member}: {said}.")
    there = {successor.fqn}
    here = {shim.fqn}
    if isinstance(shim.contract, Message) and isinstance(successor.contract, Message):
        here |= {name for name, _ in nested_types(shim.contract, shim.fqn)}
        there |= {name for name, _ in nested_types(successor.contract, successor.fqn)}
    used = {r.target for r in judge.snapshot.references.get(shim.fqn, ())}
    for name in sorted(here & used):
        if successor.fqn + name[len(shim.fqn) :] not in there:
            raise Refused(f"{successor.fqn} has nothing for {name}, which is referred to.")
    return {shim.fqn: successor.fqn}


def _referring(judge: Judge, shim: Located) -> list[str]:
    references = judge.snapshot.references.get(shim.fqn, ())
    files = judge.snapshot.files
    paths = dict.fromkeys(reference.path for reference in references)
    return [path for path in paths if files[path].package != shim.file.package]
