"""The second stage: what stands in one repository, under its map, at a commit.

The result is the repository's rows of every table, less its name, so that a mirror of a mirror is
judged once. It is kept in the store under a key of all that it rests on.
"""

from __future__ import annotations

import gc
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from .. import check
from ..authoring.graph import NO_LANE
from ..authoring.report import contracts
from ..config import ConfigError
from ..findings import Summary
from ..history import is_new
from ..migration import PHASES, shims
from ..named import NamedTuple
from ..output.paths import relocated
from ..system.disk import LoadError
from ..verdicts import Judge
from ..workspace.snapshot import Snapshot
from .blobs import mirrors
from .blobs.facts import Extent, Facts
from .blobs.mirrors import Commit, Repository
from .blobs.store import Store
from .engine import Engine
from .loading import NO_MAP, past_of, workspaces
from .tables import TABLES, Rows

CHECKED, WITHOUT_MAP, FAILED, UNFINISHED = "checked", "no map", "failed", "unfinished"


class Listed(NamedTuple):
    """A repository as it was listed: its commits, and the blobs of their protos.

    ``before`` is the id of the commit that tells what is new, ``""`` for none. ``blobs`` are by
    path those of ``commit``; ``others`` those that only the earlier one has.
    """

    commit: str
    date: str
    before: str
    blobs: dict[str, str]
    others: tuple[str, ...] = ()


class Job(NamedTuple):
    """A repository to be judged: the key of its result, its commits, its blobs' places.

    ``since`` is the date that was asked for, ``before`` the commit that it means, both ``""`` for
    none.
    """

    repository: Repository
    key: str
    commit: str
    before: str
    since: str
    places: dict[str, Extent]


class Result(NamedTuple):
    """How a repository fared, with its rows by table; ``why`` is one line for a person."""

    status: str
    why: str
    rows: dict[str, Rows]


def listed(repository: Repository, since: str) -> Listed:
    """What there is to judge. Raises LoadError where git cannot tell."""
    with mirrors.opened(repository.url) as mirror:
        now = mirror.at()
        before = mirror.before(since) if since else now
    blobs = {path: blob.id for path, blob in now.protos.items()}
    earlier = {blob.id for blob in before.protos.values()} if before else set()
    others = tuple(sorted(earlier - set(blobs.values())))
    return Listed(now.id, now.date, before.id if before else "", blobs, others)


def key(repository: Repository, found: Listed, since: str, engine: Engine) -> str:
    """What a result rests on."""
    told = (engine.verdicts, found.commit, found.before, since, repository.map)
    return sha256(repr(told).encode()).hexdigest()


def place(engine: Engine, name: str) -> str:
    """Where the store has a result."""
    return f"verdicts/{engine.verdicts}/{name}"


def judge(store: Store, engine: Engine, jobs: Iterable[Job]) -> None:
    """Judge some repositories, and put the results into the store."""
    for job in jobs:
        gc.disable()  # facts are trees, not cycles
        try:
            result = _result(store, engine, job)
        finally:
            gc.enable()
        data = zlib.compress(json.dumps(result).encode())
        store.write(place(engine, job.key), data)
        del result
        gc.collect()


def result(store: Store, engine: Engine, name: str) -> Result | None:
    """A result of this or an earlier run, None where there is none."""
    data = store.read(place(engine, name))
    try:
        return Result(*json.loads(zlib.decompress(data))) if data else None
    except (ValueError, TypeError, zlib.error):
        return None


def failed(status: str, why: str, commit: str | None, date: str | None) -> Result:
    """The result of a repository that could not be judged."""
    row = [commit, date, status, why, None, None, *(None for _ in _COUNTED)]
    return Result(status, why, {"repositories": [row]})


_COUNTED = [*TABLES["repositories"]][6:]


