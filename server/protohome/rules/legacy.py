"""Frozen packages and the shims in them."""

from __future__ import annotations

from collections.abc import Iterator

from ..history import is_new, new_extensions, new_members
from ..model import Contract, Message, ProtoFile, Service
from ..positions import Span
from ..verdicts import Judge
from ..workspace.indexes import located_in
from ..workspace.snapshot import Located, Reference, Snapshot


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
        yield from (located for located in located_in(file) if known(judge, located))


def in_new(snapshot: Snapshot, file: ProtoFile, reference: Reference) -> bool | None:
    """Whether a type name stands in what is new: a contract, or a member of a known one.

    None where nothing tells what was there before.
    """
    if snapshot.reference is None:
        return None
    if not reference.contract:
        return any(_holds(field.span, reference) for field in new_extensions(snapshot, file))
    if is_new(snapshot, reference.contract):
        return True
    for contract in file.contracts:
        if _holds(contract.span, reference):
            new = {member.span for member in new_members(snapshot, Located(file, contract))}
            return any(name in new and _holds(span, reference) for span, name in _parts(contract))
    return False


def _holds(span: Span, reference: Reference) -> bool:
    return span.start <= reference.ref.span.start and reference.ref.span.end <= span.end


def _parts(contract: Contract) -> Iterator[tuple[Span, Span]]:
    """The members of a contract that can hold type names, at any depth: all of each, its name."""
    if isinstance(contract, Service):
        yield from ((rpc.span, rpc.name_span) for rpc in contract.rpcs)
    elif isinstance(contract, Message):
        for field in (*contract.fields, *contract.extensions):
            yield field.span, field.name_span
            if field.group is not None:
                yield from _parts(field.group)
        for inner in contract.messages:
            yield inner.span, inner.name_span
            yield from _parts(inner)
