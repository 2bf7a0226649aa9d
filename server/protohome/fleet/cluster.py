"""Workers: processes of this machine, or those of a Dask scheduler that runs already."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dask
from distributed import Client, LocalCluster

from ..system.disk import LoadError

_SETTINGS = {
    # A scheduler that does not answer is gone: what is left is told, and the next run goes on.
    "distributed.comm.timeouts.connect": "10s",
    "distributed.comm.retry.count": 0,
    # A task that killed two workers is tried again in parts, as one of its repositories does it.
    "distributed.scheduler.allowed-failures": 1,
    # What tasks give back is small: there is nothing to spill.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.admin.log-format": "%(levelname)s: %(message)s",
}


@contextmanager
def connected(scheduler: str | None, workers: int | None, memory: str) -> Iterator[Client]:
    """A client of a scheduler, or of ``workers`` processes that are started and ended here.

    ``memory`` is what each of those may take. Raises LoadError where there is no scheduler.
    """
    with dask.config.set(_SETTINGS):
        if scheduler:
            try:
                client = Client(scheduler, set_as_default=False)
            except (OSError, ValueError, ImportError) as error:
                raise LoadError(f"--scheduler {scheduler}: {error}") from error
            try:
                yield client
            finally:
                client.close(timeout=2)
            return
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,  # Python does one thing at a time
                memory_limit=memory,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
