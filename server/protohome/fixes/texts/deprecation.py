"""A contract marked as deprecated in place, with a comment that names its successor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...edits import TextEdit, apply
from ...model import Contract
from ...positions import Span
from ...syntax.tokens import lexemes
from .bodies import first_in_body, margin
from .statements import line_break, statements


def deprecated(
    source: bytes, contracts: Sequence[Contract], successors: Mapping[str, str]
) -> bytes:
    """``source`` with ``option deprecated = true;`` in these contracts.

    ``successors`` names by a contract's name what to use instead. Contracts that are marked already
    stay as they are.
    """
    edits: list[TextEdit] = []
    for contract in contracts:
        if any(option.name == "deprecated" for option in contract.options):
            continue
        edits.append(first_in_body(source, contract, ["option deprecated = true;"]))
        if contract.name in successors:
            edits.append(_comment(source, contract, successors[contract.name]))
    return apply(source, edits)


def _comment(source: bytes, contract: Contract, successor: str) -> TextEdit:
    """A line of the leading comment that names the successor."""
    text = f"Deprecated: use {successor}."
    newline = line_break(source).decode()
    statement = next(
        s for s in statements(source) if s.span.start <= contract.span.start < s.span.end
    )
    start = statement.span.start
    indent = margin(source, start)
    above = [t for t in lexemes(source, statement.region.start, start) if t.kind == "comment"]
    if (
        above
        and above[-1].text.startswith(b"/*")
        and not source[above[-1].end : start].count(b"\n") > 1
    ):
        last = above[-1]
        inside = source[last.start : last.end - 2].rstrip()
        at = last.start + len(inside)
        if b"\n" in last.text:
            return TextEdit(Span(at, at), f"{newline}{indent} * {text}")
        return TextEdit(Span(at, at), f" {text}")
    return TextEdit(Span(start, start), f"// {text}{newline}{indent}")
