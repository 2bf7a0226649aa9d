"""Reading a workspace from disk, with the editor's texts of its map and configuration on top.

Everything here does I/O and runs in a thread; its results are plain data for the event loop.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress

from ... import config as configuration
from ...config import Config, ConfigError
from ...history import Past
from ...loading import discovery
from ...loading.ahead import PAYS
from ...loading.beside import lookaround
from ...loading.discovery import Place, Stamp
from ...loading.early import EarlyReading
from ...loading.files.contents import changed, hashes
from ...loading.modules import Modules, coverage, find_modules
from ...loading.reading import Progress, read_files
from ...loading.standby import Standby
from ...model import ProtoFile
from ...named import NamedTuple
from ...packagemap import PackageMap
from ...packagemap import read as read_map
from ...rules import RULES
from ...syntax import Parser
from ...system import git
from ...system.disk import LoadError, contents, is_absent, read_bytes, why_no_text, why_unread
from ...system.listing import is_ignored
from ...verdicts import Judge, Kept, KeptAlone, kept_of
from ...workspace.early import NotYet
from ...workspace.indexes import located_in
from ...workspace.revision import Revision
from ...workspace.snapshot import Snapshot
from ...workspace.surroundings import Surroundings
from ..uris import uri_of

REFERENCE, HEADS, BESIDE = "reference", "heads", "beside"
"""What stands in a workspace's structure for the reference, for what git writes when that may be
another one, and for what is beside the protos."""

RULE_IDS = frozenset(rule.id for rule in RULES)


class NoMap(LoadError):
    """Nothing governs the workspace."""


class Settings(NamedTuple):
    """The map or the configuration as it is written, and the last one without a mistake.

    For the configuration ``problem`` is its mistake; a map carries its own.
    """

    map: PackageMap
    good_map: PackageMap | None
    config: Config
    problem: ConfigError | None = None

    @property
    def map_in_force(self) -> PackageMap:
        """The map as written unless it has problems and there was one without."""
        return self.good_map or self.map


class LoadedFolder(NamedTuple):
    """A workspace as read; ``stamps`` are of every file looked at, ``past`` is the reference.

    ``kept`` is what earlier runs learned of that reference, under this map and configuration.
    """

    place: Place
    settings: Settings
    modules: Modules
    stamps: Mapping[str, Stamp]
    snapshot: Snapshot
    past: Past
    kept: Kept | None

    def kept_for(self, now: Snapshot) -> Kept | None:
        """What is kept, unless map, configuration or reference are others by ``now``."""
        read = self.snapshot
        is_same = now.map is read.map and now.config is read.config
        return self.kept if is_same and now.reference is read.reference else None


class Begun(NamedTuple):
    """A workspace before its files are read; as LoadedFolder."""

    place: Place
    settings: Settings
    modules: Modules
    stamps: dict[str, Stamp]
    past: Past

    @property
    def snapshot(self) -> Snapshot:
        """The workspace without files or a reference."""
        settings, modules = self.settings, self.modules
        root, config = self.place.root, settings.config
        empty = Snapshot(root, config, settings.map_in_force, modules.roots, {})
        empty = empty.with_surroundings(Surroundings(unmatched=modules.unmatched))
        return empty.with_baseline(discovery.find_baseline(root, config))


class Sources(NamedTuple):
    """The bytes of files, None for one that is gone; why there are none, for one that is there."""

    files: dict[str, bytes | None]
    failed: dict[str, str]


class Rescanned(NamedTuple):
    """What changed on disk since ``stamps`` were taken."""

    stamps: Mapping[str, Stamp]
    sources: Sources


def load(
    place: Place,
    texts: Mapping[str, bytes],
    last: Settings | None = None,
    progress: Progress = lambda done, total: None,
    standby: Standby | None = None,
) -> LoadedFolder:
    """As ``begin`` and then ``finish``."""
    return finish(begin(place, texts, last), progress, standby)


def begin(place: Place, texts: Mapping[str, bytes], last: Settings | None = None) -> Begun:
    """Look what there is to read; ``texts`` are those open in the editor, by path.

    Raises NoMap where there is no workspace, LoadError where it or ``buf.yaml`` cannot be read.
    """
    root = place.root
    config, problem = last.config if last else Config(), None
    if place.config:
        config, problem = read_config(place.config, _text(root, place.config, texts), config)
    elif last is not None:
        config = Config()
    path = config.map or place.map
    if not path or (path not in texts and not os.path.isfile(os.path.join(root, path))):
        raise NoMap(f"there is no package map {path or discovery.MAP} in {root}")
    settings = read_settings(path, _text(root, path, texts), last)
    settings = settings._replace(config=config, problem=problem)
    modules = find_modules(root, config, settings.map_in_force)
    found = discovery.survey(root, modules, config, settings.map_in_force)
    return Begun(place, settings, modules, found, find_past(root, config))


def finish(
    begun: Begun,
    progress: Progress = lambda done, total: None,
    standby: Standby | None = None,
) -> LoadedFolder:
    """Read all that there is. A ``standby`` parses what is much to parse.

    Raises LoadError where the baseline or the reference cannot be read.
    """
    place, settings, modules, found, past = begun
    root, package_map = place.root, settings.map_in_force
    if standby is not None:
        standby.read(root, package_map, found, progress)
    store, known = discovery.facts_of(root), hashes(root, found)
    files = read_files(
        root, package_map, modules.roots, found, progress, past, store=store, hashes=known or {}
    )
    empty = begun.snapshot
    snapshot = Snapshot(root, empty.config, package_map, modules.roots, *files[:3])
    snapshot = snapshot.with_surroundings(empty.surroundings).with_baseline(empty.baseline)
    snapshot = discovery.with_past(snapshot, past, files.same, modules, store)
    store.save()
    if known is not None:
        known.save()
    # Every answer asks for these, and every text for what reads it: the first one need not wait.
    _ = snapshot.entries, Parser().read("", b"")
    return LoadedFolder(place, settings, modules, found, snapshot, past, kept_of(snapshot))


def read_early(begun: Begun, texts: Mapping[str, bytes]) -> LoadedFolder | None:
    """What tells what is declared about the open files, ``texts`` by path, while others are read.

    None where that is soon done, and where the reference is no commit, which is read as a whole.
    """
    place, settings, modules, stamps, past = begun
    much = sum(stamps[path].size for path in changed(place.root, stamps)) >= PAYS
    if not much or past.folder or past.image:
        return None
    empty = begun.snapshot
    ours = {path: text for path, text in texts.items() if covers(begun, path)}
    covered = coverage(modules, empty.config)
    reading = EarlyReading(empty, past, stamps.keys(), covered, ours)
    reading.know({file.package for file in reading.asked_for})
    reading.know(_homes(reading))
    reading.follow_imports()
    return LoadedFolder(place, settings, modules, stamps, reading.snapshot, past, KeptAlone(None))


def _homes(reading: EarlyReading) -> set[str]:
    """Where contracts of the open files belong that are elsewhere, as far as that is declared."""
    judge = Judge(reading.snapshot, kept=KeptAlone(None))
    found: set[str] = set()
    for file in reading.asked_for:
        for located in located_in(file):
            with suppress(NotYet):
                verdict = judge.home_of(located)
                found.update(verdict.homes if verdict.misplaced else ())
    return found


def find_past(root: str, config: Config) -> Past:
    """The reference; one that is configured and cannot be had is none, and says why."""
    try:
        return discovery.find_past(root, config) or Past(Revision())
    except (LoadError, ConfigError) as error:
        return Past(Revision(why=str(error)))


def refer(loaded: LoadedFolder, past: Past) -> LoadedFolder:
    """The workspace as read, compared with another reference: HEAD has moved, say."""
    snapshot, earlier = loaded.snapshot, loaded.past.blobs
    before = snapshot.reference.files if snapshot.reference else {}
    every = {**snapshot.files, **snapshot.bystanders}
    same = frozenset(
        path
        for path, file in every.items()
        if path in past.blobs
        and (
            before.get(path) is file
            if path in before and past.blobs[path] == earlier.get(path)
            else past.has(path, file.source)
        )
    )
    snapshot = discovery.with_past(snapshot, past, same, loaded.modules)
    return loaded._replace(snapshot=snapshot, past=past, kept=kept_of(snapshot))


def read_settings(path: str, source: bytes, last: Settings | None) -> Settings:
    """The map's text as read now, in force unless it has problems and ``last`` had none."""
    package_map = read_map(path, source)
    good = package_map if not package_map.problems else last.good_map if last else None
    if good is not None and good.path != path:
        good = None
    return Settings(package_map, good, last.config if last else Config(), last and last.problem)


