"""A new version of a package has no migration notes, which the map asks for.

## What it does

Where a versioning rule of the map asks for migration notes, reports every package `X.v2` (or later)
that is new against the reference beside its predecessor, when no file that `migration-notes` names
mentions the package or its version, in its text or its path. Once, at its birth: in the first file
of the package.

## Why

Those who use the old version read the notes on the day the new one appears, or never.

## Example

```proto
package acme.billing.v2;
```

> acme.billing.v2 is new beside acme.billing.v1 and nothing in docs/migrations mentions it; write
> its migration notes (PACKAGE_MAP.md:9 “Breaking changes require a package bump …”)

## How to fix

Write what changes for users of the old version, in a file that names the package.

## Configuration

`migration-notes` names a file, or a folder of files. Without it nothing is reported, for the notes
may be anywhere; nor without a reference.

```toml
migration-notes = "docs/migrations"
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...findings import ERROR, Evidence, Finding
from ...model import ProtoFile
from ...verdicts import Judge
from ..citing import cite, lane, package_place

SEVERITY = ERROR

_VERSIONED = re.compile(r"(.+)\.v([1-9][0-9]*)")


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    notes, reference = snapshot.surroundings.notes, snapshot.reference
    package = file.package
    versioned = _VERSIONED.fullmatch(package)
    if notes is None or reference is None or versioned is None or package in reference.by_package:
        return
    number = int(versioned[2])
    before = f"{versioned[1]}.v{number - 1}"
    if before not in snapshot.by_package and before not in reference.by_package:
        return
    asked = _asked(judge, (f"v{number}", f"v{number - 1}"))
    if asked is None or snapshot.by_package[package][0].path != file.path:
        return
    mention = re.compile(rf"(?<![A-Za-z0-9])v{number}(?![A-Za-z0-9])".encode())
    if any(mention.search(path.encode() + b"\n" + text) for path, text in notes.items()):
        return
    yield Finding(
        "missing-migration-notes",
        SEVERITY,
        file.path,
        package_place(file),
        f"{package} is new beside {before} and nothing in {snapshot.config.migration_notes}"
        f" mentions it; write its migration notes ({cite(asked)})",
        owner=lane(snapshot, package),
        evidence=(asked,),
        new=True,
    )


def _asked(judge: Judge, versions: tuple[str, ...]) -> Evidence | None:
    """The sentence that asks for notes on one of these versions, or on every."""
    package_map = judge.snapshot.map
    for sentence in package_map.sentences:
        for statement in sentence.statements:
            if statement.kind == "Notes" and statement.subject in ("", *versions):
                return Evidence("sentence", package_map.path, sentence.line, sentence.text)
    return None
