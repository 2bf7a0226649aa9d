"""Open documents: the text as the client has it, in bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from pygls import uris

from ..positions import LineIndex


class Document(NamedTuple):
    """One version of an open document; ``uri`` as the client writes it, ``path`` absolute."""

    uri: str
    path: str
    version: int | None
    source: bytes

    def changed(self, version: int | None, changes: Iterable[Any], encoding: str) -> Document:
        """The next version. A change without a range is the whole text."""
        source = self.source
        for change in changes:
            text = encoded(change.text)
            place = getattr(change, "range", None)
            if place is None:
                source = text
                continue
            lines = LineIndex(source)
            start = lines.offset(place.start.line, place.start.character, encoding)
            end = lines.offset(place.end.line, place.end.character, encoding)
            source = source[:start] + text + source[max(start, end) :]
        return self._replace(version=version, source=source)


def encoded(text: str) -> bytes:
    """The text as UTF-8; a surrogate without its other half, which has none, becomes ``?``."""
    return text.encode("utf-8", "replace")


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
