"""Judging many files by several processes, which say what one would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from ..check import Checked, Each
from ..findings import of_plain, plain
from ..verdicts import Judge, Kept
from ..verdicts.kept import Thoughts

# Contracts to judge by words that pay for another process: to start one, to copy the memory that it
# changes and to take over what it tells costs a tenth of a second, in which 1,500 are judged.
PAYS = 4_000
_ROUNDS = 50  # How often each process takes files: none then waits longer than a fiftieth.


# What came of some files, findings as plain data, and what is to be kept of them.
_Plain: TypeAlias = "list[dict[str, Any]]"
_Judged: TypeAlias = "tuple[list[tuple[_Plain, _Plain]], Thoughts]"


def sharing(judge: Judge, kept: Kept | None, processes: int) -> Each:
    """What has files checked by so many processes where enough is to be judged by words.

    Until something was learned nobody knows that, and each process would have to learn it.
    """

    def each(check: Callable[[str], Checked], paths: Sequence[str]) -> Iterator[Checked]:
        todo = iter(paths)
        while not judge.has_learnt:
            path = next(todo, None)
            if path is None:
                return
            yield check(path)
        rest = [*todo]
        if _is_much(judge, rest, processes):
            yield from _shared(judge, kept, processes, check, rest)
        else:
            yield from map(check, rest)

    return each


def _is_much(judge: Judge, paths: Sequence[str], processes: int) -> bool:
    if processes < 2:
        return False
    files = judge.snapshot.files
    return sum([judge.left_to_words(files[path]) for path in paths]) >= PAYS


def _shared(
    judge: Judge,
    kept: Kept | None,
    processes: int,
    check: Callable[[str], Checked],
    paths: Sequence[str],
) -> Iterator[Checked]:
    from ..system import copies  # only who has much pays for it

    if not copies.may_be_had():
        yield from map(check, paths)
        return

    def judged(chunk: Sequence[str]) -> _Judged:
        checked = map(check, chunk)
        found = [([*map(plain, some)], [*map(plain, hushed)]) for some, hushed in checked]
        return found, kept.thoughts(chunk) if kept else {}

    for checked, thoughts in copies.share(judged, [*_chunks(judge, paths, processes)], processes):
        if kept is not None:
            kept.take(thoughts)
        for found, silenced in checked:
            yield [*map(of_plain, found)], [*map(of_plain, silenced)]


def _chunks(judge: Judge, paths: Iterable[str], processes: int) -> Iterator[list[str]]:
    """The paths in their order, in pieces that hold about as many contracts."""
    sizes = {path: 1 + judge.left_to_words(judge.snapshot.files[path]) for path in paths}
    most = sum(sizes.values()) / (processes * _ROUNDS)
    chunk: list[str] = []
    held = 0
    for path, size in sizes.items():
        chunk.append(path)
        held += size
        if held >= most:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk
