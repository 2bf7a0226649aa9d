"""What a file is told by without its facts, as bytes and back, so that it need not be parsed again.

The facts themselves are not written down: who looks into a file has it read again, or only the
contract that is looked into. The bytes hold neither path nor source, so equal sources in two places
have equal bytes. ``marshal`` reads them back: they are for whoever knows that we wrote them.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from sys import intern
from typing import Any, TypeAlias

from ..model import Digest, FileOutline, Head, Import, Option, Outline, ProtoFile
from ..named import NamedTuple
from ..positions import Span

Plain: TypeAlias = "tuple[Any, ...]"  # of tuples, text, numbers and truth values alone


class Packed(NamedTuple):
    """What is told of a file, as bytes, by how often somebody needs it."""

    outline: bytes
    digest: bytes
    head: bytes


def packed(file: ProtoFile) -> Packed:
    """What is told of a file, less its path and source."""
    return Packed(*map(marshal.dumps, plain(file)))


def plain(file: ProtoFile) -> tuple[Plain, Plain, Plain]:
    """Outline, digests and head of a file, as plain data; equal names are one object."""
    spans = () if file.broken else _plain(one.span for one in file.contracts)
    return (
        _plain_outline(file.outline),
        _plain(one.digest for one in file.declarations),
        (_plain_head(file.head), spans),
    )


# What each is given is what ``packed`` made of it, else they raise one of these.
DAMAGED = (EOFError, ValueError, TypeError)


def unpacked_outline(data: bytes) -> FileOutline:
    package, syntax, imports, broken, mentions, names_protohome, declared = marshal.loads(data)
    return FileOutline(
        package,
        syntax,
        imports,
        tuple(map(Span._make, broken)),
        mentions,
        names_protohome,
        tuple(map(Outline._make, declared)),
    )


def unpacked_digests(data: bytes) -> tuple[Digest, ...]:
    return tuple(map(Digest._make, marshal.loads(data)))


def unpacked_head(data: bytes) -> tuple[Head, tuple[Span, ...]]:
    """The head, and where each contract stands; nowhere if the file is broken."""
    (package, package_span, syntax, imports, options, broken), spans = marshal.loads(data)
    head = Head(
        package,
        Span._make(package_span),
        syntax,
        tuple([Import(path, how, Span._make(a), Span._make(b)) for path, how, a, b in imports]),
        tuple([Option(name, value, Span._make(span)) for name, value, span in options]),
        tuple(map(Span._make, broken)),
    )
    return head, tuple(map(Span._make, spans))


def _plain(facts: Iterable[tuple[Any, ...]]) -> Plain:
    return tuple(map(tuple, facts))


def _plain_outline(outline: FileOutline) -> Plain:
    package, syntax, imports, broken, mentions, names_protohome, declared = outline
    return (
        intern(package),
        intern(syntax),
        _pairs(imports),
        _plain(broken),
        tuple(map(intern, mentions)),
        names_protohome,
        tuple([
            (intern(kind), intern(name), _pairs(types), tuple(map(intern, rpcs)), extends)
            for kind, name, types, rpcs, extends in declared
        ]),
    )  # fmt: skip


def _pairs(pairs: Iterable[tuple[str, str]]) -> Plain:
    return tuple([(intern(one), intern(other)) for one, other in pairs])


def _plain_head(head: Head) -> Plain:
    return (
        head.package,
        tuple(head.package_span),
        head.syntax,
        tuple([(*one[:2], tuple(one.span), tuple(one.path_span)) for one in head.imports]),
        tuple([(*one[:2], tuple(one.span)) for one in head.options]),
        _plain(head.broken),
    )
