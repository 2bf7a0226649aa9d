"""Declare where a contract is at home, whatever the map's words make of it.

An entry in `[homes]` of `protohome.toml`, which is made where there is none.

Arguments: `contract`, its full name, and `package`.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..verdicts import Judge
from . import Refused, argument
from ._configuration import with_entry

SAFE = True


def title(judge: Judge, request: FixRequest) -> str:
    contract, package = argument(request, "contract"), argument(request, "package")
    check_open(judge, package)
    file = judge.snapshot.config.path or "protohome.toml"
    return f"Declare {package} the home of {contract.rpartition('.')[2]} in {file}"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    contract, package = argument(request, "contract"), argument(request, "package")
    if contract not in judge.snapshot.contracts:
        raise Refused(f"There is no contract {contract} here.")
    check_open(judge, package)
    if package not in judge.snapshot.packages:
        raise Refused(f"{judge.snapshot.map.path} lists no package {package}.")
    return with_entry(judge.snapshot, "homes", contract, package)


def check_open(judge: Judge, package: str) -> None:
    """Refuse a frozen package: it is never a home."""
    if package in judge.frozen:
        raise Refused(f"{package} is frozen: no contract is at home there.")
