"""The audit table as a whole, and the issues that it names."""

from __future__ import annotations

from ...packagemap.model import PackageMap

# How issues are named. Of bounded parts, as what may go on for ever is looked at again from each of
# its letters.
ISSUE = r"\b[A-Z][A-Z0-9]{0,31}(?:-[A-Z0-9]{1,31}){0,3}-\d+\b|#\d+|\bhttps?://\S+"


def has_column(package_map: PackageMap, field: int) -> bool:
    """Whether the audit table has the column of that field of a row's ``cells``.

    The cell of a column that the table lacks stands, empty, at its row's very end.
    """
    return any(row.cells[field].span.start < row.span.end for row in package_map.audit)
