"""Hover: what the map says about what is under the cursor, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from lsprotocol import types

from ....escaping.markdown import code, text
from ....findings import Evidence
from ....packagemap.model import AuditRow, Owner, PackageMap, PackageRow
from ....positions import Span
from ....verdicts import Judge
from ....workspace.early import NotYet, each_so_far
from ....workspace.snapshot import Located, Snapshot
from ... import to_lsp
from ...state.session import Session
from ..cursor import ContractName, ImportPath, PackageName, RuleSentence, subject
from .about_map import about_cell, about_sentence


async def answer(session: Session, params: types.HoverParams) -> Any:
    """``textDocument/hover``."""
    doc = session.early_doc(params.text_document.uri)
    if doc is None:
        return None
    offset = doc.places.offset(doc.path, params.position)
    found = await session.now(
        doc, lambda state: hover(state.judge, doc.path, offset, state.settings.map)
    )
    if found is None:
        return None
    shown, span = found
    return to_lsp.hover(shown, doc.places.range(doc.path, span))


def hover(
    judge: Judge, path: str, offset: int, written: PackageMap | None = None
) -> tuple[str, Span] | None:
    """The text for what stands at a byte offset, and the span that it is about.

    ``written`` is the map as it is written, where that is not the one in force.
    """
    snapshot = judge.snapshot
    found = subject(snapshot, path, offset, written)
    if found is None:
        return None
    if isinstance(found, PackageName):
        lines = list(about_package(judge, found.name))
    elif isinstance(found, ContractName):
        lines = list(about_contract(judge, found.located))
    elif isinstance(found, ImportPath):
        lines = list(about_file(judge, found.file.path))
    elif isinstance(found, RuleSentence):
        lines = list(about_sentence(judge, found.sentence))
    elif (said := about_cell(judge, found, offset)) is not None:
        return "\n\n".join(said[0]), said[1]
    elif isinstance(found.row, AuditRow):
        lines = list(about_file(judge, found.row.file))
    else:
        lines = list(about_package(judge, found.row.package))
    return "\n\n".join(lines), found.span


def about_package(judge: Judge, package: str) -> Iterator[str]:
    """A package's row of the ownership table, and what there is of it."""
    snapshot = judge.snapshot
    row = snapshot.packages.get(package)
    if row is None:
        yield f"**{text(package)}**"
        yield f"{code(snapshot.map.path)} does not list this package."
        return
    yield f"**{text(package)}** · {text(row.domain)}" if row.domain else f"**{text(package)}**"
    yield f"Owner lane: {_lane(row.owner)}"
    if row.contains:
        yield f"Contains: {text(row.contains)}"
    if row.excludes:
        yield f"Does not contain: {text(row.excludes)}"
    if package in judge.frozen:
        yield f"Frozen: {_cited(judge.frozen[package])}"
    counted = ""
    with suppress(NotYet):
        files = snapshot.by_package.get(package, ())
        contracts = sum(one.is_contract for file in files for one in file.declarations)
        counted = f"{_count(contracts, 'contract')} in {_count(len(files), 'file')} · "
    yield counted + _row(snapshot, row)


def about_contract(judge: Judge, located: Located) -> Iterator[str]:
    """A contract's home, the evidence, its successor or shims, and what is left to do.

    As far as it is known by now, and what that waits for.
    """
    yield f"**{text(located.name)}** · {text(located.file.package) or 'no package'}"
    parts = (_home, _successor, _shims, _uses, _follow_on)
    try:
        yield from each_so_far(parts, lambda part: part(judge, located))
    except NotYet as awaited:
        yield f"There may be more to tell: {awaited.why}."


def _home(judge: Judge, located: Located) -> Iterator[str]:
    snapshot = judge.snapshot
    verdict = judge.home_of(located, explained=True)
    if not verdict.home:
        yield "Home: unknown; neither the map nor its neighbours say."
    else:
        row = snapshot.packages.get(verdict.home)
        lane = f" · {_lane(row.owner)}" if row else ""
        where = "belongs there" if verdict.misplaced else "is at home"
        homes = text(" or ".join(verdict.homes))
        yield f"Home: **{homes}**{lane} ({verdict.kind}; it {where})"
    yield from (f"- {_cited(evidence)}" for evidence in verdict.evidence)


def _successor(judge: Judge, located: Located) -> Iterator[str]:
    successor = judge.successor_of(located)
    if successor is not None:
        how = "declared" if successor.declared else "found"
        there = successor.located
        yield f"Successor: **{text(there.fqn)}** ({how}) in {code(there.file.path)}"


def _shims(judge: Judge, located: Located) -> Iterator[str]:
    for shim in judge.shims_of(located):
        yield f"Shim: {text(shim.fqn)} in {code(shim.file.path)}"


def _uses(judge: Judge, located: Located) -> Iterator[str]:
    uses = judge.snapshot.uses_of(located.fqn)
    if uses:
        files = len({entry.path for entry in uses})
        yield f"{_count(len(uses), 'reference')} in {_count(files, 'file')}"


def _follow_on(judge: Judge, located: Located) -> Iterator[str]:
    audit = judge.snapshot.rows.get(located.file.path)
    if audit is not None and not audit.is_home and audit.follow_on:
        yield f"Follow-on: {text(audit.follow_on)}"


def about_file(judge: Judge, path: str) -> Iterator[str]:
    """A file by its audit row, and whether the tree agrees."""
    snapshot = judge.snapshot
    row, file = snapshot.rows.get(path), snapshot.files.get(path)
    yield f"**{text(path)}**"
    if file is None:
        yield "Not in the tree."
    else:
        package = code(file.package) or "no package"
        contracts = sum(one.is_contract for one in file.declarations)
        yield f"Declares {package} with {_count(contracts, 'contract')}."
    if row is None:
        yield f"No row in {code(snapshot.map.path)}."
        return
    home = code(row.home)
    move = f"at home in {home}" if row.is_home else f"{code(row.current)} → {home}"
    yield f"{move} · {_lane(row.owner)} · {text(row.follow_on)} · {_row(snapshot, row)}"


def _lane(owner: Owner) -> str:
    lane = owner.lane or "none"
    if owner.consumers:
        lane = f"{lane} (consumers: {', '.join(owner.consumers)})"
    return text(lane)


def _row(snapshot: Snapshot, row: AuditRow | PackageRow) -> str:
    return code(f"{snapshot.map.path}:{row.line}")


def _cited(evidence: Evidence) -> str:
    place = f"{evidence.path}:{evidence.line}" if evidence.line else evidence.path
    return f"{evidence.label} {code(place)}: {text(evidence.text)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
