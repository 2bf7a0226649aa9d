"""Files on disk: their bytes, or one line for a person that says why there are none."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator


class LoadError(Exception):
    """The workspace cannot be checked at all; the message is one line for a person."""


def read_bytes(root: str, path: str) -> bytes:
    """The bytes of the file at ``path`` below ``root``. Raises LoadError when there are none.

    Only regular files are opened: reading a pipe or a device might never end.
    """
    file = os.path.join(root, path)
    try:
        mode = os.stat(file).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise LoadError(f"{from_here(root, path)}: cannot be read: not a regular file")
        with open(file, "rb") as stream:
            return stream.read()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise LoadError(f"{from_here(root, path)}: cannot be read: {why}") from error


def why_no_text(source: bytes) -> str:
    """Why bytes are no text, and what to do; ``""`` when they are.

    ``.proto`` files are UTF-8 by the language spec, maps by Markdown's.
    """
    if b"\0" in source:
        return f"a binary file (NUL at byte {source.index(0)}); save it as UTF-8 text"
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        byte = source[error.start]
        return f"not UTF-8 (byte 0x{byte:02x} on line {line}); save it as UTF-8 text"
    return ""


def from_here(root: str, path: str) -> str:
    """``path`` below ``root`` as a person in the current folder writes it."""
    full = os.path.join(root, path)
    try:
        return os.path.relpath(full)
    except (OSError, ValueError):  # the current folder is gone, or on another drive
        return full


def upwards(folder: str) -> Iterator[str]:
    """``folder`` and those above it, up to the top of the git work tree, else of the disk."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = above