def _result(store: Store, engine: Engine, job: Job) -> Result:
    facts = Facts(store, engine.facts, job.places)
    with mirrors.opened(job.repository.url) as mirror:
        now = mirror.at(job.commit)
        before = mirror.at(job.before) if job.before else None
        rows: dict[str, Rows] = {table: [] for table in TABLES}
        maps: list[str] = []
        summaries: list[Summary] = []
        governed: dict[str, tuple[Any, ...]] = {}
        status, why = CHECKED, ""
        past = past_of(job.since or "HEAD", before)
        try:
            for prefix, snapshot in workspaces(job.repository, mirror, now, past, facts):
                summaries.append(_add(rows, governed, prefix, snapshot))
                maps.append(prefix + snapshot.map.path)
                del snapshot
        except (LoadError, ConfigError) as error:
            status, why = (WITHOUT_MAP if str(error) == NO_MAP else FAILED), str(error)
            rows = {table: [] for table in TABLES}
        except Exception as error:  # a fault of ours in one repository is not the end of the run
            status, why = FAILED, f"{type(error).__name__}: {error}"
            rows = {table: [] for table in TABLES}
    rows["files"] = [*_files(now, governed if status == CHECKED else {})]
    totals = [sum(getattr(one, name) or 0 for one in summaries) for name in Summary._fields]
    rows["repositories"] = [
        [
            *(now.id, now.date, status, why),
            (maps[0] if maps and maps[0] in now.files else "given") if maps else None,
            before.id if before else None,
            *(len(summaries), len(now.protos)),
            *(totals if status == CHECKED else (None for _ in Summary._fields)),
        ]
    ]
    return Result(status, why, rows)


def _files(now: Commit, governed: Mapping[str, tuple[Any, ...]]) -> Iterator[list[Any]]:
    for path, blob in sorted(now.protos.items()):
        package, lane, number = governed.get(path, (None, None, None))
        yield [path, blob.id, blob.size, path in governed, package, lane, number]


def _add(
    rows: dict[str, Rows], governed: dict[str, tuple[Any, ...]], prefix: str, snapshot: Snapshot
) -> Summary:
    """Add the rows of a workspace, whose paths have a prefix in the repository."""
    judge = Judge(snapshot)
    report = check.run(snapshot, judge=judge)
    lanes = {name: row.owner.lane or NO_LANE for name, row in snapshot.packages.items()}
    for path, file in snapshot.files.items():
        governed[prefix + path] = file.package, lanes.get(file.package), len(file.contracts)
    lines = {
        (located.fqn, located.file.path): (
            type(located.contract).__name__.lower(),
            snapshot.line(located.file, located.contract.name_span.start),
        )
        for several in snapshot.contracts.values()
        for located in several
    }
    for row in contracts(judge):
        package = row.fqn.rpartition(".")[0]
        kind, line = lines[row.fqn, row.path]
        place = (row.fqn, kind, prefix + row.path, line, package, package in judge.frozen)
        rows["contracts"].append(
            [*place, row.home, row.verdict, row.is_home, row.lane, is_new(snapshot, row.fqn)]
        )
    for finding, spot in relocated(report, lambda path: prefix + path).findings:
        rows["findings"].append(
            [
                *(finding.rule, finding.severity, finding.verdict),
                *(finding.path, spot.start_line, spot.start_column),
                *(finding.symbol, finding.home, finding.owner, finding.message),
                *(finding.baselined, finding.new),
            ]
        )
    for shim in shims(judge, None):
        rows["shims"].append(
            [
                *(shim.fqn, shim.kind, prefix + shim.path, shim.line),
                *(shim.home, shim.successor, shim.declared, len(shim.drift), shim.deprecated),
                *(len(shim.references), PHASES[shim.phase], shim.ready),
                *(shim.owner, shim.follow_on, shim.next),
            ]
        )
    for owned in snapshot.map.packages:
        files = snapshot.by_package.get(owned.package, ())
        number = sum(len(file.contracts) for file in files)
        is_frozen = owned.package in judge.frozen
        rows["owners"].append(
            [owned.package, lanes[owned.package], owned.domain, is_frozen, len(files), number]
        )
    return report.summary
