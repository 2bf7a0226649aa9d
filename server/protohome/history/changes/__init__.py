"""What changed between two states of a tree, as readers of its contracts would notice.

Everything that the categories PACKAGE and WIRE_JSON of ``buf breaking`` see, and what they miss:
the last message, enum or extension of a package that stays, and an extension's number. A contract
is the same as long as its FQN is, in whatever file; a field as long as its number is; an enum value
by number and name; a type by what its name resolves to. What is only added is no change.
"""

from __future__ import annotations

from .model import GONE, MOVED, RENAMED, RENUMBERED, Change, Location

__all__ = [
    "GONE",
    "MOVED",
    "RENAMED",
    "RENUMBERED",
    "Change",
    "Location",
]
