"""The end of a process that was started for one piece of work."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn


def exit_after(work: Callable[[], int]) -> NoReturn:
    """Do the work, and exit with the code that it gives.

    An interpreter that ends lets go of all that it holds, one by one; so does the system, at once.
    """
    codes: list[int] = []
    atexit.register(_leave, codes)  # who is registered first is called last, when others are done
    codes.append(work())
    sys.exit(codes[0])


def _leave(codes: list[int]) -> None:
    """Leave with the code that there is, unless output is left that nobody takes: as ever then."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        if codes:
            os._exit(codes[0])
