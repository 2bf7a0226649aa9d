"""A scheduler and workers that run already, over TCP: one may die, and so may the scheduler."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from fleet import fleets

NDJSON = ("--format", "ndjson")
SMALL = ("--task-size", "3", "--verbose")


class Cluster(NamedTuple):
    address: str
    scheduler: subprocess.Popen[str]
    workers: list[subprocess.Popen[str]]


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fleets.make(tmp_path_factory.mktemp("fleet") / "mirrors", well=9)


@pytest.fixture(scope="module")
def clean(repositories: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a run that nobody disturbs gives."""
    out = tmp_path_factory.mktemp("clean")
    assert fleets.run(repositories, "-o", out, *NDJSON).code == 0
    return fleets.everything(out)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and three workers, as ``dask scheduler`` and ``dask worker`` start them."""
    with ExitStack() as stack:
        one = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        scheduler, address = stack.enter_context(
            fleets.started(*one, "--no-dashboard", until=r"tcp://127\.0\.0\.1:\d+")
        )
        own = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory")
        workers = [
            stack.enter_context(
                fleets.started("distributed.cli.dask_worker", address, *own, str(tmp_path / name))
            )[0]
            for name in ("one", "two", "three")
        ]
        yield Cluster(address, scheduler, workers)


def disturbed(
    cluster: Cluster, repositories: Path, out: Path, victim: subprocess.Popen[str], line: str
) -> fleets.Ran:
    """A run whose victim is killed as soon as the run says a line."""
    argv = (repositories, "-o", out, "--scheduler", cluster.address, *NDJSON, *SMALL)
    said: list[str] = []
    with subprocess.Popen(fleets.command(*argv), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for told in process.stderr:
            said.append(told.rstrip())
            if re.match(line, told) and victim.poll() is None:
                os.kill(victim.pid, signal.SIGKILL)
                victim.wait()
    assert victim.poll() == -signal.SIGKILL, said
    return fleets.Ran(process.returncode, said)


@pytest.mark.parametrize("line", ["protohome: reading [1-9]", "protohome: judging [1-9]"])
def test_a_worker_that_is_killed_takes_nothing_with_it(
    cluster: Cluster, repositories: Path, clean: dict[str, bytes], tmp_path: Path, line: str
) -> None:
    out = tmp_path / "out"
    done = disturbed(cluster, repositories, out, cluster.workers[1], line)
    assert done.code == 0, done.said
    assert fleets.everything(out) == clean


def test_what_a_lost_scheduler_leaves_is_told_and_gone_on_with(
    cluster: Cluster, repositories: Path, clean: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = disturbed(cluster, repositories, out, cluster.scheduler, "protohome: judging [1-9]")
    assert done.code == 2
    assert done.said[-1].startswith("protohome: the scheduler was lost")
    assert done.said[-1].endswith("; run it again to go on")
    rows = fleets.tables(out)["repositories"]
    assert len(rows) == json.loads(clean["summary.json"])["repositories"]["checked"] + 5
    left = [row for row in rows if row["status"] == "unfinished"]
    assert left
    assert all(row["reason"].startswith("the scheduler was lost") for row in left)
    assert any(row["status"] == "checked" for row in rows)
    again = fleets.run(repositories, "-o", out, *NDJSON)
    assert again.code == 0
    assert fleets.everything(out) == clean


def test_no_scheduler_is_said_at_once(repositories: Path, tmp_path: Path) -> None:
    done = fleets.run(repositories, "-o", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1")
    assert done.code == 2
    assert done.said[-1].startswith("protohome: --scheduler tcp://127.0.0.1:1: ")
    assert not (tmp_path / "out").exists()
