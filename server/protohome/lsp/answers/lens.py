"""Code lenses: the home of every contract that is not at home, with the way there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lsprotocol import types

from ...findings import Finding
from .. import to_lsp
from ..shown import Lens
from ..state.session import Session
from .diagnostics import worst

ABOUT = ("wrong-package", "frozen-package-addition", "transitional-shim", "excluded-content")


async def answer(session: Session, params: types.CodeLensParams) -> Any:
    """``textDocument/codeLens``."""
    uri = params.text_document.uri
    spot = session.spot(uri)
    if spot is None or spot.path not in spot.view.snapshot.files:
        return []
    spot.places.lines(spot.path)
    findings = await session.ask(spot, lambda view: view.findings(spot.path))
    return to_lsp.lenses(spot.places, spot.path, lenses(uri, worst(findings)))


def lenses(uri: str, findings: Iterable[Finding]) -> Iterator[Lens]:
    """The lenses for a document's findings, one a contract."""
    seen: set[str] = set()
    for finding in findings:
        if finding.rule not in ABOUT or not finding.home or finding.symbol in seen:
            continue
        seen.add(finding.symbol)
        facts = [f"home: {finding.home}", finding.owner]
        move = next((fix for fix in finding.fixes if fix.fix == "move-contract"), None)
        if move is not None:
            command, last = "protohome.moveContract", "move"
            about = [move.arguments["contract"], move.arguments["package"]]
        else:
            command, last, about = "protohome.openMap", "map", [finding.symbol]
        title = " · ".join(part for part in (*facts, last) if part)
        yield Lens(finding.span, title, command, (uri, *about))
