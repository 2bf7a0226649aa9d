"""Where the paths of a report lead from: a person's folder, or the top of the repository."""

from __future__ import annotations

import os

from ..named import NamedTuple
from ..output import FOR_PERSONS
from ..system.disk import upwards


class Where(NamedTuple):
    """How the folders of a run lie to each other; plain data, the same on every machine.

    ``root``, of the workspace, and ``here``, of the person, lead from the folder that holds both;
    ``inside`` is the root from the top of the repository, ``""`` or ending in a slash.
    """

    root: str
    here: str
    inside: str

    def to(self, format: str, path: str) -> str:  # noqa: A002
        """A path below the root as a report in ``format`` writes it."""
        if format not in FOR_PERSONS:
            return self.inside + path
        return _between(f"/{self.here}", f"/{self.root}/{path}")

    def back(self, format: str, path: str) -> str:  # noqa: A002
        """The path below the root that ``to`` gave."""
        if format not in FOR_PERSONS:
            return path.removeprefix(self.inside)
        return _between(f"/{self.root}", f"/{self.here}/{path}")


def where(root: str) -> Where:
    """From the current folder to a workspace."""
    *_, top = upwards(root)
    folder = os.path.relpath(root, top).replace(os.sep, "/")
    tracked = folder != "." and os.path.exists(os.path.join(top, ".git"))
    inside = f"{folder}/" if tracked else ""
    try:
        here = os.getcwd()
        both = os.path.commonpath([root, here])
    except (OSError, ValueError):  # the current folder is gone, or on another drive
        return Where(root, "", inside)
    return Where(_between(both, root), _between(both, here), inside)


def _between(start: str, path: str) -> str:
    return os.path.relpath(path, start).replace(os.sep, "/")
