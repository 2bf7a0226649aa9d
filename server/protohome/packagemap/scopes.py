"""What a statement speaks of: contracts by name, pattern or kind; packages that may not meet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from .model import PackageMap, Sentence, Statement

_IDENTIFIER = re.compile(r"[A-Za-z_][\w.]*")
_TWO_WORDS = re.compile(r"[a-z0-9].*[A-Z]|[A-Z].*[a-z].*[A-Z]|_")


def matches(statement: Statement, name: str, kind: str) -> bool:
    """Whether a statement's pattern or kind takes in a contract of that simple name.

    ``kind`` is ``message``, ``enum`` or ``service``. False where only words tell.
    """
    if statement.pattern:
        return any(fnmatchcase(name, glob) for glob in statement.pattern.split(" "))
    return statement.contract == kind != ""


def names(statement: Statement, sentence: str) -> Iterator[str]:
    """The identifiers and FQNs that a statement names; ``sentence`` is its Markdown.

    A word counts as one in a code span, or when it is spelt like nothing else: ``SessionTokens``,
    not *Session*.
    """
    for match in _IDENTIFIER.finditer(statement.subject):
        name = match[0].rstrip(".")
        if f"`{name}`" in sentence or (
            _TWO_WORDS.search(name.rpartition(".")[2])
            and "-" not in _around(statement.subject, match)
        ):
            yield name


def forbids(statement: Statement, package: str, other: str) -> bool:
    """Whether a ``NoDependency`` statement rules out that ``package`` refers to ``other``."""
    if statement.kind != "NoDependency" or package == other:
        return False
    if statement.packages:
        bound = package in statement.packages
        return bound and (
            other in statement.others if statement.others else other not in statement.allowed
        )
    return other in statement.others and package not in statement.allowed


def of_kind(package_map: PackageMap, *kinds: str) -> Iterator[tuple[Sentence, Statement]]:
    """The statements of some kinds, each with its sentence."""
    for sentence in package_map.sentences:
        for statement in sentence.statements:
            if statement.kind in kinds:
                yield sentence, statement


def _around(text: str, match: re.Match[str]) -> str:
    """The characters before and after a match."""
    return text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
