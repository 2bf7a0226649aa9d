"""The ownership and audit tables: which they are, their rows, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache

from ...named import NamedTuple
from ..inline import name, owner, package_name, plain
from ..model import AuditRow, Cell, PackageRow, Problem
from ..sentences.subjects import is_any_contract, is_new
from .document import Row, Table

OWNERSHIP = ("Package", "Domain", "Owner lane", "Contains", "Does not contain")
AUDIT = (
    "Current file",
    "Current package",
    "Canonical package home",
    "Owner lane",
    "Follow-on issue",
)

# Other titles of the same columns, folded.
SYNONYMS = {
    "Package": ("package name", "proto package", "protobuf package", "namespace"),
    "Domain": ("scope", "purpose"),
    "Owner lane": ("owner", "team", "owned by", "owners", "owning team", "lane"),
    "Contains": ("owns", "includes", "responsibility", "responsibilities"),
    "Does not contain": ("doesn't contain", "excludes", "not here", "out of scope", "not included"),
    "Current file": ("file", "proto file", "current path", "path"),
    "Current package": ("package now", "package today", "present package", "declared package"),
    "Canonical package home": (
        "canonical home",
        "canonical package",
        "home package",
        "package home",
        "home",
        "target package",
    ),
    "Follow-on issue": ("follow on", "issue", "tracking issue", "ticket"),
}
_OPTIONAL = "Domain"
_NEEDED_TO_READ = ("Package", "Current file", "Current package", "Canonical package home")
_PACKAGE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_CONTROL = dict.fromkeys((*range(0x20), 0x7F), "\ufffd")
_MOST_COMPONENTS = 8  # nobody's package has more
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Rows(NamedTuple):
    """The rows of a map's tables in document order, and the problems found, unordered.

    ``unread`` are the cells that name no package where one belongs; ``nearly`` is whether a table
    that is not quite an ownership table is among the problems.
    """

    packages: tuple[PackageRow, ...]
    audit: tuple[AuditRow, ...]
    problems: tuple[Problem, ...]
    unread: tuple[str, ...] = ()
    nearly: bool = False


class _Columns(NamedTuple):
    """A table of a known kind; ``at`` are the 0-based columns in the order of ``names``."""

    names: tuple[str, ...]
    at: tuple[int | None, ...]
    table: Table

    @property
    def missing(self) -> tuple[str, ...]:
        pairs = zip(self.names, self.at, strict=True)
        return tuple(column for column, at in pairs if at is None and column != _OPTIONAL)

    @property
    def rows(self) -> Iterator[tuple[Row, tuple[Cell, ...]]]:
        """The rows with something in them, and their cells in the order of ``names``."""
        if set(self.missing) & set(_NEEDED_TO_READ):
            return
        for row in self.table.rows:
            if any(cell.text for cell in row.cells):
                yield row, tuple(row.cell(at) for at in self.at)


def read_tables(tables: Iterable[Table]) -> Rows:
    """Read the ownership and audit tables among ``tables``; several of a kind are one table."""
    every = list(tables)
    kinds = [kind for kind in map(_kind, every) if kind is not None]
    whole = any(kind.names is OWNERSHIP and not kind.missing for kind in kinds)
    kinds = [kind for kind in kinds if not (whole and _is_another(kind))]
    ownership = [kind for kind in kinds if kind.names is OWNERSHIP]
    audits = [kind for kind in kinds if kind.names is AUDIT]
    problems = [problem for kind in kinds for problem in _missing_columns(kind)]
    packages: dict[str, PackageRow] = {}
    for kind in ownership:
        problems += _read_ownership(kind, packages)
    audit: dict[str, AuditRow] = {}
    for kind in audits:
        problems += _read_audit(kind, audit)
    cells = [cells[0] for kind in ownership for _, cells in kind.rows]
    unread = [cell.text for cell in cells if not _PACKAGE.fullmatch(package_name(cell.text))]
    if cells:
        meant = Meant(unread)
        known = packages.keys() | {
            package
            for package in {p for row in audit.values() for p in (row.home, row.current)}
            if meant.may_be(package)
        }
        for row in audit.values():
            problems += _unknown_packages(row, known)
    elif ownership and not any(kind.missing for kind in ownership):
        header = ownership[0].table.header
        message = "The ownership table names no package: add a row for each."
        problems.append(Problem(message, header.line, header.span))
    close = [] if ownership else [tuple(_nearly_ownership(table)) for table in every]
    nearly = min(filter(None, close), key=len, default=())
    return Rows(
        tuple(packages.values()),
        tuple(audit.values()),
        (*problems, *nearly),
        tuple(unread),
        bool(nearly),
    )


def is_ours(table: Table) -> bool:
    """Whether it is an ownership or an audit table."""
    return _kind(table) is not None


def has_ownership_table(tables: Iterable[Table]) -> bool:
    """Whether one of them is an ownership table, readable or not."""
    return any(kind.names is OWNERSHIP for kind in map(_kind, tables) if kind is not None)


def _kind(table: Table) -> _Columns | None:
    """Which table it is by its header cells: the first column's name and enough of the others."""
    at: dict[str, int] = {}
    for column, cell in enumerate(table.header.cells):
        at.setdefault(title(cell.text), column)
    for names in (AUDIT, OWNERSHIP):
        columns = tuple(at.get(column) for column in names)
        known = [column for column, place in zip(names, columns, strict=True) if place is not None]
        enough = len(known) > (1 if names is AUDIT else 2)
        if names is AUDIT and not _says_current(table):
            # A file and its owner, by other titles, may be anything's.
            enough = bool({*AUDIT[1:3]} & {*known})
        if columns[0] is not None and enough:
            return _Columns(names, columns, table)
    return None


