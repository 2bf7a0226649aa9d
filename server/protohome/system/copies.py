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
from typing import Any, NoReturn, TypeVar

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

_TICKET = 4  # bytes of a chunk's number in the queue, a pipe of which all take
_LENGTH = 8  # bytes before each result, of how long it is
_PIPE = 1 << 20  # bytes that Linux lets anybody's pipe hold: results of several chunks


class _Copy:
    """A process that was started, and the pipe through which it tells."""

    def __init__(self, pid: int, told: int) -> None:
        self.pid, self._told = pid, told
        self._heard = bytearray()

    def heard(self, *, until_its_end: bool = False) -> Iterator[tuple[int, Any]]:
        """The results that came by now, or will, by the numbers of their chunks."""
        os.set_blocking(self._told, until_its_end)
        with suppress(BlockingIOError):  # then there are no more yet
            while data := os.read(self._told, _PIPE):
                self._heard += data
        while len(self._heard) >= (end := _LENGTH + int.from_bytes(self._heard[:_LENGTH], "big")):
            yield marshal.loads(self._heard[_LENGTH:end])
            del self._heard[:end]

    def end(self, how: int = 0) -> None:
        """Wait until it has ended, as it is told to by a signal, or of itself."""
        os.close(self._told)
        with suppress(OSError):  # it is gone where nobody is to hear of that
            if how:
                os.kill(self.pid, how)
            os.waitpid(self.pid, 0)


def may_be_had() -> bool:
    """Whether this process can be copied: with one thread only, as no other is copied along."""
    if not hasattr(os, "fork"):
        return False
    threading = sys.modules.get("threading")
    return threading is None or threading.active_count() == 1


def share(
    work: Callable[[Chunk], Result], chunks: Sequence[Chunk], processes: int
) -> Iterator[Result]:
    """What ``work`` makes of each chunk, in their order, done by so many processes.

    Each takes one chunk after another; this one gives what is made meanwhile to whoever asked, so
    that it takes fewer. Results are plain data, as ``marshal`` writes; whatever else ``work`` does
    in a copy is lost with it. What a copy could not do is done here, and raises here what there is
    to raise.
    """
    queue = _queue(len(chunks))
    copies: list[_Copy] = []
    found: dict[int, Result] = {}
    given = 0
    try:
        with suppress(OSError):  # then there may be no more processes
            while len(copies) < min(processes, len(chunks)) - 1:
                copies.append(_copied(work, chunks, queue))
        for number in _taken(queue):
            found[number] = work(chunks[number])
            for copy in copies:
                found.update(copy.heard())
            while given in found:
                yield found.pop(given)
                given += 1
        while copies:
            found.update(copies[-1].heard(until_its_end=True))
            copies.pop().end()
    finally:
        os.close(queue)
        for copy in copies:
            copy.end(signal.SIGKILL)
    for number in range(given, len(chunks)):
        yield found.pop(number) if number in found else work(chunks[number])


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
    with suppress(ImportError, AttributeError, OSError):  # other systems, or too many pipes
        import fcntl

        fcntl.fcntl(telling, fcntl.F_SETPIPE_SZ, _PIPE)
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
    return _Copy(pid, told)


def _work(
    work: Callable[[Chunk], Result], chunks: Sequence[Chunk], queue: int, telling: int, parent: int
) -> NoReturn:
    """All that a copy does: it leaves nothing to what it is a copy of, least of all to clean up."""
    try:
        untold = bytearray()
        os.set_blocking(telling, False)
        with suppress(Exception):  # the parent will see what there is to see
            for number in _taken(queue):
                if os.getppid() != parent:
                    break
                result: Any = work(chunks[number])
                data = marshal.dumps((number, result))
                untold += len(data).to_bytes(_LENGTH, "big") + data
                with suppress(BlockingIOError):  # the parent listens between chunks of its own
                    del untold[: os.write(telling, untold)]
        os.set_blocking(telling, True)
        with open(telling, "wb", closefd=False) as stream:
            stream.write(untold)
    finally:
        os._exit(0)
