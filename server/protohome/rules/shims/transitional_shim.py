"""A known contract in a frozen package, and what is left to do before it can go.

## What it does

Tells, for every contract in a frozen package whose file has an audit row: its home, its successor
there, how many references are left, and the follow-on of the row. Editors strike the name
through.

## Why

A shim is not an error, but whoever is about to use it should see that it will go, and what
replaces it.

## Example

> RefundIntent is a legacy shim: home acme.billing.v1 (audit row PACKAGE_MAP.md:19), successor
> acme.billing.v1.Refund, 2 references left (1 outside acme.legacy.v1); retire after billing.v1
> cutover

## How to fix

Move the last references to the successor, then remove the shim and reserve what the map says.

## Configuration

Information does not fail a run, and `protohome check` shows it with `--verbose` only.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import DECLARED, INFORMATION, Finding, FixRequest
from ...model import ProtoFile
from ...verdicts import Judge
from ...workspace.snapshot import Located
from ..citing import at, audit_row, declaration, lane
from ..legacy import shims

SEVERITY = INFORMATION


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    row = snapshot.rows.get(file.path)
    for shim in shims(judge, file):
        verdict = judge.home_of(shim)
        home = verdict.home if verdict.home != file.package else ""
        successor = judge.successor_of(shim)
        facts = []
        fixes = []
        if home:
            facts.append(
                f"home {home}" + (f" (audit row {at(audit_row(snapshot, row))})" if row else "")
            )
        else:
            facts.append("no home is named")
        if successor is not None:
            facts.append(f"successor {successor.located.fqn}")
            fixes.append(FixRequest("mark-deprecated", {"contract": shim.fqn}))
        else:
            facts.append("no successor yet")
            if home:
                arguments = {"contract": shim.fqn, "package": home}
                fixes += [
                    FixRequest("add-canonical-copy", arguments),
                    FixRequest("move-contract", arguments),
                ]
        facts.append(_references(judge, shim))
        message = f"{shim.name} is a legacy shim: {', '.join(facts)}"
        if row is not None and row.follow_on:
            message += f"; {row.follow_on.replace('`', '')}"
        yield Finding(
            "transitional-shim",
            SEVERITY,
            file.path,
            shim.contract.name_span,
            message,
            symbol=shim.fqn,
            verdict=verdict.kind or DECLARED,
            home=home,
            owner=lane(snapshot, home),
            evidence=verdict.evidence,
            related=(declaration(judge.snapshot, "successor", successor.located),)
            if successor
            else (),
            fixes=tuple(fixes),
            tags=("deprecated",),
        )


def _references(judge: Judge, shim: Located) -> str:
    snapshot = judge.snapshot
    uses = snapshot.uses_of(shim.fqn)
    others = [(snapshot.files[path], one) for path, one in uses]
    others = [(file, one) for file, one in others if file.fqn(one) != shim.fqn]
    outside = sum(file.package != shim.file.package for file, _ in others)
    if not others:
        return "no references left"
    noun = "reference" if len(others) == 1 else "references"
    return f"{len(others)} {noun} left ({outside} outside {shim.file.package})"
