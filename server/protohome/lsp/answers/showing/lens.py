"""Code lenses: the home of a contract that is not at home; in the map, what a sentence does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lsprotocol import types

from ....escaping.terminal import one_line
from ....findings import Finding
from ....packagemap.model import Sentence
from ....upkeep.reach import Reach
from ....workspace.snapshot import Snapshot
from ... import to_lsp
from ...shown import Lens
from ...state.session import Session
from .diagnostics import worst

_PROSE = "Prose: this sentence reads like no rule, so that nothing follows from it."
ABOUT = ("wrong-package", "frozen-package-addition", "transitional-shim", "excluded-content")


async def answer(session: Session, params: types.CodeLensParams) -> Any:
    """``textDocument/codeLens``."""
    uri = params.text_document.uri
    doc = session.early_doc(uri)
    if doc is None or not (doc.is_map or doc.path in doc.state.snapshot.files):
        return []
    doc.places.lines(doc.path)
    if doc.is_map:
        found = await session.now(
            doc, lambda state: list(of_map(uri, state.settings.map.sentences, state.snapshot))
        )
        return to_lsp.lenses(doc.places, doc.path, found or [])
    findings = await session.findings_now(doc)
    moving = not doc.state.is_early
    return to_lsp.lenses(doc.places, doc.path, lenses(uri, worst(findings), moving))


def lenses(uri: str, findings: Iterable[Finding], moving: bool = True) -> Iterator[Lens]:
    """The lenses for a document's findings, one a contract; ``moving`` if a move can be made."""
    seen: set[str] = set()
    for finding in findings:
        if finding.rule not in ABOUT or not finding.home or finding.symbol in seen:
            continue
        seen.add(finding.symbol)
        facts = [f"home: {finding.home}", finding.owner]
        move = next((fix for fix in finding.fixes if fix.fix == "move-contract"), None)
        if move is not None and moving:
            command, last = "protohome.moveContract", "move"
            about = [move.arguments["contract"], move.arguments["package"]]
        else:
            command, last, about = "protohome.openMap", "map", [finding.symbol]
        title = " · ".join(part for part in (*facts, last) if part)
        yield Lens(finding.span, title, command, (uri, *about))


def of_map(uri: str, sentences: Iterable[Sentence], snapshot: Snapshot) -> Iterator[Lens]:
    """The lenses of a map, one a sentence: how many contracts it decides, or that none follows."""
    reach = Reach(snapshot)
    for sentence in sentences:
        unread, line = sentence.unread, str(sentence.line)
        title, command, about = "prose", "protohome.tell", _PROSE
        if sentence.statements:
            number = len(reach.of(sentence))
            title = f"enforced: {number} {'contract' if number == 1 else 'contracts'}"
            command, about = "protohome.showDecided", line
            title += " \u00b7 a part is not followed" if unread else ""
        elif unread is not None and unread.rewrite:
            title, command, about = "not followed \u00b7 say it so", "protohome.sayIt", line
        elif unread is not None:
            title = "not followed"
            about = f"Not followed: {unread.why}."
            about += f" What is read is, say, “{unread.form}”" if unread.form else ""
        yield Lens(sentence.span, title, command, (uri, one_line(about)))
