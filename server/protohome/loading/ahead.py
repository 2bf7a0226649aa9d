"""Parsing many files in copies of this process: what is told of them comes back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from ..named import NamedTuple
from ..syntax import Parser, packed

# Bytes to parse that pay for starting a copy, for the memory that it changes, and for reading what
# it tells: a tenth of a second's.
PAYS = 2_000_000
_CHUNK = 500_000  # Bytes given to a process at a time: so none is left with much at the end.

# The SHA-256 of a source, in hexadecimal, and what it holds as ``Packed``; where it does not matter
# or is known they are empty.
Told: TypeAlias = "tuple[str, tuple[bytes, ...]]"


class Chunk(NamedTuple):
    """Some sources by their paths, and how many there are before them."""

    before: int
    jobs: list[tuple[str, bytes]]


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parsed_ahead(
    jobs: Mapping[str, bytes],
    tell: Callable[[str, bytes], Told],
    workers: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Told]:
    """What some processes ``tell`` of each of the sources, which are by path, in their order.

    Nothing of any where no copies may be had; ``progress(done, total)`` counts what is taken.
    """
    from ..system import copies  # only who has much pays for it

    if not copies.may_be_had():
        return
    this = os.getpid()

    def work(chunk: Chunk) -> list[Told]:
        if os.getpid() == this:
            progress(chunk.before, len(jobs))
        return [tell(path, source) for path, source in chunk.jobs]

    for told in copies.share(work, [*_chunks(jobs.items())], workers):
        yield from told


def parsed(parser: Parser, source: bytes) -> tuple[bytes, ...]:
    """What a source holds, as ``Packed``."""
    return tuple(packed(parser.read_once("", source)))


def _chunks(jobs: Iterable[tuple[str, bytes]]) -> Iterator[Chunk]:
    chunk, room = Chunk(0, []), _CHUNK
    for job in jobs:
        chunk.jobs.append(job)
        room -= len(job[1])
        if room < 0:
            yield chunk
            chunk, room = Chunk(chunk.before + len(chunk.jobs), []), _CHUNK
    if chunk.jobs:
        yield chunk
