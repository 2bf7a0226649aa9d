"""Facts and sources of files that stay on disk until somebody looks into them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Any, TypeAlias, TypeVar

from ..history.trees import SHA_1, blob_id
from ..model import Contract, Digest, Head, Parts, ProtoFile, in_order
from ..positions import Span
from ..syntax import packed, read, read_contract
from ..syntax.packing import DAMAGED, unpacked_digests, unpacked_head, unpacked_outline
from ..system.disk import LoadError
from ..system.kept.store import Store

Value = TypeVar("Value")
_Key: TypeAlias = "tuple[str, int] | tuple[str, int, int]"

# The parts of a value in the store, and what is read of its source.
_OUTLINE, _DIGEST, _HEAD, _SOURCE, _BLOB, _FACTS = range(6)

# Bytes of what is held, as in the store, and of facts those that they were read from: all of a
# small tree, and a large file with what it is compared with. In memory facts take some three times
# that.
_ROOM = 8_000_000
_TIMES = 3  # for single facts, of which a large file has thousands


class Shelf:
    """The files that a ``store`` tells of, and their sources, by the SHA-256 of each source.

    What somebody looked into last is held in memory. ``contents`` reads a file that was damaged
    there once more, by its path; None for one whose files are not on disk, which hold their source.
    """

    def __init__(self, store: Store, contents: Callable[[str], bytes] | None) -> None:
        self.store, self.contents = store, contents
        self._held: dict[_Key, tuple[Any, int]] = {}
        self._size = 0

    def blob(self, key: str) -> str:
        """The SHA-1 that git calls a source by, ``""`` where that is not kept."""
        return (self.store.get(key, _BLOB) or b"").decode()

    def file(self, path: str, source: bytes | None, key: str) -> ProtoFile | None:
        """The file of a source with that hash; None where nothing is kept of it.

        The source is at hand unless it is on disk, too.
        """
        data = self.store.get(key, _OUTLINE)
        if data is None:
            return None
        try:
            outline = unpacked_outline(data)
        except DAMAGED:
            return None
        return ProtoFile.shelved(path, outline, self._shelved(path, source, key))

    def keep(self, file: ProtoFile, key: str) -> ProtoFile:
        """The same file, kept on the shelf."""
        source = file.source
        put(self.store, key, packed(file), source)
        self.hold((key, _FACTS), (file.parts, file.contracts), len(source))
        return ProtoFile.shelved(file.path, file.outline, self._shelved(file.path, source, key))

    def _shelved(self, path: str, source: bytes | None, key: str) -> _Shelved:
        return _Shelved(self, path, key, source if self.contents is None else None)

    def held(self, key: _Key) -> Any:
        """What is held under a key, None if nothing is; it is what was looked into last then."""
        found = self._held.pop(key, None)
        if found is None:
            return None
        self._held[key] = found
        return found[0]

    def hold(self, key: _Key, value: Value, size: int) -> Value:
        """Hold a value of so many bytes; what was not used longest goes."""
        _, before = self._held.pop(key, (None, 0))
        self._held[key] = value, size
        self._size += size - before
        with suppress(RuntimeError, StopIteration):  # another thread was faster
            while self._size > _ROOM and len(self._held) > 1:
                _, gone = self._held.pop(next(iter(self._held)), (None, 0))
                self._size -= gone
        return value

    def let_go(self, key: _Key) -> None:
        """Hold nothing under a key."""
        self._size -= self._held.pop(key, (None, 0))[1]


def put(store: Store, key: str, told: Iterable[bytes], source: bytes) -> None:
    """Keep what is told of a source, as ``Packed``, under its SHA-256, in hexadecimal."""
    store.put(key, *told, source, blob_id(source, SHA_1).encode())


class _Shelved:
    """One file on a shelf."""

    __slots__ = ("_key", "_path", "_shelf", "_source")

    def __init__(self, shelf: Shelf, path: str, key: str, source: bytes | None) -> None:
        self._shelf, self._path, self._key, self._source = shelf, path, key, source

    def head(self) -> Head:
        return self._located()[0]

    def digests(self) -> tuple[Digest, ...]:
        return self._fetched(_DIGEST, unpacked_digests)

    def let_go(self) -> None:
        self._shelf.let_go((self._key, _DIGEST))

    def parts(self) -> Parts:
        return self._facts()[0]

    def contracts(self) -> tuple[Contract, ...]:
        return self._facts()[1]

    def span(self, at: int) -> Span:
        spans = self._located()[1]
        return spans[at] if spans else self.contracts()[at].span

    def contract(self, at: int) -> Contract:
        spans = self._located()[1]
        if not spans or self._shelf.held((self._key, _FACTS)) is not None:
            return self.contracts()[at]
        key = self._key, _FACTS, at
        held: Contract | None = self._shelf.held(key)
        if held is not None:
            return held
        contract = read_contract(self.source(), spans[at]) or self.contracts()[at]
        return self._shelf.hold(key, contract, _TIMES * (spans[at].end - spans[at].start))

    def size(self) -> int:
        kept = self._shelf.store.length(self._key, _SOURCE)
        return len(self.source()) if kept is None else kept

    def source(self) -> bytes:
        if self._source is not None:
            return self._source
        key = self._key, _SOURCE
        held: bytes | None = self._shelf.held(key)
        if held is not None:
            return held
        source = self._shelf.store.get(*key)
        if source is None:
            source = self._again()
        return self._shelf.hold(key, source, len(source))

    @property
    def key(self) -> str:
        return self._key

    def _located(self) -> tuple[Head, tuple[Span, ...]]:
        return self._fetched(_HEAD, unpacked_head)

    def _facts(self) -> tuple[Parts, tuple[Contract, ...]]:
        """All of them, read from the source: few files are looked into so."""
        key = self._key, _FACTS
        held: tuple[Parts, tuple[Contract, ...]] | None = self._shelf.held(key)
        if held is not None:
            return held
        source = self.source()
        parts = read(self._path, source).parts
        return self._shelf.hold(key, (parts, in_order(parts)), len(source))

    def _fetched(self, part: int, unpack: Callable[[bytes], Value]) -> Value:
        key = self._key, part
        held: Value | None = self._shelf.held(key)
        if held is not None:
            return held
        data = self._shelf.store.get(*key)
        if data is not None:
            with suppress(*DAMAGED):
                return self._shelf.hold(key, unpack(data), len(data))
        data = packed(read(self._path, self.source()))[part]
        return self._shelf.hold(key, unpack(data), len(data))

    def _again(self) -> bytes:
        assert self._shelf.contents is not None
        source = self._shelf.contents(self._path)
        if sha256(source).hexdigest() != self._key:
            raise LoadError(f"{self._path} changed while it was read; try again")
        return source
