"""An audit row does not describe the tree any more.

## What it does

Reports, in the map, every audit row whose file is not there, or whose *Current package* is not
the package that the file declares.

## Why

People plan by the audit table, and verdicts rest on it. A row about a file that was moved or
deleted is a plan for nothing, and its promise silently stops to protect.

## Example

```markdown
| `acme/billing/v1/a.proto` | `acme.billing.v1` | `acme.billing.v1` | `owner:billing` | ACME-7 |
```

> acme/billing/v1/a.proto is not in the tree; correct the path, or remove the row

## How to fix

Correct the cell that the finding points at, or remove the row. Where a file of the same name
waits for its row, the fix points the row at it.

## Configuration

Files that `exclude` or git ignores are not looked at, so they need no row.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import ERROR, Evidence, Finding, FixRequest
from ...packagemap.model import AuditRow
from ...positions import Span
from ...verdicts import Judge
from ...workspace.snapshot import Snapshot
from ..citing import audit_row

SEVERITY = ERROR


def check_map(judge: Judge) -> Iterator[Finding]:
    snapshot = judge.snapshot
    for row in snapshot.map.audit:
        file = snapshot.files.get(row.file)
        if file is None:
            yield _absent(snapshot, row)
        elif file.package and file.package != row.current:
            line = snapshot.line(file, file.package_span.start)
            stands = Evidence("file", file.path, line, f"package {file.package};")
            fix = FixRequest("fix-audit-row", {"path": row.file, "current": file.package})
            yield _finding(
                snapshot,
                row,
                row.cells[1].span,
                f"The row says {row.current}, but {row.file} declares package {file.package}"
                f" ({file.path}:{line}); correct the row, or the file",
                (fix,),
                (stands,),
            )


def _absent(snapshot: Snapshot, row: AuditRow) -> Finding:
    name = row.file.rpartition("/")[2]
    alike = [
        path
        for path in snapshot.files
        if path.rpartition("/")[2] == name and path not in snapshot.rows
    ]
    advice = "correct the path, or remove the row"
    fixes = [FixRequest("remove-audit-row", {"path": row.file})]
    if len(alike) == 1:
        advice = f"did it move to {alike[0]}? If not, {advice}"
        fixes.insert(0, FixRequest("fix-audit-row", {"path": row.file, "file": alike[0]}))
    if snapshot.module_root(row.file) is None:
        roots = " or ".join(snapshot.module_roots)
        what = f"is outside the module roots ({roots}), so it is not checked"
    else:
        what = "is not in the tree"
    return _finding(snapshot, row, row.cells[0].span, f"{row.file} {what}; {advice}", tuple(fixes))


def _finding(
    snapshot: Snapshot,
    row: AuditRow,
    span: Span,
    message: str,
    fixes: tuple[FixRequest, ...],
    related: tuple[Evidence, ...] = (),
) -> Finding:
    return Finding(
        "stale-audit-row",
        SEVERITY,
        snapshot.map.path,
        span,
        message,
        symbol=row.current,
        home=row.home,
        owner=row.owner.lane,
        evidence=(audit_row(snapshot, row),),
        related=related,
        fixes=fixes,
    )
