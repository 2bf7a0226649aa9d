"""A change that readers of the old contracts would notice, as plain data."""

from __future__ import annotations

from ...named import NamedTuple
from ...positions import Span

# What can have happened (``Change.what``) to a declaration that is still there or is not.
GONE, MOVED, RENAMED, RENUMBERED = "gone", "moved", "renamed", "renumbered"


class Location(NamedTuple):
    """A file, relative to the workspace root, and bytes in it."""

    path: str
    span: Span


class Change(NamedTuple):
    """One change.

    ``kind`` is package, file, message, enum, service, extension, field, value, oneof, rpc,
    reserved or extensions. ``symbol`` is the FQN of the contract, the package, or the file's path;
    ``member`` the path of names below it, ``""`` when the contract itself is meant. ``what`` is one
    of the above or names what differs (type, cardinality, …); ``was`` and ``now`` say it as one
    would write it, ``now`` is ``""`` when nothing is left.

    ``rules`` are the names of the rules of ``buf breaking`` that see it, the first one leading;
    none where buf does not. ``here`` is its place among the new files, None where nothing is left
    to point at; ``there`` is where it was. ``unreserved`` says what of a removed field or value is
    not reserved: ``number``, ``name``, ``number and name``, or ``""``. ``members`` are all that one
    mistake pushed, each ``name = number`` as it was.
    """

    rules: tuple[str, ...]
    kind: str
    symbol: str
    member: str
    what: str
    was: str
    now: str
    here: Location | None
    there: Location
    unreserved: str = ""
    members: tuple[str, ...] = ()
