"""Tasks for Dask, a bounded number at a time, and what becomes of them.

A task holds several items, and is cut into single ones where it fails, so that one repository that
kills its worker takes no other with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from distributed import Client, Future, KilledWorker, as_completed

# Tasks that wait at the scheduler for each thread of a worker: one that runs, and one that follows
# without a pause. More would only be forgotten when the scheduler dies.
_AHEAD = 2


class Lost(Exception):
    """The scheduler is gone, with all that it knew."""


class OtherCode(Exception):
    """A worker runs another protohome than we."""


class Task(NamedTuple):
    """``call(*shared, items)``, to be done by some worker."""

    call: Callable[..., Any]
    shared: tuple[Any, ...]
    items: tuple[Any, ...]


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
    flying: dict[Future[Any], Task] = {}
    running = as_completed(loop=client.loop)

    def fill() -> None:
        room = max(1, sum(client.nthreads().values())) * _AHEAD
        while len(flying) < room:
            task = again.popleft() if again else next(waiting, None)
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
            if done.why and len(task.items) > 1:
                again += (task._replace(items=(item,)) for item in task.items)
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
        return Done(task, why="its workers were killed; has one of them enough memory?")
    return Done(task, why=f"{type(error).__name__}: {error}".partition("\n")[0])
