"""A governed file has no row in the audit table of the map.

## What it does

Reports every governed file that the audit table does not name. Where the
map has no audit table, no file needs a row; where it has only the table's header, every file does.

## Why

The audit table is the promise that every file was looked at and has a home, an owner and, where
it must move, an issue. A file that it does not know was never looked at.

## Example

`proto/acme/billing/v1/credit_note.proto`

```proto
package acme.billing.v1;
```

> This file has no row in the audit table; add one, after PACKAGE_MAP.md:18

## How to fix

Add a row: file, current package, canonical home, owner lane, follow-on issue. The fix writes it
with the package as home. In a frozen package, move the contracts to their homes instead.

## Configuration

`exclude` in `protohome.toml` leaves files out altogether. One file: `// protohome:ignore-file
file-not-audited -- why`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import ERROR, Finding, FixRequest
from ...history import is_new_file
from ...model import ProtoFile
from ...verdicts import Judge
from ..citing import at, audit_row, lane, package_place

SEVERITY = ERROR


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    if file.path in snapshot.rows or not snapshot.is_audited:
        return
    last = max(snapshot.map.audit, key=lambda row: row.line, default=None)
    evidence = (audit_row(snapshot, last),) if last is not None else ()
    because = judge.frozen.get(file.package)
    advice = "; add one" + "".join(f", after {at(row)}" for row in evidence)
    if because is not None:
        evidence = (because, *evidence)
        advice = f", and {file.package} takes no new files ({at(because)}): put it in its home"
        if is_new_file(snapshot, file.path) is False or last is None:
            advice = f"; add one with its home, for {file.package} is frozen ({at(because)})"
    yield Finding(
        "file-not-audited",
        SEVERITY,
        file.path,
        package_place(file),
        f"This file has no row in the audit table{advice}",
        symbol=file.package,
        owner=lane(snapshot, file.package),
        evidence=evidence,
        fixes=(FixRequest("add-audit-row", {"path": file.path}),) if because is None else (),
    )
