r"""A file that must move has neither an issue nor a retirement in its audit row.

## What it does

Reports, in the map, every audit row whose current package is not its home and whose *Follow-on
issue* names no issue (`ACME-12`, `#12`, a URL) and does not say "retire after …". Empty cells,
"TBD" and "none" name nothing.

## Why

A move without an issue is a wish. It is how a transitional package becomes permanent.

## Example

```markdown
| `acme/legacy/v1/refund.proto` | `acme.legacy.v1` | `acme.billing.v1` | `owner:billing` | TBD |
```

> acme/legacy/v1/refund.proto must move to acme.billing.v1, but “TBD” names no issue; write one,
> or “retire after …”

## How to fix

Write the issue that moves the file, or what must have happened before it can go.

## Configuration

`follow-on-pattern` in `protohome.toml` is the regular expression of your issues:

```toml
follow-on-pattern = 'OA-[A-Z]+-\d+'
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...findings import WARNING, Finding
from ...verdicts import Judge
from ..citing import audit_row, lane
from ._audit import ISSUE, has_column

SEVERITY = WARNING

_RETIRE = re.compile(r"(?i)\bretir\w+\b")
_AFTER = re.compile(r"(?i)\bafter\s+(?!(?:tbd|tba|n/a|none)\b)\w")


def check_map(judge: Judge) -> Iterator[Finding]:
    snapshot = judge.snapshot
    if not has_column(snapshot.map, 4):
        return
    issue = snapshot.config.follow_on_pattern or ISSUE
    for row in snapshot.map.audit:
        follow_on = row.follow_on.replace("`", "")
        written = row.cells[4].text
        if row.is_home or re.search(issue, written) or _says_when(written):
            continue
        what = f"“{follow_on}” names no issue" if follow_on else "no issue is named"
        yield Finding(
            "missing-follow-on",
            SEVERITY,
            snapshot.map.path,
            row.cells[4].span,
            f"{row.file} must move to {row.home}, but {what}; write one, or “retire after …”",
            symbol=row.current,
            home=row.home,
            owner=row.owner.lane or lane(snapshot, row.home),
            evidence=(audit_row(snapshot, row),),
        )


def _says_when(text: str) -> bool:
    retire = _RETIRE.search(text)
    return retire is not None and _AFTER.search(text, retire.end()) is not None
