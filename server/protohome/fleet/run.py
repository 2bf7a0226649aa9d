"""A run over a fleet: what is listed, read, judged and told, and what is there already."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from sys import intern
from typing import Any

from distributed import Client

from ..named import NamedTuple
from ..system.disk import LoadError
from . import judging, summary
from .blobs import facts
from .blobs.facts import Index, Packed, Wanted
from .blobs.mirrors import Repository
from .blobs.store import Store
from .dealing import Done, Lost, OtherCode, Task, dealt
from .engine import Engine, engine
from .judging import FAILED, UNFINISHED, Job, Listed, Result
from .summary import Summary
from .tables import TABLES, shard

Tell = Callable[[str, int, int], None]
"""``tell(what, done, total)`` as a run goes on."""

# Repositories that are listed in one task: git starts three times for each, some 10 ms.
_LISTED_AT_ONCE = 25
# Files in a shard of the tables: their findings and contracts are in a worker's memory at once.
_IN_SHARD = 1000


class Asked(NamedTuple):
    """What a run is asked for. ``size`` is how many blobs or files there are in a task."""

    repositories: Sequence[Repository]
    out: str
    store: str
    since: str
    form: str
    size: int


class Counts(NamedTuple):
    """What a run did: how many proto files there are, how many different, how many it read."""

    files: int
    blobs: int
    read: int
    judged: int


class Run:
    """One run; what it learns as it goes on."""

    def __init__(self, client: Client, asked: Asked, tell: Tell) -> None:
        self._client, self._asked, self._tell = client, asked, tell
        self._engine = engine()
        self._store = Store(asked.store)
        self._listed: dict[str, bytes] = {}
        self._why: dict[str, tuple[str, str]] = {}
        self._copies: Counter[str] = Counter()
        self._places: Index = {}
        self._read = self._judged = 0

    def go(self) -> tuple[Summary, Counts, str]:
        """Do it all; what stands in the fleet, what was done, and why not all, ``""`` for all."""
        lost = ""
        try:
            self._list()
            self._learn()
            self._judge()
        except Lost as error:
            lost = f"the scheduler was lost: {error}" if str(error) else "the scheduler was lost"
        found = self._write(lost)
        counts = Counts(self._copies.total(), len(self._copies), self._read, self._judged)
        return found, counts, lost

    # The stages

    def _list(self) -> None:
        every = self._asked.repositories
        tasks = (
            Task(_list, (self._engine, self._asked.since), tuple(every[at : at + _LISTED_AT_ONCE]))
            for at in range(0, len(every), _LISTED_AT_ONCE)
        )
        for done in self._deal("listing", tasks, len(every)):
            told = done.value or [(done.task.items[0].name, b"", done.why)]
            for name, data, why in told:
                if why:
                    self._why[name] = FAILED, why
                else:
                    self._listed[name] = data
        for found in map(self._of, self._listed):
            self._copies.update(map(intern, found.blobs.values()))

    def _learn(self) -> None:
        """Read the blobs that the store lacks, each once, whoever has a copy."""
        for index in facts.known(self._store, self._engine.facts):
            self._places.update(index)
        missing = len(self._copies.keys() - self._places.keys())
        tasks = self._packs()
        for done in self._deal("reading", tasks, missing, _blobs):
            if done.value:  # what could not be packed is read again by who judges it
                packed: Packed = done.value
                self._places.update(packed.places)
                self._read += len(packed.places)

    def _packs(self) -> Iterator[Task]:
        claimed = set(self._places)
        some: list[Wanted] = []
        room = self._asked.size
        for repository in self._asked.repositories:
            found = self._find(repository)
            ids = [*dict.fromkeys((*found.blobs.values(), *found.others))] if found else []
            fresh = [ident for ident in ids if ident not in claimed]
            claimed.update(fresh)
            while fresh:
                some.append(Wanted(repository.url, tuple(fresh[:room])))
                fresh, room = fresh[room:], room - len(some[-1].blobs)
                if not room:
                    yield Task(_pack, (self._engine, self._asked.store), tuple(some))
                    some, room = [], self._asked.size
        if some:
            yield Task(_pack, (self._engine, self._asked.store), tuple(some))

    def _judge(self) -> None:
        known = set(self._store.names(judging.place(self._engine, "").rstrip("/"), ""))
        jobs = [*self._jobs(known)]
        total = len(jobs)
        for done in self._deal("judging", self._grouped(jobs), total):
            if done.why:
                self._why[done.task.items[0].repository.name] = FAILED, done.why
            else:
                self._judged += len(done.task.items)

    def _jobs(self, known: set[str]) -> Iterator[tuple[Repository, str]]:
        for repository in self._asked.repositories:
            found = self._find(repository)
            name = self._key(repository, found) if found else ""
            if found and name not in known:
                known.add(name)
                yield repository, name

    def _grouped(self, jobs: Iterable[tuple[Repository, str]]) -> Iterator[Task]:
        some: list[Job] = []
        files = 0
        for repository, name in jobs:
            found = self._of(repository.name)
            if some and files + len(found.blobs) > self._asked.size:
                yield Task(_judge, (self._engine, self._asked.store), tuple(some))
                some, files = [], 0
            ids = (*found.blobs.values(), *found.others)
            places = {ident: self._places[ident] for ident in ids if ident in self._places}
            commits = (found.commit, found.before, self._asked.since)
            some.append(Job(repository, name, *commits, places))
            files += len(found.blobs)
        if some:
            yield Task(_judge, (self._engine, self._asked.store), tuple(some))

    def _write(self, lost: str) -> Summary:
        """The tables, the summary and the page; without a scheduler, by ourselves."""
        parts = [*self._parts(lost)]
        told = summary.NOTHING
        wanted: set[str] = set()
        tasks = [
            Task(_write, (self._engine, self._asked.store, self._asked.out, self._asked.form), (p,))
            for p in parts
        ]
        results: Iterable[Done]
        if lost:
            results = (Done(task, task.call(*task.shared, task.items)) for task in tasks)
        else:
            results = self._deal("writing", tasks, len(parts))
        found: dict[int, Summary] = {}
        for done in results:
            if done.why:
                raise LoadError(f"the tables cannot be written: {done.why}")
            part: Part = done.task.items[0]
            found[part.number] = Summary(*done.value)
            wanted.add(part.name(self._engine, self._asked.form))
        for number in sorted(found):
            told = summary.together(told, found[number])
        told = told._replace(copied=self._copied())
        out = Store(self._asked.out)
        for table in TABLES:
            for name in out.names(table, ""):
                if name.rpartition(".")[0] not in wanted or not name.endswith(self._asked.form):
                    out.remove(f"{table}/{name}")
        out.write("summary.json", (json.dumps(told._asdict(), indent=1) + "\n").encode())
        out.write("report.html", summary.page(told).encode())
        return told

    def _parts(self, lost: str) -> Iterator[Part]:
        some: list[Entry] = []
        number = files = 0
        known = set(self._store.names(judging.place(self._engine, "").rstrip("/"), ""))
        for repository in self._asked.repositories:
            name = repository.name
            found = self._find(repository)
            size = len(found.blobs) if found else 1
            if some and files + size > _IN_SHARD:
                yield Part(number, tuple(some))
                some, files, number = [], 0, number + 1
            key = self._key(repository, found) if found else ""
            status, why = self._why.get(name, (UNFINISHED, lost or "it was not judged"))
            if key in known:
                status, why = "", ""
            head = (found.commit, found.date) if found else ("", "")
            some.append(Entry(name, key if not status else "", status, why, *head))
            files += size
        if some:
            yield Part(number, tuple(some))

    # What is known

    def _copied(self) -> list[tuple[str, int]]:
        """The files that most repositories have a copy of, each by one of its paths."""
        most = {ident: number for ident, number in self._copies.most_common() if number > 1}
        most = dict(sorted(most.items(), key=lambda each: (-each[1], each[0]))[: summary.MOST])
        paths: dict[str, str] = {}
        for name in self._listed if most else ():
            for path, ident in self._of(name).blobs.items():
                if ident in most:
                    paths[ident] = min(paths.get(ident, path), path)
        return sorted(
            ((paths[ident], number) for ident, number in most.items()),
            key=lambda each: (-each[1], each[0]),
        )

    def _of(self, name: str) -> Listed:
        return Listed(*json.loads(zlib.decompress(self._listed[name])))

    def _find(self, repository: Repository) -> Listed | None:
        return self._of(repository.name) if repository.name in self._listed else None

    def _key(self, repository: Repository, found: Listed) -> str:
        return judging.key(repository, found, self._asked.since, self._engine)

    def _deal(
        self,
        what: str,
        tasks: Iterable[Task],
        total: int,
        counted: Callable[[Done], int] = lambda done: len(done.task.items),
    ) -> Iterator[Done]:
        done_of_them = 0
        self._tell(what, 0, total)
        try:
            for done in dealt(self._client, tasks):
                done_of_them += counted(done)
                self._tell(what, done_of_them, total)
                yield done
        except OtherCode as error:
            raise LoadError(str(error)) from error


class Entry(NamedTuple):
    """A repository in the tables: the key of its result, or how it failed."""

    name: str
    key: str
    status: str
    why: str
    commit: str
    date: str


class Part(NamedTuple):
    """The repositories of one shard of the tables."""

    number: int
    entries: tuple[Entry, ...]

    def name(self, made_by: Engine, form: str) -> str:
        told = sha256(repr((made_by.verdicts, form, self.entries)).encode()).hexdigest()
        return f"{self.number:05}-{told[:16]}"


def _blobs(done: Done) -> int:
    return sum(len(wanted.blobs) for wanted in done.task.items)


# What workers do


def _list(
    made_by: Engine, since: str, repositories: Sequence[Repository]
) -> list[tuple[str, bytes, str]]:
    """Each repository's name with what it holds, compressed, or why nobody knows."""
    _check(made_by)
    told: list[tuple[str, bytes, str]] = []
    for repository in repositories:
        try:
            found = judging.listed(repository, since)
            told.append((repository.name, zlib.compress(json.dumps(found).encode()), ""))
        except (LoadError, OSError) as error:
            told.append((repository.name, b"", str(error) or type(error).__name__))
    return told


