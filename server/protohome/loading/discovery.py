"""From disk to a snapshot: the workspace root, its configuration, map, module roots and files.

The root is the nearest folder at or above the start that holds ``protohome.toml``, a
``pyproject.toml`` with ``[tool.protohome]``, or a package map in one of its places; the search ends
at the top of the git work tree.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .. import config as configuration
from .. import history
from ..config import Config, ConfigError
from ..history import Blobs, Past, trees
from ..named import NamedTuple
from ..packagemap import SHAPES, PackageMap
from ..packagemap import read as read_map
from ..system.disk import LoadError, from_here, read_bytes, upwards, why_no_text
from ..system.kept.cache import remembered
from ..system.kept.store import Store
from ..system.listing import is_ignored
from ..workspace.baseline import Baseline
from ..workspace.baseline import read as read_baseline
from ..workspace.surroundings import Surroundings
from .beside import documents, lookaround
from .files import UNKNOWN, Files, Stamp
from .files.disk import DISK
from .modules import BUF, BUF_WORK, Modules, coverage, find_modules

if TYPE_CHECKING:
    from ..model import ProtoFile
    from ..workspace.snapshot import Snapshot
    from .reading import Progress

__all__ = [
    "CONFIG_FILES",
    "MAP",
    "Found",
    "LoadError",
    "Modules",
    "Place",
    "Stamp",
    "coverage",
    "facts_of",
    "find",
    "find_config",
    "find_map",
    "find_modules",
    "is_ignored",
    "load",
    "load_map",
    "look",
    "look_around",
    "read",
    "read_bytes",
    "survey",
    "why_no_text",
]

MAP = "PACKAGE_MAP.md"
CONFIG_FILES = ("protohome.toml", "pyproject.toml")


class Place(NamedTuple):
    """Where a workspace is: its absolute root, its configuration file and map, ``""`` for none.

    The map is where it is looked for; a configuration may name another one.
    """

    root: str
    config: str
    map: str


class Found(NamedTuple):
    """A workspace before its files are read: all else that a snapshot is made of.

    ``stamps`` are those of the files that may matter, as ``survey`` gives them.
    """

    place: Place
    config: Config
    map: PackageMap
    modules: Modules
    stamps: dict[str, Stamp]
    past: Past | None
    baseline: Baseline
    documents: dict[str, bytes]
    surroundings: Surroundings


def look(
    start: str,
    *,
    config_file: str | None = None,
    rule_ids: frozenset[str] = frozenset(),
    cache: bool = True,
    files: Files = DISK,
    against: str | Past | None = "",
    baseline: str | None = "",
) -> Found:
    """What there is to read around the folder ``start``.

    ``files`` is where it is read from. ``against`` is a reference, or asks for one, a path in it
    being one from the current folder; ``""`` takes the one configured or implied, None goes
    without; so it is with the path of a ``baseline``.
    Raises LoadError when there is no map or
    it cannot be read, and ConfigError for a configuration with a mistake.
    """
    place = find(start, files) if config_file is None else _configured(config_file, files)
    config = read_config(place, rule_ids, files)
    map_path = config.map or find_map(place.root, files)
    if map_path is None:
        raise LoadError(
            f"no package map: looked for {MAP}, proto/{MAP} and docs/**/{MAP} "
            f"in {os.path.abspath(start)} and the folders above it; name it in protohome.toml"
        )
    root = place.root
    # Of an index these come at once, not by one process of git's each.
    own = (map_path, BUF, BUF_WORK, config.baseline)
    files.fetch(os.path.join(root, name) for name in own)
    package_map = load_map(root, map_path, cache, files)
    modules = find_modules(root, config, package_map, cache, files)
    stamps = survey(root, modules, config, package_map, files)
    past = against if isinstance(against, Past) else find_past(root, config, against)
    commit = past.revision.commit if past else ""
    return Found(
        place,
        config,
        package_map,
        modules,
        stamps,
        past,
        find_baseline(root, config, baseline, files),
        documents.find(root, files),
        lookaround.beside(root, package_map, config.migration_notes, commit, files),
    )


def read(
    found: Found,
    files: Files = DISK,
    progress: Progress = lambda done, total: None,
    cache: bool = True,
    store: Store | None = None,
    blobs: Blobs = trees.read,
    workers: int = 1,
    hashes: Mapping[str, str] = {},
) -> Snapshot:
    """The snapshot of a workspace, with its reference, from the ``files`` it was found in.

    ``progress(done, total)`` is called as they are read. Facts that are known are taken from the
    ``store`` (default: the workspace's in the ``cache``), the reference's files from ``blobs``;
    ``workers`` processes parse where there is much to parse. ``hashes`` are those of files as they
    are on disk, SHA-256 in hexadecimal, where they are known.
    """
    from ..workspace.snapshot import Snapshot
    from .reading import read_files  # whoever only looks needs nothing of what reads

    root, roots = found.place.root, found.modules.roots
    if store is None and cache:
        store = facts_of(root)
    facts = read_files(
        root, found.map, roots, found.stamps, progress, found.past, files, store, workers, hashes
    )
    snapshot = Snapshot(root, found.config, found.map, roots, *facts[:3])
    snapshot = snapshot.with_baseline(found.baseline)
    snapshot = snapshot.with_documents(found.documents)
    snapshot = with_past(snapshot, found.past, facts.same, found.modules, store, blobs)
    if store:
        store.save()
    consumers = lookaround.consumers(snapshot, files)
    around = found.surroundings._replace(consumers=consumers, unmatched=found.modules.unmatched)
    return snapshot.with_surroundings(around)


def load(
    start: str,
    *,
    rule_ids: frozenset[str] = frozenset(),
    cache: bool = True,
    files: Files = DISK,
    against: str | None = "",
    baseline: str | None = "",
) -> Snapshot:
    """As ``look`` and then ``read``."""
    found = look(
        start, rule_ids=rule_ids, cache=cache, files=files, against=against, baseline=baseline
    )
    return read(found, files, cache=cache)


def facts_of(root: str) -> Store:
    """The facts that earlier runs kept of the workspace's files."""
    return Store(root, "facts")


def look_around(snapshot: Snapshot, files: Files = DISK) -> Snapshot:
    """The snapshot with what is beside its protos: kept blocks, gates, notes and history."""
    kept = documents.find(snapshot.root, files)
    around = lookaround.look(snapshot, files)
    around = around._replace(unmatched=snapshot.surroundings.unmatched)
    return snapshot.with_documents(kept).with_surroundings(around)


def find_baseline(
    root: str, config: Config, asked: str | None = "", files: Files = DISK
) -> Baseline:
    """The baseline that is asked for or configured, an empty one where there is none.

    Raises LoadError when it cannot be read.
    """
    if asked is None:
        return Baseline()
    path = os.path.relpath(asked, root).replace(os.sep, "/") if asked else config.baseline
    if not files.exists(os.path.join(root, path)):
        return Baseline(path)
    return read_baseline(path, read_bytes(root, path, files.contents))


def find_past(root: str, config: Config, against: str | None = "") -> Past | None:
    """The reference that is asked for, configured or implied; None to go without."""
    if against is None:
        return None
    if against:
        return history.find(root, against, here=os.getcwd())
    try:
        return history.find(root, config.against)
    except LoadError as error:
        line = config.lines.get("against", 1)
        shown = from_here(root, config.path)
        raise ConfigError(shown, line, 1, str(error).removeprefix("--against ")) from error


def with_past(
    snapshot: Snapshot,
    past: Past | None,
    same: frozenset[str],
    modules: Modules,
    store: Store | None = None,
    blobs: Blobs = trees.read,
) -> Snapshot:
    """The snapshot with its reference; ``same`` are the paths whose bytes did not change."""
    from .reading import FileReader

    if past is None:
        return snapshot
    reader = FileReader(
        snapshot.root, snapshot.map, snapshot.module_roots, store=store, on_disk=False
    )

    def governed(path: str, source: bytes) -> ProtoFile | None:
        file = reader.parse(path, source)
        return file if file is not None and reader.governs(file) else None

    covers = coverage(modules, snapshot.config)
    return history.attach(snapshot, past, same, covers, governed, blobs)


def read_config(place: Place, rule_ids: frozenset[str], files: Files = DISK) -> Config:
    """The workspace's configuration. Raises ConfigError when it names what is not there, too."""
    if not place.config:
        return Config()
    shown = from_here(place.root, place.config)
    source = read_bytes(place.root, place.config, files.contents)
    try:
        config = configuration.read(place.config, source, rules=rule_ids)
    except ConfigError as error:
        raise ConfigError(shown, error.line, error.column, error.message) from error
    if config.map and not files.exists(os.path.join(place.root, config.map)):
        raise ConfigError(
            shown, config.lines.get("map", 1), 1, f"there is no map at `{config.map}`"
        )
    for folder in config.roots:
        if not files.is_folder(os.path.join(place.root, folder)):
            raise ConfigError(
                shown, config.lines.get("roots", 1), 1, f"there is no folder `{folder}`"
            )
    return config


def find(start: str, files: Files = DISK) -> Place:
    """The workspace around the folder ``start``; that folder where there is no sign of one.

    A map in a folder of its own, such as ``proto``, belongs to the workspace above that uses it.
    """
    folders = list(upwards(os.path.abspath(start)))
    for depth, folder in enumerate(folders):
        config, path = find_config(folder, files), find_map(folder, files) or ""
        if config:
            return Place(folder, config, path)
        if path:
            for above in folders[depth + 1 :]:
                owner = Place(above, find_config(above, files), find_map(above, files) or "")
                if os.path.join(above, _map_path(owner, files)) == os.path.join(folder, path):
                    return owner
            return Place(folder, "", path)
    return Place(folders[0], "", "")


def find_all(start: str, files: Files = DISK) -> list[Place]:
    """The workspace around the folder ``start`` and every one below it, by their roots.

    The first is what ``find`` gives where it has a map or a configuration, or nothing else has.
    """
    own = find(start, files)
    found = {own.root: own} if own.config or own.map else {}
    for file in files.settings(start, (MAP, *CONFIG_FILES)):
        place = find(os.path.dirname(file), files)
        if place.config or place.map:
            found.setdefault(place.root, place)
    return [found[root] for root in sorted(found)] or [own]


def _map_path(place: Place, files: Files) -> str:
    if place.config:
        try:
            source = read_bytes(place.root, place.config, files.contents)
            config = configuration.read(place.config, source)
        except (LoadError, configuration.ConfigError):
            return place.map
        return config.map or place.map
    return place.map


# The root, the configuration and the map


def find_map(root: str, files: Files = DISK) -> str | None:
    """The package map's path in ``root``, in one of the places it is looked for."""
    for path in (MAP, f"proto/{MAP}"):
        if files.exists(os.path.join(root, path)):
            return path
    found = files.named(os.path.join(root, "docs"), MAP)
    return os.path.relpath(found, root).replace(os.sep, "/") if found else None


def find_config(folder: str, files: Files = DISK) -> str:
    """The configuration file in ``folder``, ``""`` where there is none."""
    own, shared = CONFIG_FILES
    if files.exists(os.path.join(folder, own)):
        return own
    if not files.is_file(os.path.join(folder, shared)):
        return ""
    source = read_bytes(folder, shared, files.contents)
    return shared if configuration.is_config(shared, source) else ""


def _configured(config_file: str, files: Files) -> Place:
    root, name = os.path.split(os.path.abspath(config_file))
    source = read_bytes(root, name, files.contents)
    if name == CONFIG_FILES[1] and not configuration.is_config(name, source):
        raise LoadError(f"{config_file}: it has no table [tool.protohome]")
    return Place(root, name, "")


def load_map(root: str, path: str, cache: bool = True, files: Files = DISK) -> PackageMap:
    """The map at ``path``. Raises LoadError when it cannot be read or is no text."""
    source = read_bytes(root, path, files.contents)
    why = why_no_text(source)
    if why:
        raise LoadError(f"{from_here(root, path)}: the package map cannot be read: {why}")
    return remembered(
        root, "map", (path, source), SHAPES, lambda: read_map(path, source), use=cache
    )


def survey(
    root: str, modules: Modules, config: Config, package_map: PackageMap, files: Files = DISK
) -> dict[str, Stamp]:
    """The ``.proto`` files under a module root that nothing excludes, sorted; with their stamps.

    An audited file of which the system will not say whether it is there is among them.
    """
    covers = coverage(modules, config)
    listed = set(files.protos(root))
    audited = {row.file for row in package_map.audit}
    stamps: dict[str, Stamp] = {}
    for path in sorted(listed | audited):
        if covers(path):
            stamp = files.stamp(os.path.join(root, path))
            if stamp is not None and (path in listed or stamp == UNKNOWN):
                stamps[path] = stamp
    return stamps
