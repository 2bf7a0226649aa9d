"""Frozen packages and the shims in them."""

from __future__ import annotations

from collections.abc import Iterator

from ..history import is_new
from ..model import ProtoFile
from ..verdicts import Judge
from ..workspace import Located


def known(judge: Judge, located: Located) -> bool:
    """Whether a contract in a frozen package is the known legacy, not an addition.

    What was there before is known, whatever its file's row says. Where nothing tells what was
    there, a row vouches for it, and in a map that audits no file the tree itself does. So does the
    configuration that declares this package its home.
    """
    snapshot = judge.snapshot
    if snapshot.config.homes.get(located.fqn) == located.file.package:
        return True
    new = is_new(snapshot, located.fqn)
    if new is None:
        return located.file.path in snapshot.rows or not snapshot.map.audit
    return not new


def shims(judge: Judge, file: ProtoFile) -> Iterator[Located]:
    """The known contracts of a file in a frozen package; none in any other file."""
    if file.package in judge.frozen:
        for contract in file.contracts:
            located = Located(file, contract)
            if known(judge, located):
                yield located
