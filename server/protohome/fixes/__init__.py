"""The fixes, by name: each a function from a judged snapshot and a request to edits.

One module a fix, its docstring is its page. A module has ``SAFE``, whether the fix keeps wire and
source compatibility; ``title(judge, request)``, what a menu says, with the impact; and
``edit(judge, request)``. Both raise Refused. ``moving`` holds what the larger fixes share.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from ..edits import WorkspaceEdit
from ..findings import INFORMATION, FixRequest, Placed
from ..named import NamedTuple
from ..verdicts import Judge

FIXES = (
    "move-contract",
    "move-file",
    "set-package",
    "add-canonical-copy",
    "use-successor",
    "declare-successor",
    "declare-home",
    "add-audit-row",
    "fix-audit-row",
    "remove-audit-row",
    "add-package-row",
    "mark-deprecated",
    "reserve-removed",
    "restore-number",
    "update-block",
    "say-it-as",
    "suppress",
)

# These accept what a finding says instead of mending it, or need a person's word.
CHOICES = ("add-package-row", "declare-home", "declare-successor", "say-it-as", "suppress")


class Refused(Exception):
    """Why a fix cannot be made, in one true sentence for a person.

    ``instead`` is a request that would work in its place.
    """

    def __init__(self, reason: str, instead: FixRequest | None = None) -> None:
        super().__init__(reason)
        self.reason, self.instead = reason, instead


class Fix(NamedTuple):
    """A fix as its module tells it."""

    name: str
    safe: bool
    page: str
    title: Callable[[Judge, FixRequest], str]
    edit: Callable[[Judge, FixRequest], WorkspaceEdit]


def fix(name: str) -> Fix:
    """The fix of that name, one of FIXES; its module is imported now."""
    if name not in FIXES:
        raise Refused(f"There is no fix named {name}.")
    module = import_module(f".{name.replace('-', '_')}", __name__)
    return Fix(name, module.SAFE, (module.__doc__ or "").strip() + "\n", module.title, module.edit)


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    """What the requested fix changes. Raises Refused."""
    return fix(request.fix).edit(judge, request)


def requests(placed: Placed) -> tuple[FixRequest, ...]:
    """The fixes that a finding offers, told its place where they need to know it."""
    finding, place = placed
    return tuple(
        FixRequest(
            request.fix,
            {"path": finding.path, "line": str(place.start_line), **request.arguments},
        )
        if request.fix == "suppress"
        else request
        for request in finding.fixes
        if request.fix in FIXES
    )


def automatic(placed: Placed) -> list[tuple[Fix, FixRequest]]:
    """The fixes of an error or warning that may be made without asking a person."""
    finding = placed.finding
    if finding.severity == INFORMATION or finding.baselined:
        return []
    return [
        (fix(request.fix), request) for request in requests(placed) if request.fix not in CHOICES
    ]


def argument(request: FixRequest, *names: str) -> str:
    """The request's argument of that name (the first of several that is there)."""
    for name in names:
        if request.arguments.get(name):
            return request.arguments[name]
    raise Refused(f"{request.fix} needs to be told the {names[0]}.")
