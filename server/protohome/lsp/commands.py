"""``workspace/executeCommand``: what lenses and menus call, with a document's URI first."""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from ..findings import FixRequest
from ..fixes import Refused
from ..rules import RULES
from ..workspace import Located
from . import to_lsp
from .actions import edit_for
from .hover import about_contract, about_file, about_package
from .session import Session, Spot


async def move_contract(session: Session, *arguments: Any) -> bool:
    """``protohome.moveContract``: URI, full name, package and, if wanted, ``keepShim``."""
    spot, contract, package, *more = _arguments(session, arguments, 3)
    keep = {"keep_shim": "true"} if "keepShim" in more else {}
    request = FixRequest("move-contract", {"contract": contract, "package": package, **keep})
    return await _apply(session, spot, f"Move {contract} to {package}", request)


async def declare_home(session: Session, *arguments: Any) -> bool:
    """``protohome.declareHome``: URI, full name, package."""
    spot, contract, package, *_ = _arguments(session, arguments, 3)
    request = FixRequest("declare-home", {"contract": contract, "package": package})
    return await _apply(session, spot, f"Declare {package} the home of {contract}", request)


async def explain(session: Session, *arguments: Any) -> str:
    """``protohome.explain``: URI and a rule, full name, package or path; Markdown."""
    spot, name, *_ = _arguments(session, arguments, 2)
    judge, snapshot = spot.view.judge, spot.view.snapshot
    for rule in RULES:
        if rule.id == name:
            return f"# {rule.id} ({rule.severity})\n\n{rule.page}"
    found = snapshot.contracts.get(name.removeprefix("."), ())
    if found:
        return "\n\n".join(line for located in found for line in about_contract(judge, located))
    if name in snapshot.packages or name in snapshot.by_package:
        return "\n\n".join(about_package(judge, name))
    if name in snapshot.files or name in snapshot.rows:
        return "\n\n".join(about_file(judge, name))
    raise JsonRpcInvalidParams(f"{name!r} is no rule, contract, package or file here.")


async def show_map(session: Session, *arguments: Any) -> Any:
    """``protohome.showMap``: URI and, if wanted, a full name, package or path; where it stands."""
    spot, *more = _arguments(session, arguments, 1)
    snapshot = spot.view.snapshot
    line = _line_about(spot, more[0]) if more else 1
    location = to_lsp.at_line(spot.places, snapshot.map.path, line)
    if session.client.shows_documents:
        session.host.ask("window/showDocument", to_lsp.showing(location))
    return location


def _line_about(spot: Spot, name: str) -> int:
    """The map's line, 1-based, that decides about a contract, package or file."""
    snapshot = spot.view.snapshot
    if name in snapshot.rows:
        return snapshot.rows[name].line
    located: tuple[Located, ...] = snapshot.contracts.get(name, ())
    for each in located:
        for evidence in spot.view.judge.home_of(each, explained=True).evidence:
            if evidence.path == snapshot.map.path and evidence.line:
                return evidence.line
    row = snapshot.packages.get(name) or snapshot.packages.get(name.rpartition(".")[0])
    return row.line if row is not None else 1


async def _apply(session: Session, spot: Spot, label: str, request: FixRequest) -> bool:
    """Have the client apply a fix; whether it did."""
    try:
        edit = edit_for(spot, request)
    except Refused as refused:
        session.host.show(to_lsp.warning(f"{label}: {refused.reason}"))
        return False
    params = to_lsp.applying(label, to_lsp.workspace_edit(spot.places, session.client, edit))
    answer = await session.host.request("workspace/applyEdit", params)
    return bool(getattr(answer, "applied", False))


def _arguments(session: Session, arguments: tuple[Any, ...], least: int) -> tuple[Any, ...]:
    """The document of the first argument, and the others as text."""
    uri, *others = arguments or ("",)
    spot = session.spot(str(uri))
    if spot is None:
        raise JsonRpcInvalidParams(f"No package map governs {uri!r}.")
    if len(arguments) < least:
        raise JsonRpcInvalidParams(f"{least} arguments are needed, {len(arguments)} were given.")
    return (spot, *map(str, others))
