"""A governed file has no row in the audit table of the map.

## What it does

Reports every governed file that the audit table does not name. A map without any audit row is not
held against each file: `map-invalid` warns once.

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

from ..findings import ERROR, Finding, FixRequest
from ..model import ProtoFile
from ..verdicts import Judge
from ._places import at, audit_row, lane, package_place

SEVERITY = ERROR


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    if not snapshot.map.audit or file.path in snapshot.rows:
        return
    last = audit_row(snapshot, max(snapshot.map.audit, key=lambda row: row.line))
    because = judge.frozen.get(file.package)
    advice = f"; add one, after {at(last)}"
    if because is not None:
        advice = f", and {file.package} takes no new files ({at(because)}): put it in its home"
    yield Finding(
        "file-not-audited",
        SEVERITY,
        file.path,
        package_place(file),
        f"This file has no row in the audit table{advice}",
        symbol=file.package,
        owner=lane(snapshot, file.package),
        evidence=(last,) if because is None else (because, last),
        fixes=(FixRequest("add-audit-row", {"path": file.path}),) if because is None else (),
    )
