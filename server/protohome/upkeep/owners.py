"""The CODEOWNERS lines that follow from the map's owner lanes and the handles in ``[owners]``."""

from __future__ import annotations

from collections.abc import Iterable

from ..escaping.terminal import one_line
from ..loading.beside.documents import BEGIN, END
from ..named import NamedTuple
from ..workspace.snapshot import Snapshot

_SPECIAL = "\\ #*?["


class Owned(NamedTuple):
    """The lines of the block, and the lanes that own files but have no handles."""

    lines: tuple[str, ...]
    unknown: tuple[str, ...]


def owned(snapshot: Snapshot) -> Owned:
    """A line a folder, where one lane owns all governed files in it, else a line a file.

    A file's lane is its audit row's, else its package's.
    """
    folders: dict[str, dict[str, str]] = {}
    for path, file in snapshot.files.items():
        row, package = snapshot.rows.get(path), snapshot.packages.get(file.package)
        lane = row.owner.lane if row is not None and row.owner.lane else ""
        if not lane and package is not None:
            lane = package.owner.lane
        folders.setdefault(path.rpartition("/")[0], {})[path] = lane
    handles = snapshot.config.owners
    lines: list[tuple[str, tuple[str, ...]]] = []
    for folder, files in sorted(folders.items()):
        one = set(files.values())
        if len(one) == 1 and folder:
            lines.append((f"/{folder}/", handles.get(one.pop(), ())))
        else:
            lines += ((f"/{path}", handles.get(lane, ())) for path, lane in files.items())
    known = [f"{_escaped(pattern)} {' '.join(names)}" for pattern, names in lines if names]
    lanes = {lane for files in folders.values() for lane in files.values()}
    return Owned(tuple(known), tuple(sorted(lanes - handles.keys() - {""})))


def block(map_path: str, lines: Iterable[str]) -> str:
    """The lines between their marks, to be put into a CODEOWNERS file."""
    head = f"# {BEGIN} owners (from {map_path}; `protohome fix` keeps this true)"
    return "\n".join([head, *lines, f"# {END}", ""])


def _escaped(pattern: str) -> str:
    """As a pattern is written; one with what would end a line or a word names no path."""
    return one_line("".join(f"\\{each}" if each in _SPECIAL else each for each in pattern))
