"""What holds for the facts of any text at all."""

from __future__ import annotations

from collections.abc import Iterator

from protohome.model import (
    Enum,
    EnumValue,
    Field,
    Import,
    Message,
    Oneof,
    Option,
    ProtoFile,
    Rpc,
    Service,
    TypeRef,
)
from protohome.positions import Span
from protohome.syntax.tokens import lexemes

Named = Message | Enum | Service | Field | EnumValue | Oneof | Rpc
Fact = Named | Import | Option | TypeRef


def facts(file: ProtoFile) -> Iterator[Fact]:
    """Every fact of ``file`` that has a span, at any depth."""
    yield from file.imports
    yield from file.options
    for contract in file.contracts:
        yield from _facts(contract)
    for field in file.extensions:
        yield from _facts(field)


def _facts(fact: Fact) -> Iterator[Fact]:
    yield fact
    inner: list[Fact | None] = []
    if isinstance(fact, Message):
        inner += [*fact.fields, *fact.oneofs, *fact.messages, *fact.enums]
        inner += [*fact.extensions, *fact.options]
    elif isinstance(fact, Enum):
        inner += [*fact.values, *fact.options]
    elif isinstance(fact, Service):
        inner += [*fact.rpcs, *fact.options]
    elif isinstance(fact, Field):
        inner += [fact.ref, fact.group]
    elif isinstance(fact, Rpc):
        inner += [fact.input, fact.output]
    for each in inner:
        if each is not None:
            yield from _facts(each)


def assert_sound(file: ProtoFile) -> None:
    """Spans lie in the text and in order, and names are what their spans hold."""
    size = len(file.source)
    for span in (file.package_span, *file.broken):
        assert 0 <= span.start <= span.end <= size
    assert all(a.end < b.start for a, b in zip(file.broken, file.broken[1:], strict=False))
    assert _written(file, file.package_span) == file.package
    for fact in facts(file):
        assert 0 <= fact.span.start < fact.span.end <= size, fact
        if isinstance(fact, TypeRef):
            assert _written(file, fact.span) == fact.name
        elif isinstance(fact, Import):
            literal = file.source[fact.path_span.start : fact.path_span.end]
            assert fact.path in literal.decode("utf-8", "replace")
        elif not isinstance(fact, Option):
            assert fact.span.start <= fact.name_span.start
            assert fact.name_span.end <= fact.span.end
            written = _written(file, fact.name_span)
            group = isinstance(fact, Field) and fact.group is not None
            assert (written.lower() if group else written) == fact.name
    for contract in file.contracts:
        for fact in _facts(contract):
            inside = contract.span.start <= fact.span.start and fact.span.end <= contract.span.end
            assert inside, (contract.name, fact)


def _written(file: ProtoFile, span: Span) -> str:
    """The text of a name; white space and comments may stand inside a qualified one."""
    text = file.source[span.start : span.end]
    if b"." in text:
        text = b"".join(each.text for each in lexemes(text) if each.kind != "comment")
    return text.decode()
