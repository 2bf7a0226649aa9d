"""An additive-only package lost or changed a contract or member that was there.

## What it does

Compares every package that a versioning rule makes additive-only ("`v1` packages are
additive-only", "All packages are additive-only") with [what was there before](../new-and-known.md).
A contract is the same as long as its full name is, in whatever file; a field as long as its number
is. It finds what the categories `PACKAGE` and `WIRE_JSON` of `buf breaking` find, and what they
miss: the last message, enum or extension of a package that stays, and an extension's number. JSON
names buf's rule as `buf`.

Fields that one addition in the middle pushed to other numbers are one finding, and one fix gives
them back their numbers. A contract that went to its home with the same shape is information: a
*move*. A shim whose successor is there may go.

## Why

Readers and writers of the old shape are still running. What they cannot read, they lose without a
sound.

## Example

```proto
message Invoice {
  string id = 1;
  string total = 2; // int64 before
}
```

> Invoice.total: type int64 before, string now; add a field with a new number instead, since
> PACKAGE_MAP.md:14 “v1 packages are additive-only.”

## How to fix

Put back what was there and add the new beside it, with a new number or name. What nobody shall use
any more is marked `deprecated = true`. A break that must be needs the next version of the package.

## Configuration

A change that nobody can notice is waived, with the reason, by the full name of the contract, of a
member or of the package:

```toml
[waivers]
"acme.billing.v1.Invoice.total" = "never written by any release"
```

A waiver that nothing needs any more is an `unused-suppression`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import DECLARED, ERROR, INFORMATION, Evidence, Finding, FixRequest
from ...history.changes import GONE, MOVED, RENAMED, RENUMBERED, Change
from ...model import ProtoFile
from ...positions import Span
from ...verdicts import Judge
from ..changes import additive, in_file, in_lost_files, old_package, retired, waived
from ..citing import cite, declaration, lane

SEVERITY = ERROR
RULE = "breaking-change"


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    for change, span in in_file(judge, file):
        yield from _findings(judge, change, file.path, span)


def check_map(judge: Judge) -> Iterator[Finding]:
    for change, path in in_lost_files(judge):
        yield from _findings(judge, change, path, Span(0, 0))


def _findings(judge: Judge, change: Change, path: str, span: Span) -> Iterator[Finding]:
    package = old_package(judge, change)
    sentence = additive(judge.snapshot, package)
    if sentence is None or retired(judge, change):
        return
    if change.kind == "file" and change.what == "package":
        return  # each contract in it tells where it went
    move = _move(judge, change)
    message = move or f"{_what(change)}; {_instead(change)}, since {cite(sentence)}"
    yield Finding(
        RULE,
        INFORMATION if move else SEVERITY,
        path,
        span,
        message,
        symbol=f"{change.symbol}.{change.member}" if change.member else change.symbol,
        verdict=DECLARED,
        owner=lane(judge.snapshot, package),
        evidence=(sentence,),
        related=tuple(_related(judge, change)),
        fixes=() if move or change.here is None else tuple(_fixes(change)),
        suppression=waived(judge, change),
        new=True,
        buf=change.rules[0] if change.rules else "",
    )


def _move(judge: Judge, change: Change) -> str:
    """What to say of a contract that went to its home; ``""`` for any other change."""
    if change.what != MOVED:
        return ""
    for located in judge.snapshot.contracts.get(change.now, ()):
        if not judge.home_of(located).misplaced:
            return (
                f"{_name(change)} went home to {located.file.package} with the same shape; whoever"
                f" names {change.symbol} finds it as {change.now}"
            )
    return ""


def _related(judge: Judge, change: Change) -> Iterator[Evidence]:
    if change.what == MOVED:
        for located in judge.snapshot.contracts.get(change.now, ()):
            yield declaration(judge.snapshot, "successor", located)


def _fixes(change: Change) -> Iterator[FixRequest]:
    if change.what == RENUMBERED and change.kind in ("field", "value"):
        within = change.member.rpartition(".")[0]
        yield FixRequest(
            "restore-number", {"contract": change.symbol, **({"within": within} if within else {})}
        )
    yield FixRequest("suppress", {"rule": RULE})


def _name(change: Change) -> str:
    """What a person calls it: the contract's own name, and the member."""
    if change.kind in ("file", "package"):
        return change.symbol
    short = change.symbol.rpartition(".")[2]
    return f"{short}.{change.member}" if change.member else short


def _what(change: Change) -> str:
    name = _name(change)
    if change.kind == "package":
        return f"{name} is gone, with {', '.join(change.members)}"
    if change.kind == "reserved":
        return f"{name} no longer reserves {change.was}"
    if change.kind == "extensions":
        return f"{name} no longer takes extensions {change.was}"
    if change.what == RENUMBERED and len(change.members) > 1:
        inner = name.rpartition(".")[0]
        last = [member.rpartition(".")[2] for member in change.members]
        some = ", ".join(last[:3]) + (", …" if len(last) > 3 else "")
        return f"{inner}: {len(last)} {_plural(change)} have other numbers than before ({some})"
    if change.what == RENUMBERED:
        return f"{name} had the number {change.was}, now {change.now}"
    if change.what == RENAMED:
        outer = name.rpartition(".")[0]
        return f"{outer}: {change.kind} {change.was} is called {change.now} now"
    if change.what in (GONE, MOVED):
        return f"{change.kind} {name} is gone" + (
            f" (it is in {change.now.rpartition('.')[0]} now)" if change.now else ""
        )
    return f"{name}: {change.what} {change.was or 'none'} before, {change.now or 'none'} now"


def _plural(change: Change) -> str:
    return "enum values" if change.kind == "value" else f"{change.kind}s"


def _instead(change: Change) -> str:
    if change.kind == "file":
        return "keep it as it was"
    if change.kind in ("reserved", "extensions"):
        return "put that back"
    if change.what == RENUMBERED:
        return "give back the numbers, and the next free one to what is new"
    if change.what in (GONE, MOVED):
        return "keep it and mark it as deprecated"
    if change.what == RENAMED:
        new = "value" if change.kind == "value" else "field"
        return "keep the name" if change.kind == "oneof" else f"keep the name, or add a {new}"
    if change.what == "required":
        return "make it optional"
    if change.kind == "rpc":
        return "add an rpc instead"
    if change.kind in ("field", "extension") and change.what in ("type", "cardinality", "oneof"):
        return "add a field with a new number instead"
    return "keep it as it was"
