"""The audit table as a whole."""

from __future__ import annotations

from ..packagemap.model import PackageMap


def has_column(package_map: PackageMap, field: int) -> bool:
    """Whether the audit table has the column of that field of a row's ``cells``.

    The cell of a column that the table lacks stands, empty, at its row's very end.
    """
    return any(row.cells[field].span.start < row.span.end for row in package_map.audit)
