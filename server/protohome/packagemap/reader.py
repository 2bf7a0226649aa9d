"""A map document read whole: tables, rule sentences, statements, problems."""

from __future__ import annotations

import re

from ..positions import BOM, LineIndex, Span
from .clauses import statements
from .document import Item, parse
from .masking import Packages
from .model import PackageMap, Problem, Sentence, Statement
from .tables import has_ownership_table, read_tables

_RULES = re.compile(
    r"\b(?:placement|placing|rules?|versioning|versions?|polic(?:y|ies)|governance|conventions?"
    r"|constraints?|invariants?)\b",
    re.IGNORECASE,
)
_NO_RULES = re.compile(
    r"\b(?:examples?|questions?|reject(?:ed|ions?)|history|rationale|background|proposed|proposals?"
    r"|drafts?|non-goals?|anti-?patterns?|faq|changelog|violations?|alternatives|references?)\b",
    re.IGNORECASE,
)
_BENDING_LEAD = re.compile(
    r"\b(?:not|never|no|avoid\w*|wrong|mistakes?|bad|examples?|if|until|when|unless|propos\w+"
    r"|reject\w*|consider\w*|alternatives?|before|formerly|previously|old|sequence|steps|questions?"
    r"|drafts?|violations?|violates?|invalid|incorrect)\b|n['\u2019]t\b",
    re.IGNORECASE,
)


def read_document(path: str, source: bytes) -> PackageMap:
    """As ``packagemap.read``."""
    try:
        document = parse(source)
    except UnicodeDecodeError as error:
        return PackageMap(path, source, (), (), (), (_not_text(source, error.start),))
    tables = read_tables(document.tables)
    packages = Packages(row.package for row in tables.packages)
    sentences = tuple(
        Sentence(item.line, item.text, item.span, _statements(item, packages))
        for item in document.items
        if _is_rule(item)
    )
    problems = list(tables.problems)
    if not has_ownership_table(document.tables):
        problems.append(_no_ownership(source))
    problems.sort(key=lambda problem: (problem.line, problem.span))
    return PackageMap(path, source, tables.packages, sentences, tables.audit, tuple(problems))


def _is_rule(item: Item) -> bool:
    """Whether an item stands under a rules heading; a document's title speaks only for itself."""
    below_title = [text for level, text in item.headings if level > 1]
    headings = below_title or [text for _, text in item.headings]
    if any(_NO_RULES.search(text) for text in headings):
        return False
    return any(_RULES.search(text) for text in headings)


def _statements(item: Item, packages: Packages) -> tuple[Statement, ...]:
    if any(_BENDING_LEAD.search(lead) for lead in item.leads):
        return ()
    return statements(item.text, packages)


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
