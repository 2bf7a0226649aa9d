"""A governed file has no `package` statement.

## What it does

Reports every governed file that names no package. A file without one is governed when its first
folder under the module root is the first component of a mapped package, when it stands in the
module root itself, or when it has an audit row.

## Why

The package says who owns a file's contracts. Without it they land in protobuf's global namespace,
where the map has no say and every name can collide.

## Example

`proto/acme/billing/v1/invoice.proto`

```proto
syntax = "proto3";

message Invoice {}
```

> This file has no package statement, so nothing says who owns its contracts; add `package
> acme.billing.v1;` (PACKAGE_MAP.md:7)

## How to fix

Add the statement. The fix writes the package that the audit row or, failing that, the folder
says.

## Configuration

`exclude` in `protohome.toml` leaves files out altogether. One file: `// protohome:ignore-file
missing-package -- why`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import ERROR, Evidence, Finding, FixRequest
from ...model import ProtoFile
from ...verdicts import Judge
from ...workspace.snapshot import Snapshot
from ..citing import at, audit_row, ownership_row, package_place
from ._layout import folder_package

SEVERITY = ERROR


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    if file.package or file.path in judge.snapshot.unreadable:
        return
    package, evidence = _meant(judge.snapshot, file)
    advice = f"add one of the packages in {judge.snapshot.map.path}"
    if package:
        advice = f"add `package {package};`"
    fix = FixRequest("set-package", {"path": file.path, "package": package})
    because = f" ({at(evidence[0])})" if evidence else ""
    yield Finding(
        "missing-package",
        SEVERITY,
        file.path,
        package_place(file),
        "This file has no package statement, so nothing says who owns its contracts;"
        f" {advice}{because}",
        home=package,
        evidence=evidence,
        fixes=(fix,) if package else (),
    )


def _meant(snapshot: Snapshot, file: ProtoFile) -> tuple[str, tuple[Evidence, ...]]:
    row = snapshot.rows.get(file.path)
    if row is not None and row.current in snapshot.packages:
        return row.current, (audit_row(snapshot, row),)
    package = folder_package(snapshot, file)
    owned = snapshot.packages.get(package)
    return (package, (ownership_row(snapshot, owned),)) if owned is not None else ("", ())
