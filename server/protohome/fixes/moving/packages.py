"""A whole file in another package, or at another path, or both."""

from __future__ import annotations

import re

from ...edits import RenameFile, WorkspaceEdit
from ...model import ProtoFile
from ...packagemap.edits import CURRENT, FILE, HOME, MapEdit
from ...positions import BOM, LineIndex
from ...resolution import View
from ...verdicts import Judge
from ...workspace.snapshot import Snapshot
from .. import Refused
from .._workspace import cells_changed, edit, map_text, view, with_paths
from ..texts.statements import line_break, statements
from .contracts import declared_names
from .requalify import Draft, Inseparable, Origin, requalify

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


def check_thawed(judge: Judge, package: str) -> None:
    """Raise Refused for a frozen package, which takes nothing new."""
    frozen = judge.frozen.get(package)
    if frozen is not None:
        said = " ".join(frozen.text.replace("`", "").replace("**", "").split())
        raise Refused(f"{package} is frozen ({frozen.path}:{frozen.line} “{said}”).")


def readable(snapshot: Snapshot, path: str) -> ProtoFile:
    """The governed file at ``path``. Raises Refused when it cannot be read whole."""
    file = snapshot.files.get(path)
    if file is None:
        raise Refused(f"{path} is no governed file.")
    if path in snapshot.unreadable:
        raise Refused(f"{path} cannot be read: {snapshot.unreadable[path]}.")
    if file.broken:
        line = LineIndex(file.source).position(file.broken[0].start).line + 1
        raise Refused(f"{path}:{line} cannot be read: correct it first.")
    return file


def in_package(
    snapshot: Snapshot, file: ProtoFile, package: str, rename: RenameFile | None = None
) -> WorkspaceEdit:
    """The edit that gives a file another package, renamed or not."""
    if not _NAME.fullmatch(package):
        raise Refused(f"{package or 'an empty name'} is no package name.")
    files = view(snapshot)
    old = snapshot.import_path(file.path)
    new = snapshot.import_path(rename.new) if rename else old
    if package == file.package and rename is None:
        raise Refused(f"{file.path} is in {package} already.")
    _check_collisions(files, file, package)
    source = with_package(file, package)
    origins = tuple(Origin(old, at) for at in range(len(files.names(old))))
    texts: dict[str, bytes | None] = {old: None, new: source} if new != old else {old: source}
    prefix, after = _prefix(file.package), _prefix(package)
    renamed = {prefix + name: after + name for name in _declared(file)}
    moved = {old: new} if new != old else {}
    try:
        found = requalify(files, Draft(texts, {new: origins}, renamed, moved))
    except Inseparable as apart:
        raise Refused(f"Moving {file.path} {apart.reason}.") from apart
    to = rename.new if rename else file.path
    after_paths = with_paths(snapshot, found, {new: to})
    rows = _row_edits(snapshot, file, package, to)
    renames = (rename,) if rename else ()
    return edit(snapshot, {**after_paths, **map_text(snapshot, rows)}, renames)


def with_package(file: ProtoFile, package: str) -> bytes:
    """The file's text with that package statement."""
    source, span = file.source, file.package_span
    if file.package:
        return source[: span.start] + package.encode() + source[span.end :]
    newline = line_break(source)
    text = f"package {package};".encode()
    heads = [each for each in statements(source) if each.keyword in ("syntax", "edition")]
    if heads:
        end = heads[0].region.end
        return source[:end] + newline * 2 + text + (source[end:] or newline)
    start = len(BOM) if source.startswith(BOM) else 0
    return source[:start] + text + newline * 2 + source[start:]


def _declared(file: ProtoFile) -> list[str]:
    """The names that a file declares in its package and that others may refer to."""
    return [*(c.name for c in file.contracts), *(field.name for field in file.extensions)]


def _check_collisions(files: View, file: ProtoFile, package: str) -> None:
    if package == file.package:
        return
    names = [name for contract in file.contracts for name in declared_names(contract)]
    for name in (*names, *(field.name for field in file.extensions)):
        fqn = _prefix(package) + name
        taken = files.declaring(fqn)
        if taken is not None:
            raise Refused(f"{taken} declares {fqn} already.")
        if files.is_package(fqn):
            raise Refused(f"{fqn} is a package already.")
    if files.declaring(package) is not None:
        raise Refused(f"{package} is the name of a contract already.")


def _row_edits(snapshot: Snapshot, file: ProtoFile, package: str, to: str) -> tuple[MapEdit, ...]:
    row = snapshot.rows.get(file.path)
    if row is None:
        return ()
    cells = {FILE: to} if to != row.file else {}
    if package != row.current:
        cells[CURRENT] = package
        if row.is_home:
            cells[HOME] = package
    return cells_changed(row, cells)


def _prefix(package: str) -> str:
    return f"{package}." if package else ""
