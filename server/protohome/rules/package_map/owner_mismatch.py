"""An audit row's owner lane owns neither the file's home nor its current package.

## What it does

Reports, in the map, every audit row whose *Owner lane* is neither the lane of the canonical home
nor that of the current package. Lanes that an ownership cell names as consumers do not own the
package.

## Why

The owner lane says whom to ask. When the two tables disagree, nobody feels responsible.

## Example

```markdown
| `acme.billing.v1` | Billing | `owner:billing` | Invoices | |
…
| `acme/billing/v1/a.proto` | `acme.billing.v1` | `acme.billing.v1` | `owner:ledger` | ACME-7 |
```

> owner:ledger does not own acme/billing/v1/a.proto: acme.billing.v1 is owner:billing's
> (PACKAGE_MAP.md:7); correct the lane here or there

## How to fix

Correct the lane in the audit row; if the package changed hands, correct the ownership row.

## Configuration

`[severity]` or `ignore` in `protohome.toml`, as for every rule; comments in the map suppress
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import WARNING, Finding, FixRequest
from ...verdicts import Judge
from ..citing import at, audit_row, ownership_row
from ._audit import has_column

SEVERITY = WARNING


def check_map(judge: Judge) -> Iterator[Finding]:
    snapshot = judge.snapshot
    if not has_column(snapshot.map, 3):
        return
    for row in snapshot.map.audit:
        packages = dict.fromkeys((row.home, row.current))
        owned = [snapshot.packages[name] for name in packages if name in snapshot.packages]
        owned = [one for one in owned if one.owner.lane]
        lanes = {one.owner.lane.casefold() for one in owned}
        if not owned or row.owner.lane.casefold() in lanes:
            continue
        told = [ownership_row(snapshot, one) for one in owned]
        expected = " and ".join(
            f"{one.package} is {one.owner.lane}'s ({at(evidence)})"
            for one, evidence in zip(owned, told, strict=True)
        )
        what = f"{row.owner.lane} does not own"
        if not row.owner.lane:
            what = "The row names no owner lane for"
        yield Finding(
            "owner-mismatch",
            SEVERITY,
            snapshot.map.path,
            row.cells[3].span,
            f"{what} {row.file}: {expected}; correct the lane here or there",
            symbol=row.home,
            home=row.home,
            owner=owned[0].owner.lane,
            evidence=(audit_row(snapshot, row), *told),
            fixes=(FixRequest("fix-audit-row", {"path": row.file, "owner": owned[0].owner.lane}),),
        )
