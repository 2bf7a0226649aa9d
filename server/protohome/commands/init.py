"""``protohome init [--minimal]``: a first package map for a tree that has none."""

from __future__ import annotations

import argparse
import os
import sys

from ..authoring.first_map import Tree, governed, handles
from ..authoring.settling import configuration, settled
from ..config import Config
from ..edits import Conflict, WorkspaceEdit
from ..escaping.terminal import one_line, say
from ..loading.beside import codeowners
from ..loading.discovery import (
    MAP,
    LoadError,
    Place,
    find_config,
    find_map,
    find_modules,
    read_config,
    survey,
)
from ..model import ProtoFile
from ..output.text import outcome
from ..packagemap import PackageMap
from ..rules import RULES
from ..syntax import Parser
from ..system.disk import from_here, read_bytes, upwards
from ..system.writing import write

CONFIG = "protohome.toml"

_NEXT = """\
Next:
  1. read {map}, correct what is marked, and delete the marks
  2. protohome check              # clean today
  3. protohome map                # which of your sentences are enforced; write more of them
  4. protohome baseline update    # accepts what was there before a rule of yours
  5. the hook and CI              # https://github.com/protohome/protohome#use-it
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--minimal", action="store_true", help="without an audit table: packages and owners only"
    )


def run(arguments: argparse.Namespace) -> int:
    root = _root(os.getcwd())
    config = _config(root)
    existing = config.map or find_map(root)
    if existing and os.path.lexists(os.path.join(root, existing)):
        raise LoadError(f"{from_here(root, existing)} exists already, and is never overwritten")
    nothing = PackageMap("", b"", (), (), (), ())
    modules = find_modules(root, config, nothing, cache=False)
    paths = survey(root, modules, config, nothing)
    parser = Parser()
    files_found = (path for path in paths if not path.endswith("/"))  # a check tells of the others
    every = [parser.read_once(path, read_bytes(root, path)) for path in files_found]
    files = governed(every)
    if not files:
        raise LoadError(f"no .proto file with a package below {root}: nothing to map")
    path = config.map or _map_path(files)
    tree = Tree(files, _owners(root, files), _readmes(root, files), _imports(files))
    text, homes, report = settled(root, config, path, tree, audited=not arguments.minimal)
    created = {path: text}
    said = configuration(handles(tree), homes)
    if said and not find_config(root):
        created[CONFIG] = said
    try:
        for written in write(root, {}, WorkspaceEdit(creates=created)):
            say(f"wrote {from_here(root, written)}")
    except Conflict as conflict:
        raise LoadError(str(conflict)) from conflict
    say(f"{len(files)} files in {len({file.package for file in files})} packages")
    left_out = sorted({file.package for file in every} - {file.package for file in files} - {""})
    if left_out:
        say(f"left alone, as vendored: {', '.join(left_out)}")
    sys.stdout.write(_NEXT.format(map=one_line(from_here(root, path))))
    if report.summary.errors or report.summary.warnings:
        say(f"`protohome check` finds {outcome(report)} in the tree as it is", sys.stderr)
    return 0


def _config(root: str) -> Config:
    """The configuration that is there already, if any."""
    rules = frozenset(rule.id for rule in RULES)
    return read_config(Place(root, find_config(root), ""), rules)


def _root(start: str) -> str:
    """Where the map belongs: beside a configuration or ``buf.yaml``, else at the top of git's."""
    folders = list(upwards(start))
    for folder in folders:
        marks = ("buf.yaml", "buf.work.yaml", ".git")
        if find_config(folder) or any(os.path.lexists(os.path.join(folder, m)) for m in marks):
            return folder
    return start


def _map_path(files: tuple[ProtoFile, ...]) -> str:
    return f"proto/{MAP}" if all(file.path.startswith("proto/") for file in files) else MAP


# What lies beside the files


def _owners(root: str, files: tuple[ProtoFile, ...]) -> dict[str, tuple[str, ...]]:
    for place in codeowners.PLACES:
        if os.path.isfile(os.path.join(root, place)):
            text = read_bytes(root, place).decode("utf-8", "replace")
            return codeowners.owners(codeowners.read(text), [file.path for file in files])
    return {}


def _readmes(root: str, files: tuple[ProtoFile, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in files:
        path = f"{os.path.dirname(file.path)}/README.md".lstrip("/")
        if file.package not in found and "/" in path and os.path.isfile(os.path.join(root, path)):
            found[file.package] = read_bytes(root, path).decode("utf-8", "replace")
    return found


def _imports(files: tuple[ProtoFile, ...]) -> dict[str, str]:
    """The package of each import path, where a file lies in the folder of its package."""
    return {
        f"{file.package.replace('.', '/')}/{os.path.basename(file.path)}": file.package
        for file in files
    }
