"""What a ``.proto`` file declares: frozen facts with the spans they were read from.

The shapes follow ``google/protobuf/descriptor.proto`` with its field numbers, labels and nesting,
but names stay as written and unresolved, and a half-typed declaration is a fact too: what is not
there yet is ``""`` or ``None``. All spans are byte offsets into ``ProtoFile.source``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple, TypeAlias, TypeVar

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


class Declaration:
    """A contract, or the fields of an ``extend`` block, as one version of a file had it.

    It is itself alone: a version that leaves its text as it was has the very same object, wherever
    it stands there. The spans inside are those of the version that it was read in.
    """

    __slots__ = ("__weakref__", "contract", "extensions")

    def __init__(self, contract: Contract | None, extensions: tuple[Field, ...] = ()) -> None:
        self.contract, self.extensions = contract, extensions


class ProtoFile:
    """One file's facts. ``path`` is relative to the workspace root, with ``/``; see ``Head``.

    ``parts`` are made when first asked for. Immutable, and equal where everything is.
    """

    __slots__ = (
        *("path", "source", "head", *Head._fields),
        *("_parts", "_contracts", "_declarations", "_moves", "_places", "_made"),
    )

    def __init__(
        self, path: str, source: bytes, head: Head, parts: Parts | Callable[[], Parts] | None
    ) -> None:
        self.path, self.source = path, source
        self.head, self._parts = head, parts
        self.package, self.package_span, self.syntax, self.imports, self.options, self.broken = head
        self._contracts: tuple[Contract, ...] | None = None
        self._declarations: tuple[Declaration, ...] | None = None
        self._moves: tuple[int, ...] = ()
        self._places: dict[Declaration, int] | None = None
        self._made: dict[Declaration, Contract] = {}

    @classmethod
    def of(
        cls,
        path: str,
        source: bytes,
        head: Head,
        declarations: tuple[Declaration, ...],
        moves: tuple[int, ...],
    ) -> ProtoFile:
        """A file of declarations in source order, each so many bytes on from where it was read."""
        file = cls(path, source, head, None)
        file._declarations, file._moves = declarations, moves
        return file

    def at(self, path: str) -> ProtoFile:
        """The same facts in a file of another path."""
        other = ProtoFile(path, self.source, self.head, self._parts)
        other._contracts, other._declarations = self._contracts, self._declarations
        other._moves, other._made = self._moves, self._made
        return other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProtoFile):
            return NotImplemented
        return self is other or (
            (self.path, self.source, self.head, self.parts)
            == (other.path, other.source, other.head, other.parts)
        )

    def __hash__(self) -> int:
        return hash((self.path, self.source))

    def __repr__(self) -> str:
        return f"ProtoFile({self.path!r}, {self.source!r}, {self.head!r}, {self.parts!r})"

    @property
    def parts(self) -> Parts:
        parts = self._parts
        if not isinstance(parts, Parts):
            parts = self._parts = self._join() if parts is None else parts()
        return parts

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.parts.messages

    @property
    def enums(self) -> tuple[Enum, ...]:
        return self.parts.enums

    @property
    def services(self) -> tuple[Service, ...]:
        return self.parts.services

    @property
    def extensions(self) -> tuple[Field, ...]:
        return self.parts.extensions

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """Top-level messages, enums and services in source order."""
        if self._contracts is None:
            messages, enums, services, _ = self.parts
            every: list[Contract] = [*messages, *enums, *services]
            self._contracts = tuple(sorted(every, key=lambda contract: contract.span.start))
        return self._contracts

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """Contracts and extensions in source order; those of another version that are unchanged."""
        if self._declarations is None:
            every = [Declaration(contract) for contract in self.contracts]
            if self.extensions:
                every.append(Declaration(None, self.extensions))
            self._declarations, self._moves = tuple(every), (0,) * len(every)
        return self._declarations

    def move_of(self, declaration: Declaration) -> int:
        """How many bytes further on one of the declarations is than its spans say."""
        if self._places is None:
            self._places = dict(zip(self.declarations, self._moves, strict=True))
        return self._places[declaration]

    def contract_of(self, declaration: Declaration) -> Contract | None:
        """The contract of a declaration as it is here; the same object each time."""
        contract = declaration.contract
        by = self.move_of(declaration)
        if contract is None or not by:
            return contract
        if declaration not in self._made:
            self._made[declaration] = moved(contract, by)
        return self._made[declaration]

    def _join(self) -> Parts:
        every = [self.contract_of(one) for one in self.declarations]
        extensions = (moved(one.extensions, self.move_of(one)) for one in self.declarations)
        return Parts(
            tuple(one for one in every if isinstance(one, Message)),
            tuple(one for one in every if isinstance(one, Enum)),
            tuple(one for one in every if isinstance(one, Service)),
            tuple(chain.from_iterable(extensions)),
        )

    def fqn(self, contract: Contract) -> str:
        """Protobuf's "fully qualified name", without the leading dot."""
        return f"{self.package}.{contract.name}" if self.package else contract.name


Fact = TypeVar("Fact")


def moved(fact: Fact, by: int) -> Fact:
    """A fact with every span so many bytes further on."""
    if not by or not isinstance(fact, tuple) or isinstance(fact, NumberRange):
        return fact
    if isinstance(fact, Span):
        return Span(fact.start + by, fact.end + by)  # type: ignore[return-value]
    inner = [moved(each, by) if isinstance(each, tuple) else each for each in fact]
    return tuple.__new__(type(fact), inner)


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
