"""Which extension fields stand in a file, at its top and inside its messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model import Declaration, Field, Message, ProtoFile, moved
from ...workspace.snapshot import Snapshot
from .contracts.features import of_file
from .contracts.sides import Scope


def extension_fields(
    snapshot: Snapshot, file: ProtoFile, declarations: Iterable[Declaration]
) -> Iterator[tuple[str, Scope, Field]]:
    """The extension fields in declarations of a file, each with its FQN and where it stands."""
    some = [one for one in declarations if one.outline.extends]
    if not some:
        return
    scope = Scope(snapshot, file, "", of_file(file))
    prefix = f"{file.package}." if file.package else ""
    for declaration in some:
        for field in moved(declaration.extensions, file.move_of(declaration)):
            yield prefix + field.name, scope, field
    for declaration in some:
        message = file.contract_of(declaration)
        if isinstance(message, Message):
            yield from _inside(message, prefix, scope)


def _inside(message: Message, prefix: str, outer: Scope) -> Iterator[tuple[str, Scope, Field]]:
    scope = outer.inside(message.name, message.options)
    inside = f"{prefix}{message.name}."
    for field in message.extensions:
        yield inside + field.name, scope, field
    for inner in message.messages:
        yield from _inside(inner, inside, scope)
