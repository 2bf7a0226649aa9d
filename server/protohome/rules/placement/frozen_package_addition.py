"""A new contract, or a new member of a known one, was added to a frozen package.

## What it does

Reports every contract in a frozen package that was not there before, and every new member of one
that was: a field, enum value, oneof, rpc, nested type or extension. A package is frozen when a
placement rule says so ("New contracts are forbidden in `acme.legacy.v1`") or its *Does not
contain* cell rules out any new contract.

A row of the audit table vouches for what was there, not for what is new: what was there is what
the reference has under the same name, in whatever file; see
[new and known](../new-and-known.md). Without a
reference, a contract whose file has an audit row is known. Known contracts are shims;
see `transitional-shim`.

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

Move the contract to its home: the fix does it. A new member belongs in the successor at home.

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
from functools import partial

from ...findings import DECLARED, ERROR, Evidence, Finding, FixRequest
from ...history import new_extensions, new_members
from ...model import ProtoFile
from ...positions import Span
from ...verdicts import Judge
from ...workspace.early import each_so_far
from ...workspace.indexes import located_in
from ...workspace.snapshot import Located
from ..citing import cite, lane
from ..legacy import known
from ._verdicts import because, way_out

SEVERITY = ERROR
RULE = "frozen-package-addition"


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    forbidding = judge.frozen.get(file.package)
    if forbidding is None:
        return
    yield from each_so_far(located_in(file), partial(_check, judge, forbidding))
    for field in new_extensions(judge.snapshot, file):
        yield _added(judge, file, field.name, field.name_span, forbidding)


def _check(judge: Judge, forbidding: Evidence, located: Located) -> Iterator[Finding]:
    if known(judge, located):
        for member in new_members(judge.snapshot, located):
            yield _added(judge, located, member.path, member.span, forbidding)
    else:
        yield _contract(judge, located, forbidding)


def _contract(judge: Judge, located: Located, forbidding: Evidence) -> Finding:
    file, contract = located.file, located.contract
    verdict = judge.home_of(located)
    home = verdict.home if verdict.misplaced else ""
    rule = f"new contracts are forbidden in {file.package} ({cite(forbidding)})"
    if home:
        message = f"{contract.name} belongs in {home} ({because(verdict)}); {rule}"
        evidence = (forbidding, *verdict.evidence)
        # To declare it at home here would make a warning of the error, and mend nothing.
        fixes = tuple(fix for fix in way_out(located.fqn, home, RULE) if fix.fix != "declare-home")
    else:
        message = f"{contract.name} needs another package: {rule}"
        evidence = (forbidding,)
        fixes = (FixRequest("suppress", {"rule": RULE}),)
    return Finding(
        RULE,
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


def _added(
    judge: Judge, to: Located | ProtoFile, path: str, span: Span, forbidding: Evidence
) -> Finding:
    """A member that is new: of a known contract, or an extension at the top of a file."""
    file = to.file if isinstance(to, Located) else to
    name, symbol, home = path, f"{file.package}.{path}", ""
    if isinstance(to, Located):
        name, symbol = f"{to.contract.name}.{path}", f"{to.fqn}.{path}"
        successor = judge.successor_of(to)
        verdict = judge.home_of(to)
        home = verdict.home if verdict.misplaced else ""
        if successor is not None:
            home = successor.located.file.package
    return Finding(
        RULE,
        SEVERITY,
        file.path,
        span,
        f"{name} is new; new contracts are forbidden in {file.package}, and so are new members of"
        f" the known ones ({cite(forbidding)})" + (f"; add it in {home}" if home else ""),
        symbol=symbol,
        verdict=DECLARED,
        home=home,
        owner=lane(judge.snapshot, home or file.package),
        evidence=(forbidding,),
        fixes=(FixRequest("suppress", {"rule": RULE}),),
        new=True,
    )
