"""The commands, one module each: ``add_arguments(parser)`` and ``run(arguments) -> exit code``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import TYPE_CHECKING

from ..escaping.terminal import say
from ..loading import discovery
from ..loading.discovery import Found, LoadError
from ..loading.files import DISK, Files

if TYPE_CHECKING:
    from ..workspace.snapshot import Snapshot


def add_workspace_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of every command that reads a workspace."""
    parser.add_argument(
        "--config", metavar="FILE", help="use this protohome.toml or pyproject.toml"
    )
    parser.add_argument(
        "--against",
        metavar="REF",
        default="",
        help="what was there before: a revision, or a folder or image of the tree"
        " (default: where this branch began, on the default branch HEAD)",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--baseline",
        metavar="FILE",
        default="",
        help="what is accepted (default: protohome.baseline.json)",
    )
    which.add_argument(
        "--no-baseline",
        dest="baseline",
        action="store_const",
        const=None,
        help="accept nothing",
    )
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")


def add_output_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write it there (default: standard output)"
    )


def write_output(arguments: argparse.Namespace, data: bytes) -> None:
    """Write what a command makes where ``--output`` says. Raises LoadError where it cannot be."""
    file: str | None = arguments.output
    if file is None:
        sys.stdout.buffer.write(data)
        return
    try:
        with open(file, "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise LoadError(f"{file}: cannot be written: {error.strerror}") from error
    say(f"wrote {file}")


def load_workspace(arguments: argparse.Namespace, paths: list[str] | None = None) -> Snapshot:
    """The workspace around the first of ``paths``, else the current folder.

    Raises LoadError, also for a path that is outside it, and ConfigError.
    """
    found = look_at(arguments, start_of(paths[0] if paths else None), DISK)
    snapshot = read_found(arguments, found, DISK)
    for path in paths or ():
        relative(snapshot.root, path)
    return snapshot


def look_at(arguments: argparse.Namespace, start: str, files: Files) -> Found:
    """The workspace around the folder ``start``, as the flags ask for it, before it is read."""
    return discovery.look(
        start,
        config_file=arguments.config,
        cache=not arguments.no_cache,
        files=files,
        against=arguments.against,
        baseline=arguments.baseline,
    )


def read_found(
    arguments: argparse.Namespace, found: Found, files: Files, hashes: Mapping[str, str] = {}
) -> Snapshot:
    """A workspace that was found. Raises ConfigError where its rules are none of ours.

    ``hashes`` are as for ``discovery.read``.
    """
    from ..loading.ahead import cores
    from ..rules import RULES

    discovery.read_config(found.place, frozenset(rule.id for rule in RULES), files)
    quiet = getattr(arguments, "quiet", False) or not sys.stderr.isatty()
    progress = (lambda done, total: None) if quiet else _Progress()
    workers = getattr(arguments, "jobs", None) or cores()
    cache = not arguments.no_cache
    return discovery.read(found, files, progress, cache, workers=workers, hashes=hashes)


def start_of(path: str | None = None, files: Files = DISK) -> str:
    """The folder to look for a workspace from: ``path``, a file's, else the current one.

    Raises LoadError where there is nothing.
    """
    try:
        here = os.getcwd()
    except OSError as error:
        raise LoadError(f"the current folder is gone: {error.strerror}") from error
    if path is None:
        return here
    full = os.path.abspath(path)
    if not path or not files.exists(full):
        raise LoadError(f"{path or repr(path)}: no such file or folder")
    return full if files.is_folder(full) else os.path.dirname(full)


def relative(root: str, path: str) -> str:
    """A path from the current folder as one below ``root``. Raises LoadError when it is not."""
    for resolve in (os.path.abspath, os.path.realpath):
        try:
            inner = os.path.relpath(resolve(path), resolve(root)).replace(os.sep, "/")
        except ValueError:  # on another drive
            break
        if inner.split("/")[0] != "..":
            return inner
    raise LoadError(f"{path}: outside the workspace {root}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean `x`?`` for the nearest of the known names, ``""`` when none is near."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=5)
    near.sort(key=lambda one: one[:3] != name[:3])
    return f"; did you mean `{near[0]}`?" if near else ""


class _Progress:
    """A line on the terminal that counts files, from the second second on."""

    def __init__(self) -> None:
        self._next = monotonic() + 1.0
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        if done + 1 == total and self._shown:
            sys.stderr.write("\r\x1b[K")
        elif done + 1 < total and monotonic() >= self._next:
            self._next = monotonic() + 0.1
            self._shown = True
            sys.stderr.write(f"\rprotohome: reading {done}/{total} files\x1b[K")
            sys.stderr.flush()
