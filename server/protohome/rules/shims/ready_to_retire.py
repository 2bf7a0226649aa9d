"""A shim has a successor, and no `.proto` file refers to it any more.

## What it does

Tells, for every known contract of a frozen package whose successor exists, that nothing else in
any `.proto` file names it or its nested types: it can be removed. Its references to itself do not
count.

## Why

A legacy package empties only if somebody notices when a contract may go.

## Example

> no .proto file refers to RefundIntent any more; its successor is acme.billing.v1.Refund: once no
> source code reads it, remove it, and reserve as PACKAGE_MAP.md:32 “reserve removed legacy
> field/message identifiers” asks

## How to fix

`protohome migration` tells whether source code still mentions it, by the names that generators give
it, where [`consumers`](../configuration.md) says which files to ask. When none does, remove the
contract.

## Configuration

Information does not fail a run, and `protohome check` shows it with `--verbose` only.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import INFORMATION, Finding
from ...model import ProtoFile
from ...verdicts import Judge
from ...workspace.snapshot import Located, Snapshot
from ..changes import asks_to_reserve
from ..citing import cite, declaration, lane
from ..legacy import shims

SEVERITY = INFORMATION


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    if snapshot.unreadable:
        return  # what cannot be read may refer to anything
    for shim in shims(judge, file):
        successor = judge.successor_of(shim)
        if successor is None or _is_referred_to(snapshot, shim):
            continue
        heir = declaration(snapshot, "successor", successor.located)
        sentence = asks_to_reserve(snapshot)
        first = (
            "ask `protohome migration` which source code mentions it; if none does, remove it"
            if snapshot.config.consumers
            else "once no source code reads it, remove it"
        )
        yield Finding(
            "ready-to-retire",
            SEVERITY,
            file.path,
            shim.contract.name_span,
            f"no .proto file refers to {shim.name} any more; its successor is {heir.text}:"
            f" {first}" + (f", and reserve as {cite(sentence)} asks" if sentence else ""),
            symbol=shim.fqn,
            owner=lane(snapshot, successor.located.file.package),
            evidence=(successor.evidence, *([sentence] if sentence else [])),
            related=(heir,),
        )


def _is_referred_to(snapshot: Snapshot, shim: Located) -> bool:
    fqn = shim.fqn
    uses = snapshot.referrers.get(fqn, ())
    if any(snapshot.files[path].fqn(one) != fqn for path, one in uses):
        return True
    name = shim.name.encode()
    return any(
        snapshot.types[reference.target] == fqn
        for file in snapshot.bystanders.values()
        if name in file.source
        for reference in snapshot.references_from(file)
    )
