"""A map document read whole: tables, rule sentences, statements, problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..positions import BOM, LineIndex, Span
from .anycase import AnyCase
from .inline import plain
from .markdown.document import Document, Item, Line, Table, parse
from .markdown.tables import Meant, has_ownership_table, is_ours, read_tables
from .model import PackageMap, PackageRow, Problem, Sentence, Statement, Unread
from .sentences.clauses import Reading
from .sentences.clauses import read as read_sentence
from .sentences.masking import Packages
from .sentences.unread import unread

_RULES = AnyCase(
    r"\b(?:placement|placing|rules?|versioning|versions?|polic(?:y|ies)|governance|conventions?"
    r"|constraints?|invariants?)\b",
)
_NO_RULES = AnyCase(
    r"\b(?:examples?|questions?|reject(?:ed|ions?)|history|rationale|background|proposed|proposals?"
    r"|drafts?|non-goals?|anti-?patterns?|faq|changelog|violations?|alternatives|references?|todos?"
    r"|to-do|roadmap|plans?|ideas?|future|deviations?|glossary|minutes|yet|never|not|avoid|wrong|bad"
    r"|mistakes?|don'?ts?)\b|n['\u2019]t\b",
)
_BENDING_LEAD = AnyCase(
    r"\b(?:not|never|no|avoid\w*|wrong|mistakes?|bad|examples?|if|until|when|unless|propos\w+"
    r"|reject\w*|consider\w*|alternatives?|before|formerly|previously|old|sequence|steps|questions?"
    r"|drafts?|violations?|violates?|invalid|incorrect)\b|n['\u2019]t\b",
)
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!!!!)(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!etc\.)(?<!cf\.)\s+"
)
_ALERT = re.compile(r"\[!\w+\]")
_LEGACY = AnyCase(r"\blegacy\b")


def read_document(path: str, source: bytes) -> PackageMap:
    """As ``packagemap.read``."""
    try:
        document = parse(source)
    except UnicodeDecodeError as error:
        return PackageMap(path, source, (), (), (), (_not_text(source, error.start),))
    tables = read_tables(document.tables)
    legacy = [row.package for row in tables.packages if _LEGACY.search(row.domain)]
    packages = Packages((row.package for row in tables.packages), legacy)
    problems = list(tables.problems)
    read = list(_sentences(document, packages))
    closed = _closed(tables.packages, [reading for _, reading, bent in read if not bent])
    sentences = tuple(
        _sentence(item, reading, bent, packages, closed) for item, reading, bent in read
    )
    meant = Meant(tables.unread)
    for item, reading, bent in read if tables.packages else ():
        if not bent and not reading.bent:
            unknown = [name for name in reading.unknown if not meant.may_be(name)]
            problems += _unknown_packages(item, unknown, packages, closed)
    if not (has_ownership_table(document.tables) or tables.nearly):
        problems.append(_no_ownership(source))
    problems.sort(key=lambda problem: (problem.line, problem.span))
    return PackageMap(path, source, tables.packages, sentences, tables.audit, tuple(problems))


# Which texts are rule sentences


def _sentences(document: Document, packages: Packages) -> Iterator[tuple[Item, Reading, bool]]:
    """The rule sentences in document order, read, each with whether what introduces it bends it.

    List items under a heading of rules all are; elsewhere a sentence is one when it reads as one.
    """
    items = [*map(_unmarked, document.items), *_cells(document.tables)]
    items.sort(key=lambda item: item.span)
    for item in items:
        if any(_NO_RULES.search(text) for text in _speaking(item.headings)):
            continue
        bent = any(_BENDING_LEAD.search(lead) for lead in item.leads)
        if item.listed and _is_under_rules(item):
            yield item, read_sentence(item.text, packages), bent
        else:
            for part in [item] if item.listed else _split(item, packages):
                reading = read_sentence(part.text, packages)
                if reading.statements or reading.unknown or unread(reading, packages):
                    yield part, reading, bent


def _unmarked(item: Item) -> Item:
    """An item without the first line of an admonition, ``[!NOTE]``."""
    alert = len(item.lines) > 1 and _ALERT.fullmatch(item.lines[0].text)
    return item._replace(lines=item.lines[1:]) if alert else item


def _speaking(headings: tuple[tuple[int, str], ...]) -> list[str]:
    """The headings that speak for what is below; the document's title where there is no other."""
    return [text for level, text in headings if level > 1] or [text for _, text in headings]


