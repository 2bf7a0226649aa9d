"""Files on disk: their bytes, or one line for a person that says why there are none."""

from __future__ import annotations

import errno
import os
import stat
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator

# Ten times the largest source that is known to be generated; one that is larger is a mistake, or
# meant to fill the memory.
LARGEST = 64 * 1024 * 1024
_BLOCK = 1 << 16  # bytes that a processor has at hand
_MORE = 1 << 16  # bytes at a time, of a file that grows while it is read
_TOO_LARGE = "larger than 64 MiB"
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class LoadError(Exception):
    """The workspace cannot be checked at all; the message is one line for a person."""


def contents(file: str) -> bytes:
    """The bytes of ``file``. Raises OSError when there are none.

    Whatever a checkout names is opened here and nowhere else: only regular files, for reading a
    pipe or a device might never end, and only up to ``LARGEST``.
    """
    _check(os.stat(file))  # opening a device may do something already
    # What takes the file's place meanwhile must not make us wait.
    number = os.open(file, _READ)
    try:
        status = os.fstat(number)
        _check(status)
        # All there is, as a rule; whoever asks for more than that takes the room for it as well.
        source = os.read(number, status.st_size + 1)
        while len(source) <= LARGEST and (more := os.read(number, _MORE)):
            source += more
    finally:
        os.close(number)
    if len(source) > LARGEST:
        raise OSError(errno.EFBIG, _TOO_LARGE)
    return source


def _check(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    if status.st_size > LARGEST:
        raise OSError(errno.EFBIG, _TOO_LARGE)


def read_bytes(root: str, path: str, read: Callable[[str], bytes] = contents) -> bytes:
    """The contents of the file at ``path`` below ``root``. Raises LoadError when there are none."""
    try:
        return read(os.path.join(root, path))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise LoadError(f"{from_here(root, path)}: cannot be read: {why}") from error


def is_absent(error: OSError) -> bool:
    """Whether it says that there is no such file; of what merely cannot be read, nobody knows."""
    return isinstance(error, (FileNotFoundError, NotADirectoryError))


def why_unread(file: str, error: OSError | ValueError) -> str:
    """Why ``contents`` failed for ``file``, and what to do.

    Of a folder, whose path ends in ``/``, it is why nobody may look into it.
    """
    if file.endswith("/"):
        try:
            os.listdir(file)
        except OSError as closed:
            error = closed
    if os.path.islink(file) and not os.path.exists(file):
        return f"a symbolic link that leads nowhere ({os.readlink(file)}); mend it"
    return f"{getattr(error, 'strerror', None) or error}; make it readable"


def why_no_text(source: bytes) -> str:
    """Why bytes are no text, and what to do; ``""`` when they are.

    ``.proto`` files are UTF-8 by the language spec, maps by Markdown's.
    """
    if b"\0" in source:
        return f"a binary file (NUL at byte {source.index(0)}); save it as UTF-8 text"
    if _is_utf8(source):
        return ""
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        byte = source[error.start]
        return f"not UTF-8 (byte 0x{byte:02x} on line {line}); save it as UTF-8 text"
    return ""


def _is_utf8(source: bytes) -> bool:
    """Whether bytes are UTF-8. In blocks, as a large text need not be made for that."""
    decoder = getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(source), _BLOCK):
            decoder.decode(source[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


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
