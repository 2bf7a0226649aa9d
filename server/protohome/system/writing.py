"""Writing an edit: inside the workspace, one run at a time, all of it or nothing.

What is going to be written stands in a log first, in the user's own state folder, so that a run
that was killed is finished by the next one. The log is the lock as well: the system lets go of it
when its holder ends, however that ends, so no lock is ever stale.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from ..edits import Conflict, WorkspaceEdit, outcome
from ..named import NamedTuple
from .disk import contents
from .kept.private import opened, state_folder

_NOTHING = "nothing was written"


class Step(NamedTuple):
    """A file of a change: its bytes before and after, None where there is no file."""

    path: str
    old: bytes | None
    new: bytes | None


class _Change(NamedTuple):
    """What the log says. ``back`` takes a change back that could not be made."""

    process: int
    steps: tuple[Step, ...]
    back: bool = False


def write(root: str, sources: Mapping[str, bytes], edit: WorkspaceEdit) -> tuple[str, ...]:
    """Write an edit below ``root``; the paths written. All of it or, on Conflict, nothing.

    A file that changed on disk since ``sources`` was read is a Conflict; so is a path that leads
    out of ``root``, through a symbolic link too. Each file is replaced atomically, mode kept.
    """
    after = outcome(sources, edit)
    if not after:
        return ()
    where = places(root, after)
    with _log(root) as log:
        if log.read() is not None:
            raise Conflict(f"another change was interrupted meanwhile; {_NOTHING}: run this again")
        steps = _in_order(Step(path, sources.get(path), new) for path, new in after.items())
        _make(_Change(os.getpid(), steps), where, log)
    return tuple(sorted(after))


def places(root: str, paths: Iterable[str]) -> dict[str, str]:
    """The file that each path below ``root`` really names.

    Raises Conflict for one that leads out, and where two are one file.
    """
    top = os.path.realpath(root)
    found: dict[str, str] = {}
    for path in paths:
        place = os.path.realpath(os.path.join(top, path))
        if os.path.isabs(path) or os.path.commonpath([top, place]) != top:
            raise Conflict(f"{path} leads out of the workspace; {_NOTHING}")
        found[path] = place
    if len(set(found.values())) < len(found):
        raise Conflict(f"two of the files are one, through a symbolic link; {_NOTHING}")
    return found


def is_unfinished(root: str) -> bool:
    """Whether a change of the workspace was interrupted, and nobody is at it."""
    try:
        if not os.path.getsize(os.path.join(state_folder(make=False), _key(root))):
            return False
        with _log(root) as log:
            return log.read() is not None
    except (OSError, Conflict):
        return False


def finish(root: str) -> str:
    """Finish a change that was interrupted, or remove what is left of it; a sentence about it.

    ``""`` where there is none. Raises Conflict when it cannot be done now.
    """
    with _log(root) as log:
        change = log.read()
        if change is None:
            return ""
        names = ", ".join(step.path for step in change.steps)
        try:
            where = places(root, [step.path for step in change.steps])
        except Conflict as conflict:
            log.clear()
            return f"An interrupted change of {names} is not finished: {conflict}"
        _tidy(change, where)
        done = [_is_done(where[step.path], step) for step in change.steps]
        if None in done:
            log.clear()
            other = change.steps[done.index(None)].path
            why = f"{other} was changed since; look at them"
            return f"An interrupted change of {names} is not finished: {why}"
        if not any(done) and not change.back:
            log.clear()
            return f"What an interrupted change of {names} had left behind is removed"
        left = tuple(step for step, made in zip(change.steps, done, strict=True) if not made)
        rest = _Change(os.getpid(), left, change.back)
        log.append(rest)
        try:
            for _ in _made(rest, where):
                pass
        except OSError as error:
            _tidy(rest, where)
            raise Conflict(f"an interrupted change cannot be finished: {error.strerror}") from error
        log.clear()
        return f"An interrupted change of {names} is {'taken back' if change.back else 'finished'}"


# How it is made


def _in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """What gains text first and what loses it last, then deletions: a contract that moves is in
    its new file before it leaves the old one, wherever this ends.
    """

    def loss(step: Step) -> tuple[bool, int, str]:
        return step.new is None, len(step.old or b"") - len(step.new or b""), step.path

    return tuple(sorted(steps, key=loss))


def _make(change: _Change, where: Mapping[str, str], log: _Log) -> None:
    """Make a change; when a step fails, take back those that were made."""
    done: list[Step] = []
    folders = _missing(where.values())
    log.append(change)
    try:
        for step in _made(change, where):
            done.append(step)
    except BaseException as error:
        _tidy(change, where)
        left = _taken_back(done, where, log)
        for folder in folders:
            with suppress(OSError):
                os.rmdir(folder)
        if isinstance(error, OSError):
            raise Conflict(f"{_named(error, change, where)}: {error.strerror}{left}") from error
        if isinstance(error, Conflict):
            raise Conflict(f"{error}; {_NOTHING}{left}") from error
        raise
    log.clear()


def _missing(places: Iterable[str]) -> list[str]:
    """The folders of the places that are not there yet, the innermost first."""
    found: set[str] = set()
    for folder in map(os.path.dirname, places):
        while folder not in found and not os.path.lexists(folder):
            found.add(folder)
            folder = os.path.dirname(folder)
    return sorted(found, key=len, reverse=True)


def _named(error: OSError, change: _Change, where: Mapping[str, str]) -> str:
    """The path that could not be written."""
    names = {_temporary(where[step.path], change.process): step.path for step in change.steps}
    names.update((where[step.path], step.path) for step in change.steps)
    path = names.get(str(error.filename), change.steps[0].path)
    return f"{path}: cannot be written"


def _made(change: _Change, where: Mapping[str, str]) -> Iterator[Step]:
    """Make the steps, each as it is asked for. Raises OSError, and Conflict as ``_check`` does."""
    for step in change.steps:
        if step.new is not None:
            _stage(where[step.path], step.new, change.process)
    for step in change.steps:
        place = where[step.path]
        _check(place, step)
        if step.new is None:
            os.unlink(place)
        else:
            os.replace(_temporary(place, change.process), place)
        yield step


def _taken_back(done: list[Step], where: Mapping[str, str], log: _Log) -> str:
    """Take the steps back that were done; ``""``, or what is left to do where that fails, too."""
    steps = tuple(Step(path, new, old) for path, old, new in reversed(done))
    back = _Change(os.getpid(), steps, back=True)
    try:
        if steps:
            log.append(back)
        for _ in _made(back, where):
            pass
    except (OSError, Conflict):
        _tidy(back, where)
        return " but a part, which the next `protohome fix` takes back"
    log.clear()
    return ""


def _check(place: str, step: Step) -> None:
    """Raises Conflict when the file is not as it was."""
    if not _is(place, step.old):
        what = "exists already" if step.old is None else "changed since it was read"
        raise Conflict(f"{step.path} {what}")


def _is_done(place: str, step: Step) -> bool | None:
    """Whether a step is done; None when the file is neither as before nor as after."""
    if _is(place, step.new):
        return True
    return False if _is(place, step.old) else None


def _is(place: str, data: bytes | None) -> bool:
    if data is None:
        return not os.path.lexists(place)
    try:
        return contents(place) == data
    except OSError:
        return False


def _temporary(place: str, process: int) -> str:
    return f"{place}.protohome-{process}"


def _stage(place: str, data: bytes, process: int) -> None:
    """Make the file beside ``place`` that is to replace it, with its mode."""
    os.makedirs(os.path.dirname(place), exist_ok=True)
    temporary = _temporary(place, process)
    with open(temporary, "xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    if os.path.exists(place):
        os.chmod(temporary, os.stat(place).st_mode)


def _tidy(change: _Change, where: Mapping[str, str]) -> None:
    """Remove what was staged and did not come to its place."""
    for step in change.steps:
        with suppress(OSError):
            os.unlink(_temporary(where[step.path], change.process))


# The log, which is the lock


class _Log:
    """The file that a run holds while it writes: who it is, then what it does, a line each."""

    def __init__(self, number: int) -> None:
        self._number = number

    def read(self) -> _Change | None:
        """The change that its last holder had begun and not ended."""
        import json

        # A last line that is not whole was cut off before anything else was done.
        lines = _text(self._number).splitlines(keepends=True)
        whole = [json.loads(line) for line in lines if line.endswith(b"\n")]
        if not whole or "steps" not in whole[-1]:
            return None
        last = whole[-1]
        steps = tuple(Step(path, _bytes(old), _bytes(new)) for path, old, new in last["steps"])
        return _Change(last["process"], steps, last["back"])

    def append(self, change: _Change) -> None:
        steps = [(path, _base64(old), _base64(new)) for path, old, new in change.steps]
        self._write({"process": change.process, "back": change.back, "steps": steps})

    def clear(self) -> None:
        os.ftruncate(self._number, 0)

    def sign(self) -> None:
        """Say who holds it."""
        if not self.read():
            self.clear()
            self._write({"process": os.getpid()})

    def _write(self, line: object) -> None:
        import json

        data = json.dumps(line).encode() + b"\n"
        while data:
            data = data[os.write(self._number, data) :]
        os.fsync(self._number)


@contextmanager
def _log(root: str) -> Iterator[_Log]:
    """Hold the workspace's log. Raises Conflict where somebody else does, or there is none."""
    folder = state_folder()
    if not folder:
        raise Conflict(f"there is no folder to lock in: set XDG_STATE_HOME; {_NOTHING}")
    try:
        number = opened(os.path.join(folder, _key(root)), os.O_RDWR | os.O_APPEND | os.O_CREAT)
    except OSError as error:
        why = error.strerror or error
        raise Conflict(f"the workspace cannot be locked: {why}; {_NOTHING}") from error
    try:
        _hold(number)
        log = _Log(number)
        log.sign()
        try:
            yield log
        finally:
            if log.read() is None:
                log.clear()
    finally:
        os.close(number)


def _key(root: str) -> str:
    from hashlib import sha256

    return sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:32]


def _hold(number: int) -> None:
    try:
        import fcntl
    except ImportError:  # on Windows; files are still looked at right before they are replaced
        return
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        import json

        signed = _text(number).partition(b"\n")[0]
        who = f"process {json.loads(signed)['process']}" if signed else "another process"
        raise Conflict(f"{who} is changing this workspace; {_NOTHING}: try again") from error


def _text(number: int) -> bytes:
    parts: list[bytes] = []
    os.lseek(number, 0, os.SEEK_SET)
    while part := os.read(number, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _base64(data: bytes | None) -> str | None:
    from base64 import b64encode

    return None if data is None else b64encode(data).decode()


def _bytes(text: str | None) -> bytes | None:
    from base64 import b64decode

    return None if text is None else b64decode(text)
