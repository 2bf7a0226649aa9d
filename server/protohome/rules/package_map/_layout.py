"""Folders and packages: the package ``a.b.v1`` lives in ``a/b/v1`` under a module root."""

from __future__ import annotations

from ...model import ProtoFile
from ...workspace.snapshot import Snapshot


def folder(snapshot: Snapshot, file: ProtoFile) -> str:
    """The file's folder under its module root, ``""`` for the root itself."""
    return snapshot.import_path(file.path).rpartition("/")[0]


def folder_package(snapshot: Snapshot, file: ProtoFile) -> str:
    """The package that the file's folder stands for, ``""`` when it stands for none."""
    inner = folder(snapshot, file)
    named = inner.isascii() and all(part.isidentifier() for part in inner.split("/"))
    return inner.replace("/", ".") if named else ""


def is_below(path: str, place: str) -> bool:
    """Whether a path is a place itself or below it, ``""`` being the top folder."""
    return not place or path == place or path.startswith(f"{place}/")


def path_in(snapshot: Snapshot, file: ProtoFile, package: str) -> str:
    """The path that the file would have in ``package``'s folder of the same module root."""
    root = snapshot.module_root(file.path)
    parts = [root or "", package.replace(".", "/"), file.path.rpartition("/")[2]]
    return "/".join(part for part in parts if part)
