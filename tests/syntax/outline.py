"""Facts as an outline that reads like protobuf: what the literate cases expect.

A declaration is one line, what it holds is indented below it, in source order. What is not there
yet is ``?``. ``broken`` lines come last: the region's line and its text, empty where a block ends
without its brace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from protohome.model import (
    Enum,
    Field,
    Import,
    Message,
    NumberRange,
    Option,
    ProtoFile,
    Rpc,
    Service,
    TypeRef,
)
from protohome.positions import LineIndex, Span

Lines = Iterator[str]
Entry = tuple[int, Sequence[str]]


def outline(file: ProtoFile) -> str:
    return "\n".join([*_file(file), *_broken(file)])


def _file(file: ProtoFile) -> Lines:
    yield f"syntax {file.syntax}"
    if file.package:
        yield f"package {file.package}"
    entries: list[Entry] = [(i.span.start, [_import(i)]) for i in file.imports]
    entries += _options(file.options)
    for contract in file.contracts:
        entries.append((contract.span.start, list(_contract(contract))))
    entries += _extensions(file.extensions)
    yield from _in_order(entries)


def _broken(file: ProtoFile) -> Lines:
    lines = LineIndex(file.source)
    for span in file.broken:
        text = file.source[span.start : span.end].decode("utf-8", "replace")
        yield f"broken {lines.position(span.start).line + 1}: {' '.join(text.split())}".rstrip()


def _in_order(entries: list[Entry], indent: str = "") -> Lines:
    for _, lines in sorted(entries, key=lambda entry: entry[0]):
        for line in lines:
            yield indent + line


def _import(each: Import) -> str:
    return " ".join(["import", *filter(None, [each.modifier]), f'"{each.path}"'])


def _options(options: tuple[Option, ...]) -> list[Entry]:
    return [
        (o.span.start, [f"option {o.name} = {' '.join(o.value.split()) or '?'}"]) for o in options
    ]


def _contract(contract: Message | Enum | Service) -> Lines:
    if isinstance(contract, Message):
        yield f"message {contract.name}"
        yield from _members(contract)
    elif isinstance(contract, Enum):
        yield f"enum {contract.name}"
        values: list[Entry] = [
            (v.span.start, [f"{v.name} = {_number(v.number)}"]) for v in contract.values
        ]
        yield from _in_order(values + _options(contract.options), "  ")
        yield from _reserved(contract.reserved, contract.reserved_names)
    else:
        yield f"service {contract.name}"
        rpcs: list[Entry] = [(r.span.start, [_rpc(r)]) for r in contract.rpcs]
        yield from _in_order(rpcs + _options(contract.options), "  ")


def _members(message: Message) -> Lines:
    entries = _options(message.options) + _extensions(message.extensions)
    entries += [(m.span.start, list(_contract(m))) for m in message.messages]
    entries += [(e.span.start, list(_contract(e))) for e in message.enums]
    entries += [(f.span.start, list(_field(f))) for f in message.fields if not f.oneof]
    for oneof in message.oneofs:
        fields: list[Entry] = [
            (f.span.start, list(_field(f))) for f in message.fields if _within(f.span, oneof.span)
        ]
        entries.append((oneof.span.start, [f"oneof {oneof.name}", *_in_order(fields, "  ")]))
    yield from _in_order(entries, "  ")
    yield from _reserved(message.reserved, message.reserved_names)


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _field(field: Field) -> Lines:
    label = f"{field.label} " if field.label else ""
    kind = "group " if field.group else ""
    yield f"{label}{kind}{field.type} {field.name} = {_number(field.number)}"
    if field.group:
        yield from _members(field.group)


def _extensions(fields: tuple[Field, ...]) -> list[Entry]:
    return [(f.span.start, [f"extend {_type(f.extendee)}: {x}" for x in _field(f)]) for f in fields]


def _rpc(rpc: Rpc) -> str:
    takes = "stream " * rpc.client_streaming + _type(rpc.input)
    gives = "stream " * rpc.server_streaming + _type(rpc.output)
    return f"rpc {rpc.name}({takes}) returns ({gives})"


def _type(ref: TypeRef | None) -> str:
    return ref.name if ref else "?"


def _number(number: int | None) -> str:
    return "?" if number is None else str(number)


def _reserved(ranges: tuple[NumberRange, ...], names: tuple[str, ...]) -> Lines:
    numbers = [str(a) if a == b else f"{a} to {b}" for a, b in ranges]
    if numbers or names:
        yield f"  reserved {', '.join([*numbers, *names])}"