def read_config(path: str, source: bytes, last: Config) -> tuple[Config, ConfigError | None]:
    """The configuration's text as read now; with a mistake, ``last`` and the mistake."""
    try:
        return configuration.read(path, source, rules=RULE_IDS), None
    except ConfigError as error:
        return last, error


def rescan(loaded: LoadedFolder) -> Rescanned:
    """The files that changed on disk since ``loaded``."""
    package_map = loaded.settings.map_in_force
    found = discovery.survey(loaded.place.root, loaded.modules, loaded.snapshot.config, package_map)
    changed = [path for path, stamp in found.items() if loaded.stamps.get(path) != stamp]
    sources = read_sources(loaded.place.root, changed)
    sources.files.update(dict.fromkeys(loaded.stamps.keys() - found.keys()))
    return Rescanned(found, sources)


def read_sources(root: str, paths: Iterable[str]) -> Sources:
    """What is on disk now; a file that cannot be read has no bytes."""
    found = Sources({}, {})
    for path in paths:
        file = os.path.join(root, path)
        try:
            found.files[path] = contents(file)
        except (OSError, ValueError) as error:
            gone = isinstance(error, ValueError) or is_absent(error)
            found.files[path] = None if gone and not os.path.islink(file) else b""
            if found.files[path] is not None:
                found.failed[path] = why_unread(file, error)
    return found


