"""A suppression silences nothing.

## What it does

Reports every `protohome:ignore` comment that names a rule which does not fire there, a rule that
does not exist, or no rule at all. Rules that were not run (`select`, `ignore`) are not judged,
and neither are comments in a region that could not be read. It reports every entry of `[waivers]`
that no change since [what was there before](../new-and-known.md) needs.

## Why

A suppression that outlives its reason hides the next real finding.

## Example

```proto
// protohome:ignore wrong-pakage -- stays until ACME-12
message Invoice {}
```

> No rule is called wrong-pakage; did you mean wrong-package?

## How to fix

Remove the comment, or the rule's name from it, or correct the name.

## Configuration

`ignore = ["unused-suppression"]` in `protohome.toml`. It cannot be suppressed by a comment.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ...findings import WARNING, Finding
from ...history.changes import GONE, MOVED
from ...model import ProtoFile
from ...positions import LineIndex
from ...suppressions import Suppression
from ...verdicts import Judge
from ..changes import additive, old_package, waiver
from ..versioning import reused_tombstone

SEVERITY = WARNING


def check_map(judge: Judge) -> Iterator[Finding]:
    """Waivers that no change needs; none where nothing tells what changed."""
    config = judge.snapshot.config
    if not config.waivers or judge.snapshot.reference is None:
        return
    used = {
        waiver(judge, change)
        for change in (judge.comparison.everything() if judge.comparison else ())
        if change.unreserved
        or additive(judge.snapshot, old_package(judge, change))
        or (change.what in (GONE, MOVED) and old_package(judge, change) in judge.frozen)
    }
    for file in judge.snapshot.files.values():
        for finding in reused_tombstone.reused(judge, file):
            used |= {finding.symbol, reused_tombstone.contract_of(judge, finding)}
    lines = LineIndex(config.source)
    for symbol in config.waivers:
        if symbol not in used:
            line = config.lines.get(f"waivers.{symbol}", 1)
            yield Finding(
                "unused-suppression",
                SEVERITY,
                config.path,
                lines.line_span(line - 1),
                f"Nothing about {symbol} needs a waiver; remove it",
                symbol=symbol,
                tags=("unnecessary",),
            )


def check_suppressions(
    file: ProtoFile, suppressions: Sequence[Suppression], ids: Sequence[str]
) -> Iterator[Finding]:
    lines = LineIndex(file.source) if file.broken else None
    for comment in suppressions:
        if lines is not None and _is_unread(file, comment, lines):
            continue
        for message in _messages(comment, ids):
            yield Finding(
                "unused-suppression",
                SEVERITY,
                file.path,
                comment.span,
                message,
                tags=("unnecessary",),
            )


def _messages(comment: Suppression, ids: Sequence[str]) -> Iterator[str]:
    if not comment.rules and not comment.instead:
        yield "This suppression names no rule, so it silences nothing; name one, or remove it"
    place = "in this file" if comment.line is None else "here"
    for rule in dict.fromkeys(comment.rules):
        if rule not in ids:
            yield f"No rule is called {rule}; {_advice(rule, ids)}"
        elif rule not in comment.used and rule not in comment.unjudged:
            yield f"{rule} finds nothing {place}; remove it from the suppression"


def _advice(rule: str, ids: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(rule.lower().replace("_", "-"), ids, n=1)
    return f"did you mean {near[0]}?" if near else "`protohome explain` lists the rules"


def _is_unread(file: ProtoFile, comment: Suppression, lines: LineIndex) -> bool:
    """Whether the comment, or the line that it is about, touches a region that was not read."""
    places = [comment.span]
    if comment.line is not None:
        places.append(lines.line_span(comment.line))
    for place in places:
        following = bisect_left(file.broken, place.end, key=lambda broken: broken.start)
        if following and place.start < file.broken[following - 1].end:
            return True
    return False
