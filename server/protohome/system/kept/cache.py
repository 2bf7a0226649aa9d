"""A small cache of what is slow to read: the map's tables and ``buf.yaml``.

One file a workspace and kind, in the user's cache folder (``$XDG_CACHE_HOME/protohome``), never in
the workspace. An entry holds the very bytes it was made from and serves only for those. A cache
that cannot be read or written is no error; one that somebody else could have written is not read.

An entry is plain data, which cannot run code: named tuples are written as tuples that begin with
their number among the ``shapes`` they are known by.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache, reduce
from hashlib import sha256
from typing import Any, TypeVar
from weakref import finalize
from zlib import crc32

from ... import __file__ as our_package
from .private import cache_folder, opened

Value = TypeVar("Value")
Shapes = tuple[type[tuple[Any, ...]], ...]

_KEPT = 64
_ROOM = 1 << 30  # bytes of all entries: nine trees as large as Google's
_SUM = 4
_PIECEWISE = hasattr(os, "pread")  # where it is not, a file that is open cannot be replaced
_PLAIN = -1


def remembered(
    root: str,
    kind: str,
    key: tuple[object, ...],
    shapes: Shapes,
    compute: Callable[[], Value],
    *,
    use: bool = True,
) -> Value:
    """``compute()``, or what it gave for the same ``key`` in this workspace the last time.

    Key and value are None, numbers, text, bytes, and tuples of them, named ones only of ``shapes``.
    """
    if not use:
        return compute()
    found = load(root, kind)
    try:
        if isinstance(found, tuple) and found[0] == key:
            return _shaped(found[1], shapes)  # type: ignore[no-any-return]
    except (IndexError, TypeError):
        pass  # whatever else is there, it is made anew
    fresh = compute()
    save(root, kind, (key, _flat(fresh, shapes)))
    return fresh


def load(root: str, kind: str) -> object:
    """What was saved for the workspace by this code; None where there is nothing."""
    data = load_bytes(root, kind)
    try:
        return None if data is None else marshal.loads(data)
    except (EOFError, ValueError, TypeError):
        return None


def save(root: str, kind: str, value: object) -> None:
    """Save plain data for ``load``. Raises ValueError for what is not plain."""
    save_bytes(root, kind, [marshal.dumps(value)])  # type: ignore[arg-type]


def load_bytes(root: str, kind: str) -> bytes | None:
    """As ``load``, of what was saved as bytes."""
    folder = cache_folder(make=False)
    if not folder:
        return None
    head = _head()
    try:
        with open(opened(_file(folder, root, kind), os.O_RDONLY), "rb") as stream:
            # Only what this very interpreter has written is given to marshal.
            if stream.read(len(head)) != head:
                return None
            checksum, data = stream.read(_SUM), stream.read()
    except OSError:
        return None
    return data if checksum == _checksum([data]) else None


def save_bytes(root: str, kind: str, parts: Sequence[bytes | memoryview]) -> None:
    """Save bytes, given in parts, for ``load_bytes``; those saved longest ago make room."""
    folder = cache_folder()
    if not folder:
        return
    file = _file(folder, root, kind)
    temporary = _temporary(file)
    try:
        with open(opened(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as stream:
            stream.write(_head() + _checksum(parts))
            stream.writelines(parts)
        os.replace(temporary, file)
        temporary = ""
        _make_room(folder)
    except OSError:
        _forget(temporary)


class Entry:
    """An entry that is read piece by piece. Making one raises OSError where there is none of ours.

    Its bytes begin with what tells whose it is; ``end`` is how many there are.
    """

    def __init__(self, root: str, kind: str) -> None:
        folder = cache_folder(make=False)
        if not folder:
            raise FileNotFoundError("there is no cache")
        self._hold(opened(_file(folder, root, kind), os.O_RDONLY))
        if self.read(0, len(_head())) != _head():
            raise FileNotFoundError(f"other code made {kind}")

    def _hold(self, number: int) -> None:
        """Keep a file open, or all that is in it where nobody could replace one that is open."""
        self.end = os.fstat(number).st_size
        self._number, self._memory = number, bytearray()
        self._closing = finalize(self, _let_go, number)
        if not _PIECEWISE:
            with open(number, "rb", closefd=False) as stream:
                self._memory += stream.read()
            self._number = -1
            self._closing()

    def read(self, start: int, length: int) -> bytes:
        """So many bytes from a place on, fewer at the end. Raises OSError."""
        if self._number >= 0:
            return os.pread(self._number, length, start)
        return bytes(self._memory[start : start + length])


class Growing(Entry):
    """An entry that is made, can be read meanwhile, and is there for others once it is finished.

    Without a ``root``, or a place for it, it is held in memory.
    """

    def __init__(self, root: str = "", kind: str = "") -> None:
        self._file, self._temporary = "", ""
        self._number, self._memory, self.end = -1, bytearray(), 0
        folder = cache_folder() if root else ""
        if folder:
            self._file = _file(folder, root, kind)
            if _PIECEWISE:
                with suppress(OSError):
                    self._start()
        self.append(_head())

    def _start(self) -> None:
        self._temporary = _temporary(self._file)
        self._number = opened(self._temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        self._closing = finalize(self, _let_go, self._number, self._temporary, os.getpid())

    def append(self, data: bytes) -> int:
        """Write bytes at the end; where that was."""
        start = self.end
        self.end += len(data)
        if self._number >= 0:
            try:
                _write(self._number, data)
                return start
            except OSError:  # there is no more room
                self._memory += os.pread(self._number, start, 0)
                self._number = -1
                self._closing()
        self._memory += data
        return start

    def finish(self) -> None:
        """Put it where others find it, if that can be; it is read as before."""
        try:
            if self._number < 0:
                self._save()
            else:
                os.replace(self._temporary, self._file)
                self._closing.detach()
                self._closing = finalize(self, _let_go, self._number)
            _make_room(os.path.dirname(self._file))
        except OSError:
            pass

    def _save(self) -> None:
        if self._file:
            temporary = _temporary(self._file)
            try:
                with open(opened(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as stream:
                    stream.write(self._memory)
                os.replace(temporary, self._file)
            except OSError:
                _forget(temporary)


def _write(number: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(number, left) :]


def _let_go(number: int, temporary: str = "", process: int = 0) -> None:
    """Close a file, and remove it unless a copy of the process does so that did not make it."""
    os.close(number)
    if process == os.getpid():
        _forget(temporary)


def _temporary(file: str) -> str:
    """A name of its own: two runs at once, on one machine or on several, each write a file."""
    return f"{file}.{os.getpid()}-{os.urandom(4).hex()}"


def _make_room(folder: str) -> None:
    with os.scandir(folder) as found:  # of which another run may remove one meanwhile
        entries = [(entry.stat().st_mtime, entry) for entry in found]
    room = _ROOM
    for number, (_, entry) in enumerate(sorted(entries, key=lambda each: each[0], reverse=True)):
        room -= entry.stat().st_size
        if number >= _KEPT or (room < 0 and number):
            os.unlink(entry.path)


def _flat(value: object, shapes: Shapes) -> object:
    if not isinstance(value, tuple):
        return value
    number = _PLAIN if type(value) is tuple else shapes.index(type(value))
    return (number, *(_flat(item, shapes) for item in value))


def _shaped(value: Any, shapes: Shapes) -> Any:
    if not isinstance(value, tuple):
        return value
    items = [_shaped(item, shapes) for item in value[1:]]
    return tuple(items) if value[0] == _PLAIN else tuple.__new__(shapes[value[0]], items)


def _file(folder: str, root: str, kind: str) -> str:
    return os.path.join(folder, f"{kind}-{crc32(os.fsencode(root)):08x}")


def _checksum(parts: Sequence[bytes | memoryview]) -> bytes:
    return reduce(lambda sum_, part: crc32(part, sum_), parts, 0).to_bytes(_SUM, "big")


def _forget(file: str) -> None:
    try:
        if file:
            os.unlink(file)
    except OSError:
        pass


@lru_cache(maxsize=1)  # what runs is what was there when it started
def code() -> str:
    """Changes with the interpreter, with any of our code, and with what is installed beside it."""
    stamps = [f"{sys.implementation.cache_tag} {sys.hexversion:x}"]
    stamps += _stamps(os.path.dirname(our_package))
    for folder in sys.path:
        if folder.endswith("-packages") and os.path.isdir(folder):
            stamps.append(f"{folder} {os.stat(folder).st_mtime_ns}")
    return "\n".join(stamps)


def _stamps(folder: str) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_file():
            status = entry.stat()
            yield f"{entry.name} {status.st_mtime_ns} {status.st_size}"
        elif entry.name != "__pycache__":
            yield from _stamps(entry.path)


def _head() -> bytes:
    return sha256(code().encode("utf-8", "surrogateescape")).digest()
