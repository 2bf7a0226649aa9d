"""``workspace/executeCommand``: commands that answer and change nothing, for pages and status bars.

A document's URI comes first. Positions are the protocol's, 0-based in the client's units.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from ....check import run
from ....escaping import markdown
from ....escaping.terminal import one_line
from ....findings import SEVERITIES
from ....packagemap import frozen
from ....packagemap.understood import render
from ....rules import RULES
from ....workspace.snapshot import Located
from ... import to_lsp
from ...places import Places
from ...schedule import in_thread
from ...state.asking import FolderDocument
from ...state.moment import FolderState
from ...state.session import Session
from ..arguments import document, name_or_offset, optional_document
from .hover import about_contract, about_file, about_package, hover


async def explain(session: Session, *arguments: Any) -> str:
    """``protohome.explain``: URI and a rule, full name, package, path or position; Markdown."""
    doc = document(session, arguments)
    name, offset = name_or_offset(doc, arguments)
    return await session.work(doc, partial(_explained, doc, name, offset))


def _explained(doc: FolderDocument, name: str, offset: int | None, state: FolderState) -> str:
    judge, snapshot = state.judge, state.snapshot
    if offset is not None:
        located = contract_at(doc, offset)
        if located is not None:
            return "\n\n".join(about_contract(judge, located))
        found = hover(judge, doc.path, offset, state.settings.map)
        return found[0] if found else "\n\n".join(about_file(judge, doc.path))
    for rule in RULES:
        if rule.id == name:
            return f"# {rule.id} ({rule.severity})\n\n{rule.page}"
    every = snapshot.contracts.get(name.removeprefix("."), ())
    if every:
        return "\n\n".join(line for located in every for line in about_contract(judge, located))
    if name in snapshot.packages or name in snapshot.by_package:
        return "\n\n".join(about_package(judge, name))
    if name in snapshot.files or name in snapshot.rows:
        return "\n\n".join(about_file(judge, name))
    raise JsonRpcInvalidParams(f"{name!r} is no rule, contract, package or file here.")


async def show_map(session: Session, *arguments: Any) -> str:
    """``protohome.showMap``: URI; how the map was read, sentence by sentence, in Markdown."""
    package_map = document(session, arguments).state.settings.map
    title = f"# How protohome reads {markdown.text(package_map.path)}"
    return f"{title}\n\n{markdown.block(render(package_map).rstrip())}\n"


async def status(session: Session, *arguments: Any) -> dict[str, Any] | None:
    """``protohome.status``: URI and, if wanted, a position; None where no map governs.

    What a status bar tells of the contract there, else of the file: its home, the owner's lane, how
    many findings the document has, and where in the map that is said.
    """
    doc = optional_document(session, arguments)
    if doc is None or not doc.state.governs(doc.path):
        return None
    _name, offset = name_or_offset(doc, arguments)
    located = contract_at(doc, offset) if offset is not None else None
    about = await session.now(doc, partial(_about, doc=doc, located=located))
    findings = await session.findings_now(doc)
    if about is None:
        about = await session.now(doc, partial(_about, doc=doc, located=None))
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return {**(about or {}), "counts": counts}


def _about(state: FolderState, doc: FolderDocument, located: Located | None) -> dict[str, Any]:
    snapshot, judge = state.snapshot, state.judge
    file, row = snapshot.files.get(doc.path), snapshot.rows.get(doc.path)
    package = file.package if file else ""
    homes: tuple[str, ...] = (row.home,) if row else (package,) if package else ()
    kind, misplaced = ("declared" if row else ""), bool(row and not row.is_home)
    subject = doc.path
    if located is not None:
        verdict, subject = judge.home_of(located, explained=True), located.fqn
        homes, kind, misplaced = verdict.homes, verdict.kind, verdict.misplaced
    listed = snapshot.packages.get(homes[0]) if homes else None
    where = to_lsp.at_line(doc.places, snapshot.map.path, line_about(state, subject))
    return {
        "path": one_line(doc.path),
        "package": one_line(package),
        "contract": one_line(located.fqn) if located else "",
        "home": homes[0] if homes else "",
        "homes": list(homes),
        "verdict": kind,
        "misplaced": misplaced,
        "owner": one_line(listed.owner.lane) if listed else "",
        "consumers": list(map(one_line, listed.owner.consumers)) if listed else [],
        "map": {"uri": where.uri, "range": where.range},
    }


async def packages(session: Session, *arguments: Any) -> dict[str, Any]:
    """``protohome.packages``: URI and a position or full name; where the contract may move to.

    The likely homes come first, then the map's other packages in its order; never the contract's
    own package, and no frozen one.
    """
    doc = document(session, arguments)
    name, offset = name_or_offset(doc, arguments)
    located = contract_at(doc, offset) if offset is not None else named(doc, name)
    if located is None:
        return {"contract": "", "packages": []}
    verdict = await session.ask(doc, lambda state: state.judge.home_of(located, explained=True))
    return {
        "contract": located.fqn,
        "packages": list(_choices(doc, located, verdict.homes)),
    }


def _choices(
    doc: FolderDocument, located: Located, homes: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    snapshot = doc.state.snapshot
    closed = frozen(snapshot.map)
    rows = sorted(
        snapshot.map.packages,
        key=lambda row: homes.index(row.package) if row.package in homes else len(homes),
    )
    for row in rows:
        if row.package != located.file.package and row.package not in closed:
            yield {
                "package": row.package,
                "domain": one_line(row.domain),
                "owner": one_line(row.owner.lane),
                "contains": one_line(row.contains),
                "likely": row.package in homes,
            }


async def check_workspace(session: Session, *arguments: Any) -> dict[str, Any]:
    """``protohome.checkWorkspace``: URI, or none for every folder; all findings, by document."""
    doc = optional_document(session, arguments)
    folders = [doc.folder] if doc else list(session.folders.values()) if not arguments else []
    total = {"files": 0, "contracts": 0, "errors": 0, "warnings": 0, "information": 0}
    documents: list[dict[str, Any]] = []
    for folder in folders:
        state = session.state(folder)
        if state is None:
            continue
        report = await in_thread(partial(run, state.snapshot))
        for key in total:
            total[key] += getattr(report.summary, key)
        places = Places(folder, session.client.encoding)
        by_path: dict[str, list[Any]] = {}
        for placed in report.findings:
            found = to_lsp.diagnostic(places, placed.finding.path, placed.finding)
            by_path.setdefault(placed.finding.path, []).append(found)
        documents += [{"uri": places.uri(p), "diagnostics": d} for p, d in by_path.items()]
    return {**total, "documents": documents}


# What they are about


def contract_at(doc: FolderDocument, offset: int) -> Located | None:
    """The contract whose lines hold an offset, its last line to the end."""
    file = doc.state.snapshot.files.get(doc.path) or doc.state.snapshot.bystanders.get(doc.path)
    if file is None:
        return None
    lines = doc.places.lines(doc.path)
    line = lines.position(offset).line
    for contract in file.contracts:
        first = lines.position(contract.span.start).line
        if first <= line <= lines.position(contract.span.end).line:
            return Located(file, contract)
    return None


def line_about(state: FolderState, name: str) -> int:
    """The map's line, 1-based, that decides about a contract, package or file."""
    snapshot = state.snapshot
    if name in snapshot.rows:
        return snapshot.rows[name].line
    located: tuple[Located, ...] = snapshot.contracts.get(name, ())
    for each in located:
        verdict = state.judge.home_of(each, explained=True)
        for evidence in verdict.evidence:
            if evidence.path == snapshot.map.path and evidence.line:
                return evidence.line
    row = snapshot.packages.get(name) or snapshot.packages.get(name.rpartition(".")[0])
    if row is None and name in snapshot.files:
        row = snapshot.packages.get(snapshot.files[name].package)
    return row.line if row is not None else 1


def named(doc: FolderDocument, name: str) -> Located | None:
    """The contract of that full name."""
    return next(iter(doc.state.snapshot.contracts.get(name.removeprefix("."), ())), None)
