"""From disk to a snapshot: the workspace root, its configuration, map, module roots and files.

The root is the nearest folder at or above the start that holds ``protohome.toml``, a
``pyproject.toml`` with ``[tool.protohome]``, or a package map in one of its places; the search ends
at the top of the git work tree.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from . import config as configuration
from .cache import remembered
from .config import Config
from .model import ProtoFile
from .packagemap import PackageMap
from .packagemap import read as read_map
from .syntax import Parser
from .workspace import Snapshot, governs, module_root

MAP = "PACKAGE_MAP.md"
CONFIG_FILES = ("protohome.toml", "pyproject.toml")

Progress = Callable[[int, int], None]

_PACKAGE = re.compile(rb"^[ \t]*package\b", re.MULTILINE)


class LoadError(Exception):
    """The workspace cannot be checked at all; the message is one line for a person."""


class Modules(NamedTuple):
    """Module roots and the folders excluded from them, without a final slash; ``.`` is ``""``."""

    roots: tuple[str, ...]
    excluded: tuple[str, ...] = ()


class Place(NamedTuple):
    """Where a workspace is: its absolute root, its configuration file and map, ``""`` for none.

    The map is where it is looked for; a configuration may name another one.
    """

    root: str
    config: str
    map: str


class Stamp(NamedTuple):
    """What changes when a file does."""

    modified_ns: int
    size: int
    inode: int


class Read(NamedTuple):
    """The facts of files that were read, as ``Snapshot`` holds them."""

    files: dict[str, ProtoFile]
    bystanders: dict[str, ProtoFile]
    unreadable: dict[str, str]


def load(
    start: str,
    *,
    config_file: str | None = None,
    rule_ids: frozenset[str] = frozenset(),
    cache: bool = True,
    tracked: bool = False,
    progress: Progress = lambda done, total: None,
) -> Snapshot:
    """The snapshot of the workspace around the folder ``start``.

    ``tracked`` leaves out what is not in git's index, as a commit will.
    ``progress(done, total)`` is called as files are read. Raises LoadError when there is no map or
    it cannot be read, and ConfigError for a configuration with a mistake.
    """
    place = find(start) if config_file is None else _configured(config_file)
    config = Config()
    if place.config:
        source = read_bytes(place.root, place.config)
        config = configuration.read(place.config, source, rules=rule_ids)
    map_path = config.map or find_map(place.root)
    if map_path is None:
        raise LoadError(
            f"no package map: looked for {MAP}, proto/{MAP} and docs/**/{MAP} "
            f"in {os.path.abspath(start)} and the folders above it; name it in protohome.toml"
        )
    package_map = load_map(place.root, map_path, cache)
    modules = find_modules(place.root, config, package_map, cache)
    paths = survey(place.root, modules, config, tracked)
    files = read_files(place.root, package_map, modules.roots, paths, progress)
    return Snapshot(place.root, config, package_map, modules.roots, *files)


def find(start: str) -> Place:
    """The workspace around the folder ``start``; that folder where there is no sign of one.

    A map in a folder of its own, such as ``proto``, belongs to the workspace above that uses it.
    """
    folders = list(_upwards(os.path.abspath(start)))
    for depth, folder in enumerate(folders):
        config, path = find_config(folder), find_map(folder) or ""
        if config:
            return Place(folder, config, path)
        if path:
            for above in folders[depth + 1 :]:
                owner = Place(above, find_config(above), find_map(above) or "")
                if os.path.join(above, _map_path(owner)) == os.path.join(folder, path):
                    return owner
            return Place(folder, "", path)
    return Place(folders[0], "", "")


def _map_path(place: Place) -> str:
    if place.config:
        try:
            config = configuration.read(place.config, read_bytes(place.root, place.config))
        except (LoadError, configuration.ConfigError):
            return place.map
        return config.map or place.map
    return place.map


def read_files(
    root: str,
    package_map: PackageMap,
    roots: tuple[str, ...],
    paths: Collection[str],
    progress: Progress = lambda done, total: None,
) -> Read:
    """Read the files at ``paths`` that matter to the map."""
    read = Read({}, {}, {})
    reader = FileReader(root, package_map, roots)
    for done, path in enumerate(paths):
        progress(done, len(paths))
        file = reader.read(path)
        if file is None:
            continue
        if not reader.governs(file):
            read.bystanders[path] = file
            continue
        read.files[path] = file
        why = reader.failed.get(path) or why_no_text(file.source)
        if why:
            read.unreadable[path] = why
    return read


class FileReader:
    """Reads the files that matter to a map, leaving unparsed what has nothing to do with it."""

    def __init__(self, root: str, package_map: PackageMap, roots: tuple[str, ...]) -> None:
        self._root, self._map, self._roots = root, package_map, roots
        self._firsts = {row.package.partition(".")[0].encode() for row in package_map.packages}
        self._audited = {row.file for row in package_map.audit}
        self._parser = Parser()
        self.failed: dict[str, str] = {}

    def read(self, path: str) -> ProtoFile | None:
        """The facts of the file at ``path``, None when it neither is governed nor refers there."""
        try:
            with open(os.path.join(self._root, path), "rb") as stream:
                source = stream.read()
        except OSError as error:
            self.failed[path] = error.strerror or "cannot be read"
            source = b""
        return self.parse(path, source)

    def parse(self, path: str, source: bytes) -> ProtoFile | None:
        """As ``read``, of text at hand."""
        mentioned = any(first in source for first in self._firsts)
        if not mentioned and path not in self._audited and _PACKAGE.search(source):
            return None
        return self._parser.read_once(path, source)

    def governs(self, file: ProtoFile) -> bool:
        """Whether the map governs a file."""
        root = module_root(file.path, self._roots)
        import_path = file.path[len(root) + 1 :] if root else file.path
        return file.path in self._audited or governs(self._map, import_path, file.package)


def why_no_text(source: bytes) -> str:
    """Why bytes are no ``.proto`` text (UTF-8, by the language spec), ``""`` when they are."""
    if b"\0" in source:
        return f"a binary file (NUL at byte {source.index(0)})"
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return f"not UTF-8 (byte 0x{source[error.start]:02x} on line {line})"
    return ""


# The root, the configuration and the map


def find_map(root: str) -> str | None:
    """The package map's path in ``root``, in one of the places it is looked for."""
    for path in (MAP, f"proto/{MAP}"):
        if os.path.isfile(os.path.join(root, path)):
            return path
    for folder, folders, names in os.walk(os.path.join(root, "docs")):
        folders.sort()
        if MAP in names:
            return os.path.relpath(os.path.join(folder, MAP), root).replace(os.sep, "/")
    return None


