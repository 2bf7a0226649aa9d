"""Work on many contracts, shared by copies of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from ...workspace.snapshot import Located, Snapshot
from .facts import Facts, Reader

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

# Contracts that pay for another process: to start one, to copy the memory that it changes and to
# take over what it tells costs a tenth of a second, in which 2,000 are read.
PAYS = 4_000
_CHUNK = 500  # contracts that a process takes at a time: none then waits long for the last


def shared(
    work: Callable[[Chunk], Result], chunks: Sequence[Chunk], contracts: int, processes: int
) -> Iterator[Result]:
    """What ``work`` makes of each chunk, in their order; plain data.

    So many processes share it where it is about enough ``contracts``.
    """
    if processes > 1 and contracts >= PAYS:
        from ...system import copies  # only who has much pays for it

        if copies.may_be_had():
            return copies.share(work, chunks, processes)
    return map(work, chunks)


def facts_of(snapshot: Snapshot, located: Sequence[Located], processes: int) -> Iterator[Facts]:
    """What contracts of a snapshot say, in their order; equal words are one object."""
    reader = Reader(snapshot)  # its words take much room, and are not needed again
    _ = snapshot.types  # what all need is made before there are copies

    def read(chunk: Sequence[Located]) -> list[tuple[Any, ...]]:
        told = [tuple(reader.facts(one)) for one in chunk]
        if len(located) >= PAYS:  # else whoever asks for more of them need not fetch it again
            for file in {one.file.path: one.file for one in chunk}.values():
                snapshot.let_go(file)
        return told

    chunks = [located[at : at + _CHUNK] for at in range(0, len(located), _CHUNK)]
    for some in shared(read, chunks, len(located), processes):
        yield from map(Facts._make, some)
