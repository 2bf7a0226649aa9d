"""The user's own folders outside any workspace: for what may be lost, and for what may not.

What is in them is believed only where nobody else can have put it there.
"""

from __future__ import annotations

import os
import stat

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
# Neither followed, where somebody put a link, nor waited for, where it is a pipe.
_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def cache_folder(make: bool = True) -> str:
    """For what can be made anew; ``""`` where there is no place for it."""
    return _ours(_base("XDG_CACHE_HOME", "~/.cache"), make)


def state_folder(make: bool = True) -> str:
    """For what a later run needs to know; ``""`` where there is no place for it."""
    user = os.geteuid() if hasattr(os, "geteuid") else ""
    temporary = os.path.join(os.environ.get("TMPDIR") or "/tmp", f"protohome-{user}")
    return _ours(_base("XDG_STATE_HOME", "~/.local/state"), make) or _ours(temporary, make)


def opened(file: str, flags: int) -> int:
    """The descriptor of a file that is ours alone, made if the flags say so. Raises OSError."""
    number = os.open(file, flags | _CAREFUL, 0o600)
    status = os.fstat(number)
    if stat.S_ISREG(status.st_mode) and _is_ours(status):
        return number
    os.close(number)
    raise PermissionError(f"{file} is not this user's alone")


def _base(variable: str, usual: str) -> str:
    """Our folder in the one the variable names, else in the usual one; never in the current one."""
    base = os.environ.get(variable, "")
    if not os.path.isabs(base):
        base = os.path.expanduser(usual)
    return os.path.join(base, "protohome") if os.path.isabs(base) else ""


def _ours(folder: str, make: bool) -> str:
    """The folder; ``""`` where it is not there, cannot be made, or is not ours alone."""
    if not os.path.isabs(folder):
        return ""
    try:
        if make:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        status = os.lstat(folder)
    except OSError:
        return ""
    return folder if stat.S_ISDIR(status.st_mode) and _is_ours(status) else ""


def _is_ours(status: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):  # where folders of a profile are the user's own
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE
