"""Links and definitions: between the map's rows and the files, a contract and its successor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from ....packagemap.model import AuditRow, PackageMap
from ....positions import Span
from ....verdicts import Judge
from ....workspace.snapshot import Located, Snapshot
from ... import to_lsp
from ...state.session import Session
from ..cursor import ContractName, PackageName, Row, subject

Target = tuple[str, Span]


def links(session: Session, params: types.DocumentLinkParams) -> Any:
    """``textDocument/documentLink``: from the file cells of the map to the files."""
    doc = session.doc(params.text_document.uri)
    if doc is None or doc.path != doc.state.settings.map.path:
        return []
    snapshot = doc.state.snapshot
    found = [
        (doc.places.range(doc.path, row.cells[0].span), doc.places.uri(row.file))
        for row in doc.state.settings.map.audit
        if row.file in snapshot.files or row.file in snapshot.bystanders
    ]
    return to_lsp.links(found)


async def definition(session: Session, params: types.DefinitionParams) -> Any:
    """``textDocument/definition``."""
    doc = session.early_doc(params.text_document.uri)
    if doc is None:
        return None
    offset = doc.places.offset(doc.path, params.position)
    found = await session.now(
        doc, lambda state: list(targets(state.judge, doc.path, offset, state.settings.map))
    )
    return [doc.places.location(path, span) for path, span in found or []] or None


def targets(
    judge: Judge, path: str, offset: int, written: PackageMap | None = None
) -> Iterator[Target]:
    """Where a row, a package or a contract at a byte offset leads: paths and spans."""
    snapshot = judge.snapshot
    found = subject(snapshot, path, offset, written)
    if isinstance(found, Row):
        yield from _of_row(snapshot, found)
    elif isinstance(found, PackageName) and found.name in snapshot.packages:
        yield snapshot.map.path, snapshot.packages[found.name].span
    elif isinstance(found, ContractName) and found.declared:
        successor = judge.successor_of(found.located)
        others = [successor.located] if successor else list(judge.shims_of(found.located))
        for other in others:
            yield _place(other)
    elif isinstance(found, ContractName):
        yield _place(found.located)


def _of_row(snapshot: Snapshot, found: Row) -> Iterator[Target]:
    """An audit row's file; from its package cells and an ownership row, that package's files."""
    row = found.row
    if isinstance(row, AuditRow) and found.cell not in (1, 2):
        file = snapshot.files.get(row.file)
        if file is not None:
            yield file.path, file.package_span
        return
    if isinstance(row, AuditRow):
        package = row.current if found.cell == 1 else row.home
    else:
        package = row.package
    for file in snapshot.by_package.get(package, ()):
        yield file.path, file.package_span


def _place(located: Located) -> Target:
    return located.file.path, located.contract.name_span
