"""Between snapshots and the views and texts that moving works on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..edits import RenameFile, TextEdit, WorkspaceEdit, apply, between
from ..model import ProtoFile
from ..packagemap import AuditRow
from ..packagemap.edits import MapEdit, Unwritable, with_cells, with_row, without_row
from ..resolution import View
from ..workspace.snapshot import Snapshot, module_root
from . import Refused
from .texts.paths import writable


def files(snapshot: Snapshot) -> dict[str, ProtoFile]:
    """Every file that can be read, by workspace path."""
    every = {**snapshot.bystanders, **snapshot.files}
    return {path: file for path, file in every.items() if path not in snapshot.unreadable}


def view(snapshot: Snapshot) -> View:
    """The workspace as a compiler sees it, without what cannot be read."""
    if not snapshot.unreadable and len(snapshot.module_roots) < 2:
        return snapshot.view  # its names are the import paths, and much of it is known already
    return View({snapshot.import_path(path): file for path, file in files(snapshot).items()})


def sources(snapshot: Snapshot) -> dict[str, bytes]:
    """The bytes of everything that a fix may change, by workspace path."""
    every = {path: file.source for path, file in {**snapshot.bystanders, **snapshot.files}.items()}
    every[snapshot.map.path] = snapshot.map.source
    if snapshot.config.path:
        every[snapshot.config.path] = snapshot.config.source
    every.update(snapshot.documents)
    return every


def edit(
    snapshot: Snapshot, after: Mapping[str, bytes | None], renames: Iterable[RenameFile] = ()
) -> WorkspaceEdit:
    """The edit that leads to the texts ``after``, by workspace path."""
    try:
        return between(sources(snapshot), after, renames)
    except UnicodeDecodeError as error:
        raise Refused("A file that would change is not UTF-8.") from error


def with_paths(
    snapshot: Snapshot, after: Mapping[str, bytes | None], new: Mapping[str, str] = {}
) -> dict[str, bytes | None]:
    """Texts by import path, made texts by workspace path; ``new`` has the paths of new files."""
    paths = {snapshot.import_path(path): path for path in files(snapshot)}
    return {{**paths, **new}[path]: text for path, text in after.items()}


def map_text(snapshot: Snapshot, edits: Iterable[MapEdit | None]) -> dict[str, bytes | None]:
    """The map with these edits made, by its path; nothing when there are none."""
    made = [TextEdit(*each) for each in edits if each is not None]
    return {snapshot.map.path: apply(snapshot.map.source, made)} if made else {}


def row_added(snapshot: Snapshot, path: str, package: str, follow_on: str) -> MapEdit | None:
    """An audit row for a file that is at home in ``package``."""
    if path in snapshot.rows or not snapshot.is_audited:
        return None
    owner = snapshot.packages[package].owner.lane if package in snapshot.packages else ""
    try:
        return with_row(snapshot.map, path, package, package, owner, follow_on)
    except Unwritable as reason:
        raise Refused(f"{reason}.") from reason


def cells_changed(row: AuditRow, texts: Mapping[int, str]) -> tuple[MapEdit, ...]:
    """An audit row with other names in some cells, by FILE, CURRENT, …"""
    try:
        return with_cells(row, texts)
    except Unwritable as reason:
        raise Refused(f"{reason}.") from reason


def row_removed(snapshot: Snapshot, path: str) -> MapEdit | None:
    """The audit row of a file that goes."""
    row = snapshot.rows.get(path)
    return without_row(snapshot.map, row) if row else None


def checked_path(snapshot: Snapshot, path: str) -> str:
    """``path``, when a ``.proto`` file may stand there. Raises Refused."""
    parts = path.split("/")
    if "\\" in path or "" in parts or "." in parts or ".." in parts or not path.endswith(".proto"):
        raise Refused(f"{path} is no path of a .proto file inside the workspace.")
    if module_root(path, snapshot.module_roots) is None:
        raise Refused(f"{path} is outside the module root, so nothing could import it.")
    return writable(path)


def completed(snapshot: Snapshot, source: Callable[[str], bytes | None]) -> Snapshot:
    """The snapshot with what its files import, as far as ``source`` finds it below a module root.

    ``source`` gives the bytes of a workspace path, None when there is no such file. A move needs to
    know what vendored files declare, which a check need not read.
    """
    from ..syntax import Parser

    parser = Parser()
    bystanders = dict(snapshot.bystanders)
    known = {snapshot.import_path(path) for path in {**bystanders, **snapshot.files}}
    pending = [*bystanders.values(), *snapshot.files.values()]
    for file in pending:
        for each in file.imports:
            if each.path in known:
                continue
            known.add(each.path)
            if ".." in each.path.split("/") or each.path.startswith("/"):
                continue
            for root in snapshot.module_roots:
                path = f"{root}/{each.path}" if root else each.path
                found = source(path)
                if found is not None:
                    bystanders[path] = parser.read_once(path, found)
                    pending.append(bystanders[path])
                    break
    after = Snapshot(
        snapshot.root,
        snapshot.config,
        snapshot.map,
        snapshot.module_roots,
        snapshot.files,
        bystanders,
        snapshot.unreadable,
    ).with_documents(snapshot.documents)
    return after.with_baseline(snapshot.baseline).with_reference(
        snapshot.reference, snapshot.revision
    )
