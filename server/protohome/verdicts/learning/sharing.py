"""What many contracts say, read by several processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...workspace.snapshot import Located, Snapshot
from .facts import Facts, Reader

# Contracts that pay for another process: to start one, to copy the memory that it changes and to
# take over what it tells costs a tenth of a second, in which 2,000 are read.
PAYS = 4_000
_CHUNK = 500  # contracts that a process takes at a time: none then waits long for the last


def facts_of(snapshot: Snapshot, located: Sequence[Located], processes: int) -> list[Facts]:
    """What contracts of a snapshot say, in their order; equal words are one object."""
    reader = Reader(snapshot)  # its words take much room, and are not needed again
    if processes > 1 and len(located) >= PAYS:
        from ...system import copies  # only who has much pays for it

        if copies.may_be_had():
            _ = snapshot.types  # what all need is made before there are copies

            def read(chunk: Sequence[Located]) -> list[tuple[Any, ...]]:
                return [tuple(reader.facts(one)) for one in chunk]

            chunks = [located[at : at + _CHUNK] for at in range(0, len(located), _CHUNK)]
            found = copies.share(read, chunks, processes)
            return [Facts._make(one) for some in found for one in some]
    return [reader.facts(one) for one in located]
