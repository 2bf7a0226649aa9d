"""A managed list in a Markdown file is not true any more.

## What it does

Compares what stands between `<!-- protohome:begin KIND … -->` and `<!-- protohome:end -->`, in any
Markdown file of the workspace, with the map and the tree. The kinds are:

- `packages`: the packages of the map, with their domain;
- `files`, `files PACKAGE`: the governed files, of one package or of all;
- `shims`, `shims PACKAGE`: the contracts that frozen packages still declare, and where they go;
- `owners`: the owner lanes and what they own.

## Why

A list that is kept by hand is wrong within weeks, and a reader cannot tell.

## Example

```markdown
<!-- protohome:begin files acme.billing.v1 -->

- `acme/billing/v1/receipt.proto`

<!-- protohome:end -->
```

> The list “files acme.billing.v1” is not true any more (1 line missing): `protohome fix` writes it
> anew

## How to fix

`protohome fix` writes the block; what is around it stays as it is. A list that is no longer wanted
goes with its two comments.

## Configuration

A file that git ignores is not looked at. A block in a code fence is an example, not a list.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import WARNING, Finding
from ...verdicts import Judge
from ...workspace.surroundings import is_owners
from ._blocks import drifted

SEVERITY = WARNING


def check_map(judge: Judge) -> Iterator[Finding]:
    for path in sorted(judge.snapshot.documents):
        if not is_owners(path):
            yield from drifted(judge, "list-drift", path, "The list")
