"""What the map claims for its packages: families of packages, and the terms of each.

A family is a package without its versions: ``acme.billing.v1`` and ``acme.billing.v2`` are one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile

from ...findings import Evidence
from ...packagemap.scopes import of_kind
from ...packagemap.terms import items, phrases, tokens
from ...workspace.snapshot import Snapshot
from .stated import said

_VERSION = re.compile(r"\.v[0-9]+(?:p[0-9]+)?(?:(?:alpha|beta|test)[0-9]*)?(?=\.|$)")
_PACKAGES = 1 << 12  # asked about again for every contract: 8,000 files of Google's have 638


@lru_cache(maxsize=_PACKAGES)
def family(package: str) -> str:
    """A package without its versions."""
    return _VERSION.sub("", package)


def versions_of(package: str) -> tuple[str, ...]:
    """The versions in a package's name: ``.v1``."""
    return tuple(match[0] for match in _VERSION.finditer(package))


def common_root(packages: Collection[str]) -> str:
    """The components that all of ``packages`` begin with, a dot at the end; ``""`` for none."""
    columns = zip(*(package.split(".") for package in packages), strict=False)
    shared = takewhile(lambda column: len(set(column)) == 1, columns)
    return "".join(f"{column[0]}." for column in shared)


def kin_of(families: Sequence[str]) -> tuple[frozenset[int], ...]:
    """For each family, itself and its kin, by their places.

    Kin are two of which one is inside the other, below the root of them all.
    """
    root, ids = common_root(families), {name: at for at, name in enumerate(families)}
    kin = [{at} for at in range(len(families))]
    for at, name in enumerate(families):
        ends = [end for end, character in enumerate(name) if character == "."]
        above = [ids[name[:end]] for end in ends if end >= len(root) and name[:end] in ids]
        kin[at].update(above)
        for other in above:
            kin[other].add(at)
    return tuple(map(frozenset, kin))


def phrases_of(
    snapshot: Snapshot, families: Collection[str]
) -> Mapping[tuple[str, ...], Mapping[str, Evidence]]:
    """The phrases that the map claims, as stems, with the families that do and where it says so.

    They come from the subjects of placement rules, *Contains*, *Domain*, ``[terms]``, and from what
    a package's name does not share with most others; of several sources the first is cited.
    """
    found: dict[tuple[str, ...], dict[str, Evidence]] = {}
    for package, stems, evidence in _terms(snapshot, families):
        if stems:
            found.setdefault(stems, {}).setdefault(family(package), evidence)
    return found


def _terms(
    snapshot: Snapshot, families: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...], Evidence]]:
    """Package, stems and source of every term of a package in ``families``."""
    path = snapshot.map.path
    for sentence, statement in of_kind(snapshot.map, "Home", "Only"):
        for stems in phrases(statement.subject):
            for package in statement.packages:
                if family(package) in families:
                    yield package, stems, said(snapshot.map, sentence)
    shared = Counter(part for name in families for part in set(name.split(".")))
    for row in snapshot.map.packages:
        if family(row.package) not in families:
            continue
        for cell in (row.contains, row.domain):
            for item in items(cell):
                evidence = Evidence("term", path, row.line, item)
                for stems in phrases(item):
                    yield row.package, stems, evidence
        evidence = Evidence("term", path, row.line, row.package)
        for component in family(row.package).split("."):
            if 2 * shared[component] < max(len(families), 3):
                yield row.package, tokens(component), evidence
    config = snapshot.config
    for package, terms in config.terms.items():
        if family(package) in families:
            evidence = Evidence(
                "config", config.path, config.lines.get(f"terms.{package}", 0), ", ".join(terms)
            )
            for term in terms:
                for stems in phrases(term):
                    yield package, stems, evidence
