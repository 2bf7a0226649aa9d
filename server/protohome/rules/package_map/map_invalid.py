"""The package map says something that cannot be followed.

## What it does

Reads the ownership table and the audit table of the package map, and reports what stands in the
way of understanding them: a missing column, a row without a package or file name, two rows for
the same package or file, a path that leaves the tree, a package that the audit table or a rule
names and the ownership table does not have. `[homes]`, `[terms]` and `[successors]` of the
configuration are held to the map and the tree as well. An ownership table is enough: without an
audit table no file needs a row.

## Why

The map is the configuration. A row that cannot be read protects nothing, and nobody would notice.

## Example

```markdown
| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | Billing | `owner:billing` | Invoices | Ledger entries |
| `acme.billing.v1` | Payouts | `owner:payouts` | Payouts | |
```

> Duplicate row for package `acme.billing.v1`: line 3 has it already. Merge the two rows.

## How to fix

Correct the cell or row that the finding points at. `protohome map` shows how the map was
understood.

## Configuration

`map` in `protohome.toml` names the map when it has another name or place. A map that cannot be
opened at all ends the run with exit code 2 instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ...findings import ERROR, WARNING, Finding, FixRequest
from ...positions import LineIndex
from ...verdicts import Judge

SEVERITY = ERROR


def check_map(judge: Judge) -> Iterator[Finding]:
    package_map = judge.snapshot.map
    for problem in package_map.problems:
        fix = FixRequest("add-package-row", {"package": problem.package})
        yield Finding(
            "map-invalid",
            SEVERITY,
            package_map.path,
            problem.span,
            problem.message,
            fixes=(fix,) if problem.package else (),
        )
    if judge.snapshot.packages:
        yield from _configured(judge)


def _configured(judge: Judge) -> Iterator[Finding]:
    """What the configuration says about packages and contracts that there are not."""
    snapshot = judge.snapshot
    config = snapshot.config
    homes = [package for package in snapshot.packages if package not in judge.frozen]
    for symbol, package in config.homes.items():
        if package not in snapshot.packages:
            yield _unknown(judge, f"homes.{symbol}", f"package `{package}`", _near(package, homes))
        if symbol not in snapshot.contracts:
            near = _near(symbol, snapshot.contracts)
            yield _unknown(judge, f"homes.{symbol}", f"contract `{symbol}`", near)
    for package in config.terms:
        if package not in snapshot.packages:
            near = _near(package, snapshot.packages)
            yield _unknown(judge, f"terms.{package}", f"package `{package}`", near)
    for legacy, canonical in config.successors.items():
        for symbol in (legacy, canonical):
            if symbol not in snapshot.contracts and symbol not in snapshot.types:
                near = _near(symbol, snapshot.contracts)
                yield _unknown(judge, f"successors.{legacy}", f"contract `{symbol}`", near)


def _near(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), "")


def _unknown(judge: Judge, key: str, what: str, near: str) -> Finding:
    config = judge.snapshot.config
    line = config.lines.get(key, 1)
    hint = f"Did you mean `{near}`?" if near else "Correct the name, or remove the line."
    return Finding(
        "map-invalid",
        ERROR if what.startswith("package") else WARNING,
        config.path,
        LineIndex(config.source).line_span(line - 1),
        f"`[{key.partition('.')[0]}]` names the {what}, which is not there. {hint}",
    )
