"""What was made of files, by what they hold: many small values in one file of the cache.

What is told of a workspace's files is kept so, under the kind ``facts`` and the hash of each file's
bytes; who makes something else of a file, or of anything that has a key, takes a kind of its own::

    store = Store(root, "facts")
    data = store.get(key)
    if data is None:
        data = made(...)
        store.put(key, data)
    store.save()

A value is bytes, in one or several parts that are read one by one; a damaged one is none. They are
read when they are asked for, so that what nobody asks for takes no memory. Values made by other
code are not found. One that is asked for stays; of the others as many bytes, so that a branch that
is left and come back to finds its own. Two runs at once each save what they have: the later one's
is there.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from struct import Struct
from zlib import crc32

from ...named import NamedTuple
from .cache import Entry, Growing

_LENGTHS = Struct(">QQ")  # at the end: checksum and length, in bytes, of the table before it
_PART = Struct(">QI")  # length, in bytes, and checksum
_COPIED = 1 << 20  # bytes that are copied at a time


class _Place(NamedTuple):
    """Where a value stands in an entry of the cache; each of its ``parts`` as a _PART.

    In bytes, as all places are in memory and few are asked for.
    """

    start: int
    parts: bytes

    @property
    def told(self) -> list[tuple[int, int]]:
        """The length and checksum of each part."""
        return [(length, checksum) for length, checksum in _PART.iter_unpack(self.parts)]

    @property
    def length(self) -> int:
        return sum([length for length, _ in self.told])


class Store:
    """The values kept of one ``kind`` for the workspace at ``root``, read when first asked for."""

    def __init__(self, root: str, kind: str) -> None:
        self._root, self._kind = root, kind
        self._places: dict[str, _Place] | None = None  # of what was saved
        self._saved: Entry | None = None
        self._growing: Growing | None = None
        self._fresh: dict[str, _Place] = {}
        self._used: dict[str, None] = {}

    @classmethod
    def of_this_run(cls) -> Store:
        """One that finds what was put into it alone, and is not to be saved."""
        store = cls("", "")
        store._places = {}
        return store

    def get(self, key: str, part: int = 0) -> bytes | None:
        """A part of the value that was put under a key, now or by an earlier run of this code."""
        place = self._fresh.get(key)
        if place is not None:
            return _part(self._growing, place, part)
        place = self._known().get(key)
        if place is None:
            return None
        self._used[key] = None
        return _part(self._saved, place, part)

    def parts(self, key: str) -> Iterator[bytes]:
        """All parts of the value under a key, none where there is no value, until a damaged one."""
        place = self._fresh.get(key) or self._known().get(key)
        for part in range(len(place.told) if place else 0):
            data = self.get(key, part)
            if data is None:
                return
            yield data

    def length(self, key: str, part: int = 0) -> int | None:
        """How many bytes ``get`` reads, None where there is no value."""
        place = self._fresh.get(key) or self._known().get(key)
        return None if place is None else place.told[part][0]

    def __contains__(self, key: str) -> bool:
        """Whether there is a value under a key, which then stays."""
        if key in self._fresh:
            return True
        if key in self._known():
            self._used[key] = None
            return True
        return False

    def put(self, key: str, *parts: bytes) -> None:
        """Keep a value under a key, once it is saved."""
        if self._growing is None:
            self._growing = Growing(self._root, self._kind)
        start = self._growing.append(b"".join(parts))
        self._fresh[key] = _Place(
            start, b"".join([_PART.pack(len(part), crc32(part)) for part in parts])
        )

    def save(self) -> None:
        """Write what is kept, if anything was put; never raises for a disk that cannot be."""
        growing = self._growing
        if growing is None:
            return
        known = self._known()
        used = [key for key in self._used if key not in self._fresh]
        rest = [*self._rest(known, sum(known[key].length for key in used))]
        with suppress(OSError):
            starts = _copied(self._saved, growing, [known[key] for key in (*used, *rest)])
            moved = {k: known[k]._replace(start=starts[known[k].start]) for k in (*used, *rest)}
            places = {k: moved[k] for k in used} | self._fresh | {k: moved[k] for k in rest}
            table = marshal.dumps([(key, *place) for key, place in places.items()])
            growing.append(table + _LENGTHS.pack(crc32(table), len(table)))
            growing.finish()
            self._places, self._saved, self._growing = places, growing, None
            self._fresh, self._used = {}, {}

    def _rest(self, known: Mapping[str, _Place], used: int) -> Iterator[str]:
        """Of what nobody asked for as much as of all else; what came last before the rest."""
        room = used + sum(place.length for place in self._fresh.values())
        for key, place in known.items():
            if key not in self._used and key not in self._fresh:
                room -= place.length
                if room < 0:
                    return
                yield key

    def _known(self) -> Mapping[str, _Place]:
        if self._places is None:
            self._places = {}
            with suppress(OSError):
                self._saved = Entry(self._root, self._kind)
                self._places = _table(self._saved)
        return self._places


def _part(entry: Entry | None, place: _Place, part: int) -> bytes | None:
    """One part of a value, None for what is damaged."""
    every = place.told
    start = place.start + sum([length for length, _ in every[:part]])
    length, checksum = every[part]
    data = b""
    if entry is not None:
        with suppress(OSError):
            data = entry.read(start, length)
    return data if len(data) == length and crc32(data) == checksum else None


def _table(entry: Entry) -> dict[str, _Place]:
    """The values that an entry says it has, none where it is damaged. Raises OSError."""
    end = entry.end - _LENGTHS.size
    tail = entry.read(max(end, 0), _LENGTHS.size)
    if len(tail) < _LENGTHS.size:
        return {}
    checksum, length = _LENGTHS.unpack(tail)
    data = entry.read(end - length, length) if length <= end else b""
    if crc32(data) != checksum:
        return {}
    try:
        return {key: _Place(*place) for key, *place in marshal.loads(data)}
    except (EOFError, ValueError, TypeError):
        return {}


def _copied(saved: Entry | None, growing: Growing, places: Iterable[_Place]) -> dict[int, int]:
    """Copy values, neighbours at once; where each begins now, by where it did. Raises OSError."""
    runs: list[list[int]] = []
    starts: dict[int, int] = {}
    end = growing.end
    for start, length in sorted((place.start, place.length) for place in places):
        starts[start] = end
        end += length
        if runs and runs[-1][1] == start:
            runs[-1][1] += length
        else:
            runs.append([start, start + length])
    for first, last in runs:
        for at in range(first, last, _COPIED):
            assert saved is not None
            growing.append(saved.read(at, min(_COPIED, last - at)))
    return starts
