"""The file's package is not in the ownership table of the map.

## What it does

Reports the package statement of every governed file whose package has no row in the ownership
table. A file is governed when its package shares its first component with a mapped package, so
vendored packages such as `google.protobuf` are left alone.

## Why

The ownership table says who owns what. A package that it does not name has no owner, and nobody
said what it may contain.

## Example

```proto
package acme.biling.v1;
```

> acme.biling.v1 is not in the package map; did you mean acme.billing.v1 (PACKAGE_MAP.md:7)?

## How to fix

Correct the package name, or agree with the map's owners on a new row for it.

## Configuration

`exclude` in `protohome.toml` leaves files out altogether. One file: `// protohome:ignore
unlisted-package -- why` above its package statement.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import ERROR, Finding, FixRequest
from ...model import ProtoFile
from ...verdicts import Judge
from ..citing import ownership_row
from ._layout import folder_package

SEVERITY = ERROR


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    if not file.package or file.package in snapshot.packages:
        return
    meant = _meant(judge, file)
    row = snapshot.packages.get(meant)
    last = snapshot.map.packages[-1] if snapshot.map.packages else None
    after = f" (after {snapshot.map.path}:{last.line})" if last is not None else ""
    advice = f"; use a mapped package, or add a row for it{after}"
    if row is not None:
        advice = f"; did you mean {meant} ({snapshot.map.path}:{row.line})?"
    fixes = [FixRequest("add-package-row", {"package": file.package})]
    if row is not None:
        fixes.insert(0, FixRequest("set-package", {"path": file.path, "package": meant}))
    yield Finding(
        "unlisted-package",
        SEVERITY,
        file.path,
        file.package_span,
        f"{file.package} is not in the package map{advice}",
        symbol=file.package,
        evidence=(ownership_row(snapshot, row),) if row is not None else (),
        fixes=tuple(fixes),
    )


def _meant(judge: Judge, file: ProtoFile) -> str:
    """The mapped package that was probably meant: the folder's, else the nearest name.

    Never a frozen one, which takes nothing new.
    """
    takes = [package for package in judge.snapshot.packages if package not in judge.frozen]
    folder = folder_package(judge.snapshot, file)
    if folder in takes:
        return folder
    from difflib import get_close_matches

    mapped = [name.split(".") for name in takes]
    shared = 0
    for parts in zip(file.package.split("."), *mapped, strict=False):
        if len(set(parts)) > 1:
            break
        shared += 1
    own = {".".join(name[shared:]): ".".join(name) for name in mapped}
    wanted = ".".join(file.package.split(".")[shared:])
    near = get_close_matches(wanted, own, n=1, cutoff=0.75)
    return own[near[0]] if near and _version(near[0]) == _version(wanted) else ""


def _version(package: str) -> str:
    last = package.rpartition(".")[2]
    return last if last[:1] == "v" and last[1:2].isdigit() else ""
