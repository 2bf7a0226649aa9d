"""``-`` for a path: the text of one file as an editor holds it, on standard input."""

from __future__ import annotations

import argparse
import os
import sys

from ..loading.discovery import coverage, find_modules, is_ignored, why_no_text
from ..loading.reading import FileReader
from ..packagemap import read as read_map
from ..system.disk import LoadError
from ..workspace.snapshot import Snapshot
from .workspaces import load_workspace, relative


def load_with_stdin(arguments: argparse.Namespace) -> Snapshot:
    """The workspace with standard input in the place of ``--stdin-filename``, which need not exist.

    ``arguments.paths`` becomes that file. Raises LoadError.
    """
    name = arguments.stdin_filename
    if arguments.paths != ["-"] or not name:
        raise LoadError("`-` reads one file; name it with --stdin-filename FILE")
    source = sys.stdin.buffer.read()
    folder = os.path.dirname(os.path.abspath(name))
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    snapshot = load_workspace(arguments, [folder])
    arguments.paths = [name]
    path = relative(snapshot.root, name)
    if path == snapshot.map.path:
        why = why_no_text(source)
        if why:
            raise LoadError(f"{name}: the package map cannot be read: {why}")
        return snapshot.with_map(read_map(path, source))
    modules = find_modules(snapshot.root, snapshot.config, snapshot.map, not arguments.no_cache)
    if not coverage(modules, snapshot.config)(path) or is_ignored(snapshot.root, path):
        return snapshot
    reader = FileReader(snapshot.root, snapshot.map, snapshot.module_roots)
    file = reader.parse(path, source)
    if file is None or not reader.governs(file):
        return snapshot.with_files({path: None})
    why = why_no_text(source)
    return snapshot.with_files({path: file}, unreadable={path: why} if why else {})
