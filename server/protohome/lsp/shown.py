"""What answers show, as plain data of ours; ``to_lsp`` turns it into the protocol's."""

from __future__ import annotations

from ..named import NamedTuple
from ..positions import Span


class Proposal(NamedTuple):
    """One completion: ``kind`` is package, file, lane or rule; the best has the lowest ``rank``.

    ``insert`` is what is written, ``""`` for the label.
    """

    label: str
    kind: str
    detail: str
    documentation: str
    rank: int
    insert: str = ""


class Lens(NamedTuple):
    """What stands above a contract or sentence; ``command`` is one of ours, with its arguments."""

    span: Span
    title: str
    command: str
    arguments: tuple[str, ...]


class Symbol(NamedTuple):
    """``kind`` is one of protobuf's words, or row and sentence in a map."""

    name: str
    kind: str
    detail: str
    span: Span
    name_span: Span
    children: tuple[Symbol, ...] = ()
