"""The outcome of a check, kept: the same flags over the same bytes give the same once more.

A snapshot is all that rules look at. So what a snapshot is made of tells whether anything changed,
before a rule is imported or a file parsed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING
from zlib import crc32

from ..loading.discovery import Found
from ..loading.files import Files
from ..loading.files.contents import Hashes, are_still, hashes
from ..named import NamedTuple
from ..system import git
from ..system.kept import cache
from ..system.writing import is_unfinished
from .outputs import Outcome, Output, is_colored

if TYPE_CHECKING:
    from ..workspace.snapshot import Snapshot

_LARGEST = 1 << 24  # bytes of an outcome; one with more findings is about to be changed anyway


class Question(NamedTuple):
    """A check that is asked for: where its outcome is kept, what it rests on, what files hold."""

    root: str
    kind: str
    key: str
    held: tuple[Hashes, ...]


def question(
    arguments: argparse.Namespace, parts: Iterable[tuple[Found, tuple[str, ...]]], files: Files
) -> Question | None:
    """The question that flags and workspaces are; None where its answer may not be kept."""
    if arguments.no_cache or os.environ.get("GITHUB_STEP_SUMMARY"):
        return None
    asked = repr((sorted(vars(arguments).items()), is_colored(), sys.stdout.isatty()))
    told: list[object] = [asked, cache.code(), os.getcwd()]
    held: list[Hashes] = []
    root = ""
    for found, paths in parts:
        own = found.place.root
        past = found.past
        if found.config.consumers:  # which of those count, only the facts of the protos tell
            return None
        if is_unfinished(own) or (past is not None and (past.folder or past.image)):
            return None
        contents = hashes(own, found.stamps, files)
        if contents is None:
            return None
        root = root or own
        held.append(contents)
        told += [own, git.top(own), found.place, found.config, found.map.path, found.map.source]
        told += [found.modules, contents, past and past.revision, found.baseline]
        told += [found.documents, found.surroundings, [os.path.realpath(path) for path in paths]]
    key = sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()
    return Question(
        root, f"check{crc32(asked.encode('utf-8', 'surrogateescape')):08x}", key, tuple(held)
    )


def recall(asked: Question) -> Outcome | None:
    """What came of it the last time, None where that is not known."""
    found = cache.load(asked.root, asked.kind)
    if not isinstance(found, tuple) or found[0] != asked.key:
        return None
    _, outputs, said, code = found
    _save(asked)
    return Outcome(tuple(Output(*output) for output in outputs), said, code)


def remember(
    asked: Question,
    outcome: Outcome,
    parts: Iterable[tuple[Found, Snapshot]],
    files: Files,
) -> None:
    """Keep an outcome, unless a file changed while it was made."""
    _save(asked)
    if sum(len(output.text) for output in outcome.outputs) > _LARGEST:
        return
    for (found, snapshot), held in zip(parts, asked.held, strict=True):
        every = {**snapshot.bystanders, **snapshot.files}
        read = {path: file.hash for path, file in every.items()}
        if not are_still(found.place.root, held, found.stamps, read, files):
            return
    outputs = tuple(tuple(output) for output in outcome.outputs)
    cache.save(asked.root, asked.kind, (asked.key, outputs, outcome.said, outcome.code))


def _save(asked: Question) -> None:
    for held in asked.held:
        held.save()
