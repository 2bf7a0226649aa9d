"""A suppression does not say why.

## What it does

Reports every `protohome:ignore` comment without a reason after `--`.

## Why

Whoever meets the comment next year must be able to decide whether it still holds. The reason also
appears in reports, beside the finding that it silences.

## Example

```proto
// protohome:ignore wrong-package
message Invoice {}
```

> This suppression gives no reason; write it after `--`: `protohome:ignore wrong-package -- why`

## How to fix

Write the reason: an issue, a date, a sentence.

## Configuration

`ignore = ["suppression-without-reason"]` in `protohome.toml`. It cannot be suppressed by a
comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...findings import ERROR, Finding
from ...model import ProtoFile
from ...suppressions import Suppression

SEVERITY = ERROR


def check_suppressions(
    file: ProtoFile, suppressions: Sequence[Suppression], ids: Sequence[str]
) -> Iterator[Finding]:
    for comment in suppressions:
        if comment.instead and not comment.rules:
            yield Finding(
                "suppression-without-reason",
                SEVERITY,
                file.path,
                comment.span,
                f"This comment silences nothing; write it as `// {comment.instead}`",
            )
        elif comment.rules and not comment.reason:
            form = "ignore-file" if comment.line is None else "ignore"
            wanted = comment.instead or f"protohome:{form} {', '.join(comment.rules)} -- why"
            yield Finding(
                "suppression-without-reason",
                SEVERITY,
                file.path,
                comment.span,
                f"This suppression gives no reason; write it after `--`: `{wanted}`",
            )
