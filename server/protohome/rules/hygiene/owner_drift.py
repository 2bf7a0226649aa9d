"""The block that protohome keeps in a CODEOWNERS file disagrees with the map.

## What it does

Compares the lines between `# protohome:begin owners` and `# protohome:end` in a CODEOWNERS file
with those that follow from the map's owner lanes and the handles in `[owners]`. Other lines of the
file are nobody's business but yours.

## Why

Who owns a package is written down twice: in the map for people, in CODEOWNERS for the service that
asks for their review. The second is forgotten.

## Example

```text
# protohome:begin owners
/proto/acme/billing/v1/ @acme/payments
# protohome:end
```

> The block “owners” is not true any more (1 line missing, 1 line too many): `protohome fix` writes
> it anew

## How to fix

`protohome fix` writes the block. `protohome codeowners` prints it, for the first time, and says
which lanes have no handles yet.

## Configuration

```toml
[owners]
"owner:billing" = ["@acme/billing"]
```
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
        if is_owners(path):
            yield from drifted(judge, "owner-drift", path, "The block")
