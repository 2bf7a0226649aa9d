"""The file's package and its folder disagree.

## What it does

Compares the package with the folder under the module root: package `acme.billing.v1` belongs in
`acme/billing/v1`, as `buf`'s `PACKAGE_DIRECTORY_MATCH` says. Module roots come from `roots` in
`protohome.toml`, else `buf.yaml` or `buf.work.yaml`, else the audit table, else the repository
itself.

## Why

People and tools find a contract by its folder. A file that says one package and lies in another's
folder has two owners, and import paths that lie.

## Example

`proto/acme/ledger/v1/invoice.proto`

```proto
package acme.billing.v1;
```

> Package acme.billing.v1 belongs in proto/acme/billing/v1, but this file is in
> proto/acme/ledger/v1: move it there, or make it `package acme.ledger.v1;`

## How to fix

Move the file to the package's folder, or change the package to the folder's: both are offered.

## Configuration

`roots` in `protohome.toml` names the module roots. What `lint` in `buf.yaml` excepts or ignores of
`PACKAGE_DIRECTORY_MATCH` is not reported here either. One file: `// protohome:ignore
package-path-mismatch -- why` above its package statement.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import ERROR, Finding, FixRequest
from ...model import ProtoFile
from ...verdicts import Judge
from ..citing import audit_row
from ._layout import folder, folder_package, is_below, path_in

SEVERITY = ERROR


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    inner = file.package.replace(".", "/")
    if not file.package or folder(snapshot, file) == inner:
        return
    if f"/{file.path.rpartition('/')[0]}".endswith(f"/{inner}"):
        return  # the module's own path is part of the package
    if any(is_below(file.path, place) for place in snapshot.surroundings.unmatched):
        return  # the team told buf that they need not agree
    target = path_in(snapshot, file, file.package)
    there, here = target.rpartition("/")[0], file.path.rpartition("/")[0]
    move = FixRequest("move-file", {"path": file.path, "to": target})
    rename = FixRequest(
        "set-package", {"path": file.path, "package": folder_package(snapshot, file)}
    )
    ways = [(move, "move it there")]
    if rename.arguments["package"] and rename.arguments["package"] not in judge.frozen:
        ways.append((rename, f"make it `package {rename.arguments['package']};`"))
        if file.package not in snapshot.packages:
            ways.reverse()
    row = snapshot.rows.get(file.path)
    yield Finding(
        "package-path-mismatch",
        SEVERITY,
        file.path,
        file.package_span,
        f"Package {file.package} belongs in {there}, but this file is in"
        f" {here or 'the top folder'}: {', or '.join(words for _, words in ways)}",
        symbol=file.package,
        evidence=(audit_row(snapshot, row),) if row is not None else (),
        fixes=tuple(fix for fix, _ in ways),
    )
