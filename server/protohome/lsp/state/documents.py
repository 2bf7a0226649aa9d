"""Open documents: the text as the client has it, in bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ...positions import LineIndex


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
