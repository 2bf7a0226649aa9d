"""Starts git, the one program that protohome starts, and so that a checkout cannot start another.

A checkout is data. Its configuration, and a bare repository hidden in one of its folders, name
programs that git would run: monitors, hooks, pagers, helpers, remotes. ``SAFE`` turns off every one
that the commands used here could reach; ``SECURITY.md`` promises no less.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

from ..named import NamedTuple
from .disk import upwards

SAFE = (
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.sshCommand=false"),
    *("-c", "core.gitProxy="),
    *("-c", "core.askPass="),
    *("-c", "core.alternateRefsCommand="),
    *("-c", "credential.helper="),
    *("-c", "protocol.allow=never"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "log.showSignature=false"),
    *("-c", "log.mailmap=false"),
    *("-c", "core.attributesFile=/dev/null"),
    *("-c", "submodule.recurse=false"),
)
# What git says to a hook about the repository that is committed to is dropped with the rest, for
# the folder that is asked about says it better; only which index it commits is news.
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",  # protocol.NAME.allow of a repository outdoes our protocol.allow
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
# Listing a work tree of a million files takes git some seconds; what takes longer never ends.
SECONDS = 30.0
# After so long it is worth looking whether git waits for what never ends: a pipe for a .gitignore.
_SUSPICIOUS = 1.0
_READ_BY_GIT = (".gitignore", ".gitattributes", ".gitmodules")
_READ_IN_GIT = (".git", ".git/info", ".git/objects/info")
_NOT_STARTED = 127
_MARKS = (
    *("HEAD", "logs/HEAD", "index", "FETCH_HEAD", "packed-refs", "reftable/tables.list"),
    *("refs/heads", "refs/remotes/origin"),
)


class Answer(NamedTuple):
    """How git ended (0 is well, 127 not started or out of time) and the bytes it printed."""

    code: int
    output: bytes
    error: bytes = b""

    @property
    def why(self) -> str:
        """The first line of its complaint, without git's own "fatal:"."""
        line = self.error.decode("utf-8", "replace").strip().partition("\n")[0]
        return line.removeprefix("fatal: ").removeprefix("error: ")


def run(root: str, *arguments: str, given: bytes = b"", seconds: float = SECONDS) -> Answer:
    """What git answers in the folder ``root``, with ``given`` on its standard input.

    The index is that of a commit under way where its hook asks. Never raises.
    """
    from subprocess import PIPE, Popen, TimeoutExpired

    command, environment = ["git", *SAFE, *arguments], _environment(root)
    try:
        with Popen(
            command, cwd=root, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE
        ) as program:
            try:
                output, complaint = program.communicate(given, min(seconds, _SUSPICIOUS))
            except TimeoutExpired:
                try:
                    endless = _endless(root)
                    left = 0.0 if endless else max(0.0, seconds - _SUSPICIOUS)
                    output, complaint = program.communicate(timeout=left)
                except TimeoutExpired:
                    why = f"{endless} is no file" if endless else f"more than {seconds:.0f} s"
                    return Answer(_NOT_STARTED, b"", f"git does not end: {why}".encode())
            finally:
                program.kill()
    except (OSError, ValueError) as error:
        return Answer(_NOT_STARTED, b"", str(error).encode())
    return Answer(program.returncode, output, complaint)


def _endless(root: str) -> str:
    """What git reads here and can never read to its end, ``""`` where all are files."""
    from subprocess import TimeoutExpired
    from subprocess import run as start

    asked = ("git", *SAFE, "config", "--type=path", "core.excludesFile")
    environment = _environment(root)
    try:
        told = start(asked, cwd=root, env=environment, capture_output=True, timeout=_SUSPICIOUS)
    except TimeoutExpired:
        return "its configuration"
    named = os.path.join(root, os.fsdecode(told.stdout.rstrip(b"\n")))
    return next(filter(_is_pipe, (named, *_read_by_git(root))), "")


def _read_by_git(root: str) -> Iterator[str]:
    for folder in _READ_IN_GIT:
        with suppress(OSError), os.scandir(os.path.join(top(root), folder)) as entries:
            yield from (entry.path for entry in entries)
    below = (folder for folder, _, _ in os.walk(root))
    for folder in chain(upwards(root), below):
        yield from (os.path.join(folder, name) for name in _READ_BY_GIT)


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def top(folder: str) -> str:
    """The top of the work tree that ``folder`` is in, ``""`` where there is none."""
    *_, last = upwards(folder)
    return last if os.path.exists(os.path.join(last, ".git")) else ""


def marks(root: str) -> tuple[str, ...]:
    """What git writes when HEAD, a branch or the index changes: absolute paths, some not there.

    Folders of branches are among them, since git replaces the files in them.
    """
    asked = (part for name in _MARKS for part in ("--git-path", name))
    paths = os.fsdecode(run(root, "rev-parse", *asked).output).splitlines()
    return tuple(os.path.join(root, path) for path in paths or [".git"])


def records(output: bytes) -> list[bytes]:
    """The records of an answer to a command with ``-z``."""
    return [record for record in output.split(b"\0") if record]


def blobs(root: str, ids: list[str]) -> dict[str, bytes]:
    """The contents of blobs by their id; one that the repository lacks is left out."""
    if not ids:
        return {}
    given = "".join(f"{blob}\n" for blob in ids).encode()
    return read_blobs(run(root, "cat-file", "--batch", given=given).output)


def read_blobs(output: bytes) -> dict[str, bytes]:
    """The contents of blobs by their id, from the answer of ``cat-file --batch``."""
    found: dict[str, bytes] = {}
    start = 0
    while start < len(output):
        end = output.index(b"\n", start)
        name, *what = output[start:end].split(b" ")
        start = end + 1
        if len(what) == 2 and what[1].isdigit():
            end = start + int(what[1])
            if end < len(output):  # of one that is damaged git prints the beginning, and dies
                found[name.decode()] = output[start:end]
            start = end + 1
    return found


def _environment(root: str) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    index = os.environ.get("GIT_INDEX_FILE", "")
    here = top(os.getcwd()) if index else ""
    if here and here == top(root):
        # git names it from the top of the work tree, where it starts hooks; some that start ours
        # go elsewhere.
        kept["GIT_INDEX_FILE"] = os.path.join(here, index)
    return {**kept, **_ENVIRONMENT}
