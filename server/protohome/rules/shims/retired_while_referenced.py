"""A shim was removed while something still refers to it.

## What it does

Looks for what still names a contract of a frozen package that [was there
before](../new-and-known.md) and is gone: any `.proto` file below the module roots, also one that
the map does not govern, and, where the contract has a successor, the source code that `consumers`
names. One finding a contract, in the file that lost it.

## Why

The last step of a migration is the one that breaks somebody.

## Example

> RefundIntent is gone, but proto/acme/ledger/v1/entry.proto:9 refers to it still; use
> acme.billing.v1.Refund there first

## How to fix

Let those who are left refer to the successor, or put the shim back until they do.

## Configuration

Source code is searched where `consumers` says, by the names that generators give the contract:

```toml
consumers = ["apps/**/*.ts"]
```

A removal that nobody can notice is waived, with its reason, in `[waivers]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import DECLARED, ERROR, Evidence, Finding
from ...history.changes import GONE, MOVED, Change
from ...model import ProtoFile
from ...positions import LineIndex, Span
from ...verdicts import Judge
from ...workspace.indexes import refs_of, types_in
from ...workspace.snapshot import Located, Snapshot
from ..changes import in_file, in_lost_files, old_package, successor_of_gone, waived
from ..citing import at, lane

SEVERITY = ERROR

_SHOWN = 2  # places in the message; the others are related


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    for change, span in in_file(judge, file):
        yield from _findings(judge, change, file.path, span)


def check_map(judge: Judge) -> Iterator[Finding]:
    for change, path in in_lost_files(judge):
        yield from _findings(judge, change, path, Span(0, 0))


def _findings(judge: Judge, change: Change, path: str, span: Span) -> Iterator[Finding]:
    reference, package = judge.snapshot.reference, old_package(judge, change)
    if reference is None or package not in judge.frozen or change.member:
        return
    if change.what not in (GONE, MOVED):
        return
    names = [f"{package}.{name}" for name in change.members] or [change.symbol]
    for located in (shim for fqn in names for shim in reference.contracts.get(fqn, ())[:1]):
        heir = successor_of_gone(judge, located) or (change.now if change.what == MOVED else "")
        places = [*_in_protos(judge.snapshot, located)]
        places += _in_sources(judge.snapshot, located) if heir else []
        if places:
            yield Finding(
                "retired-while-referenced",
                SEVERITY,
                path,
                span,
                f"{located.name} is gone, but {_said(places)} to it still; "
                + (f"use {heir} there first" if heir else "put it back until then"),
                symbol=located.fqn,
                verdict=DECLARED,
                owner=lane(judge.snapshot, package),
                evidence=(judge.frozen[package],),
                related=tuple(places),
                suppression=waived(judge, change),
                new=True,
            )


def _said(places: list[Evidence]) -> str:
    shown, more = [at(place) for place in places[:_SHOWN]], len(places) - _SHOWN
    if more > 0:
        return f"{', '.join(shown)} and {more} more refer"
    return " and ".join(shown) + (" refers" if len(places) == 1 else " refer")


def _in_protos(snapshot: Snapshot, gone: Located) -> Iterator[Evidence]:
    """Where a name is written that means the contract, or a type nested in it, if it were there."""
    types = {fqn for fqn, _ in types_in(gone.fqn, gone.contract)} - snapshot.types.keys()
    last = {fqn.rpartition(".")[2] for fqn in types}
    governed = {path for name in last for path in snapshot.mentions.get(name, ())}
    files = [snapshot.files[path] for path in sorted(governed)]
    files += (
        file
        for file in snapshot.bystanders.values()
        if any(name.encode() in file.source for name in last)
    )
    for file in files:
        lines = LineIndex(file.source)
        for _, scope, ref, kind in refs_of(file):
            known = ref.name.rpartition(".")[2] not in last
            if known or snapshot.resolve(file, scope, ref.name, kind):
                continue
            if any(name in types for name in _candidates(file.package, scope, ref.name)):
                line = lines.line_of(ref.span.start) + 1
                yield Evidence("reference", file.path, line, ref.name)


def _candidates(package: str, scope: str, name: str) -> Iterator[str]:
    """What a name can mean, from the innermost scope outwards."""
    if name.startswith("."):
        yield name[1:]
        return
    around = ".".join(filter(None, (package, scope)))
    while around:
        yield f"{around}.{name}"
        around = around.rpartition(".")[0]
    yield name


def _in_sources(snapshot: Snapshot, gone: Located) -> Iterator[Evidence]:
    consumers = snapshot.surroundings.consumers or ()
    from ...consumers import mentions  # few trees say where their consumers are

    for mention in mentions(consumers, [gone]).get(gone.fqn, ()):
        yield Evidence("consumer", mention.path, mention.line, gone.contract.name)
