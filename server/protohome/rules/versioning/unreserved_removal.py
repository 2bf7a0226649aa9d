"""A field or enum value was removed, and its number or name is free to be used again.

## What it does

Looks at every field and enum value that [was there before](../new-and-known.md) and is not any
more, in all packages. Number and name must both be reserved, in one or several statements;
ranges and `max` count. A field that only changed its number keeps its name in use, so nobody is
asked to reserve that.

## Why

Somebody will add a field and take the number that looks free. Old messages still have the old value
under it, and nothing tells the two apart. JSON has the same trouble with names.

## Example

```proto
message Invoice {
  string id = 1;
  // string memo = 2; removed
}
```

> Invoice.memo = 2 was removed, and neither its number nor its name is reserved: reserve both

## How to fix

```proto
message Invoice {
  reserved 2;
  reserved "memo";
  string id = 1;
}
```

The fix adds them to the `reserved` statements that are there. In an additive-only package the
removal itself is a `breaking-change`.

## Configuration

As for `breaking-change`: `[waivers]` in `protohome.toml`, by the full name of the member.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import DECLARED, ERROR, Finding, FixRequest
from ...model import ProtoFile
from ...verdicts import Judge
from ..changes import asks_to_reserve, in_file, old_package, waived
from ..citing import cite, lane

SEVERITY = ERROR
RULE = "unreserved-removal"

_MISSING = {
    "number": "its number is not reserved: reserve it",
    "name": "its name is not reserved: reserve it",
    "number and name": "neither its number nor its name is reserved: reserve both",
}


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    for change, span in in_file(judge, file):
        if not change.unreserved:
            continue
        sentence = asks_to_reserve(judge.snapshot)
        short = change.symbol.rpartition(".")[2]
        inner, dot, _ = change.member.rpartition(".")
        message = f"{short}.{inner}{dot}{change.was} was removed, and {_MISSING[change.unreserved]}"
        request = {"contract": change.symbol, **({"within": inner} if inner else {})}
        yield Finding(
            RULE,
            SEVERITY,
            file.path,
            span,
            message + (f", as {cite(sentence)} asks" if sentence else ""),
            symbol=f"{change.symbol}.{change.member}",
            verdict=DECLARED,
            owner=lane(judge.snapshot, old_package(judge, change)),
            evidence=(sentence,) if sentence else (),
            fixes=(FixRequest("reserve-removed", request), FixRequest("suppress", {"rule": RULE})),
            suppression=waived(judge, change),
            new=True,
            buf=next(rule for rule in change.rules if "_UNLESS_" in rule),
        )
