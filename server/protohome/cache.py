"""A small cache of what is slow to read: the map's tables and ``buf.yaml``.

One file a workspace and kind, in the user's cache folder (``$XDG_CACHE_HOME/protohome``), never in
the workspace. An entry holds the very bytes it was made from and serves only for those. A cache
that cannot be read or written is no error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeVar
from zlib import crc32

Value = TypeVar("Value")

_KEPT = 64
_SUM = 4


def remembered(
    root: str, kind: str, key: tuple[object, ...], compute: Callable[[], Value], *, use: bool = True
) -> Value:
    """``compute()``, or what it gave for the same ``key`` in this workspace the last time."""
    if not use:
        return compute()
    import pickle

    folder = _folder()
    if not folder:
        return compute()
    stamp = (*_code_stamp(), *key)
    path = os.path.join(folder, f"{kind}-{crc32(os.fsencode(root)):08x}")
    try:
        with open(path, "rb") as stream:
            data = stream.read()
        # A single wrong bit may still be a pickle, of something else.
        if data[:_SUM] == _checksum(data[_SUM:]):
            known, value = pickle.loads(data[_SUM:])
            if known == stamp:
                return value  # type: ignore[no-any-return]
    except Exception:
        # Whatever a damaged cache holds, it is made anew.
        pass
    fresh = compute()
    data = pickle.dumps((stamp, fresh), protocol=4)
    _write(folder, path, _checksum(data) + data)
    return fresh


def _folder() -> str:
    """The cache folder, ``""`` where there is no place for one; never below the current folder."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.expanduser("~/.cache")
    return os.path.join(base, "protohome") if os.path.isabs(base) else ""


def _checksum(data: bytes) -> bytes:
    return crc32(data).to_bytes(_SUM, "big")


def _code_stamp() -> tuple[object, ...]:
    """Changes with the interpreter and with the code that makes the values."""
    here = os.path.dirname(__file__)
    folders = (here, os.path.join(here, "packagemap"))
    times = [entry.stat().st_mtime_ns for folder in folders for entry in os.scandir(folder)]
    return (sys.hexversion, max(times))


def _write(folder: str, path: str, data: bytes) -> None:
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(temporary, "wb") as stream:
            stream.write(data)
        os.replace(temporary, path)
        entries = sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime)
        for entry in entries[:-_KEPT]:
            os.unlink(entry.path)
    except OSError:
        pass
