"""The first stage: facts by blob, read once for all the repositories that hold a copy.

A pack is one file of the store with many blobs: of each its text and what is told of it, compressed
apart, as who judges asks for the text first. Its index is written after it, so a pack that has an
index is whole. What cannot be read back is read anew where it is needed.
"""

from __future__ import annotations

import json
import marshal
import zlib
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from sys import intern
from typing import Any, TypeAlias

from ...named import NamedTuple
from ...syntax import Parser
from ...syntax.packing import plain
from ...system.disk import LoadError
from ...system.kept.store import Store as Kept
from . import mirrors
from .store import Store

_LEVEL = 1  # of zlib: a fifth larger than its best, six times as fast
# What blobs have between them is read, too, where it is less than this: one request is slower.
_GAP = 1 << 16


class Extent(NamedTuple):
    """Where a blob is in the store: a pack, an offset, the bytes of its text and of its facts."""

    pack: str
    at: int
    text: int
    facts: int


Index: TypeAlias = dict[str, Extent]


class Wanted(NamedTuple):
    """Blobs of one repository that the store lacks, by id."""

    url: str
    blobs: tuple[str, ...]


class Packed(NamedTuple):
    """What came of a task: where the blobs are now, and by repository why others are nowhere."""

    places: Index
    failures: dict[str, str]


def folder(engine: str) -> str:
    return f"facts/{engine}"


def known(store: Store, engine: str) -> Iterator[Index]:
    """Where the blobs are that earlier runs have read, a pack after the other."""
    for name in store.names(folder(engine), ".json"):
        yield _index(name.removesuffix(".json"), store.read(f"{folder(engine)}/{name}"))


def pack(store: Store, engine: str, wanted: Iterable[Wanted]) -> Packed:
    """Read blobs of some repositories into a pack of the store."""
    parser = Parser()
    parts: list[bytes] = []
    failures: dict[str, str] = {}
    table: dict[str, tuple[int, ...]] = {}
    end = 0
    for repository in wanted:
        try:
            with mirrors.opened(repository.url) as mirror:
                for blob, source in mirror.contents(repository.blobs):
                    facts = _json(plain(parser.read_once("", source)))
                    made = (zlib.compress(source, _LEVEL), zlib.compress(facts, _LEVEL))
                    parts += made
                    table[blob] = end, *map(len, made)
                    end += sum(map(len, made))
        except (LoadError, OSError) as error:
            failures[repository.url] = str(error)
    if not table:
        return Packed({}, failures)
    name = sha256("".join(sorted(table)).encode()).hexdigest()[:32]
    told = _json(table)
    store.write(f"{folder(engine)}/{name}.pack", b"".join(parts))
    store.write(f"{folder(engine)}/{name}.json", told)
    return Packed(_index(name, told), failures)


def _index(name: str, data: bytes | None) -> Index:
    try:
        table: Mapping[str, list[int]] = json.loads(data or b"{}")
        return {intern(blob): Extent(name, *numbers) for blob, numbers in table.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


class Facts(Kept):
    """Texts and facts of some blobs, fetched at once; serves facts where files are read."""

    def __init__(self, store: Store, engine: str, places: Mapping[str, Extent]) -> None:
        super().__init__("", "facts")
        self._facts: dict[str, bytes] = {}
        self._sources: dict[str, bytes] = {}
        self._parts: tuple[str, list[bytes]] = "", []  # of the text that was asked for last
        self.texts: dict[str, bytes] = {}
        for blob, text, facts in _fetched(store, engine, places):
            try:
                self.texts[blob] = source = zlib.decompress(text)
            except zlib.error:
                continue
            key = sha256(source).hexdigest()
            self._facts[key], self._sources[key] = facts, source

    def get(self, key: str, part: int = 0) -> bytes | None:
        """A part of the facts of the text with this hash, the last one being the text."""
        if key not in self._facts:
            return None
        if self._parts[0] != key:
            try:
                outline, digest, head = _tuples(json.loads(zlib.decompress(self._facts[key])))
                told = [*map(marshal.dumps, (outline, digest, head))]
            except (zlib.error, ValueError, TypeError, RecursionError):
                return None
            self._parts = key, [*told, self._sources[key]]
        return self._parts[1][part]

    def put(self, key: str, *parts: bytes) -> None:
        """Nothing: packs are written by whole tasks."""

    def save(self) -> None:
        """Nothing."""


def _json(data: object) -> bytes:
    return json.dumps(data, check_circular=False, separators=(",", ":")).encode()


def _tuples(data: Any) -> Any:
    """Plain data as it was before it became JSON: others may write to a store that is shared."""
    return tuple(map(_tuples, data)) if isinstance(data, list) else data


def _fetched(
    store: Store, engine: str, places: Mapping[str, Extent]
) -> Iterator[tuple[str, bytes, bytes]]:
    """Text and facts of blobs; neighbours in a pack are fetched together."""
    runs: list[tuple[str, int, int, list[str]]] = []
    for blob, place in sorted(places.items(), key=lambda each: each[1]):
        end = place.at + place.text + place.facts
        if runs and runs[-1][0] == place.pack and place.at - runs[-1][2] < _GAP:
            name, start, _, blobs = runs.pop()
            blobs.append(blob)
            runs.append((name, start, end, blobs))
        else:
            runs.append((place.pack, place.at, end, [blob]))
    asked = [(f"{folder(engine)}/{name}.pack", start, end) for name, start, end, _ in runs]
    for (_, first, _, blobs), data in zip(runs, store.ranges(asked), strict=True):
        if data is None:
            continue
        for blob in blobs:
            _, start, text, facts = places[blob]
            at = start - first
            yield blob, data[at : at + text], data[at + text : at + text + facts]
