"""A shim and its successor are not alike.

## What it does

Compares every contract of a frozen package with its successor, member by member: number, name,
type, cardinality, oneof, enum value, rpc. A type is the same when the successor's is the
successor of the shim's. What only the successor has is no drift, since it may grow. A successor
that the configuration declares makes an error, one that was found by name or by its members a
warning.

## Why

While readers move, both contracts are on the wire. "Stable field IDs" is the promise that lets a
reader switch by changing a name, and one field renumbered on one side breaks it without a sound.

## Example

```proto
// acme.legacy.v1
message RefundIntent {
  string order_id = 4;
}

// acme.billing.v1, its successor
message Refund {
  string order_id = 3;
}
```

> RefundIntent.order_id: number 4 here, 3 in its successor acme.billing.v1.Refund
> (acme/billing/v1/refund.proto:9); make the two alike

## How to fix

Make the two alike again: in the successor if it has no readers yet, else in the shim. A pair that
was found and is none can be told apart by declaring the right successor:

```toml
[successors]
"acme.legacy.v1.RefundIntent" = "acme.billing.v1.RefundRequest"
```

## Configuration

One member: `// protohome:ignore shim-drift -- why`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...findings import DECLARED, ERROR, INFERRED, WARNING, Evidence, Finding, FixRequest
from ...model import ProtoFile
from ...upkeep.differences import Difference, differences
from ...verdicts import Judge
from ...workspace.snapshot import Snapshot
from ..citing import at, lane
from ..legacy import shims

SEVERITY = ERROR

_STABLE = r"(?i)\b(?:stable|same|identical)\s+(?:field\s+)?(?:ids?|numbers?|tags?)\b"


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    for shim in shims(judge, file):
        successor = judge.successor_of(shim)
        if successor is None:
            continue
        home, fqn = successor.located.file, successor.located.fqn
        for difference in differences(judge, shim, successor.located):
            line = judge.snapshot.line(home, difference.successor_span.start)
            there = Evidence("successor", home.path, line, fqn)
            member = f".{difference.member}" if difference.member else ""
            yield Finding(
                "shim-drift",
                SEVERITY if successor.declared else WARNING,
                file.path,
                difference.span,
                f"{shim.name}{member}{_said(difference, there)}",
                symbol=shim.fqn + member,
                verdict=DECLARED if successor.declared else INFERRED,
                home=home.package,
                owner=lane(snapshot, home.package),
                evidence=(successor.evidence, *_promises(snapshot)),
                related=(there,),
                fixes=(FixRequest("suppress", {"rule": "shim-drift"}),),
            )


def _said(difference: Difference, there: Evidence) -> str:
    successor = f"its successor {there.text} ({at(there)})"
    if difference.what == "missing":
        return f" ({difference.legacy}) is missing in {successor}; add it there just so"
    return (
        f": {difference.what} {difference.legacy} here, {difference.successor} in {successor};"
        " make the two alike"
    )


def _promises(snapshot: Snapshot) -> Iterator[Evidence]:
    """The first rule sentence that promises stable numbers."""
    for sentence in snapshot.map.sentences:
        if re.search(_STABLE, sentence.text):
            yield Evidence("statement", snapshot.map.path, sentence.line, sentence.text)
            return