def _says_current(table: Table) -> bool:
    return any(plain(cell.text).casefold() == "current file" for cell in table.header.cells)


def _is_another(kind: _Columns) -> bool:
    """A table about packages that says neither what they contain nor what they do not."""
    return kind.names is OWNERSHIP and {"Contains", "Does not contain"} <= set(kind.missing)


def title(header: str) -> str:
    """The column that a header cell names, as DESIGN spells it; its folded text for any other."""
    folded = " ".join(plain(header).replace("-", " ").replace("\u2019", "'").casefold().split())
    return _TITLES.get(folded.strip(" :?*"), folded)


_TITLES = {name.replace("-", " ").casefold(): name for name in (*OWNERSHIP, *AUDIT)} | {
    synonym: name for name, synonyms in SYNONYMS.items() for synonym in synonyms
}


def _missing_columns(kind: _Columns) -> Iterator[Problem]:
    header = kind.table.header
    what = "ownership" if kind.names is OWNERSHIP else "audit"
    spare = [plain(cell.text) for cell in header.cells if title(cell.text) not in kind.names]
    for column in kind.missing:
        like = _like(column, spare)
        todo = f"rename `{like}`" if like else "add it to the header row"
        message = f"The {what} table has no column `{column}`: {todo}."
        yield Problem(message, header.line, header.span)


def _like(column: str, spare: list[str]) -> str:
    """The title that was meant to be ``column``, ``""`` for none; it is spare no longer."""
    from difflib import SequenceMatcher

    wanted = {column.casefold(), *SYNONYMS.get(column, ())}
    for found in spare:
        folded = found.casefold()
        if any(
            SequenceMatcher(None, folded, one).ratio() >= 0.7 or one.split()[0] in folded.split()
            for one in wanted
        ):
            spare.remove(found)
            return found
    return ""


def _nearly_ownership(table: Table) -> Iterator[Problem]:
    """What is missing of a table that lists packages and says something of an ownership table."""
    header = table.header
    titles = [title(cell.text) for cell in header.cells]
    listing = [at for at in range(len(titles)) if _lists_packages(table, at)]
    if _kind(table) or not listing or not {*OWNERSHIP[1:]} & {*titles}:
        return
    spare = [plain(cell.text) for cell in header.cells if title(cell.text) not in OWNERSHIP]
    if "Package" not in titles:
        named = plain(header.cells[listing[0]].text)
        message = f"This table lists packages under `{_shown(named)}`: rename it `Package`."
        yield Problem(message, header.line, header.span)
        spare = [one for one in spare if one != named]
    for column in OWNERSHIP:
        if column not in (*titles, _OPTIONAL, "Package"):
            like = _like(column, spare)
            todo = f"rename `{_shown(like)}` so" if like else "add it"
            message = f"This table is no ownership table without a column `{column}`: {todo}."
            yield Problem(message, header.line, header.span)


def _lists_packages(table: Table, column: int) -> bool:
    texts = [package_name(row.cell(column).text) for row in table.rows]
    named = [text for text in texts if text]
    return bool(named) and all(_PACKAGE.fullmatch(text) and "." in text for text in named)


