"""What was there before, the reference: which one, what it held, and so what is new.

A row of the map vouches for what was there; what is new is judged.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .reference import Blobs, Past, attach, find

if TYPE_CHECKING:
    from .accepted import entry_of, mark, source_of
    from .known import Member, is_new, is_new_file, new_extensions, new_members

_ACCEPTED = ("entry_of", "mark", "source_of")

__all__ = [
    "Blobs",
    "Member",
    "Past",
    "attach",
    "entry_of",
    "find",
    "is_new",
    "is_new_file",
    "mark",
    "new_extensions",
    "new_members",
    "source_of",
]


def __getattr__(name: str) -> object:
    """What compares is imported when used: a check whose outcome is known compares nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "accepted" if name in _ACCEPTED else "known"
    return getattr(import_module(f".{module}", __name__), name)
