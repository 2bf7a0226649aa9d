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
    "SHAPES",
    "AuditRow",
    "Cell",
    "Owner",
    "PackageMap",
    "PackageRow",
    "Problem",
    "Sentence",
    "Statement",
    "frozen",
    "has_audit_table",
    "read",
]


def read(path: str, source: bytes) -> PackageMap:
    """Read a package map; ``path`` is relative to the workspace root and goes into the result.

    Never raises: what cannot be read is a Problem, in the order of lines.
    """
    from .reader import read_document

    return read_document(path, source)


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
    if package_map.audit or not (b"current" in said and b"canonical" in said):
        return bool(package_map.audit)
    from .edits import has_audit_table

    return has_audit_table(package_map)
