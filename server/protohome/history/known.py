"""Known and new: what the reference has under the same FQN, in whatever file, and all else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model import Contract, Enum, Field, Message, ProtoFile, Service
from ..named import NamedTuple
from ..positions import Span
from ..workspace.snapshot import Located, Snapshot


class Member(NamedTuple):
    """A member of a contract. ``kind`` is field, value, oneof, rpc, message or enum.

    ``path`` is its name below the contract (``Inner.seq``); ``span`` its name, in bytes.
    """

    kind: str
    path: str
    span: Span


def is_new(snapshot: Snapshot, fqn: str) -> bool | None:
    """Whether a contract was not there before; None where nothing tells.

    Of a frozen package whose contents the baseline records, that record tells; of others, the
    reference.
    """
    kept = snapshot.kept.get(fqn.rpartition(".")[0]) if snapshot.kept else None
    if kept is not None:
        return fqn not in kept
    if snapshot.reference is None:
        return None
    return fqn not in snapshot.reference.contracts


def is_new_file(snapshot: Snapshot, path: str) -> bool | None:
    """Whether the reference has no governed file there; None where there is no reference."""
    if snapshot.reference is None:
        return None
    return path not in snapshot.reference.files


def new_members(snapshot: Snapshot, located: Located) -> tuple[Member, ...]:
    """The members of a known contract that were not there before, in source order.

    A field or value under another name but with a number that was there, whose own name is gone,
    was renamed, not added. Of a new nested type, only the type counts. None of a new contract.
    """
    kept = snapshot.kept.get(located.file.package, {}).get(located.fqn)
    if kept is not None:
        return tuple(_unrecorded(located.contract, kept))
    reference = snapshot.reference
    if reference is None:
        return ()
    before = reference.contracts.get(located.fqn, ())
    if not before or _is_among(before, located):
        return ()
    known = [one.contract for one in before if type(one.contract) is type(located.contract)]
    found = _added(located.contract, known, "") if known else ()
    return tuple(sorted(found, key=lambda member: member.span.start))


def _is_among(before: Iterable[Located], located: Located) -> bool:
    """Whether a contract is, untouched, one of those that were there."""
    mine = located.declaration
    return mine is not None and any(one.declaration is mine for one in before)


def _unrecorded(contract: Contract, kept: frozenset[str]) -> Iterator[Member]:
    """The members that a baseline has not; of a new nested type only the type."""
    every = sorted(members(contract), key=lambda member: member.span.start)
    nested = {one.path for one in every if one.kind in ("message", "enum")} - kept
    for member in every:
        above = member.path.split(".")[:-1]
        inside = any(".".join(above[:depth]) in nested for depth in range(1, len(above) + 1))
        if member.path not in kept and not inside:
            yield member


def members(contract: Contract) -> Iterator[Member]:
    """Every member of a contract at any depth."""
    return _added(contract, [], "", deep=True)


def _added(
    contract: Contract, before: list[Contract], prefix: str, deep: bool = False
) -> Iterator[Member]:
    if isinstance(contract, Service):
        rpcs = {rpc.name for one in before if isinstance(one, Service) for rpc in one.rpcs}
        for rpc in contract.rpcs:
            if rpc.name not in rpcs:
                yield Member("rpc", prefix + rpc.name, rpc.name_span)
    elif isinstance(contract, Enum):
        values = [value for one in before if isinstance(one, Enum) for value in one.values]
        kept = {value.name for value in contract.values}
        names = {value.name for value in values}
        renamed = {value.number for value in values if value.name not in kept}
        for value in contract.values:
            if value.name and value.name not in names and value.number not in renamed - {None}:
                yield Member("value", prefix + value.name, value.name_span)
    else:
        messages = [one for one in before if isinstance(one, Message)]
        yield from _added_to_message(contract, messages, prefix, deep)


def _added_to_message(
    message: Message, before: list[Message], prefix: str, deep: bool
) -> Iterator[Member]:
    fields = [field for one in before for field in one.fields]
    kept = {field.name for field in message.fields}
    names = {field.name for field in fields}
    renamed = {field.number for field in fields if field.name not in kept}
    for field in message.fields:
        if field.name and field.name not in names and field.number not in renamed - {None}:
            yield Member("field", prefix + field.name, field.name_span)
    extended = {field.name for one in before for field in one.extensions}
    for field in message.extensions:
        if field.name and field.name not in extended:
            yield Member("extension", prefix + field.name, field.name_span)
    oneofs = {oneof.name for one in before for oneof in one.oneofs}
    for oneof in message.oneofs:
        if oneof.name and oneof.name not in oneofs:
            yield Member("oneof", prefix + oneof.name, oneof.name_span)
    for inner in (*message.messages, *_groups(message)):
        same = [other for one in before for other in (*one.messages, *_groups(one))
                if other.name == inner.name]  # fmt: skip
        if not same and inner not in _groups(message):
            yield Member("message", prefix + inner.name, inner.name_span)
        if same or deep:
            yield from _added_to_message(inner, same, f"{prefix}{inner.name}.", deep)
    for enum in message.enums:
        alike: list[Contract] = [
            other for one in before for other in one.enums if other.name == enum.name
        ]
        if not alike:
            yield Member("enum", prefix + enum.name, enum.name_span)
        if alike or deep:
            yield from _added(enum, alike, f"{prefix}{enum.name}.", deep)


def _groups(message: Message) -> list[Message]:
    return [field.group for field in message.fields if field.group is not None]


def new_extensions(snapshot: Snapshot, file: ProtoFile) -> Iterator[Field]:
    """The extension fields at the top of a file that its package did not have."""
    reference = snapshot.reference
    if reference is None or reference.files.get(file.path) is file or not file.extensions:
        return
    before = reference.by_package.get(file.package, ())
    known = {field.name for one in before for field in one.extensions}
    for field in file.extensions:
        if field.name and field.name not in known:
            yield field
