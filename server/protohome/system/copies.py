"""Work that copies of this process share: each knows all that it knew, and what it made comes back.

A copy costs no more than what it changes of the memory; one that is lost is not missed.
"""

from __future__ import annotations

import marshal
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, NoReturn, TypeVar

from ..named import NamedTuple

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

_TICKET = 4  # bytes of a chunk's number in the queue, a pipe of which all take


class _Copy(NamedTuple):
    """A process that was started, and the pipe through which it tells."""

    pid: int
    told: BinaryIO


def may_be_had() -> bool:
    """Whether this process can be copied: with one thread only, as no other is copied along."""
    if not hasattr(os, "fork"):
        return False
    threading = sys.modules.get("threading")
    return threading is None or threading.active_count() == 1


def share(work: Callable[[Chunk], Result], chunks: Sequence[Chunk], processes: int) -> list[Result]:
    """What ``work`` makes of each chunk, done by so many processes that take one after another.

    Results are plain data, as ``marshal`` writes; whatever else ``work`` does in a copy is lost
    with it. What a copy could not do is done here, and raises here what there is to raise.
    """
    queue = _queue(len(chunks))
    copies: list[_Copy] = []
    try:
        with suppress(OSError):  # then there may be no more processes
            while len(copies) < min(processes, len(chunks)) - 1:
                copies.append(_copied(work, chunks, queue))
        found = {number: work(chunks[number]) for number in _taken(queue)}
        while copies:
            with copies[-1].told as stream:
                data = stream.read()
            with suppress(ChildProcessError):  # of which nobody can tell how they ended
                _, status = os.waitpid(copies.pop().pid, 0)
                found.update({} if status else marshal.loads(data))
    finally:
        os.close(queue)
        for copy in copies:
            _end(copy)
    return [
        found[number] if number in found else work(chunk) for number, chunk in enumerate(chunks)
    ]


def _queue(length: int) -> int:
    """A pipe that holds the numbers below ``length``, and then ends."""
    queue, filling = os.pipe()
    with open(filling, "wb") as stream:
        stream.write(b"".join([number.to_bytes(_TICKET, "big") for number in range(length)]))
    return queue


def _taken(queue: int) -> Iterator[int]:
    """The numbers that nobody else takes."""
    while ticket := os.read(queue, _TICKET):
        yield int.from_bytes(ticket, "big")


def _copied(work: Callable[[Chunk], Result], chunks: Sequence[Chunk], queue: int) -> _Copy:
    """Start a copy of this process that works. Raises OSError where none may be started."""
    parent = os.getpid()
    told, telling = os.pipe()
    # Whoever is asked to stop is the parent: a copy is never interrupted, from its beginning on.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pid = os.fork()
        if not pid:
            _work(work, chunks, queue, telling, parent)
    except OSError:
        os.close(told)
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(telling)
    return _Copy(pid, open(told, "rb"))


def _work(
    work: Callable[[Chunk], Result], chunks: Sequence[Chunk], queue: int, telling: int, parent: int
) -> NoReturn:
    """All that a copy does: it leaves nothing to what it is a copy of, least of all to clean up."""
    status = 1
    try:
        found: dict[int, Result] = {}
        with suppress(Exception):  # the parent will see what there is to see
            for number in _taken(queue):
                if os.getppid() != parent:
                    break
                found[number] = work(chunks[number])
        with open(telling, "wb", closefd=False) as stream:
            marshal.dump(found, stream)
        status = 0
    finally:
        os._exit(status)


def _end(copy: _Copy) -> None:
    """Stop a copy that nobody waits for any more."""
    with suppress(OSError), copy.told:
        os.kill(copy.pid, signal.SIGKILL)
        os.waitpid(copy.pid, 0)
