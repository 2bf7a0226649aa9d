"""A contract at home refers to a shim whose successor exists.

## What it does

Reports every type name, outside the frozen packages, that means a contract of a frozen package
which has a successor. A reference that [was there before](../new-and-known.md) is a warning. In
a contract, field or rpc that is new it is an error.

## Why

The last reference decides when a shim can go. Readers may need both while they migrate; contracts
do not.

## Example

```proto
package acme.ledger.v1;

message Entry {
  acme.legacy.v1.RefundIntent refund = 1;
}
```

> RefundIntent is a legacy shim; refer to its successor acme.billing.v1.Refund
> (proto/acme/billing/v1/refund.proto:9)

## How to fix

Refer to the successor: same numbers, same wire format. The fix rewrites the name and the import.

## Configuration

One reference: `// protohome:ignore legacy-reference -- why`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import ERROR, WARNING, Finding, FixRequest
from ...model import ProtoFile
from ...verdicts import Judge
from ...workspace.snapshot import Located
from ..citing import at, declaration, lane
from ..legacy import in_new

SEVERITY = WARNING


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    legacy = judge.frozen
    if not legacy or file.package in legacy:
        return
    shims = {fqn: _shim(judge, fqn) for fqn in snapshot.referred_to(file)}
    for reference in snapshot.references_from(file) if any(shims.values()) else ():
        fqn = snapshot.types[reference.target]
        shim = shims[fqn]
        successor = judge.successor_of(shim) if shim is not None else None
        if shim is None or successor is None:
            continue
        heir = declaration(snapshot, "successor", successor.located)
        new = in_new(snapshot, file, reference)
        yield Finding(
            "legacy-reference",
            ERROR if new else SEVERITY,
            file.path,
            reference.ref.span,
            f"{shim.name} is a legacy shim; refer to its successor {heir.text} ({at(heir)})",
            symbol=reference.contract or file.package,
            owner=lane(snapshot, file.package),
            evidence=(successor.evidence, legacy[shim.file.package]),
            related=(heir, declaration(snapshot, "file", shim)),
            fixes=(
                FixRequest(
                    "use-successor", {"path": file.path, "legacy": fqn, "successor": heir.text}
                ),
                FixRequest("suppress", {"rule": "legacy-reference"}),
            ),
            new=new,
        )


def _shim(judge: Judge, fqn: str) -> Located | None:
    """The contract of that name in a frozen package."""
    every = judge.snapshot.contracts[fqn]
    return next((one for one in every if one.file.package in judge.frozen), None)
