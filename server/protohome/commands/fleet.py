"""``protohome fleet REPOSITORIES -o FOLDER``: where many repositories stand, as tables."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Any

from ..escaping.terminal import say
from ..system.disk import LoadError, contents

if TYPE_CHECKING:
    from ..fleet.blobs.mirrors import Repository
    from ..fleet.run import Counts
    from ..fleet.summary import Summary

_NEEDED = ("dask", "distributed", "fsspec", "jinja2")
_EPILOG = """\
A repository is a clone or a bare mirror: a folder, or a URL that fsspec knows. A folder of them is
searched. A text file has one a line, with the path of its map behind it where it has none itself.

exit code:
  0  every repository has its row in the tables, whatever was found
  2  it could not be done, or not to its end: run it again to go on
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("repositories", nargs="+", metavar="REPOSITORY", help="repositories, folders or lists")
    add("-o", "--output", required=True, metavar="FOLDER", help="where the tables are written")
    add("--map", metavar="FILE", help="the map of all repositories that have none")
    add(
        "--since",
        metavar="DATE",
        default="",
        help="what is new since then: 2026-01-31, as git understands it (default: nothing is new)",
    )
    add("--store", metavar="FOLDER", help="what is kept for the next run (default: OUTPUT/store)")
    add("--format", choices=("parquet", "ndjson"), help="default: parquet where pyarrow is there")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_number, metavar="N", help="processes here (default: all)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler: tcp://HOST:8786")
    add(
        "--memory-limit",
        default="1GiB",
        metavar="BYTES",
        help="what a worker here may take before it is started anew (default: 1GiB)",
    )
    add(
        "--task-size",
        type=_number,
        default=1000,
        metavar="N",
        help="files in a task (default: 1000): some seconds, so that Dask costs little",
    )
    add("-v", "--verbose", action="store_true", help="a line for every task that is done")
    add("-q", "--quiet", action="store_true", help="no summary and no progress")


def run(arguments: argparse.Namespace) -> int:
    gc.enable()  # a run is long
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise LoadError(f"the fleet needs {', '.join(missing)}: pip install 'protohome[fleet]'")
    from ..fleet.tables import NDJSON, PARQUET, has_parquet

    form = arguments.format or (PARQUET if has_parquet() else NDJSON)
    if form == PARQUET and not has_parquet():
        raise LoadError("Parquet needs pyarrow: pip install pyarrow, or --format ndjson")
    repositories = _repositories(arguments)
    out = _url(arguments.output)
    store = _url(arguments.store) if arguments.store else f"{out.rstrip('/')}/store"
    told, counts, lost = _done(arguments, repositories, out, store, form)
    if not arguments.quiet:
        say(_summary(told, counts), sys.stderr)
    if lost:
        raise LoadError(f"{lost}; run it again to go on")
    return 0


def _done(
    arguments: argparse.Namespace, repositories: list[Repository], out: str, store: str, form: str
) -> tuple[Summary, Counts, str]:
    from ..fleet.cluster import connected
    from ..fleet.run import Asked, Run

    asked = Asked(repositories, out, store, arguments.since, form, arguments.task_size)
    progress = _Progress(arguments)
    with connected(arguments.scheduler, arguments.workers, arguments.memory_limit) as client:
        link = _dashboard(client)
        if link and not arguments.quiet:
            say(f"protohome: Dask's dashboard is at {link}", sys.stderr)
        try:
            return Run(client, asked, progress).go()
        finally:
            progress.end()


def _dashboard(client: Any) -> str:
    return str(client.dashboard_link or "") if find_spec("bokeh") else ""


def _summary(told: Summary, counts: Counts) -> str:
    states = ", ".join(f"{number} {status}" for status, number in told.repositories.items())
    total = told.totals
    return (
        f"{sum(told.repositories.values())} repositories ({states}), {counts.files} files,"
        f" {counts.blobs} different, {counts.read} read now, {counts.judged} repositories judged"
        f" now: {total.get('errors', 0)} errors, {total.get('warnings', 0)} warnings"
    )


# Which repositories


def _repositories(arguments: argparse.Namespace) -> list[Repository]:
    """Those that are asked for, by their names. Raises LoadError where there are none."""
    from ..fleet.blobs.mirrors import Repository

    common = _text(arguments.map) if arguments.map else None
    found: dict[str, Repository] = {}
    for asked in arguments.repositories:
        for url, given in _lines(asked) if os.path.isfile(asked) else [(asked, "")]:
            own = _text(given) if given else common
            for name, place in _found(url):
                if name in found and found[name].url != place:
                    raise LoadError(f"two repositories are called {name}: {url} and another")
                found[name] = Repository(name, place, own)
    if not found:
        raise LoadError(f"no repository in {', '.join(arguments.repositories)}")
    return [found[name] for name in sorted(found)]


def _found(url: str) -> Iterator[tuple[str, str]]:
    """Repositories at or below a place, by the names they are called by."""
    from ..fleet.blobs import mirrors

    place = _url(url)
    own = re.split(r"[/:]", place.rstrip("/"))[-1]
    try:
        every = mirrors.find(place)
    except OSError:
        every = [("", place)]  # what is wrong with it is said in its row
    for inner, where in every:
        yield (inner or own).removesuffix(".git"), where


def _lines(file: str) -> Iterator[tuple[str, str]]:
    """A list's repositories, each with the path of its map, ``""`` for none; from its folder."""
    for line in _text(file).decode("utf-8", "surrogateescape").splitlines():
        # Between the two there is a tab where a path has spaces.
        place, *given = (line.split("\t") if "\t" in line else line.split()) or [""]
        if place and not place.startswith("#"):
            folder = os.path.dirname(file)
            yield _below(folder, place), _below(folder, given[0]) if given else ""


def _below(folder: str, place: str) -> str:
    return place if "://" in place else os.path.join(folder, place)


def _url(place: str) -> str:
    """An absolute one: workers stand elsewhere."""
    return place if "://" in place else os.path.abspath(place)


def _text(file: str) -> bytes:
    try:
        return contents(file)
    except OSError as error:
        raise LoadError(f"{file}: cannot be read: {error.strerror}") from error


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


class _Progress:
    """A bar on a terminal, a line a task where it is asked for."""

    _WIDE = 30

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._lines = arguments.verbose
        self._bar = sys.stderr.isatty() and not arguments.quiet and not self._lines
        self._next = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._lines:
            say(f"protohome: {what} {done} of {total}", sys.stderr)
        elif self._bar and (monotonic() >= self._next or done == total):
            self._next = monotonic() + 0.1
            filled = self._WIDE * done // max(total, 1)
            bar = "█" * filled + "░" * (self._WIDE - filled)
            sys.stderr.write(f"\r{what:<8} {bar} {done} of {total}\x1b[K")
            sys.stderr.flush()

    def end(self) -> None:
        if self._bar:
            sys.stderr.write("\r\x1b[K")
