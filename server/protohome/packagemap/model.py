"""The package map as data: rows, sentences and the statements read from them, each with its place.

Lines are 1-based; spans are byte offsets into ``PackageMap.source``.
"""

from __future__ import annotations

from ..named import NamedTuple
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
    """One enforceable clause of a rule sentence, by its ``kind``.

    ``Frozen``: new contracts are forbidden in ``packages``. ``Home``: what it speaks of belongs in
    one of ``packages``. ``Only``: ``packages`` hold it and nothing else. ``Excludes``: none of
    ``packages`` holds it. What these three speak of is ``pattern``, a glob on the contract's name
    (``*Receipt``), else ``contract``, every ``enum`` or ``service``, else the words of ``subject``.
    ``Additive`` and ``Notes``: ``subject`` is a version (``v1``), ``""`` for every package;
    ``packages`` is empty. ``NoDependency``: none of ``packages`` (empty: no package) may refer to
    any of ``others`` (empty: to any other package), ``allowed`` apart.
    """

    kind: str
    subject: str
    packages: tuple[str, ...]
    pattern: str = ""
    contract: str = ""
    others: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """On one line: ``Home("auth contracts", acme.control.v1)``, ``Additive(v1)``."""
        kind, packages = self.kind, self.packages
        if kind == "NoDependency":
            holder = " and ".join(packages) or "any package"
            others = " or ".join(self.others) or "any other package"
            apart = f" but {' and '.join(self.allowed)}" if self.allowed else ""
            if packages:
                return f"{kind}({holder}, {others}{apart})"
            return f"{kind}({holder}{apart}, {others})"
        if kind in ("Home", "Only", "Excludes"):
            spoken = f'"{self.subject}"' if self.subject else ""
            about = self.pattern or (f"every {self.contract}" if self.contract else spoken)
            holder = (" and " if kind == "Only" else " or ").join(packages)
            return f"{kind}({holder}, {about})" if kind == "Only" else f"{kind}({about}, {holder})"
        return f"{kind}({self.subject or ' and '.join(packages) or 'every package'})"


class Unread(NamedTuple):
    """Why a rule-like sentence, or a clause of it, was not read.

    ``clause`` is the Markdown of what was not. ``rewrite`` is the whole sentence said so that it
    would be, ``""`` where no form is near; ``form`` is the nearest form in words then.
    """

    why: str
    clause: str
    rewrite: str = ""
    form: str = ""


class Sentence(NamedTuple):
    """A rule sentence, its Markdown on one line as ``text``.

    A sentence without statements is prose; ``unread`` where it looks like a rule all the same.
    """

    line: int
    text: str
    span: Span
    statements: tuple[Statement, ...]
    unread: Unread | None = None


class Problem(NamedTuple):
    """Why the map cannot be read as written, in one sentence, and where.

    ``package`` is the one that has no ownership row, where that is why.
    """

    message: str
    line: int
    span: Span
    package: str = ""


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


# Every shape of which a map is made, for who writes it down.
SHAPES = tuple(
    each for each in tuple(globals().values()) if isinstance(each, type) and issubclass(each, tuple)
)
