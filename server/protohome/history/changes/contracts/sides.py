"""The two states that are compared: what names mean in each, and where things stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from ....model import TYPE, Enum, Field, Message, Option, ProtoFile, TypeRef, declared_types
from ....named import NamedTuple
from ....positions import Span
from ....workspace.snapshot import Snapshot
from ..model import Location
from .features import Features, within

Declaration: TypeAlias = Message | Enum


class Scope(NamedTuple):
    """Where a declaration stands: its state, file, the names around it, its features.

    ``names`` are below the package (``Outer.Inner``), as names are resolved from there.
    """

    snapshot: Snapshot
    file: ProtoFile
    names: str
    features: Features

    def place(self, span: Span) -> Location:
        return Location(self.file.path, span)

    def inside(self, name: str, options: Iterable[Option]) -> Scope:
        """The scope inside a declaration that stands here."""
        names = f"{self.names}.{name}" if self.names else name
        return self._replace(names=names, features=within(self.features, options))

    def meaning(self, ref: TypeRef, kind: str = TYPE) -> Meaning:
        """What a name means here; ``kind`` as ``model.type_refs`` gives it."""
        found = self.snapshot.resolve(self.file, self.names, ref.name, kind)
        if found is None:
            name = ref.name.lstrip(".")
            return Meaning(name, name, False)
        package = self.snapshot.types[found].rpartition(".")[0]
        return Meaning(found, found[len(package) + 1 :] if package else found, True)

    def declaration(self, ref: TypeRef) -> tuple[ProtoFile, Declaration] | None:
        """The message or enum that ``ref`` names, with its file; None when it is not known."""
        fqn = self.meaning(ref).name
        for located in self.snapshot.contracts.get(self.snapshot.types.get(fqn, ""), ()):
            found = declared_types(located.contract, located.fqn).get(fqn)
            if found is not None:
                return located.file, found
        return None

    def is_message(self, field: Field) -> bool:
        """Whether the field's own type is a message; a type that is not known is taken for one."""
        if field.group is not None:
            return True
        if field.ref is None:
            return False
        found = self.declaration(field.ref)
        return found is None or isinstance(found[1], Message)


class Meaning(NamedTuple):
    """What a type name means: an FQN and the part of it below its package, both ``name`` as
    written where it is not ``known``.
    """

    name: str
    below: str
    known: bool


def same_type(one: Meaning, other: Meaning, moving: bool) -> bool:
    """Whether two type names mean the same; when ``moving``, packages do not count.

    Of names that are not known on both sides, one may be the other's ending.
    """
    if one.name == other.name:
        return True
    if one.known and other.known:
        return moving and one.below == other.below
    longer, shorter = sorted((f".{one.name}", f".{other.name}"), key=len, reverse=True)
    return longer.endswith(shorter)