def covers(loaded: LoadedFolder | Begun, path: str) -> bool:
    """Whether a ``.proto`` path that was not on disk yet belongs to the workspace."""
    if path in loaded.stamps:
        return True
    wanted = path.endswith(".proto") and coverage(loaded.modules, loaded.settings.config)(path)
    return wanted and not is_ignored(loaded.place.root, path)


def matters(snapshot: Snapshot, file: ProtoFile) -> bool:
    """Whether a file that the map does not govern may refer to one that it does."""
    return any(first.encode() in file.source for first in snapshot.firsts)


def find(top: str, maps: Mapping[str, str] = {}) -> Place:
    """As ``discovery.find``; a configuration that cannot be opened is none.

    ``maps`` are those that the editor names, by the folder, absolute, that they govern whole.
    """
    folder = max((each for each in maps if is_inside(top, each)), key=len, default=None)
    try:
        if folder is not None and os.path.isfile(os.path.join(folder, maps[folder])):
            return Place(folder, discovery.find_config(folder), maps[folder])
        return discovery.find(top)
    except LoadError:
        return Place(top, "", "")


def is_inside(path: str, folder: str) -> bool:
    """Whether an absolute path is a folder's or below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def is_history(root: str, path: str) -> bool:
    """Whether an absolute path is of the git repository that a workspace is in."""
    repository, _, inside = path.partition(f"{os.sep}.git{os.sep}")
    return bool(inside) and root.startswith(repository + os.sep)


def named_maps(tops: Iterable[str], options: object) -> dict[str, str]:
    """The maps, by folder, that the client's ``initializationOptions`` name.

    ``map`` is a path from every folder, or one for each folder by its URI. One that leads out of
    its folder is left out.
    """
    named = options.get("map") if isinstance(options, Mapping) else None
    found: dict[str, str] = {}
    for top in tops:
        path = named.get(uri_of(top)) if isinstance(named, Mapping) else named
        if isinstance(path, str) and path and "\0" not in path:
            inner = os.path.relpath(os.path.join(top, path), top)
            if not os.path.isabs(inner) and inner.split(os.sep)[0] != os.pardir:
                found[top] = inner.replace(os.sep, "/")
    return found


def structure(
    root: str, loaded: LoadedFolder | None, snapshot: Snapshot | None = None
) -> dict[str, object]:
    """What decides about the workspace as a whole, by path: a change means reading it anew.

    Of REFERENCE, HEADS and BESIDE a change means less. ``snapshot`` is the workspace as it is now.
    """
    place = find(root)
    used = loaded.settings.map.path if loaded else place.map
    baseline = (loaded.snapshot.config if loaded else Config()).baseline
    names = (*discovery.CONFIG_FILES, "buf.yaml", "buf.work.yaml", baseline, used)
    own = {name: _stamp(os.path.join(root, name)) for name in names if name}
    heads = stamps([*git.marks(root), *(os.path.join(root, name) for name in own)])
    past = find_past(root, loaded.snapshot.config) if loaded else None
    around = beside(snapshot) if snapshot else None
    return {"": place, HEADS: heads, REFERENCE: past, BESIDE: around, **own}


def look_beside(snapshot: Snapshot) -> tuple[Snapshot, tuple[object, ...]]:
    """The snapshot with what is beside its protos, and what says whether that is still so.

    Both are of one moment: who is shown what was found may change it at once.
    """
    looked = discovery.look_around(snapshot)
    return looked, beside(looked)


def beside(snapshot: Snapshot) -> tuple[object, ...]:
    """What says whether to look around the protos anew: what asks for it, and what was found."""
    around = snapshot.surroundings
    found = {**snapshot.documents, **(around.gates or {}), **(around.notes or {})}
    files = stamps(os.path.join(snapshot.root, path) for path in found)
    return snapshot.map.source, snapshot.config, lookaround.retired(snapshot), files


def stamps(paths: Iterable[str]) -> dict[str, Stamp | None]:
    """What tells whether files and folders were written, None for one that is not there."""
    return {path: _stamp(path) for path in paths}


def _stamp(path: str) -> Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return Stamp(status.st_mtime_ns, status.st_size, status.st_ino)


def _text(root: str, path: str, texts: Mapping[str, bytes]) -> bytes:
    if path in texts:
        return texts[path]
    source = read_bytes(root, path)
    why = why_no_text(source)
    if why and path.endswith(".md"):
        raise LoadError(f"{path}: the package map cannot be read: {why}")
    return source
