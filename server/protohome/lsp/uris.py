"""``file`` URIs and the paths they name."""

from __future__ import annotations

import os

from pygls import uris


def path_of(uri: str) -> str | None:
    """The absolute path that a ``file`` URI names; None for any other URI."""
    try:
        path = uris.to_fs_path(uri)
    except ValueError:
        return None
    if not path or "\0" in path or not os.path.isabs(path):
        return None
    return os.path.normpath(path)


def uri_of(path: str) -> str:
    """The ``file`` URI of an absolute path."""
    return uris.from_fs_path(path) or ""
