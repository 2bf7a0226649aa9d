"""Which reference there is: plain data for snapshots, reports and messages."""

from __future__ import annotations

from ..named import NamedTuple


class Revision(NamedTuple):
    """Which reference a snapshot has: what was there before, as DESIGN's vocabulary has it.

    ``name`` is for a person, ``commit`` an object id where the reference is one. ``why`` says why
    there is none, and what to do; it is ``""`` where there is one, or none was looked for.
    ``map`` are the bytes of the map as they were, None where that is not known.
    """

    name: str = ""
    commit: str = ""
    why: str = ""
    map: bytes | None = None