def find_config(folder: str) -> str:
    """The configuration file in ``folder``, ``""`` where there is none."""
    for name in CONFIG_FILES:
        found = os.path.isfile(os.path.join(folder, name))
        if found and configuration.is_config(name, read_bytes(folder, name)):
            return name
    return ""


def _configured(config_file: str) -> Place:
    root = os.path.dirname(os.path.abspath(config_file))
    return Place(root, os.path.basename(config_file), "")


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = above


def read_bytes(root: str, path: str) -> bytes:
    """A file's bytes. Raises LoadError when it cannot be read."""
    try:
        with open(os.path.join(root, path), "rb") as stream:
            return stream.read()
    except OSError as error:
        raise LoadError(f"{path}: cannot be read: {error.strerror}") from error


def load_map(root: str, path: str, cache: bool = True) -> PackageMap:
    """The map at ``path``. Raises LoadError when it cannot be read or is no text."""
    source = read_bytes(root, path)
    why = why_no_text(source)
    if why:
        raise LoadError(f"{path}: the package map cannot be read: {why}")
    return remembered(root, "map", (path, source), lambda: read_map(path, source), use=cache)


# Module roots and files


def find_modules(root: str, config: Config, package_map: PackageMap, cache: bool = True) -> Modules:
    """Where module roots come from: configuration, ``buf``'s files, audit rows, else ``.``."""
    if config.roots:
        return Modules(tuple(_folder(path) for path in config.roots))
    for name in ("buf.yaml", "buf.work.yaml"):
        if os.path.isfile(os.path.join(root, name)):
            source = read_bytes(root, name)
            return remembered(root, name, (source,), partial(_buf, name, source), use=cache)
    return Modules(_audited_roots(package_map) or ("",))


