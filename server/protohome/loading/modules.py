"""Module roots: from configuration, ``buf``'s files, audit rows, mapped packages, else ``.``."""

from __future__ import annotations

import os
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NoReturn

from ..config import Config
from ..named import NamedTuple
from ..packagemap import PackageMap
from ..system.disk import LoadError, from_here, read_bytes
from ..system.kept.cache import remembered
from ..workspace.governance import module_root
from .files import Files
from .files.disk import DISK

if TYPE_CHECKING:
    from yaml.nodes import Node

BUF, BUF_WORK = "buf.yaml", "buf.work.yaml"
# The lint rule that a package is in the folder of its name, and the categories that hold it.
_MATCH = frozenset(
    ("PACKAGE_DIRECTORY_MATCH", "MINIMAL", "BASIC", "DEFAULT", "STANDARD", "FILE_LAYOUT")
)

# PyYAML looks at every open bracket for each token; buf's own files have three open at most.
_DEEPEST = 100
_BRACKET = re.compile(rb"[][{}]")


class Modules(NamedTuple):
    """Module roots and the folders excluded from them, without a final slash; ``.`` is ``""``.

    ``unmatched`` are the folders and files where ``buf lint`` does not ask that package and folder
    agree.
    """

    roots: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()


def find_modules(
    root: str, config: Config, package_map: PackageMap, cache: bool = True, files: Files = DISK
) -> Modules:
    """The modules of a workspace. Raises LoadError for one of ``buf``'s files with a mistake."""
    if config.roots:
        return Modules(config.roots, unmatched=_by_buf(root, cache, files).unmatched)
    found = _by_buf(root, cache, files)
    for folder in found.roots:
        if not files.is_folder(os.path.join(root, folder)):
            raise LoadError(f"{from_here(root, BUF)}: there is no folder `{folder}`")
    if found.roots:
        return found
    roots = _agreed(_root_of(row.file, row.current) for row in package_map.audit)
    return found._replace(roots=roots or _mapped_roots(root, package_map, files) or ("",))


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


