"""Parsing many files in worker processes: facts in bytes come back, as a ``Store`` keeps them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from ..syntax import Packed, Parser, packed
from ..system.kept.store import Store
from .shelf import put

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

# Bytes to parse that pay for starting workers, importing what starts them, and reading what they
# tell: a quarter of a second's.
PAYS = 4_000_000
_CHUNK = 500_000  # Bytes given to a worker at a time: so none is left with much at the end.

Job = tuple[str, bytes]  # a key and a source


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
    """Put the packed facts of sources, and these, into a store, as far as workers can be had.

    ``progress(done, total)`` is called as they come. What is missing then, as one was killed or
    there may be none, is for the caller to parse.
    """
    from concurrent.futures.process import BrokenProcessPool  # only who has much pays for it

    # Where there may be no semaphores, there is no pool.
    with suppress(BrokenProcessPool, OSError, ImportError), _pool(workers) as pool:
        done = 0
        for facts in pool.map(parsed, _chunks(jobs.items())):
            for key, data in facts:
                put(store, key, data, jobs[key])
            done += len(facts)
            progress(done, len(jobs))


def parsed(jobs: list[Job]) -> list[tuple[str, Packed]]:
    """What is told of some sources, by their keys. In a worker."""
    parser = Parser()
    return [(key, packed(parser.read_once("", source))) for key, source in jobs]


def _pool(workers: int) -> ProcessPoolExecutor:
    """Workers that are copies of this process. Raises OSError where there can be none.

    One that starts anew imports what it finds in the current folder, which may be a checkout.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    if "fork" not in get_all_start_methods():
        raise OSError("processes cannot be copied here")
    return ProcessPoolExecutor(workers, get_context("fork"), initializer=_start)


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever is asked to stop is the parent


def _chunks(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    chunk: list[Job] = []
    room = _CHUNK
    for job in jobs:
        chunk.append(job)
        room -= len(job[1])
        if room < 0:
            yield chunk
            chunk, room = [], _CHUNK
    if chunk:
        yield chunk
