"""What the map claims for its packages: families of packages, and the terms of each.

A family is a package without its versions: ``acme.billing.v1`` and ``acme.billing.v2`` are one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from ..findings import Evidence
from ..packagemap.terms import items, phrases, tokens
from ..workspace.snapshot import Snapshot

_VERSION = re.compile(r"\.v[0-9]+(?:p[0-9]+)?(?:(?:alpha|beta|test)[0-9]*)?(?=\.|$)")


def family(package: str) -> str:
    """A package without its versions."""
    return _VERSION.sub("", package)


def versions_of(package: str) -> tuple[str, ...]:
    """The versions in a package's name: ``.v1``."""
    return tuple(match[0] for match in _VERSION.finditer(package))


def common_root(packages: Collection[str]) -> str:
    """The components that all of ``packages`` begin with, a dot at the end; ``""`` for none."""
    if not packages:
        return ""
    low, high = min(packages).split("."), max(packages).split(".")
    shared = 0
    while shared < min(len(low), len(high)) and low[shared] == high[shared]:
        shared += 1
    return "".join(f"{component}." for component in low[:shared])


def are_kin(one: str, other: str, root: str) -> bool:
    """Whether two families are the same or one is inside the other, below the root of them all."""
    if one == other:
        return True
    if len(one) > len(other):
        one, other = other, one
    return other.startswith(f"{one}.") and len(one) >= len(root)


def phrases_of(
    snapshot: Snapshot, families: Collection[str]
) -> Mapping[tuple[str, ...], Mapping[str, Evidence]]:
    """The phrases that the map claims, as stems, with the families that do and where it says so.

    They come from *Contains*, *Domain*, ``[terms]``, the subjects of placement rules, and from what
    a package's name does not share with most others.
    """
    return _by_stems(_terms(snapshot, families))


def subjects_of(
    snapshot: Snapshot, families: Collection[str]
) -> Mapping[tuple[str, ...], Mapping[str, Evidence]]:
    """As ``phrases_of``, of the subjects of placement rules alone."""
    return _by_stems(_subjects(snapshot, families))


def _by_stems(
    terms: Iterable[tuple[str, tuple[str, ...], Evidence]],
) -> Mapping[tuple[str, ...], Mapping[str, Evidence]]:
    found: dict[tuple[str, ...], dict[str, Evidence]] = {}
    for package, stems, evidence in terms:
        if stems:
            found.setdefault(stems, {}).setdefault(family(package), evidence)
    return found


def _terms(
    snapshot: Snapshot, families: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...], Evidence]]:
    """Package, stems and source of every term of a package in ``families``."""
    path = snapshot.map.path
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
    yield from _subjects(snapshot, families)
    config = snapshot.config
    for package, terms in config.terms.items():
        if family(package) in families:
            evidence = Evidence(
                "config", config.path, config.lines.get(f"terms.{package}", 0), ", ".join(terms)
            )
            for term in terms:
                for stems in phrases(term):
                    yield package, stems, evidence


def _subjects(
    snapshot: Snapshot, families: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...], Evidence]]:
    path = snapshot.map.path
    for sentence in snapshot.map.sentences:
        for statement in sentence.statements:
            if statement.kind in ("Home", "Only"):
                evidence = Evidence("statement", path, sentence.line, sentence.text)
                for package in statement.packages:
                    if family(package) in families:
                        for stems in phrases(statement.subject):
                            yield package, stems, evidence
