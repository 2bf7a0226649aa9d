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
from functools import lru_cache, reduce
from hashlib import sha256
from typing import Any, TypeVar
from zlib import crc32

from .private import cache_folder, opened

Value = TypeVar("Value")
Shapes = tuple[type[tuple[Any, ...]], ...]

_KEPT = 64
_ROOM = 1 << 30  # bytes of all entries: the facts of some ten trees as large as Google's
_SUM = 4
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
    # Two runs at once, on one machine or on several, each write a file of their own.
    temporary = f"{file}.{os.getpid()}-{os.urandom(4).hex()}"
    try:
        with open(opened(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as stream:
            stream.write(_head() + _checksum(parts))
            stream.writelines(parts)
        os.replace(temporary, file)
        temporary = ""
        _make_room(folder)
    except OSError:
        _forget(temporary)


def _make_room(folder: str) -> None:
    entries = [(entry.stat().st_mtime, entry) for entry in os.scandir(folder)]
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
    stamps += _stamps(os.path.dirname(os.path.dirname(__file__)))
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
