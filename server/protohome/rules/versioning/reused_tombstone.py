"""A number or name that was retired is used again.

## What it does

Reports a field or enum value that takes a number or name which its message or enum reserves, or
[reserved before](../new-and-known.md), and a contract or member that comes back after the baseline
recorded it as retired (`protohome baseline update` does).

## Why

Whoever still has the old messages, or the old code, takes the new thing for the old one. That is
what reserving was for.

## Example

```proto
message Invoice {
  string memo = 2; // 2 was reserved
}
```

> Invoice.memo takes the number 2, which was reserved; take a number that was never used

## How to fix

Give it a number and a name that were never used, and put back what was reserved. A contract that
comes back needs another name, or the next version of its package.

## Configuration

As for `breaking-change`: `[waivers]` in `protohome.toml`, by the full name of the member or
contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TypeAlias

from ...findings import DECLARED, ERROR, Evidence, Finding, FixRequest
from ...history import is_new
from ...model import Enum, EnumValue, Field, Message, ProtoFile, declared_types
from ...positions import Span
from ...verdicts import Judge
from ...workspace.baseline import Retired
from ...workspace.snapshot import Located, Snapshot
from ..acquitted import ask
from ..changes import asks_to_reserve
from ..citing import cite, lane

SEVERITY = ERROR
RULE = "reused-tombstone"

_Retired: TypeAlias = "dict[str, frozenset[tuple[str, int | None]]]"


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    waivers = judge.snapshot.config.waivers
    for finding in reused(judge, file):
        reason = waivers.get(finding.symbol, waivers.get(contract_of(judge, finding)))
        yield finding._replace(suppression=reason)


def contract_of(judge: Judge, finding: Finding) -> str:
    """The contract of the member that a finding is about."""
    fqn = finding.symbol
    while fqn and fqn not in judge.snapshot.contracts:
        fqn = fqn.rpartition(".")[0]
    return fqn


def reused(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    """All there is to find in a file, waived or not."""
    retired = _retired(judge.snapshot)
    return ask(judge, RULE, file, partial(_in_contract, retired))


def _in_contract(retired: _Retired, judge: Judge, located: Located) -> Iterator[Finding]:
    file, fqn = located.file, located.fqn
    if ("", None) in retired.get(fqn, ()) and is_new(judge.snapshot, fqn) is not False:
        yield _finding(
            judge, located, "", located.contract.name_span,
            f"{located.name} was retired and comes back; give it another name",
        )  # fmt: skip
        return
    reference = judge.snapshot.reference
    if reference is not None and reference.files.get(file.path) is file:
        return  # every member was there
    before = reference.contracts.get(fqn, ()) if reference is not None else ()
    if fqn in retired or any(map(_may_reserve, (located, *before))):
        for name, declaration in declared_types(located.contract, fqn).items():
            yield from _members(judge, located, name, declaration, retired.get(fqn, frozenset()))


def _may_reserve(located: Located) -> bool:
    """Whether the word is in a contract's text, which is not read for it; an image has none."""
    declaration = located.declaration
    text = located.file.written(declaration) if declaration is not None else b""
    return not text or b"reserved" in text


def _members(
    judge: Judge,
    located: Located,
    name: str,
    declaration: Message | Enum,
    retired: frozenset[tuple[str, int | None]],
) -> Iterator[Finding]:
    before = _before(judge.snapshot, located.fqn, name)
    states = [declaration, *before]
    if not retired and not any(one.reserved or one.reserved_names for one in states):
        return
    inner = name[len(located.fqn) + 1 :]
    known = {(member.name, member.number) for one in before for member in _of(one)}
    for member in _of(declaration):
        if (member.name, member.number) in known or member.number is None:
            continue
        path = f"{inner}.{member.name}" if inner else member.name
        said = f"{located.name}.{path}"
        if any(start <= member.number <= end for one in states for start, end in one.reserved):
            why = f"{said} takes the number {member.number}, which was reserved; take a number"
        elif any(member.name in one.reserved_names for one in states):
            why = f"{said} takes a name that was reserved; take a name"
        elif (path, member.number) in retired:
            why = f"{said} = {member.number} was retired and comes back; take a name and number"
        elif member.number in {number for at, number in retired if _inside(at, inner)}:
            why = f"{said} takes the number {member.number}, which was retired; take a number"
        else:
            continue
        yield _finding(judge, located, path, member.name_span, f"{why} that was never used")


def _inside(path: str, inner: str) -> bool:
    return path.rpartition(".")[0] == inner and bool(path)


def _of(declaration: Message | Enum) -> tuple[Field | EnumValue, ...]:
    return declaration.fields if isinstance(declaration, Message) else declaration.values


def _before(snapshot: Snapshot, fqn: str, name: str) -> list[Message | Enum]:
    """What was declared by that name inside the contract."""
    reference = snapshot.reference
    several = reference.contracts.get(fqn, ()) if reference is not None else ()
    every = (declared_types(located.contract, fqn).get(name) for located in several)
    return [each for each in every if each is not None]


def _retired(snapshot: Snapshot) -> _Retired:
    """The baseline's tombstones: member paths and numbers by contract."""
    found: dict[str, set[tuple[str, int | None]]] = {}
    each: Retired
    for each in snapshot.baseline.retired:
        found.setdefault(each.symbol, set()).add((each.member, each.number))
    return {symbol: frozenset(members) for symbol, members in found.items()}


def _finding(judge: Judge, located: Located, path: str, span: Span, why: str) -> Finding:
    symbol = f"{located.fqn}.{path}" if path else located.fqn
    sentence: Evidence | None = asks_to_reserve(judge.snapshot)
    return Finding(
        RULE,
        SEVERITY,
        located.file.path,
        span,
        why + (f" ({cite(sentence)})" if sentence else ""),
        symbol=symbol,
        verdict=DECLARED,
        owner=lane(judge.snapshot, located.file.package),
        evidence=(sentence,) if sentence else (),
        fixes=(FixRequest("suppress", {"rule": RULE}),),
        new=True,
    )
