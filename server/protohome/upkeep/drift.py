"""Where a kept block is not what it should be."""

from __future__ import annotations

from collections.abc import Iterator

from ..loading.beside.documents import Block, blocks
from ..named import NamedTuple
from ..verdicts import Judge
from ..workspace.surroundings import is_owners
from . import lists, owners


class Drift(NamedTuple):
    """A block that is not true: what it should hold, or (``why``) what keeps it from being made.

    ``wanted`` are the bytes of the body, with the line breaks of the file.
    ``number`` counts the blocks of the file, from 1.
    """

    path: str
    number: int
    block: Block
    wanted: bytes
    why: str
    missing: int
    extra: int


def drifts(judge: Judge, path: str) -> Iterator[Drift]:
    """The blocks of one document that are not true."""
    source = judge.snapshot.documents[path]
    for number, block in enumerate(blocks(path, source), 1):
        if block.body is None:
            missing = "protohome:end" if block.begun else "protohome:begin"
            yield Drift(path, number, block, b"", f"it has no line `{missing}`", 0, 0)
            continue
        try:
            lines = _lines(judge, path, block)
        except ValueError as error:
            yield Drift(path, number, block, b"", str(error), 0, 0)
            continue
        held = source[block.body.start : block.body.end]
        newline = b"\r\n" if b"\r\n" in source else b"\n"
        gap = newline if not is_owners(path) and lines else b""  # a list needs room in Markdown
        wanted = gap + b"".join(line.encode() + newline for line in lines) + gap
        if held.split() != wanted.split():
            old, new = _told(held), _told(wanted)
            yield Drift(path, number, block, wanted, "", len(new - old), len(old - new))


def _lines(judge: Judge, path: str, block: Block) -> list[str]:
    if not is_owners(path):
        return lists.lines(judge, block.words)
    if block.words[:1] != ("owners",):
        raise ValueError("only `owners` can be kept in a CODEOWNERS file")
    return list(owners.owned(judge.snapshot).lines)


def _told(body: bytes) -> set[bytes]:
    return {line.strip() for line in body.splitlines() if line.strip()}
