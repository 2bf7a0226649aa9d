"""What the statements of a file's top level say, gathered by whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Enum, Field, Head, Import, Message, Option, Parts, ProtoFile, Service, TypeRef
from ..positions import Span


class Top:
    """The facts of some statements; ``package`` and ``syntax`` are None where none says them."""

    def __init__(self) -> None:
        self.package: TypeRef | None = None
        self.syntax: str | None = None
        self.imports: list[Import] = []
        self.options: list[Option] = []
        self.messages: list[Message] = []
        self.enums: list[Enum] = []
        self.services: list[Service] = []
        self.extensions: list[Field] = []
        self.broken: list[Span] = []

    def file(self, path: str, source: bytes) -> ProtoFile:
        """The file that these statements are."""
        return ProtoFile(
            path,
            source,
            self.head(),
            Parts(
                tuple(self.messages),
                tuple(self.enums),
                tuple(self.services),
                tuple(self.extensions),
            ),
        )

    def facts(self) -> tuple[object, ...]:
        """All of it, to compare."""
        lists: tuple[Iterable[object], ...] = (
            *(self.imports, self.options, self.messages, self.enums, self.services),
            *(self.extensions, self.broken),
        )
        return (self.package, self.syntax, *map(tuple, lists))

    def head(self) -> Head:
        """What the file says of itself."""
        package = self.package or TypeRef("", Span(0, 0))
        return Head(
            package.name,
            package.span,
            "proto2" if self.syntax is None else self.syntax,
            tuple(self.imports),
            tuple(self.options),
            merged(self.broken),
        )


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Regions sorted, those that overlap or touch joined."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)
