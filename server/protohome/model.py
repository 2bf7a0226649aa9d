"""What a ``.proto`` file declares: frozen facts with the spans they were read from.

The shapes follow ``google/protobuf/descriptor.proto`` with its field numbers, labels and nesting,
but names stay as written and unresolved, and a half-typed declaration is a fact too: what is not
there yet is ``""`` or ``None``. All spans are byte offsets into ``ProtoFile.source``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from .positions import Span

SCALARS = frozenset(
    ("double", "float", "bool", "string", "bytes")
    + ("int32", "int64", "uint32", "uint64", "sint32", "sint64")
    + ("fixed32", "fixed64", "sfixed32", "sfixed64")
)
MAX_FIELD_NUMBER = 536870911
MAX_ENUM_NUMBER = 2147483647

# What a type name may mean: a message or enum, or whatever is nearest (rpc types, extendees).
TYPE, ANY = "type", "any"


class TypeRef(NamedTuple):
    """A message or enum name as written (``C``, ``b.C``, ``.a.b.C``) and where it stands."""

    name: str
    span: Span


class Option(NamedTuple):
    """``option NAME = VALUE;`` in a file, message, enum, service or rpc; both sides as written."""

    name: str
    value: str
    span: Span


class Field(NamedTuple):
    """A field, map field, oneof field, group or extension field.

    ``type`` is as written: a scalar, a name, or ``map<K, V>``; for a group it is the group's name.
    ``ref`` is the message or enum named (a map's value), None for scalars. ``label`` is ``""``,
    ``optional``, ``required`` or ``repeated``. ``oneof`` is the enclosing oneof's name or ``""``.
    ``options`` is what stands between the brackets; ``syntax.bracketed`` reads it when asked.
    """

    name: str
    number: int | None
    type: str
    label: str
    oneof: str
    ref: TypeRef | None
    span: Span
    name_span: Span
    extendee: TypeRef | None = None
    group: Message | None = None
    options: str = ""


class EnumValue(NamedTuple):
    name: str
    number: int | None
    span: Span
    name_span: Span
    options: str = ""


class Oneof(NamedTuple):
    name: str
    span: Span
    name_span: Span


class NumberRange(NamedTuple):
    """Reserved or extension numbers, both included; ``max`` is one of the two MAX above."""

    start: int
    end: int


class Rpc(NamedTuple):
    name: str
    input: TypeRef | None
    output: TypeRef | None
    client_streaming: bool
    server_streaming: bool
    span: Span
    name_span: Span
    options: tuple[Option, ...] = ()


class Enum(NamedTuple):
    name: str
    values: tuple[EnumValue, ...]
    options: tuple[Option, ...]
    reserved: tuple[NumberRange, ...]
    reserved_names: tuple[str, ...]
    span: Span
    name_span: Span


class Message(NamedTuple):
    """A message; ``span`` runs from its first keyword to its closing brace.

    ``fields`` are in source order and include those of oneofs; ``extensions`` are the fields of
    ``extend`` blocks inside it; a group's message is in its field, not in ``messages``.
    """

    name: str
    fields: tuple[Field, ...]
    oneofs: tuple[Oneof, ...]
    messages: tuple[Message, ...]
    enums: tuple[Enum, ...]
    extensions: tuple[Field, ...]
    options: tuple[Option, ...]
    reserved: tuple[NumberRange, ...]
    reserved_names: tuple[str, ...]
    extension_ranges: tuple[NumberRange, ...]
    span: Span
    name_span: Span


class Service(NamedTuple):
    name: str
    rpcs: tuple[Rpc, ...]
    options: tuple[Option, ...]
    span: Span
    name_span: Span


Contract: TypeAlias = Message | Enum | Service


class Import(NamedTuple):
    """``import [MODIFIER] "PATH";``; the modifier is ``""``, public, weak or option."""

    path: str
    modifier: str
    span: Span
    path_span: Span


class ProtoFile(NamedTuple):
    """One file's facts. ``path`` is relative to the workspace root, with ``/``.

    ``syntax`` is ``proto2`` (also when nothing is said), ``proto3`` or an edition such as ``2023``.
    ``package_span`` is the name in the package statement, empty at 0 when there is none.
    ``broken`` are the regions that could not be read at all.
    """

    path: str
    source: bytes
    package: str
    package_span: Span
    syntax: str
    imports: tuple[Import, ...]
    options: tuple[Option, ...]
    messages: tuple[Message, ...]
    enums: tuple[Enum, ...]
    services: tuple[Service, ...]
    extensions: tuple[Field, ...]
    broken: tuple[Span, ...]

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """Top-level messages, enums and services in source order."""
        every: list[Contract] = [*self.messages, *self.enums, *self.services]
        return tuple(sorted(every, key=lambda contract: contract.span.start))

    def fqn(self, contract: Contract) -> str:
        """Protobuf's "fully qualified name", without the leading dot."""
        return f"{self.package}.{contract.name}" if self.package else contract.name


def json_name(name: str) -> str:
    """The name that protobuf's JSON gives a field unless ``json_name`` says another."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def nested_types(message: Message, prefix: str) -> Iterator[tuple[str, Message | Enum]]:
    """The types declared inside ``message``, at any depth, each with its FQN below ``prefix``."""
    groups = [f.group for f in (*message.fields, *message.extensions) if f.group is not None]
    for inner in (*message.messages, *groups):
        name = f"{prefix}.{inner.name}"
        yield name, inner
        yield from nested_types(inner, name)
    for enum in message.enums:
        yield f"{prefix}.{enum.name}", enum


def type_refs(contract: Contract) -> list[tuple[str, TypeRef, str]]:
    """Every type name written in ``contract``, with the scope it is resolved from and its kind.

    The scope is the path of enclosing names below the package (``Outer.Inner``), as protobuf's
    "Name Resolution" starts from the innermost scope. The kind is TYPE or ANY.
    """
    found: list[tuple[str, TypeRef, str]] = []
    if isinstance(contract, Message):
        _message_refs(found, contract, contract.name)
    elif isinstance(contract, Service):
        for rpc in contract.rpcs:
            refs = (rpc.input, rpc.output)
            found += [(contract.name, ref, ANY) for ref in refs if ref is not None]
    return found


def field_refs(fields: Iterable[Field], scope: str) -> list[tuple[str, TypeRef, str]]:
    """As ``type_refs``, of fields inside ``scope``; each extendee once."""
    found: list[tuple[str, TypeRef, str]] = []
    _field_refs(found, fields, scope)
    return found


def _field_refs(found: list[tuple[str, TypeRef, str]], fields: Iterable[Field], scope: str) -> None:
    seen: set[Span] = set()
    for field in fields:
        if field.extendee is not None and field.extendee.span not in seen:
            seen.add(field.extendee.span)
            found.append((scope, field.extendee, ANY))
        if field.group is not None:
            inner = f"{scope}.{field.group.name}" if scope else field.group.name
            _message_refs(found, field.group, inner)
        elif field.ref is not None:
            found.append((scope, field.ref, TYPE))


def _message_refs(found: list[tuple[str, TypeRef, str]], message: Message, scope: str) -> None:
    _field_refs(found, message.fields, scope)
    if message.extensions:
        _field_refs(found, message.extensions, scope)
    for inner in message.messages:
        _message_refs(found, inner, f"{scope}.{inner.name}")
