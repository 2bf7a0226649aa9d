"""What the map claims for its packages: families of packages, and the terms of each.

A family is a package without its versions: ``acme.billing.v1`` and ``acme.billing.v2`` are one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ..findings import Evidence
from ..packagemap.terms import phrases, tokens
from ..workspace import Snapshot

_VERSION = re.compile(r"\.v[0-9]+(?:p[0-9]+)?(?:(?:alpha|beta|test)[0-9]*)?(?=\.|$)")
_ITEM = re.compile(r"\s*[,;]\s*(?![^()]*\))")


class Claim(NamedTuple):
    """How strongly a family claims a feature, 1 for a term of one word, and where it says so."""

    strength: float
    evidence: Evidence


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


def claims(snapshot: Snapshot, families: Collection[str]) -> Mapping[str, Mapping[str, Claim]]:
    """The features that the map claims, each with the families that do.

    Terms come from *Contains*, *Domain*, ``[terms]``, the subjects of placement rules, and from
    what a package's name does not share with most others. A longer term is worth more as a whole,
    and less by each of its words.
    """
    found: dict[str, dict[str, Claim]] = {}
    for package, stems, evidence in _terms(snapshot, families):
        claimant = family(package)
        strengths = {stem: len(stems) ** -0.5 for stem in stems}
        for at, stem in enumerate(stems):
            strengths.update({f"{stem} {later}": 1.5 for later in stems[at + 1 :]})
        for feature, strength in strengths.items():
            known = found.setdefault(feature, {})
            if claimant not in known or known[claimant].strength < strength:
                known[claimant] = Claim(strength, evidence)
    return found


def items(cell: str) -> list[str]:
    """The items of a cell as written, between its commas."""
    return [item for item in _ITEM.split(cell) if item]


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
    for sentence in snapshot.map.sentences:
        for statement in sentence.statements:
            if statement.kind in ("Home", "Only"):
                evidence = Evidence("statement", path, sentence.line, sentence.text)
                for package in statement.packages:
                    if family(package) in families:
                        for stems in phrases(statement.subject):
                            yield package, stems, evidence
    config = snapshot.config
    for package, terms in config.terms.items():
        if family(package) in families:
            evidence = Evidence(
                "config", config.path, config.lines.get(f"terms.{package}", 0), ", ".join(terms)
            )
            for term in terms:
                for stems in phrases(term):
                    yield package, stems, evidence
