"""The package map: a Markdown document read as rows, rule sentences, statements and problems.

Importing this is cheap: what reads Markdown and sentences is imported when a map is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from .model import (
    SHAPES,
    AuditRow,
    Cell,
    Owner,
    PackageMap,
    PackageRow,
    Problem,
    Sentence,
    Statement,
)

__all__ = [
    "DUAL_READING",
    "SHAPES",
    "AuditRow",
    "Cell",
    "Owner",
    "PackageMap",
    "PackageRow",
    "Problem",
    "Sentence",
    "Statement",
    "asks_for_dual_reading",
    "frozen",
    "has_audit_table",
    "read",
]


DUAL_READING = r"\bdual[- ]?(?:read|writ)|\bread both\b"
"""How a step of the versioning rules asks consumers to read a contract in both its places."""


def read(path: str, source: bytes) -> PackageMap:
    """Read a package map; ``path`` is relative to the workspace root and goes into the result.

    Never raises: what cannot be read is a Problem, in the order of lines.
    """
    from .reader import read_document

    return read_document(path, source)


def asks_for_dual_reading(package_map: PackageMap) -> bool:
    """Whether a sentence of the map has consumers read the old contract beside the new one."""
    import re

    pattern = re.compile(DUAL_READING, re.IGNORECASE)
    return any(pattern.search(sentence.text) for sentence in package_map.sentences)


def frozen(package_map: PackageMap) -> Mapping[str, tuple[int, str]]:
    """The frozen packages, each with the 1-based line and text of what says so.

    That is the first sentence with a ``Frozen`` statement, else the ownership row whose *Does not
    contain* rules out any new contract.
    """
    found: dict[str, tuple[int, str]] = {}
    for sentence in package_map.sentences:
        for statement in sentence.statements:
            if statement.kind == "Frozen":
                for package in statement.packages:
                    found.setdefault(package, (sentence.line, sentence.text))
    for row in package_map.packages:
        if row.closed:
            found.setdefault(row.package, (row.line, f"Does not contain: {row.excludes}"))
    return found


def has_audit_table(package_map: PackageMap) -> bool:
    """Whether the map has an audit table, be it only its header."""
    said = package_map.source.lower()
    if package_map.audit or not (b"file" in said or b"path" in said):
        return bool(package_map.audit)
    from .edits import has_audit_table

    return has_audit_table(package_map)
