"""The package map says something that cannot be followed.

## What it does

Reads the ownership table and the audit table of the package map, and reports what stands in the
way of understanding them: a missing column, a row without a package or file name, two rows for
the same package or file, a path that leaves the tree, a package that the audit table names and
the ownership table does not have. An ownership table is enough: without an audit table no file
needs a row.

## Why

The map is the configuration. A row that cannot be read protects nothing, and nobody would notice.

## Example

```markdown
| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | Billing | `owner:billing` | Invoices | Ledger entries |
| `acme.billing.v1` | Payouts | `owner:payouts` | Payouts | |
```

> Duplicate row for package `acme.billing.v1`: line 3 has it already. Merge the two rows.

## How to fix

Correct the cell or row that the finding points at. `protohome map` shows how the map was
understood.

## Configuration

`map` in `protohome.toml` names the map when it has another name or place. A map that cannot be
opened at all ends the run with exit code 2 instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import ERROR, Finding
from ..verdicts import Judge

SEVERITY = ERROR


def check_map(judge: Judge) -> Iterator[Finding]:
    package_map = judge.snapshot.map
    for problem in package_map.problems:
        yield Finding("map-invalid", SEVERITY, package_map.path, problem.span, problem.message)
