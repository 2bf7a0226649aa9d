"""A copy of this process that reads one large workspace, so that this one need not parse it.

It is made while there is one thread, waits until it is asked, puts the facts into the workspace's
store, and ends. Where it is lost, busy or not to be had, whoever asked reads as without it.
"""

from __future__ import annotations

import marshal
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from ..named import NamedTuple

if TYPE_CHECKING:
    from ..packagemap.model import PackageMap
    from .files import Stamp

Progress = Callable[[int, int], None]


class _Copy(NamedTuple):
    """A process that waits, and the pipes through which it is asked, and tells how far it is."""

    pid: int
    asking: int
    told: int


class Standby:
    """At most one copy, of the process as it is now: the fewer modules and threads, the better."""

    def __init__(self) -> None:
        self._waiting: list[_Copy] = []
        if hasattr(os, "fork"):
            with suppress(OSError):  # then there may be no more processes
                self._waiting.append(_made())

    def read(
        self, root: str, package_map: PackageMap, stamps: Mapping[str, Stamp], progress: Progress
    ) -> None:
        """Have the facts and hashes of the files below ``root`` kept, if much is to be parsed.

        ``progress(done, total)`` tells how many files are parsed of those that have to be.
        """
        from .ahead import PAYS
        from .files.contents import changed

        if sum(stamps[path].size for path in changed(root, stamps)) < PAYS:
            return
        try:
            copy = self._waiting.pop()
        except IndexError:
            return
        plain = {path: tuple(stamp) for path, stamp in stamps.items()}
        try:
            with open(copy.told, "rb") as told:
                with suppress(OSError), open(copy.asking, "wb") as asking:
                    marshal.dump((root, package_map.path, package_map.source, plain), asking)
                for done, total in _heard(told):
                    progress(done, total)
        finally:
            _end(copy)


def _heard(told: BinaryIO) -> Iterator[tuple[int, int]]:
    """How far a copy is, until it has ended, whatever the reason."""
    with suppress(EOFError, ValueError, TypeError):
        while True:
            yield marshal.load(told)


def _made() -> _Copy:
    """Start a copy of this process that waits. Raises OSError where none may be started."""
    asked, asking = os.pipe()
    told, telling = os.pipe()
    # Whoever is asked to stop is the parent: a copy is never interrupted, from its beginning on.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pid = os.fork()
        if not pid:
            os.close(asking)
            os.close(told)
            _wait(asked, telling)
    except OSError:
        os.close(asking)
        os.close(told)
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(asked)
        os.close(telling)
    return _Copy(pid, asking, told)


def _wait(asked: int, telling: int) -> NoReturn:
    """All that a copy does: it leaves nothing to what it is a copy of, least of all to clean up."""
    try:
        with suppress(Exception):  # the parent will see what there is to see
            os.setsid()  # so that it can be ended with its workers
            _let_go_of_the_client()
            with open(asked, "rb") as stream:
                root, path, source, stamps = marshal.load(stream)  # its end, if the parent ends
            # A worker that outlives this copy does not keep the parent waiting.
            os.register_at_fork(after_in_child=lambda: os.close(telling))

            def tell(done: int, total: int) -> None:
                os.write(telling, marshal.dumps((done, total)))

            _read(root, path, source, stamps, tell)
    finally:
        os._exit(0)


def _let_go_of_the_client() -> None:
    """The conversation is the parent's alone, and ends when that does."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nothing, stream)
    os.close(nothing)


def _read(
    root: str,
    path: str,
    source: bytes,
    stamps: Mapping[str, tuple[int, int, int, int]],
    tell: Progress,
) -> None:
    """Keep the facts and hashes of files that matter to the map with that path and source."""
    from ..packagemap import read as read_map
    from .ahead import cores
    from .discovery import facts_of
    from .files import Stamp
    from .files.contents import hashes
    from .reading import FileReader

    known = hashes(root, {path: Stamp(*stamp) for path, stamp in stamps.items()})
    store = facts_of(root)
    reader = FileReader(root, read_map(path, source), (), store=store, hashes=known or {})
    for _ in reader.ahead(stamps, cores(), tell):
        pass
    store.save()
    if known is not None:
        known.save()


def _end(copy: _Copy) -> None:
    """Stop a copy, and workers that it may have left, once nobody waits for it any more."""
    with suppress(OSError):
        os.killpg(copy.pid, signal.SIGKILL)
    with suppress(OSError):
        os.waitpid(copy.pid, 0)
