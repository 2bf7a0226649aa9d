"""What stands at a place in a document: a package, a contract, an import, a row of the map."""

from __future__ import annotations

from typing import TypeAlias

from ...model import ProtoFile, TypeRef
from ...named import NamedTuple
from ...packagemap.model import AuditRow, Cell, PackageMap, PackageRow, Sentence
from ...positions import Span
from ...workspace.indexes import refs_of
from ...workspace.snapshot import Located, Snapshot


class PackageName(NamedTuple):
    """A package's name as written in a package statement or in the map."""

    name: str
    span: Span


class ContractName(NamedTuple):
    """A contract, by the name in its declaration or by a reference to it."""

    located: Located
    span: Span
    declared: bool


class ImportPath(NamedTuple):
    """An imported file that the map governs."""

    file: ProtoFile
    span: Span


class Row(NamedTuple):
    """A row of the map and the cell that the place is in, if it is in one."""

    row: AuditRow | PackageRow
    cell: int | None
    span: Span


class RuleSentence(NamedTuple):
    """A rule sentence of the map."""

    sentence: Sentence
    span: Span


Subject: TypeAlias = "PackageName | ContractName | ImportPath | Row | RuleSentence"


def subject(
    snapshot: Snapshot, path: str, offset: int, written: PackageMap | None = None
) -> Subject | None:
    """What stands at a byte offset of a document, None where nothing is that we know.

    ``written`` is the map as it is written, where that is not the one in force.
    """
    if path == snapshot.map.path:
        return _in_map(written or snapshot.map, offset)
    file = snapshot.files.get(path) or snapshot.bystanders.get(path)
    return _in_file(snapshot, file, offset) if file is not None else None


def _in_map(package_map: PackageMap, offset: int) -> Row | RuleSentence | None:
    rows: list[AuditRow | PackageRow] = [*package_map.packages, *package_map.audit]
    for row in rows:
        if _within(row.span, offset):
            cells: tuple[Cell, ...] = row.cells
            inside = (at for at, cell in enumerate(cells) if _within(cell.span, offset))
            return Row(row, next(inside, None), row.span)
    for sentence in package_map.sentences:
        if _within(sentence.span, offset):
            return RuleSentence(sentence, sentence.span)
    return None


def _in_file(snapshot: Snapshot, file: ProtoFile, offset: int) -> Subject | None:
    if file.package and _within(file.package_span, offset):
        return PackageName(file.package, file.package_span)
    for line in file.imports:
        if _within(line.path_span, offset):
            imported = snapshot.by_import_path.get(line.path)
            return ImportPath(imported, line.path_span) if imported else None
    for contract in file.contracts:
        if _within(contract.name_span, offset):
            return ContractName(Located(file, contract), contract.name_span, True)
    for _, scope, ref, kind in refs_of(file):
        if _within(ref.span, offset):
            return _referred(snapshot, file, scope, ref, kind)
    return None


def _referred(
    snapshot: Snapshot, file: ProtoFile, scope: str, ref: TypeRef, kind: str
) -> ContractName | None:
    target = snapshot.resolve(file, scope, ref.name, kind)
    if target is None:
        return None
    return ContractName(snapshot.contracts[snapshot.types[target]][0], ref.span, False)


def _within(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end and span.start < span.end