def _audited_roots(package_map: PackageMap) -> tuple[str, ...]:
    """The roots that the audit rows speak of. One inside or around a commoner one is a mistake."""
    found = [_root_of(row.file, row.current) for row in package_map.audit]
    counted = Counter(root for root in found if root is not None)
    roots: list[str] = []
    for root, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        if not any(_inside(root, other) or _inside(other, root) for other in roots):
            roots.append(root)
    return tuple(sorted(roots))


def _inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _folder(path: str) -> str:
    return "" if path in (".", "./") else path.removeprefix("./").rstrip("/")


def _root_of(file: str, package: str) -> str | None:
    """The module root that makes ``file``'s folder agree with ``package``."""
    folder, inner = os.path.dirname(file), package.replace(".", "/")
    if folder == inner:
        return ""
    return folder[: -len(inner) - 1] if folder.endswith("/" + inner) else None


def _buf(name: str, source: bytes) -> Modules:
    """What a ``buf.yaml`` (v1, v2) or ``buf.work.yaml`` says of modules."""
    import yaml

    try:
        document = yaml.safe_load(source)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise LoadError(f"{name}:{line}: cannot be read as YAML") from error
    document = document if isinstance(document, dict) else {}
    folders = document.get("directories")
    if isinstance(folders, list):
        return Modules(tuple(_folder(str(path)) for path in folders))
    modules = [m for m in document.get("modules") or [] if isinstance(m, dict)]
    roots = tuple(_folder(str(module.get("path", "."))) for module in modules) or ("",)
    build = document.get("build")
    excluding = [*modules, build] if isinstance(build, dict) else modules
    excludes = [path for module in excluding for path in module.get("excludes") or []]
    return Modules(roots, tuple(_folder(str(path)) for path in excludes))


def survey(root: str, modules: Modules, config: Config, tracked: bool = False) -> dict[str, Stamp]:
    """The ``.proto`` files under a module root that nothing excludes, sorted; with their stamps."""
    covers = coverage(modules, config)
    stamps: dict[str, Stamp] = {}
    for path in sorted(set(_listed(root, tracked))):
        if covers(path):
            try:
                status = os.stat(os.path.join(root, path))
            except (OSError, ValueError):
                continue
            if stat.S_ISREG(status.st_mode):
                stamps[path] = Stamp(status.st_mtime_ns, status.st_size, status.st_ino)
    return stamps


def coverage(modules: Modules, config: Config) -> Callable[[str], bool]:
    """Whether a path is under a module root and not excluded by ``buf`` or the configuration."""
    ignored = _ignorer(config.exclude)

    def covers(path: str) -> bool:
        if module_root(path, modules.roots) is None:
            return False
        if any(path == folder or path.startswith(folder + "/") for folder in modules.excluded):
            return False
        return not ignored(path)

    return covers


def is_ignored(root: str, path: str) -> bool:
    """Whether git ignores ``path``, unless it ignores the whole workspace."""
    if not any(os.path.exists(os.path.join(folder, ".git")) for folder in _upwards(root)):
        return False
    if _git(root, "check-ignore", "-q", path) is None:
        return False
    return _git(root, "check-ignore", ".") is None


def _ignorer(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a path matches one of the patterns, which are written as in ``.gitignore``."""
    if not patterns:
        return lambda _path: False
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns).match_file


def _listed(root: str, tracked: bool) -> Iterable[str]:
    """Every ``.proto`` path below ``root`` that git does not ignore; without git, every one."""
    others = () if tracked else ("-o", "--exclude-standard")
    if any(os.path.exists(os.path.join(folder, ".git")) for folder in _upwards(root)):
        listed = _git(root, "ls-files", "-z", "-c", *others, "--", "*.proto")
        # A workspace that is itself ignored, such as a scratch copy, is still checked.
        if listed or (listed is not None and _git(root, "check-ignore", ".") is None):
            return (os.fsdecode(path) for path in listed.split(b"\0") if path)
    return _walk(root)


def _git(root: str, *arguments: str) -> bytes | None:
    """What git prints, None when it fails or is not there."""
    from subprocess import DEVNULL, run

    try:
        answer = run(["git", *arguments], cwd=root, capture_output=True, stdin=DEVNULL)
    except OSError:
        return None
    return answer.stdout if answer.returncode == 0 else None


def _walk(root: str) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        inner = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if inner == "." else inner + "/"
        yield from (prefix + name for name in names if name.endswith(".proto"))
