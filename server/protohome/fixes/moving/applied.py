"""The snapshot that an edit leads to, without a disk."""

from __future__ import annotations

from ... import config as configuration
from ...edits import WorkspaceEdit, outcome
from ...loading.reading import FileReader
from ...model import ProtoFile
from ...packagemap import read as read_map
from ...syntax import read
from ...system.disk import why_no_text
from ...workspace.snapshot import Snapshot
from .._workspace import sources


def applied(snapshot: Snapshot, edit: WorkspaceEdit) -> Snapshot:
    """``snapshot`` with ``edit`` made. Raises Conflict when it cannot be."""
    after = outcome(sources(snapshot), edit)
    package_map, config = snapshot.map, snapshot.config
    files, bystanders = dict(snapshot.files), dict(snapshot.bystanders)
    unreadable = dict(snapshot.unreadable)
    map_source = after.pop(package_map.path, None)
    if map_source is not None:
        package_map = read_map(package_map.path, map_source)
    config_path = config.path or "protohome.toml"
    config_source = after.pop(config_path, None)
    if config_source is not None:
        config = configuration.read(config_path, config_source)
    documents = {path: after.pop(path, old) or b"" for path, old in snapshot.documents.items()}
    reader = FileReader(snapshot.root, package_map, snapshot.module_roots)
    for path, source in after.items():
        for held in (files, bystanders, unreadable):
            held.pop(path, None)
        if source is not None:
            file = reader.parse(path, source) or read(path, source)
            _put(reader, file, files, bystanders, unreadable)
    made = Snapshot(
        snapshot.root, config, package_map, snapshot.module_roots, files, bystanders, unreadable
    ).with_documents(documents)
    return made.with_baseline(snapshot.baseline).with_reference(
        snapshot.reference, snapshot.revision
    )


def _put(
    reader: FileReader,
    file: ProtoFile,
    files: dict[str, ProtoFile],
    bystanders: dict[str, ProtoFile],
    unreadable: dict[str, str],
) -> None:
    governed = reader.governs(file)
    (files if governed else bystanders)[file.path] = file
    why = why_no_text(file.source)
    if governed and why:
        unreadable[file.path] = why
