"""A new contract was added to a frozen package.

## What it does

Reports every message, enum and service in a frozen package that is not known to the map: its file
has no audit row. A package is frozen when a placement rule says so ("New contracts are forbidden
in `acme.legacy.v1`") or its *Does not contain* cell rules out any new contract. Known contracts
are shims; see `transitional-shim`.

## Why

A frozen package is being emptied. Every addition moves the day when it can go.

## Example

```proto
package acme.legacy.v1;

message RefundRequest {}
```

> RefundRequest belongs in acme.billing.v1 (“refund” as in PACKAGE_MAP.md:7 “refunds”); new
> contracts are forbidden in acme.legacy.v1 (PACKAGE_MAP.md:14 “New contracts are forbidden in
> acme.legacy.v1.”)

## How to fix

Move the contract to its home. A legacy file that the audit forgot needs a row.

## Configuration

One contract: `// protohome:ignore frozen-package-addition -- why`, or under `[homes]` in
`protohome.toml`:

```toml
[homes]
"acme.legacy.v1.RefundRequest" = "acme.legacy.v1"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import DECLARED, ERROR, Finding, FixRequest
from ..model import ProtoFile
from ..verdicts import Judge
from ..workspace import Located
from ._legacy import known
from ._places import cite, lane
from ._verdicts import because, way_out

SEVERITY = ERROR


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    forbidding = judge.frozen.get(file.package)
    if forbidding is None:
        return
    for contract in file.contracts:
        located = Located(file, contract)
        if known(judge, located):
            continue
        verdict = judge.home_of(located)
        home = verdict.home if verdict.misplaced else ""
        rule = f"new contracts are forbidden in {file.package} ({cite(forbidding)})"
        if home:
            message = f"{contract.name} belongs in {home} ({because(verdict)}); {rule}"
            evidence = (forbidding, *verdict.evidence)
            fixes = way_out(located.fqn, home, "frozen-package-addition")
        else:
            message = f"{contract.name} needs another package: {rule}"
            evidence = (forbidding,)
            fixes = (FixRequest("suppress", {"rule": "frozen-package-addition"}),)
        yield Finding(
            "frozen-package-addition",
            SEVERITY,
            file.path,
            contract.name_span,
            message,
            symbol=located.fqn,
            verdict=DECLARED,
            home=home,
            owner=lane(judge.snapshot, home or file.package),
            evidence=evidence,
            fixes=fixes,
        )
