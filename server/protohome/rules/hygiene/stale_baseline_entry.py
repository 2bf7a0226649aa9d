"""The baseline accepts a finding that is not there any more.

## What it does

Reports every entry under `"findings"` in `protohome.baseline.json` that no finding of this run
meets, at its line. Entries of rules that did not run, or of files that were not asked for, are not
judged.

## Why

A baseline only shrinks. An entry that outlives its finding would hide the next one like it.

## Example

> wrong-package proto/acme/ledger/v1/entry.proto acme.ledger.v1.Invoice is mended; run
> `protohome baseline prune`

## How to fix

Run `protohome baseline prune` and commit the file.

## Configuration

`ignore = ["stale-baseline-entry"]` in `protohome.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...findings import ERROR, Finding
from ...positions import LineIndex
from ...workspace.baseline import Baseline, Key

SEVERITY = ERROR


def check_baseline(baseline: Baseline, unmet: Mapping[Key, int]) -> Iterator[Finding]:
    left = dict(unmet)
    lines = LineIndex(baseline.source) if left else None
    # The last entries of a key are the stale ones: findings are met in their order.
    for entry, line in reversed(list(zip(baseline.findings, baseline.lines, strict=True))):
        if lines is not None and left.get(entry.key, 0) > 0:
            left[entry.key] -= 1
            yield Finding(
                "stale-baseline-entry",
                SEVERITY,
                baseline.path,
                lines.line_span(line - 1),
                f"{entry} is mended; run `protohome baseline prune`",
                symbol=entry.symbol,
            )
