"""The follow-on issue of an audit row is in the subject of a commit that has landed.

## What it does

Looks for the issue that an audit row names in the subjects of the commits that the reference holds
(the newest 5,000), and says which commit names it. Only a whole identifier counts: `ACME-1` is not
`ACME-12`. Without git history the rule is silent.

## Why

A row that waits for an issue that was done months ago is a row that nobody looks at.

## Example

> ACME-3 has landed: 1a2b3c4 “ACME-3 move refunds home”; is there more to do for
> proto/acme/legacy/v1/refund.proto?

## How to fix

Finish what the row plans and correct it, or name the issue that is left.

## Configuration

`follow-on-pattern` in `protohome.toml` is the regular expression of your issues. Information does
not fail a run, and `protohome check` shows it with `--verbose` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...findings import INFORMATION, Finding
from ...verdicts import Judge
from ..citing import audit_row
from ._audit import ISSUE, has_column

SEVERITY = INFORMATION


def check_map(judge: Judge) -> Iterator[Finding]:
    snapshot = judge.snapshot
    landed = snapshot.surroundings.landed
    if landed is None or not has_column(snapshot.map, 4):
        return
    pattern = re.compile(snapshot.config.follow_on_pattern or ISSUE)
    named: dict[str, tuple[str, str]] = {}
    for commit, subject in landed:
        for found in pattern.finditer(subject):
            named.setdefault(found[0], (commit, subject))
    for row in snapshot.map.audit:
        issues = dict.fromkeys(found[0] for found in pattern.finditer(row.cells[4].text))
        for issue in issues:
            if issue in named:
                commit, subject = named[issue]
                yield Finding(
                    "follow-on-landed",
                    SEVERITY,
                    snapshot.map.path,
                    row.cells[4].span,
                    f"{issue} has landed: {commit} “{subject}”;"
                    f" is there more to do for {row.file}?",
                    symbol=row.current,
                    home=row.home,
                    owner=row.owner.lane,
                    evidence=(audit_row(snapshot, row),),
                )
