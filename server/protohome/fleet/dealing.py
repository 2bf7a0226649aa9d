"""Tasks for Dask, a bounded number at a time, and what becomes of them.

A task holds several items, and is cut into single ones where it fails, so that one repository takes
no other with it. Where a worker is killed, Dask suspects all that it had been given; each of those
is tried by itself at last, and what kills a worker even then is guilty.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from distributed import Client, Future, KilledWorker, as_completed

from ..named import NamedTuple

# Tasks that wait at the scheduler for each thread of a worker: one that runs, and one that follows
# without a pause. More would only be forgotten when the scheduler dies.
_AHEAD = 2
_KILLED = "its workers were killed; has one of them enough memory?"


class Lost(Exception):
    """The scheduler is gone, with all that it knew."""


class OtherCode(Exception):
    """A worker runs another protohome than we."""


class Task(NamedTuple):
    """``call(*shared, items)``, to be done by some worker, ``alone`` while no other is done."""

    call: Callable[..., Any]
    shared: tuple[Any, ...]
    items: tuple[Any, ...]
    alone: bool = False


class Done(NamedTuple):
    """What came of a task: its value, or one line that says why there is none."""

    task: Task
    value: Any = None
    why: str = ""


def dealt(client: Client, tasks: Iterable[Task]) -> Iterator[Done]:
    """Have tasks done, each asked for when there is room for it, and tell as they are.

    Raises Lost and OtherCode.
    """
    waiting = iter(tasks)
    again: deque[Task] = deque()
    suspects: deque[Task] = deque()
    flying: dict[Future[Any], Task] = {}
    running = as_completed(loop=client.loop)

    def fill() -> None:
        room = max(1, sum(client.nthreads().values())) * _AHEAD
        while len(flying) < room:
            task = again.popleft() if again else next(waiting, None)
            if task is None and not flying and suspects:
                task, room = suspects.popleft(), 1
            if task is None:
                return
            future = client.submit(task.call, *task.shared, task.items, pure=False)
            flying[future] = task
            running.add(future)

    try:
        fill()
        while flying:
            future = next(running)
            task = flying.pop(future)
            done = _done(future, task)
            parts = [task._replace(items=(item,)) for item in task.items]
            if done.why == _KILLED and not task.alone:
                suspects += (part._replace(alone=True) for part in parts)
            elif done.why and len(parts) > 1:
                again += parts
            else:
                yield done
            fill()
    except (OSError, TimeoutError, RuntimeError) as error:
        raise Lost(str(error)) from error


def _done(future: Future[Any], task: Task) -> Done:
    if future.status in ("cancelled", "lost"):
        raise Lost("the scheduler forgot what it was asked")
    error = future.exception()
    if error is None:
        return Done(task, future.result())
    if isinstance(error, OtherCode):
        raise error
    if isinstance(error, KilledWorker):
        return Done(task, why=_KILLED)
    return Done(task, why=f"{type(error).__name__}: {error}".partition("\n")[0])