def _ignorer(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a path matches one of the patterns, which are written as in ``.gitignore``."""
    if not patterns:
        return lambda _path: False
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns).match_file


# Audit rows, and folders named like mapped packages


def _mapped_roots(root: str, package_map: PackageMap, files: Files) -> tuple[str, ...]:
    """The roots under which mapped packages have the folders that they should."""
    mapped = {row.package.replace(".", "/") for row in package_map.packages}
    folders = {posixpath.dirname(path) for path in files.protos(root)}
    return _agreed(above for folder in folders for above in _above(folder, mapped))


def _above(folder: str, mapped: Collection[str]) -> Iterator[str]:
    """The folders below which ``folder`` is called like one of the ``mapped`` packages."""
    parts = folder.split("/")
    for depth in range(len(parts)):
        if "/".join(parts[depth:]) in mapped:
            yield "/".join(parts[:depth])


def _agreed(found: Iterable[str | None]) -> tuple[str, ...]:
    """The roots that most speak of. One inside or around a commoner one is a mistake."""
    counted = Counter(root for root in found if root is not None)
    roots: list[str] = []
    for root, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        if not any(_inside(root, other) or _inside(other, root) for other in roots):
            roots.append(root)
    return tuple(sorted(roots))


def _inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _root_of(file: str, package: str) -> str | None:
    """The module root that makes ``file``'s folder agree with ``package``."""
    folder, inner = os.path.dirname(file), package.replace(".", "/")
    if folder == inner:
        return ""
    return folder[: -len(inner) - 1] if folder.endswith("/" + inner) else None


# buf.yaml (v2, v1, v1beta1) and buf.work.yaml: https://buf.build/docs/configuration/v2/buf-yaml/


def _by_buf(root: str, cache: bool, files: Files) -> Modules:
    """What ``buf``'s files say; no roots where they name none."""
    own = _read(root, BUF, cache, files)
    if own is not None and own.roots:
        return own
    work = _read(root, BUF_WORK, cache, files)
    if work is not None:
        every = [_within(root, folder, files) for folder in work.roots]
        return Modules(*(tuple(chain(*(one[at] for one in every))) for at in range(3)))
    if own is None and files.is_file(os.path.join(root, "proto", BUF)):
        return _within(root, "proto", files)
    return own or Modules(())


def _within(root: str, folder: str, files: Files) -> Modules:
    """The module, or for v1beta1 modules, in ``folder``, which may have a ``buf.yaml`` itself."""
    inner = _read(root, posixpath.join(folder, BUF), False, files) or Modules(())
    return Modules(
        tuple(posixpath.join(folder, path).rstrip("/") for path in inner.roots or ("",)),
        tuple(posixpath.join(folder, path) for path in inner.excluded),
        tuple(posixpath.join(folder, path).rstrip("/") for path in inner.unmatched),
    )


def _read(root: str, path: str, cache: bool, files: Files) -> Modules | None:
    if not files.exists(os.path.join(root, path)):
        return None
    source = read_bytes(root, path, files.contents)
    reader = partial(_Buf(from_here(root, path)).modules, source)
    return remembered(root, posixpath.basename(path), (source,), (Modules,), reader, use=cache)


class _Buf(NamedTuple):
    """Reads one file; a LoadError names it as ``shown``, with the line."""

    shown: str

    def modules(self, source: bytes) -> Modules:
        top = self.document(source)
        if top is None:
            return Modules(())
        build = self.entry(top, "build")
        roots = self.paths(build, "roots") if build else ()
        folders = self.paths(top, "directories") + roots
        excluded = self.paths(build, "excludes") if build else ()
        lint, modules = self.section(top, "lint"), self.items(top, "modules")
        unmatched: tuple[str, ...] = ()
        if lint and not modules:
            here = self.unmatched(lint, "")
            unmatched = tuple(
                posixpath.join(r, p).rstrip("/") for r in roots or ("",) for p in here
            )
        for module in modules:
            path = self.entry(module, "path")
            folder = "" if path is None else self.path(path, "path")
            folders += (folder,)
            excluded += self.paths(module, "excludes")
            of_module = self.section(module, "lint") or lint
            unmatched += self.unmatched(of_module, folder) if of_module else ()
        return Modules(folders, excluded, tuple(dict.fromkeys(unmatched)))

    def unmatched(self, lint: Node, module: str) -> tuple[str, ...]:
        """Where a ``lint`` section does not ask that package and folder of a module agree."""
        if _MATCH.intersection(self.words(lint, "except")):
            return (module,)
        only = self.entry(lint, "ignore_only")
        named = (self.paths(only, rule) for rule in sorted(_MATCH)) if only else ()
        return self.paths(lint, "ignore") + tuple(chain(*named))

    def document(self, source: bytes) -> Node | None:
        import yaml

        try:
            if _depth(source) > _DEEPEST:
                raise RecursionError
            top: Node | None = yaml.compose(source, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            why = error.problem or error.context
        except (yaml.YAMLError, RecursionError) as error:
            line = source.count(b"\n", 0, getattr(error, "position", 0)) + 1
            why = getattr(error, "reason", "nested too deeply")
        else:
            return None if top is None or _is_null(top) else top
        raise LoadError(f"{self.shown}:{line}: not readable as YAML: {why}")

    def entry(self, node: Node, key: str) -> Node | None:
        """The value of ``key``, None where it has none."""
        from yaml import MappingNode

        if not isinstance(node, MappingNode):
            self.fail(node, f"expected keys such as `{key}` here")
        for name, value in node.value:
            if name.value == key and not _is_null(value):
                found: Node = value
                return found
        return None

    def section(self, node: Node, key: str) -> Node | None:
        """What ``key`` holds, None where that is no mapping: such is ``buf``'s to complain of."""
        from yaml import MappingNode

        value = self.entry(node, key)
        return value if isinstance(value, MappingNode) else None

    def items(self, node: Node, key: str) -> list[Node]:
        from yaml import SequenceNode

        value = self.entry(node, key)
        if value is None:
            return []
        if not isinstance(value, SequenceNode):
            self.fail(value, f"`{key}` must be a list")
        found: list[Node] = value.value
        return found

    def words(self, node: Node, key: str) -> tuple[str, ...]:
        return tuple(str(item.value) for item in self.items(node, key))

    def paths(self, node: Node, key: str) -> tuple[str, ...]:
        return tuple(self.path(item, key) for item in self.items(node, key))

    def path(self, node: Node, key: str) -> str:
        from yaml import ScalarNode

        if not isinstance(node, ScalarNode) or _is_null(node):
            self.fail(node, f"`{key}` must be a path")
        path = posixpath.normpath(node.value)
        if path.startswith("/") or path.split("/")[0] == "..":
            self.fail(node, f"`{node.value}` is outside the workspace")
        return "" if path == "." else path

    def fail(self, node: Node, message: str) -> NoReturn:
        raise LoadError(f"{self.shown}:{node.start_mark.line + 1}: {message}")


def _depth(source: bytes) -> int:
    """How many brackets are open at once at most, wherever they stand."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(source):
        depth = depth + 1 if bracket in b"[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _is_null(node: Node) -> bool:
    return node.tag == "tag:yaml.org,2002:null"
