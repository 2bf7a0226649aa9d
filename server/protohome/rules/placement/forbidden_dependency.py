"""A package refers to one that the map keeps it from.

## What it does

Follows the map's sentences about dependencies ("`acme.billing.v1` must not depend on
`acme.runtime.v1`", "only `acme.ledger.v1` may import `acme.billing.v1`"). It reports an import of a
file whose package is ruled out, also when that file is reached through `import public`, with the
chain of files, and a type of such a package that no import explains.

## Why

Who may know whom is what keeps packages apart. A reference that nobody meant is one line, and after
a year it cannot be taken back.

## Example

```markdown
- `acme.billing.v1` must not depend on `acme.runtime.v1`.
```

```proto
package acme.billing.v1;

import "acme/runtime/v1/run.proto";
```

> acme.billing.v1 must not depend on acme.runtime.v1 (PACKAGE_MAP.md:9 “acme.billing.v1 must not
> depend on acme.runtime.v1.”)

## How to fix

Refer to something that the package may know, or move the contract that needs the reference. If the
dependency is right, change the sentence.

## Configuration

One import: `// protohome:ignore forbidden-dependency -- why`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from ...findings import DECLARED, ERROR, Evidence, Finding, FixRequest
from ...model import ProtoFile
from ...packagemap import Sentence, Statement
from ...packagemap.scopes import forbids, of_kind
from ...positions import Span
from ...verdicts import Judge
from ...workspace.snapshot import Snapshot
from ..citing import cite, lane

SEVERITY = ERROR

_Ruled = tuple[Sentence, Statement]


def check_file(judge: Judge, file: ProtoFile) -> Iterator[Finding]:
    snapshot = judge.snapshot
    ruled = [
        (sentence, statement)
        for sentence, statement in of_kind(snapshot.map, "NoDependency")
        if not statement.packages or file.package in statement.packages
    ]
    if not ruled or not file.package:
        return
    told: set[str] = set()
    for at, (path, _) in enumerate(file.imported):
        for chain in _reached(snapshot, path):
            package = chain[-1].package
            if package not in told and (sentence := _forbidden(ruled, file.package, package)):
                told.add(package)
                span = file.imports[at].path_span
                yield _finding(snapshot, file, span, package, sentence, chain)
    homes = {fqn: snapshot.contracts[fqn][0].file.package for fqn in snapshot.referred_to(file)}
    may_not = any(_forbidden(ruled, file.package, package) for package in set(homes.values()))
    for reference in snapshot.references_from(file) if may_not else ():
        package = homes[snapshot.types[reference.target]]
        if package not in told and (sentence := _forbidden(ruled, file.package, package)):
            yield _finding(snapshot, file, reference.ref.span, package, sentence, ())


def _forbidden(ruled: Sequence[_Ruled], package: str, other: str) -> Sentence | None:
    return next((said for said, one in ruled if forbids(one, package, other)), None)


def _reached(snapshot: Snapshot, path: str) -> Iterator[tuple[ProtoFile, ...]]:
    """The files that importing ``path`` makes known, each at the end of the way to it."""
    waiting: deque[tuple[str, tuple[ProtoFile, ...]]] = deque([(path, ())])
    seen = {path}
    while waiting:
        at, way = waiting.popleft()
        file = snapshot.by_import_path.get(at)
        if file is None:
            continue
        way = (*way, file)
        yield way
        for imported, modifier in file.imported:
            if modifier == "public" and imported not in seen:
                seen.add(imported)
                waiting.append((imported, way))


def _finding(
    snapshot: Snapshot,
    file: ProtoFile,
    span: Span,
    package: str,
    sentence: Sentence,
    chain: Sequence[ProtoFile],
) -> Finding:
    evidence = Evidence("statement", snapshot.map.path, sentence.line, sentence.text)
    way = " \u2192 ".join(snapshot.import_path(one.path) for one in chain)
    through = f", which it reaches through `import public`: {way}" if len(chain) > 1 else ""
    return Finding(
        "forbidden-dependency",
        SEVERITY,
        file.path,
        span,
        f"{file.package} must not depend on {package} ({cite(evidence)}){through}",
        symbol=file.package,
        verdict=DECLARED,
        owner=lane(snapshot, file.package),
        evidence=(evidence,),
        fixes=(FixRequest("suppress", {"rule": "forbidden-dependency"}),),
    )
