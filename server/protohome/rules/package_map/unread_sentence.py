"""A sentence of the map looks like a rule and is not followed.

## What it does

Tells of sentences that name a package, say what must be, and were not read, wholly or in part:
because they are hedged or hold only under a condition, or because no form fits them. It says why,
and how to say it so that it is followed. [The map's language](../map-language.md) shows the forms.

## Why

A rule that nobody enforces and everybody believes in is worse than none.

## Example

```markdown
- Ideally, payments live in `acme.billing.v1`.
```

> This rule is not followed: it is hedged (“Ideally”). Say “Payments live in `acme.billing.v1`.”

## How to fix

Say it as the message proposes, if that is what is meant; the quick fix does. If it is no rule, let
it stand: this is information, and fails nothing.

## Configuration

`ignore = ["unread-sentence"]` in `protohome.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import INFORMATION, Finding, FixRequest
from ...verdicts import Judge

SEVERITY = INFORMATION


def check_map(judge: Judge) -> Iterator[Finding]:
    package_map = judge.snapshot.map
    for sentence in package_map.sentences:
        unread = sentence.unread
        if unread is None:
            continue
        what = "A part of this rule" if sentence.statements else "This rule"
        part = f" (\u201c{unread.clause}\u201d)" if sentence.statements else ""
        said = unread.rewrite or unread.form
        how = (
            f" Say \u201c{said}\u201d"
            if unread.rewrite
            else f" What is read is, say, \u201c{said}\u201d"
        )
        yield Finding(
            "unread-sentence",
            SEVERITY,
            package_map.path,
            sentence.span,
            f"{what}{part} is not followed: {unread.why}.{how if said else ''}",
            fixes=(FixRequest("say-it-as", {"line": str(sentence.line)}),)
            if unread.rewrite
            else (),
        )
