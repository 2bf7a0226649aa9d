"""What was there before, the reference: which one, what it held, and so what is new.

A row of the map vouches for what was there; what is new is judged.
"""

from __future__ import annotations

from .accepted import entry_of, mark, source_of
from .known import Member, is_new, is_new_file, new_extensions, new_members
from .reference import Blobs, Past, attach, find

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
