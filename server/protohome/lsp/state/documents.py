"""Open documents: the text as the client has it, in bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...positions import LineIndex


class Document:
    """One version of an open document; ``uri`` as the client writes it, ``path`` absolute."""

    __slots__ = ("lines", "path", "uri", "version")

    def __init__(self, uri: str, path: str, version: int | None, text: bytes | LineIndex) -> None:
        self.uri, self.path, self.version = uri, path, version
        self.lines = text if isinstance(text, LineIndex) else LineIndex(text)

    @property
    def source(self) -> bytes:
        """The text."""
        return self.lines.source

    def changed(self, version: int | None, changes: Iterable[Any], encoding: str) -> Document:
        """The next version. A change without a range is the whole text."""
        lines = self.lines
        for change in changes:
            text = encoded(change.text)
            place = getattr(change, "range", None)
            if place is None:
                lines = LineIndex(text)
                continue
            start = lines.offset(place.start.line, place.start.character, encoding)
            end = lines.offset(place.end.line, place.end.character, encoding)
            lines = lines.replaced(start, max(start, end), text)
        return Document(self.uri, self.path, version, lines)


def encoded(text: str) -> bytes:
    """The text as UTF-8; a surrogate without its other half, which has none, becomes ``?``."""
    return text.encode("utf-8", "replace")
