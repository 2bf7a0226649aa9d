"""The map says that the package does not contain such a contract.

## What it does

Matches contracts with the *Does not contain* cell of their package, and with placement rules that
allow a package one thing only ("`acme.events.v1` carries notifications only; commands remain
orders contracts"). It reports a contract that clearly is what the map rules out, unless the
package's own words claim it as well. A placement rule makes an error, a cell a warning. Where the
words already make it a `wrong-package`, the cell is not reported besides.

## Why

What a package must not contain is usually what once went wrong there.

## Example

```markdown
| `acme.ledger.v1` | Bookkeeping | `owner:ledger` | Entries, balances | Card authorizations |
```

```proto
package acme.ledger.v1;

message CardAuthorization {}
```

> CardAuthorization is what acme.ledger.v1 does not contain (PACKAGE_MAP.md:8 “Card
> authorizations”)

## How to fix

Move the contract to the package that contains it. If the words mislead, declare the home.

## Configuration

One contract: `// protohome:ignore excluded-content -- why`, or `[homes]` in `protohome.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...findings import DECLARED, ERROR, WARNING, Finding, FixRequest
from ...model import ProtoFile
from ...verdicts import Judge
from ...workspace.snapshot import Located
from ..acquitted import ask
from ..citing import cite, lane
from ._verdicts import way_out

SEVERITY = WARNING


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    yield from ask(judge, "excluded-content", file, _check)


def _check(judge: Judge, located: Located) -> Iterator[Finding]:
    file = located.file
    exclusion = judge.excluded(located)
    if exclusion is None:
        return
    verdict = judge.home_of(located)
    if exclusion.kind != DECLARED and verdict.misplaced and verdict.home:
        return  # wrong-package says so, and where to.
    homes = verdict.homes if verdict.misplaced else exclusion.homes
    home = homes[0] if homes else ""
    where = f"; it belongs in {' or '.join(homes)}" if homes else ""
    yield Finding(
        "excluded-content",
        ERROR if exclusion.kind == DECLARED else SEVERITY,
        file.path,
        located.contract.name_span,
        f"{located.name} is what {file.package} does not contain"
        f" ({cite(exclusion.evidence)}){where}",
        symbol=located.fqn,
        verdict=exclusion.kind,
        home=home,
        owner=lane(judge.snapshot, home or file.package),
        evidence=(exclusion.evidence, *(verdict.evidence if verdict.misplaced else ())),
        fixes=way_out(located.fqn, home, "excluded-content")
        if home
        else (FixRequest("suppress", {"rule": "excluded-content"}),),
    )
