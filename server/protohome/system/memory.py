"""What of the process's memory goes back to the system."""

from __future__ import annotations

import sys
from contextlib import suppress

_M_MMAP_THRESHOLD = -3  # as in <malloc.h>
_LARGE = 1 << 20  # bytes; a block of its own costs the system some thousandths of that


def return_large_blocks() -> None:
    """Have glibc return every large block that is freed, such as the last text of a document.

    Once one was freed it would keep all of up to 32 MB, with small ones between them that stay
    (``mallopt(3)``, M_MMAP_THRESHOLD): those of a server that runs all day.
    """
    if sys.platform == "linux":
        import ctypes  # no command needs it

        with suppress(AttributeError, OSError):  # another libc
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
