"""The package map as data: rows, sentences and the statements read from them, each with its place.

Lines are 1-based; spans are byte offsets into ``PackageMap.source``.
"""

from __future__ import annotations

from typing import NamedTuple

from ..positions import Span


class Cell(NamedTuple):
    """A table cell: its Markdown as written, trimmed, and where that stands."""

    text: str
    span: Span


class Owner(NamedTuple):
    """Who owns a row: its lane (``owner:runtime``) and the lanes the cell names as consumers."""

    lane: str
    consumers: tuple[str, ...] = ()


class PackageRow(NamedTuple):
    """A row of the ownership table; ``closed`` when it rules out any new contract."""

    package: str
    domain: str
    owner: Owner
    contains: str
    excludes: str
    line: int
    span: Span
    cells: tuple[Cell, ...]
    closed: bool = False


class AuditRow(NamedTuple):
    """A row of the audit table; ``cells`` is in the order of the fields up to ``follow_on``."""

    file: str
    current: str
    home: str
    owner: Owner
    follow_on: str
    line: int
    span: Span
    cells: tuple[Cell, Cell, Cell, Cell, Cell]

    @property
    def is_home(self) -> bool:
        return self.current == self.home


class Statement(NamedTuple):
    """One enforceable clause: ``kind`` is Frozen, Home, Only, Additive or Notes.

    ``Frozen``: new contracts are forbidden in ``packages``. ``Home``: ``subject`` belongs in one of
    ``packages``. ``Only``: ``packages`` hold ``subject`` and nothing else. ``Additive`` and
    ``Notes``: ``subject`` is a version (``v1``), ``packages`` is empty.
    """

    kind: str
    subject: str
    packages: tuple[str, ...]


class Sentence(NamedTuple):
    """A rule sentence: a list item under a rules heading, its Markdown on one line as ``text``.

    A sentence without statements is prose.
    """

    line: int
    text: str
    span: Span
    statements: tuple[Statement, ...]


class Problem(NamedTuple):
    """Why the map cannot be read as written, in one sentence, and where."""

    message: str
    line: int
    span: Span


class PackageMap(NamedTuple):
    """Everything read from one map document. ``path`` is relative to the workspace root."""

    path: str
    source: bytes
    packages: tuple[PackageRow, ...]
    sentences: tuple[Sentence, ...]
    audit: tuple[AuditRow, ...]
    problems: tuple[Problem, ...]

    def package(self, name: str) -> PackageRow | None:
        """The ownership row of a package."""
        return next((row for row in self.packages if row.package == name), None)
