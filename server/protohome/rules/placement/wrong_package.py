"""The contract's home is another package.

## What it does

Asks of every contract where it belongs, in this order: `[homes]` in `protohome.toml`, the audit
row of its file, a placement rule that names it, its declared successor; and when none of them
speaks, the words of the map and of the contracts that are already home. Declared evidence makes
an error. An audit row that itself says *current* ≠ *home* is a planned move, and an inferred home
is a judgement: both are warnings. An inferred home is only reported when another package clearly
claims the contract and nothing of its own package does; the message says which words decided.

Frozen packages have rules of their own: `frozen-package-addition` and `transitional-shim`.

## Why

A contract in the wrong package gets the wrong owner, the wrong reviewers and the wrong readers,
and it costs a migration to take it back.

## Example

```proto
package acme.ledger.v1;

message InvoiceReminder {}
```

> InvoiceReminder looks like acme.billing.v1, not acme.ledger.v1: “invoice, reminder” as in
> PACKAGE_MAP.md:7 “Invoices, reminders”

## How to fix

Move the contract to its home: the fix rewrites the references to it. If the map's words mislead,
declare the home.

## Configuration

```toml
[homes]
"acme.ledger.v1.InvoiceReminder" = "acme.ledger.v1"

[terms]
"acme.ledger.v1" = ["invoice reminder"]
```

One contract: `// protohome:ignore wrong-package -- why`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import DECLARED, ERROR, WARNING, Finding
from ...model import ProtoFile
from ...verdicts import Judge, Verdict
from ...workspace.snapshot import Located
from ..acquitted import ask
from ..citing import lane
from ._verdicts import along, because, twin, way_out

SEVERITY = ERROR


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    if not file.package or file.package in judge.frozen:
        return
    yield from ask(judge, "wrong-package", file, _check)


def _check(judge: Judge, located: Located) -> Iterator[Finding]:
    file, verdict = located.file, judge.home_of(located)
    listed = file.package in judge.snapshot.packages
    if not (verdict.misplaced and verdict.home and (listed or verdict.kind == DECLARED)):
        return
    if verdict.kind != DECLARED and _is_ruled_out(judge, located):
        return  # excluded-content says so, by a sentence of the map.
    same = twin(judge, located, verdict.home)
    message, instead = _message(located, verdict), ""
    if same is not None:
        line = judge.snapshot.line(same.file, same.contract.name_span.start)
        message += (
            f"; {located.name} already exists in {verdict.home} ({same.file.path}:{line}):"
            " use it, and remove this one"
        )
        instead = same.fqn
    family = along(judge, located) if verdict.kind != DECLARED else ""
    yield Finding(
        "wrong-package",
        _severity(verdict),
        file.path,
        located.contract.name_span,
        message,
        symbol=located.fqn,
        verdict=verdict.kind,
        home=verdict.home,
        owner=lane(judge.snapshot, verdict.home),
        evidence=verdict.evidence,
        fixes=way_out(located.fqn, verdict.home, "wrong-package", family, instead),
    )


def _is_ruled_out(judge: Judge, located: Located) -> bool:
    """Whether a placement rule excludes a contract."""
    exclusion = judge.excluded(located)
    return exclusion is not None and exclusion.kind == DECLARED


def _severity(verdict: Verdict) -> str:
    planned = any(evidence.kind == "audit-row" for evidence in verdict.evidence)
    return SEVERITY if verdict.kind == DECLARED and not planned else WARNING


def _message(located: Located, verdict: Verdict) -> str:
    homes = " or ".join(verdict.homes)
    name, package = located.name, located.file.package
    if verdict.kind == DECLARED:
        return f"{name} belongs in {homes}, not {package} ({because(verdict)})"
    return f"{name} looks like {homes}, not {package}: {because(verdict)}"
