"""Statements said in words that the reader reads: what an unread sentence is rewritten to."""

from __future__ import annotations

from ..model import Statement

# What to say, by the kind of statement that a sentence comes near to.
FORMS = {
    "Frozen": "New contracts are forbidden in `PACKAGE`.",
    "Home": "THINGS live in `PACKAGE`.",
    "Only": "`PACKAGE` contains THINGS only.",
    "Excludes": "`PACKAGE` must not contain THINGS.",
    "NoDependency": "`PACKAGE` must not depend on `PACKAGE`.",
    "Additive": "`v1` packages are additive-only.",
    "Notes": "Breaking changes require a package bump (`v2`) and migration notes.",
}


def worded(statement: Statement) -> str:
    """A statement as a clause without its full stop."""
    kind, packages = statement.kind, statement.packages
    if kind == "Frozen":
        return f"New contracts are forbidden in {_listed(packages, 'and')}"
    if kind == "Home":
        subject = _capital(_spoken(statement))
        return f"{subject} live{'s' * (subject[-1:] != 's')} in {_listed(packages, 'or')}"
    if kind == "Only":
        verb = "contains" if len(packages) == 1 else "contain"
        return f"{_listed(packages, 'and')} {verb} {_spoken(statement)} only"
    if kind == "Excludes":
        return f"{_listed(packages, 'and')} must not contain {_spoken(statement)}"
    if kind == "NoDependency":
        return _dependency(statement)
    if kind == "Additive":
        return f"`{statement.subject}` packages are additive-only" if statement.subject else _FIELDS
    return f"Breaking changes require a package bump (`{statement.subject}`) and migration notes"


_FIELDS = "Never delete or renumber a field"


def _dependency(statement: Statement) -> str:
    packages, others, allowed = statement.packages, statement.others, statement.allowed
    if not packages:
        if allowed:
            return f"Only {_listed(allowed, 'and')} may import {_listed(others, 'or')}"
        return f"No package may import {_listed(others, 'or')}"
    if others:
        return f"{_listed(packages, 'and')} must not depend on {_listed(others, 'or')}"
    what = f"only {_listed(allowed, 'and')}" if allowed else "nothing"
    return f"{_listed(packages, 'and')} may import {what}"


def _spoken(statement: Statement) -> str:
    if statement.pattern:
        globs = statement.pattern.split(" ")
        return f"{' and '.join(f'`{glob}`' for glob in globs)} messages"
    return f"{statement.contract}s" if statement.contract else statement.subject


def _listed(packages: tuple[str, ...], word: str) -> str:
    named = [f"`{package}`" for package in packages]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} {word} {named[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