def _is_under_rules(item: Item) -> bool:
    return any(_RULES.search(text) for text in _speaking(item.headings))


def _cells(tables: Iterable[Table]) -> Iterator[Item]:
    """The sentences of tables with one column, or with a column of rules."""
    for table in tables:
        titles = [plain(cell.text) for cell in table.header.cells]
        at = next((n for n, title in enumerate(titles) if _RULES.search(title)), None)
        if is_ours(table) or (at is None and len(titles) > 1):
            continue
        for row in table.rows:
            cell = row.cell(at or 0)
            if cell.text:
                line = Line(row.line, cell.span, cell.text)
                headings = table.headings if at is None else (*table.headings, (7, titles[at]))
                yield Item(headings, (), (line,), at is not None)


def _split(item: Item, packages: Packages) -> Iterator[Item]:
    """A paragraph's sentences; two that say one thing together stay together."""
    text = item.text
    cuts = [match.end() for match in _SENTENCE_END.finditer(text)]
    if not cuts:
        yield item
        return
    edges = [0, *cuts, len(text)]
    kept: list[int] = []
    for start, middle, end in zip(edges, cuts, edges[2:], strict=False):
        pair = read_sentence(text[start:end], packages)
        if not any(";" in clause.text for clause in pair.clauses):
            kept.append(middle)
    yield from item.parts(kept)


# What is said in them


def _closed(rows: Iterable[PackageRow], readings: Iterable[Reading]) -> frozenset[str]:
    """The frozen packages."""
    said = (s for reading in readings for s in reading.statements if s.kind == "Frozen")
    return frozenset(
        [row.package for row in rows if row.closed] + [p for s in said for p in s.packages]
    )


def _sentence(
    item: Item, reading: Reading, bent: bool, packages: Packages, closed: frozenset[str]
) -> Sentence:
    """A sentence with its statements; nothing new is at home in a frozen package."""
    if bent:
        return Sentence(item.line, item.text, item.span, ())
    statements: list[Statement] = []
    refused: tuple[str, ...] = ()
    for statement in reading.statements:
        if statement.kind == "Home" and closed.intersection(statement.packages):
            refused = tuple(p for p in statement.packages if p in closed)
            statement = statement._replace(
                packages=tuple(p for p in statement.packages if p not in closed)
            )
            if not statement.packages:
                continue
        statements.append(statement)
    why = unread(reading, packages)
    if why is None and refused:
        why = Unread(f"{refused[0]} is frozen, so that nothing new lives there", item.text)
    return Sentence(item.line, item.text, item.span, tuple(statements), why)


# What is wrong


def _unknown_packages(
    item: Item, unknown: Iterable[str], packages: Packages, closed: frozenset[str]
) -> Iterator[Problem]:
    """A rule about a package that the map does not have rules nothing."""
    for name in unknown:
        close = [package for package in packages.close_to(name) if package not in closed]
        hint = f"Did you mean `{close[0]}`?" if close else "Add a row for it, or correct the name."
        line, span = _place(item, name)
        yield Problem(
            f"Unknown package `{name}`: the ownership table has no row for it, so this rule is not"
            f" followed. {hint}",
            line,
            span,
            name,
        )


def _place(item: Item, name: str) -> tuple[int, Span]:
    """The 1-based line of a name in an item, and where it stands."""
    for line in item.lines:
        at = line.text.find(name)
        if at >= 0:
            start = line.span.start + len(line.text[:at].encode())
            return line.number, Span(start, start + len(name.encode()))
    return item.line, item.span


def _not_text(source: bytes, at: int) -> Problem:
    line = LineIndex(source).position(at).line
    message = (
        f"The package map is not UTF-8: byte 0x{source[at]:02x} on line {line + 1} is none of its"
        " characters. Save the file as UTF-8."
    )
    return Problem(message, line + 1, Span(at, at + 1))


def _no_ownership(source: bytes) -> Problem:
    what = "is empty" if not source.removeprefix(BOM).strip() else "has no ownership table"
    message = (
        f"The package map {what}: it needs a table with the columns Package, Owner lane, Contains"
        " and Does not contain, one row a package."
    )
    return Problem(message, 1, LineIndex(source).line_span(0))
