"""What was made of files, by what they hold: many small values in one file of the cache.

The facts of a workspace's files are kept so, under the kind ``facts`` and the hash of each file's
bytes; who makes something else of a file, or of anything that has a key, takes a kind of its own::

    store = Store(root, "facts")
    data = store.get(key)
    if data is None:
        data = made(...)
        store.put(key, data)
    store.save()

A value is bytes, and what reads them must bear any. Values made by other code are not found. One
that is asked for stays; of the others as many bytes, so that a branch that is left and come back to
finds its own. Two runs at once each save what they have: the later one's is there.
"""

from __future__ import annotations

import marshal
from hashlib import sha256

from .cache import code, load_bytes, save_bytes

_LENGTH = 8  # bytes of the length of the list of keys


class Store:
    """The values kept of one ``kind`` for the workspace at ``root``, read when first asked for."""

    def __init__(self, root: str, kind: str) -> None:
        self._root, self._kind = root, kind
        self._places: dict[str, tuple[int, int]] | None = None
        self._data, self._start = b"", 0
        self._fresh: dict[str, bytes] = {}
        self._used: dict[str, None] = {}

    @classmethod
    def of_this_run(cls) -> Store:
        """One that finds what was put into it alone, and is not to be saved."""
        store = cls("", "")
        store._places = {}
        return store

    def get(self, key: str) -> bytes | None:
        """The value that was put under a key, now or by an earlier run of the same code."""
        if key in self._fresh:
            return self._fresh[key]
        place = self._known().get(key)
        if place is None:
            return None
        self._used[key] = None
        return bytes(self._at(place))

    def __contains__(self, key: str) -> bool:
        return key in self._fresh or key in self._known()

    def put(self, key: str, value: bytes) -> None:
        """Keep a value under a key, once it is saved."""
        self._fresh[key] = value

    def save(self) -> None:
        """Write what is kept, if anything was put; never raises for a disk that cannot be."""
        if self._fresh:
            self._write()
        self._fresh, self._used, self._places, self._data = {}, {}, None, b""

    def _write(self) -> None:
        places = self._known()
        kept: dict[str, bytes | memoryview] = {key: self._at(places[key]) for key in self._used}
        kept.update(self._fresh)
        room = sum(map(len, kept.values()))
        for key, place in places.items():
            if key not in kept:
                room -= place[1] - place[0]
                if room < 0:
                    break
                kept[key] = self._at(place)
        table: dict[str, tuple[int, int]] = {}
        end = 0
        for key, value in kept.items():
            table[key] = end, end + len(value)
            end += len(value)
        keys = marshal.dumps((_made_by(), table))
        length = len(keys).to_bytes(_LENGTH, "big")
        save_bytes(self._root, self._kind, (length, keys, *kept.values()))

    def _known(self) -> dict[str, tuple[int, int]]:
        if self._places is None:
            self._places = self._loaded()
        return self._places

    def _at(self, place: tuple[int, int]) -> memoryview:
        start, end = place
        return memoryview(self._data)[self._start + start : self._start + end]

    def _loaded(self) -> dict[str, tuple[int, int]]:
        data = load_bytes(self._root, self._kind) or b""
        length = int.from_bytes(data[:_LENGTH], "big")
        try:
            made_by, table = marshal.loads(data[_LENGTH : _LENGTH + length])
        except (EOFError, ValueError, TypeError):
            return {}
        if made_by != _made_by():
            return {}
        self._data, self._start = data, _LENGTH + length
        return table  # type: ignore[no-any-return]


def _made_by() -> bytes:
    return sha256(code().encode("utf-8", "surrogateescape")).digest()
