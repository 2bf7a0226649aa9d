"""Copy a shim into its home package, and mark the shim as deprecated.

The copy has the same fields and numbers. The legacy contract stays, deprecated and with a comment
that names its successor; references to it stay too, until `use-successor` rewrites them.

Arguments: `contract`, its full name, and `package`, the home (by default what the map says).
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..verdicts import Judge
from . import Refused, argument
from ._workspace import view
from .move_contract import moved_to
from .moving.contracts import check_copy, located
from .moving.requalify import Inseparable

SAFE = False


def title(judge: Judge, request: FixRequest) -> str:
    name = argument(request, "contract").rpartition(".")[2]
    count = len(edit(judge, request).paths)
    return f"Add {name} to {_package(judge, request)} ({count} file{'s' * (count != 1)})"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    snapshot = judge.snapshot
    package = _package(judge, request)
    shim = located(snapshot, argument(request, "contract"))
    if shim.file.package == package:
        raise Refused(f"{shim.fqn} is in {package} already.")
    if package not in snapshot.packages:
        raise Refused(f"{snapshot.map.path} lists no package {package}: add a row for it first.")
    check_copy(shim.contract)
    try:
        return moved_to(snapshot, view(snapshot), (shim,), package, keep=True, everywhere=False)
    except Inseparable as apart:
        raise Refused(f"Adding {shim.name} to {package} {apart.reason}.") from apart


def _package(judge: Judge, request: FixRequest) -> str:
    if request.arguments.get("package"):
        return request.arguments["package"]
    shim = located(judge.snapshot, argument(request, "contract"))
    home = judge.home_of(shim).home
    if not home:
        raise Refused(f"The map does not say where {shim.fqn} belongs.")
    return home
