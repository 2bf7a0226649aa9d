"""The commands, one module each: ``add_arguments(parser)`` and ``run(arguments) -> exit code``."""

from __future__ import annotations

import argparse
import os
import sys
from time import monotonic

from ..discovery import LoadError, load
from ..rules import RULES
from ..workspace import Snapshot


def add_workspace_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of every command that reads a workspace."""
    parser.add_argument(
        "--config", metavar="FILE", help="use this protohome.toml or pyproject.toml"
    )
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")


def load_workspace(arguments: argparse.Namespace, paths: list[str] | None = None) -> Snapshot:
    """The workspace around ``paths``, else the current folder. Raises LoadError, ConfigError."""
    start = os.getcwd()
    for path in paths or ():
        if not os.path.lexists(path):
            raise LoadError(f"{path}: no such file or folder")
    if paths:
        start = os.path.commonpath([os.path.abspath(path) for path in paths])
        if not os.path.isdir(start):
            start = os.path.dirname(start)
    quiet = getattr(arguments, "quiet", False) or not sys.stderr.isatty()
    return load(
        start,
        config_file=arguments.config,
        rule_ids=frozenset(rule.id for rule in RULES),
        cache=not arguments.no_cache,
        tracked=getattr(arguments, "tracked", False),
        progress=(lambda done, total: None) if quiet else _Progress(),
    )


class _Progress:
    """A line on the terminal that counts files, from the second second on."""

    def __init__(self) -> None:
        self._next = monotonic() + 1.0

    def __call__(self, done: int, total: int) -> None:
        if done + 1 == total:
            sys.stderr.write("\r\x1b[K")
        elif monotonic() >= self._next:
            self._next = monotonic() + 0.1
            sys.stderr.write(f"\rprotohome: reading {done}/{total} files\x1b[K")
            sys.stderr.flush()