def _read_ownership(kind: _Columns, packages: dict[str, PackageRow]) -> Iterator[Problem]:
    for row, cells in kind.rows:
        package, domain, lane, contains, excludes = cells
        named = package_name(package.text)
        if not _PACKAGE.fullmatch(named):
            yield _unnamed(row, package, named, "Package")
        elif named in packages:
            message = (
                f"Duplicate row for package `{named}`: line {packages[named].line} has it already."
                " Merge the two rows."
            )
            yield Problem(message, row.line, row.span)
        else:
            packages[named] = PackageRow(
                named,
                plain(domain.text),
                owner(lane.text),
                plain(contains.text),
                plain(excludes.text),
                row.line,
                row.span,
                cells,
                closed=any(map(is_anything_new, re.split(r"[,;.]", plain(excludes.text)))),
            )


def is_anything_new(item: str) -> bool:
    """Whether an item of *Does not contain* closes the package: *any new contract*."""
    return is_any_contract(item) and is_new(item)


def _read_audit(kind: _Columns, audit: dict[str, AuditRow]) -> Iterator[Problem]:
    # Thousands of rows hold the same few packages and lanes.
    read_package, read_owner = cache(package_name), cache(owner)
    for row, cells in kind.rows:
        file, current, home, lane, follow_on = cells
        named = name(file.text)
        path, why = _file(named)
        current_name, home_name = read_package(current.text), read_package(home.text)
        unnamed = [
            _unnamed(row, cell, package, column)
            for cell, package, column in (
                (current, current_name, "Current package"),
                (home, home_name, "Canonical package home"),
            )
            if not _PACKAGE.fullmatch(package)
        ]
        if why:
            message = f"The audit row's file `{_shown(named)}` {why}: write its path from the root."
            yield Problem(message, row.line, file.span)
        elif not path:
            yield _unnamed(row, file, named, "Current file")
        elif unnamed:
            yield from unnamed
        elif path in audit:
            message = (
                f"Duplicate audit row for `{path}`: line {audit[path].line} has it already."
                " Remove one of the two."
            )
            yield Problem(message, row.line, row.span)
        else:
            audit[path] = AuditRow(
                path,
                current_name,
                home_name,
                read_owner(lane.text),
                plain(follow_on.text),
                row.line,
                row.span,
                (file, current, home, lane, follow_on),
            )


def _file(path: str) -> tuple[str, str]:
    """A file's path without ``.`` and empty parts, and why it cannot be one inside the tree."""
    if "\ufffd" in path.translate(_CONTROL):
        return "", "holds a control character"
    if "\\" in path:
        return "", "has a back-slash where `/` belongs"
    if path.startswith("/") or _SCHEME.match(path):
        return "", "is absolute"
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return ("", "leaves the tree") if ".." in parts else ("/".join(parts), "")


def _unnamed(row: Row, cell: Cell, named: str, column: str) -> Problem:
    what = "a file" if column == "Current file" else "a package"
    found = f"`{_shown(named)}` is no package name" if named else "the cell is empty"
    message = f"The row names no {what.split()[1]} under `{column}`: {found}. Put {what} there."
    if column != "Current file" and " " in named:
        message = message[:-1] + ", in back-ticks where prose follows."
    return Problem(message, row.line, cell.span if cell.text else row.span)


class Meant:
    """What cells that name no package may have meant: `acme billing` means ``acme.billing.v1``."""

    def __init__(self, unread: Iterable[str]) -> None:
        written = [tuple(re.findall(r"\w+", text)) for text in unread]
        self._whole = set(written)
        self._parts = {run for words in written for run in _runs(words)}

    def may_be(self, package: str) -> bool:
        """Whether a cell's words are a part of the package's name, or the other way round."""
        components = tuple(package.split("."))
        return components in self._parts or any(r in self._whole for r in _runs(components))


def _runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The runs of words up to the longest that a package's name has."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MOST_COMPONENTS, len(words)) + 1):
            yield words[start:end]


def _unknown_packages(row: AuditRow, packages: Collection[str]) -> Iterator[Problem]:
    cells: Sequence[tuple[str, Cell, str]] = (
        (row.home, row.cells[2], "home"),
        (row.current, row.cells[1], "current package"),
    )
    for package, cell, what in cells[: 1 if row.is_home else 2]:
        if package not in packages:
            message = (
                f"Unknown package `{_shown(package)}`: this file's {what} has no row in the"
                " ownership table. Add one, or correct the name."
            )
            yield Problem(message, row.line, cell.span, package)


def _shown(text: str) -> str:
    """Foreign text inside a message: one line, no control characters, not endless."""
    text = text.translate(_CONTROL)
    return text if len(text) <= 120 else text[:117] + "…"
