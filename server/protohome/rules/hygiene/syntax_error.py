"""A region of the file could not be read, so nothing inside it is checked.

## What it does

Points at each region that is no protobuf, and at each governed file that is no text at all:
unreadable, binary, or not UTF-8; also at each folder for governed files that cannot be looked into.
The first is information, since half-typed text is normal and the compiler says more about it; the
others are errors, since then files were not checked.

## Why

Everything around a broken region is read and checked as ever. What is inside is not, and you
should know.

## Example

```proto
message Invoice {
  string id 1;
}
```

> Could not read “string id 1;”; it is not checked

## How to fix

Correct the syntax, or save the file as UTF-8. Something that `buf build` accepts and this finding
points at is a gap in our grammar: please report it.

## Configuration

`ignore = ["syntax-error"]` in `protohome.toml` hides it; the region stays unchecked.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import ERROR, INFORMATION, Finding
from ...model import ProtoFile
from ...positions import Span
from ...verdicts import Judge

SEVERITY = INFORMATION

_SHOWN = 60


def check_map(judge: Judge) -> Iterator[Finding]:
    for path, why in judge.snapshot.unreadable.items():
        what = "folder" if path.endswith("/") else "file"
        message = f"This {what} cannot be checked: {why}, or exclude it"
        yield Finding("syntax-error", ERROR, path, Span(0, 0), message)


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    if file.path in judge.snapshot.unreadable:
        return
    for span in file.broken:
        head = file.source[span.start : min(span.end, span.start + 4 * _SHOWN)]
        text = " ".join(head.decode("utf-8", "replace").split())
        if len(text) > _SHOWN or span.end - span.start > len(head):
            text = text[:_SHOWN].rstrip() + " …"
        what = f"Could not read “{text}”" if text else "Something is missing here"
        message = f"{what}; it is not checked"
        yield Finding("syntax-error", SEVERITY, file.path, span, message)