def _pack(made_by: Engine, store: str, wanted: Sequence[Wanted]) -> Packed:
    _check(made_by)
    return facts.pack(Store(store), made_by.facts, wanted)


def _judge(made_by: Engine, store: str, jobs: Sequence[Job]) -> bool:
    _check(made_by)
    judging.judge(Store(store), made_by, jobs)
    return True


def _write(
    made_by: Engine, store: str, out: str, form: str, parts: Sequence[Part]
) -> tuple[Any, ...]:
    """Write the shards of a part, unless they are there; what they hold in short."""
    _check(made_by)
    shared, place = Store(store), Store(out)
    [part] = parts
    name = part.name(made_by, form)
    short = f"summaries/{name}.json"
    done = shared.read(short)
    if done is not None and all(place.has(f"{table}/{name}.{form}") for table in TABLES):
        return tuple(json.loads(done))
    results = [(entry.name, _result(shared, made_by, entry)) for entry in part.entries]
    for table in TABLES:
        rows = [(entry, result.rows.get(table, [])) for entry, result in results]
        place.write(f"{table}/{name}.{form}", shard(table, rows, form))
    told = summary.of(results)
    shared.write(short, json.dumps(told).encode())
    return tuple(told)


def _result(store: Store, made_by: Engine, entry: Entry) -> Result:
    found = judging.result(store, made_by, entry.key) if entry.key else None
    if found is not None:
        return found
    if entry.key:
        store.remove(judging.place(made_by, entry.key))  # the next run makes it anew
    status, why = entry.status or UNFINISHED, entry.why or "its result is damaged"
    return judging.failed(status, why, entry.commit or None, entry.date or None)


def _check(made_by: Engine) -> None:
    if engine() != made_by:
        raise OtherCode("a worker runs another protohome than this one; install the same there")
