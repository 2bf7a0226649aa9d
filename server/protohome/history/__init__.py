"""What was there before, the reference: which one, what it held, and so what is new.

A row of the map vouches for what was there; what is new is judged.
"""

from __future__ import annotations

from .known import Member, is_new, is_new_file, new_extensions, new_members
from .reference import Past, attach, find

__all__ = [
    "Member",
    "Past",
    "attach",
    "find",
    "is_new",
    "is_new_file",
    "new_extensions",
    "new_members",
]
