"""Places in documents: byte offsets and spans as the protocol's positions, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from lsprotocol import types

from ..positions import LineIndex, Span
from .uris import uri_of


class Text(Protocol):
    """An open document."""

    @property
    def uri(self) -> str: ...

    @property
    def version(self) -> int | None: ...

    @property
    def lines(self) -> LineIndex: ...


class Texts(Protocol):
    """A folder's documents, by paths relative to it."""

    @property
    def open(self) -> Mapping[str, Text]: ...

    def source(self, path: str) -> bytes | None: ...

    def absolute(self, path: str) -> str: ...


class Places:
    """Places in a folder's documents, in the client's units; for the length of one answer."""

    def __init__(self, folder: Texts, encoding: str) -> None:
        self.folder, self.encoding = folder, encoding
        self._lines: dict[str, LineIndex] = {}

    def lines(self, path: str) -> LineIndex:
        """The lines of a document; of none when it is gone."""
        if path not in self._lines:
            document = self.folder.open.get(path)
            lines = document.lines if document else LineIndex(self.folder.source(path) or b"")
            self._lines[path] = lines
        return self._lines[path]

    def uri(self, path: str) -> str:
        """The document's URI, as the client writes it where it is open."""
        document = self.folder.open.get(path)
        return document.uri if document else uri_of(self.folder.absolute(path))

    def offset(self, path: str, position: types.Position) -> int:
        """The byte offset of a position."""
        return self.lines(path).offset(position.line, position.character, self.encoding)

    def range(self, path: str, span: Span) -> types.Range:
        """The range of a span in bytes."""
        lines = self.lines(path)
        start = lines.position(span.start, self.encoding)
        end = lines.position(span.end, self.encoding)
        return types.Range(types.Position(*start), types.Position(*end))

    def line(self, path: str, line: int) -> types.Range:
        """The range of a line, 1-based; of the first one for 0."""
        index = min(max(line - 1, 0), len(self.lines(path)) - 1)
        return self.range(path, self.lines(path).line_span(index))

    def location(self, path: str, span: Span) -> types.Location:
        return types.Location(self.uri(path), self.range(path, span))
