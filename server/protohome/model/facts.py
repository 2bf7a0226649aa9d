"""The facts themselves: named tuples, and how many bytes further on they stand."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

from ..named import NamedTuple
from ..positions import Span

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


class Head(NamedTuple):
    """What a file says of itself, beside its declarations.

    ``syntax`` is ``proto2`` (also when nothing is said), ``proto3`` or an edition such as ``2023``.
    ``package_span`` is the name in the package statement, empty at 0 when there is none.
    ``broken`` are the regions that could not be read at all.
    """

    package: str = ""
    package_span: Span = Span(0, 0)
    syntax: str = "proto2"
    imports: tuple[Import, ...] = ()
    options: tuple[Option, ...] = ()
    broken: tuple[Span, ...] = ()


class Parts(NamedTuple):
    """What a file declares, each kind in source order."""

    messages: tuple[Message, ...] = ()
    enums: tuple[Enum, ...] = ()
    services: tuple[Service, ...] = ()
    extensions: tuple[Field, ...] = ()


Fact = TypeVar("Fact")


def moved(fact: Fact, by: int) -> Fact:
    """A fact with every span so many bytes further on."""
    if not by or not isinstance(fact, tuple) or isinstance(fact, NumberRange):
        return fact
    if isinstance(fact, Span):
        return Span(fact.start + by, fact.end + by)  # type: ignore[return-value]
    inner = [moved(each, by) if isinstance(each, tuple) else each for each in fact]
    return tuple.__new__(type(fact), inner)
