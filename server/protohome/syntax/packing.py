"""Facts as bytes and back, so that a file that was read once need not be parsed again.

The bytes are JSON: its encoder takes named tuples as they are, in C. They hold neither path nor
source, so equal sources in two places have equal bytes.
"""

from __future__ import annotations

import json
from sys import intern
from typing import Any, NamedTuple

from ..model import (
    Digest,
    Enum,
    EnumValue,
    Field,
    FileOutline,
    Head,
    Import,
    Message,
    NumberRange,
    Oneof,
    Option,
    Outline,
    Parts,
    ProtoFile,
    Rpc,
    Service,
    TypeRef,
)
from ..positions import Span

_new = tuple.__new__

# Words of a field that many fields share; each is kept in memory once.
_WORDS = tuple(map(Field._fields.index, ("name", "type", "label", "oneof", "options")))


class Packed(NamedTuple):
    """A file's facts as bytes, by how often somebody needs them; none has a line break in it."""

    outline: bytes
    digest: bytes
    facts: bytes


def packed(file: ProtoFile) -> Packed:
    """All facts of a file, less its path and source."""
    return Packed(
        _json(file.outline),
        _json((file.head, [declaration.digest for declaration in file.declarations])),
        _json(file.parts),
    )


def _json(facts: object) -> bytes:
    return json.dumps(facts, check_circular=False, separators=(",", ":")).encode()


# What each is given is what ``packed`` made of it, else they raise one of these.
DAMAGED = (ValueError, TypeError, LookupError, RecursionError)


def unpacked_outline(data: bytes) -> FileOutline:
    package, syntax, imports, broken, mentions, names_protohome, declarations = json.loads(data)
    return FileOutline(
        intern(package),
        intern(syntax),
        tuple([(intern(path), intern(modifier)) for path, modifier in imports]),
        tuple([_new(Span, one) for one in broken]),
        tuple(map(intern, mentions)),
        names_protohome,
        tuple([_outline(*one) for one in declarations]),
    )


def unpacked_digest(data: bytes) -> tuple[Head, tuple[Digest, ...]]:
    head, digests = json.loads(data)
    package, package_span, syntax, imports, options, broken = head
    return (
        Head(
            package,
            Span(*package_span),
            syntax,
            tuple([_import(one) for one in imports]),
            _options(options),
            tuple([_new(Span, one) for one in broken]),
        ),
        tuple([_digest(*one) for one in digests]),
    )


def unpacked_facts(data: bytes) -> Parts:
    messages, enums, services, extensions = json.loads(data)
    return Parts(
        tuple([_message(one) for one in messages]),
        tuple([_enum(one) for one in enums]),
        tuple([_service(one) for one in services]),
        tuple([_field(one) for one in extensions]),
    )


def _outline(
    kind: str, name: str, types: list[list[str]], rpcs: list[str], extends: bool
) -> Outline:
    inside = tuple([(intern(one), intern(kind)) for one, kind in types])
    return Outline(intern(kind), intern(name), inside, tuple(map(intern, rpcs)), extends)


def _digest(refs: list[list[str]], words: list[str | list[str]]) -> Digest:
    return Digest(
        tuple([(scope, intern(name), intern(kind)) for scope, name, kind in refs]),
        tuple([intern(one) if isinstance(one, str) else tuple(map(intern, one)) for one in words]),
    )


# Each takes the list that a named tuple was written as, and changes what is inside it in place.


def _ref(given: list[Any]) -> TypeRef:
    return _new(TypeRef, (intern(given[0]), _new(Span, given[1])))


def _options(given: list[list[Any]]) -> tuple[Option, ...]:
    return tuple([Option(intern(name), intern(value), Span(*span)) for name, value, span in given])


def _import(given: list[Any]) -> Import:
    path, modifier, span, path_span = given
    return Import(path, modifier, Span(*span), Span(*path_span))


def _field(given: list[Any]) -> Field:
    for at in _WORDS:
        given[at] = intern(given[at])
    if given[5] is not None:
        given[5] = _ref(given[5])
    given[6] = _new(Span, given[6])
    given[7] = _new(Span, given[7])
    if given[8] is not None:
        given[8] = _ref(given[8])
    if given[9] is not None:
        given[9] = _message(given[9])
    return _new(Field, given)


def _message(given: list[Any]) -> Message:
    given[1] = tuple([_field(one) for one in given[1]])
    given[2] = tuple([Oneof(name, Span(*span), Span(*at)) for name, span, at in given[2]])
    given[3] = tuple([_message(one) for one in given[3]])
    given[4] = tuple([_enum(one) for one in given[4]])
    given[5] = tuple([_field(one) for one in given[5]])
    given[6] = _options(given[6])
    given[7] = _ranges(given[7])
    given[8] = tuple(given[8])
    given[9] = _ranges(given[9])
    given[10] = _new(Span, given[10])
    given[11] = _new(Span, given[11])
    return _new(Message, given)


def _ranges(given: list[list[int]]) -> tuple[NumberRange, ...]:
    return tuple([NumberRange(*one) for one in given])


def _enum(given: list[Any]) -> Enum:
    given[1] = tuple([_value(one) for one in given[1]])
    given[2] = _options(given[2])
    given[3] = _ranges(given[3])
    given[4] = tuple(given[4])
    given[5] = _new(Span, given[5])
    given[6] = _new(Span, given[6])
    return _new(Enum, given)


def _value(given: list[Any]) -> EnumValue:
    given[0] = intern(given[0])
    given[4] = intern(given[4])
    given[2] = _new(Span, given[2])
    given[3] = _new(Span, given[3])
    return _new(EnumValue, given)


def _service(given: list[Any]) -> Service:
    given[1] = tuple([_rpc(one) for one in given[1]])
    given[2] = _options(given[2])
    given[3] = _new(Span, given[3])
    given[4] = _new(Span, given[4])
    return _new(Service, given)


def _rpc(given: list[Any]) -> Rpc:
    given[1] = given[1] and _ref(given[1])
    given[2] = given[2] and _ref(given[2])
    given[5] = _new(Span, given[5])
    given[6] = _new(Span, given[6])
    given[7] = _options(given[7])
    return _new(Rpc, given)
