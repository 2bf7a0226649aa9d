"""Names for findings that outlive an edit, for services that compare one run with the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from ..findings import Placed, by_place


def in_order(*groups: Iterable[Placed]) -> list[Placed]:
    """The findings of all ``groups`` by path, place and rule."""
    every = [placed for group in groups for placed in group]
    return sorted(every, key=by_place)


def fingerprinted(every: Iterable[Placed]) -> Iterator[tuple[Placed, str]]:
    """Each finding with its fingerprint, 64 hexadecimal digits, unique among ``every``.

    It is made of the rule and the symbol, or the path where there is no symbol, so it survives
    moved lines and moved files; where that says too little, an ordinal tells findings apart.
    """
    seen: dict[tuple[str, str], int] = {}
    for placed in every:
        finding = placed.finding
        key = (finding.rule, finding.symbol or finding.path)
        seen[key] = seen.get(key, 0) + 1
        name = "\0".join((*key, str(seen[key])))
        yield placed, sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
