"""A known contract in a frozen package has no home to go to.

## What it does

Reports a contract in a frozen package when nothing says where it goes: no audit row names another
home, no package holds a contract that is its successor, and no successor is declared.

## Why

The way out of a frozen package begins with knowing the way. Such a contract stays for ever.

## Example

```markdown
| `proto/acme/legacy/v1/memo.proto` | `acme.legacy.v1` | `acme.legacy.v1` | `owner:docs` | |
```

> Memo is frozen in acme.legacy.v1 and nothing says where it goes: name its home in the audit row
> (PACKAGE_MAP.md:20), or its successor

## How to fix

Name the file's canonical home in its audit row, or declare the successor. A row that calls the
frozen package itself home answers as well when it says "retire after …", "done" or "no successor".

```toml
[successors]
"acme.legacy.v1.Memo" = "acme.billing.v1.Note"
```

## Configuration

One contract: `// protohome:ignore shim-without-successor -- why`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...findings import DECLARED, WARNING, Finding, FixRequest
from ...model import ProtoFile
from ...verdicts import Judge
from ..citing import at, audit_row, lane
from ..legacy import shims

SEVERITY = WARNING

# What a row that calls the frozen package home may say: it stays, or goes without a successor.
_ANSWERED = r"(?i)\bretir\w+\b.*?\bafter\s+\w|\bdone\b|\bno successor\b"


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    if not snapshot.is_audited:
        return  # a team that audits no file has not begun to say where its legacy goes
    for shim in shims(judge, file):
        verdict = judge.home_of(shim)
        elsewhere = verdict.kind == DECLARED and any(home != file.package for home in verdict.homes)
        if elsewhere or judge.successor_of(shim) is not None:
            continue
        row = snapshot.rows.get(file.path)
        if row is not None and row.is_home and re.search(_ANSWERED, row.cells[4].text):
            continue
        where = f" ({at(audit_row(snapshot, row))})" if row is not None else ""
        evidence = [judge.frozen[file.package]]
        if row is not None:
            evidence.append(audit_row(snapshot, row))
        yield Finding(
            "shim-without-successor",
            SEVERITY,
            file.path,
            shim.contract.name_span,
            f"{shim.name} is frozen in {file.package} and nothing says where it goes:"
            f" name its home in the audit row{where}, or its successor",
            symbol=shim.fqn,
            owner=lane(snapshot, file.package),
            evidence=tuple(evidence),
            fixes=(
                FixRequest("declare-successor", {"contract": shim.fqn}),
                FixRequest("suppress", {"rule": "shim-without-successor"}),
            ),
        )
