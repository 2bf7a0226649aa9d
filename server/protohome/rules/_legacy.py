"""Frozen packages and the shims in them."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import ProtoFile
from ..verdicts import Judge
from ..workspace import Located


def known(judge: Judge, located: Located) -> bool:
    """Whether a contract in a frozen package is the known legacy, not an addition.

    It is when its file has an audit row, whatever the row says, or when the configuration declares
    this package its home.
    """
    snapshot = judge.snapshot
    return (
        located.file.path in snapshot.rows
        or snapshot.config.homes.get(located.fqn) == located.file.package
    )


def shims(judge: Judge, file: ProtoFile) -> Iterator[Located]:
    """The known contracts of a file in a frozen package; none in any other file."""
    if file.package in judge.frozen:
        for contract in file.contracts:
            located = Located(file, contract)
            if known(judge, located):
                yield located
