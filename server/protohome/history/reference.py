"""Reads the reference: the files of a commit, of a folder or of an image, under today's map."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from ..named import NamedTuple
from ..system.disk import LoadError, read_bytes
from ..workspace.revision import Revision
from . import revisions, trees

if TYPE_CHECKING:
    from ..model import ProtoFile
    from ..packagemap import PackageMap
    from ..workspace.snapshot import Snapshot

Covers = Callable[[str], bool]
Governed = Callable[[str, bytes], "ProtoFile | None"]
Blobs = Callable[[Mapping[str, trees.Blob]], Iterable[tuple[str, bytes]]]


class Past(NamedTuple):
    """A reference that was found, before its files are read.

    One of ``blobs`` by path, of a commit, ``folder`` and ``image``, absolute paths; none of them
    where there is no reference, and ``revision`` says why.
    """

    revision: Revision
    blobs: Mapping[str, trees.Blob] = {}
    folder: str = ""
    image: str = ""

    def has(self, path: str, source: bytes) -> bool:
        """Whether the reference has the same bytes at the same path, as far as ids can tell."""
        blob = self.blobs.get(path)
        return blob is not None and blob.id == trees.blob_id(source, len(blob.id))


def find(root: str, against: str, *, here: str = "") -> Past:
    """The reference that ``against`` asks for, else the one that is implied.

    ``against`` is a revision, or the path of a folder or image from ``here`` (default: ``root``).
    Raises LoadError for one that was asked for and cannot be had.
    """
    if against:
        found = revisions.asked(root, against, here or root)
        if found is None:
            path = os.path.abspath(os.path.join(here or root, against))
            if os.path.isdir(path):
                return Past(Revision(against), folder=path)
            return Past(Revision(against), image=path)
    else:
        found = revisions.implied(root)
    if not found.commit:
        return Past(found)
    return Past(found, trees.at(root, found.commit))


def attach(
    snapshot: Snapshot,
    past: Past,
    same: frozenset[str],
    covers: Covers,
    governed: Governed,
    read: Blobs = trees.read,
) -> Snapshot:
    """The snapshot with its reference, whose blobs ``read`` gives.

    ``same`` are the paths whose bytes did not change. ``covers`` says which paths belong to the
    workspace, ``governed`` reads one and gives None for one that the map does not govern.
    """
    from ..workspace.snapshot import Snapshot  # whoever only finds a reference needs none

    if past.image:
        files = _image_files(snapshot, past.image)
        revision = past.revision
    elif past.folder:
        files = _folder_files(past.folder, covers, governed)
        revision = past.revision
    elif past.revision.commit:
        files = {path: snapshot.files[path] for path in same if path in snapshot.files}
        rest = {
            path: blob
            for path, blob in past.blobs.items()
            if path not in same and path.endswith(".proto") and covers(path)
        }
        for path, source in read(rest):
            file = governed(path, source)
            if file is not None:
                files[path] = file
        revision = past.revision._replace(map=_map_before(snapshot.map, past, read))
    else:
        return snapshot.with_reference(None, past.revision)
    before = Snapshot(snapshot.root, snapshot.config, snapshot.map, snapshot.module_roots, files)
    return snapshot.with_reference(before, revision)


def _map_before(package_map: PackageMap, past: Past, read: Blobs) -> bytes | None:
    """What the commit had in place of today's map, None for nothing."""
    path = package_map.path
    if path not in past.blobs or past.has(path, package_map.source):
        return package_map.source if path in past.blobs else None
    return dict(read({path: past.blobs[path]})).get(path)


def _folder_files(folder: str, covers: Covers, governed: Governed) -> dict[str, ProtoFile]:
    """The governed files of another folder that is laid out like this workspace.

    Where nothing in it lies under a module root, all its files count.
    """
    paths: list[str] = []
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inner = os.path.relpath(top, folder).replace(os.sep, "/")
        prefix = "" if inner == "." else inner + "/"
        paths += (prefix + name for name in sorted(names) if name.endswith(".proto"))
    chosen = [path for path in paths if covers(path)] or paths
    files: dict[str, ProtoFile] = {}
    for path in chosen:
        file = governed(path, read_bytes(folder, path))
        if file is not None:
            files[path] = file
    return files


def _image_files(snapshot: Snapshot, image: str) -> dict[str, ProtoFile]:
    """The governed files of an image, each where the workspace has the file that is imported so."""
    from ..descriptors import read_image

    folder, name = os.path.split(image)
    here = {snapshot.import_path(path): path for path in snapshot.files}
    files: dict[str, ProtoFile] = {}
    for path, file in read_image(image, read_bytes(folder, name)).items():
        placed = file.at(here.get(path, path))
        if snapshot.governs(placed):
            files[placed.path] = placed
    if not files:
        raise LoadError(
            f"--against {image}: an image of another module; the map governs nothing in it"
        )
    return files
