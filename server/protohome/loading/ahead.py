"""Parsing many files in copies of this process: what is told of them comes back, to be kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping

from ..named import NamedTuple
from ..syntax import Parser, packed
from ..system.kept.store import Store
from .shelf import put

# Bytes to parse that pay for starting a copy, for the memory that it changes, and for reading what
# it tells: a tenth of a second's.
PAYS = 2_000_000
_CHUNK = 500_000  # Bytes given to a process at a time: so none is left with much at the end.


class Chunk(NamedTuple):
    """Some sources by their keys, and how many there are before them."""

    before: int
    jobs: list[tuple[str, bytes]]


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parse_ahead(
    jobs: Mapping[str, bytes],
    store: Store,
    workers: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Put what is told of sources, and these, into a store, where copies may be had.

    ``progress(done, total)`` is called as they are taken. Where there are none it is for the caller
    to parse.
    """
    from ..system import copies  # only who has much pays for it

    if not copies.may_be_had():
        return
    this = os.getpid()

    def work(chunk: Chunk) -> list[tuple[bytes, ...]]:
        if os.getpid() == this:
            progress(chunk.before, len(jobs))
        return parsed(source for _, source in chunk.jobs)

    chunks = [*_chunks(jobs.items())]
    for chunk, found in zip(chunks, copies.share(work, chunks, workers), strict=True):
        for (key, source), told in zip(chunk.jobs, found, strict=True):
            put(store, key, told, source)
    progress(len(jobs), len(jobs))


def parsed(sources: Iterable[bytes]) -> list[tuple[bytes, ...]]:
    """What is told of some sources, as ``Packed``, in plain tuples."""
    parser = Parser()
    return [tuple(packed(parser.read_once("", source))) for source in sources]


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
