"""A contract marked as deprecated in place, with a comment that names its successor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...edits import TextEdit, apply
from ...model import Contract
from ...positions import Span
from ...syntax.tokens import Token, lexemes
from .statements import line_break, statements, trailing


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
        edits.append(_option(source, contract))
        if contract.name in successors:
            edits.append(_comment(source, contract, successors[contract.name]))
    return apply(source, edits)


def _option(source: bytes, contract: Contract) -> TextEdit:
    """The option, first in the body, below what trails the opening brace."""
    newline = line_break(source).decode()
    inside = list(lexemes(source, contract.name_span.end, contract.span.end))
    brace = next(at for at, token in enumerate(inside) if token.text == b"{")
    comments: list[Token] = []
    for token in inside[brace + 1 :]:
        if token.kind != "comment":
            break
        comments.append(token)
    first = inside[brace + 1 + len(comments)]
    count = trailing(source, inside[brace].end, comments, first.start)
    end = comments[count - 1].end if count else inside[brace].end
    following = comments[count].start if count < len(comments) else first.start
    if b"\n" not in source[end:following]:
        space = "" if source[end : end + 1].isspace() else " "
        return TextEdit(Span(end, end), f" option deprecated = true;{space}")
    margin = _margin(source, contract.span.start)
    indent = "  " if first.text == b"}" else _margin(source, first.start)[len(margin) :] or "  "
    return TextEdit(Span(end, end), f"{newline}{margin}{indent}option deprecated = true;")


def _comment(source: bytes, contract: Contract, successor: str) -> TextEdit:
    """A line of the leading comment that names the successor."""
    text = f"Deprecated: use {successor}."
    newline = line_break(source).decode()
    statement = next(
        s for s in statements(source) if s.span.start <= contract.span.start < s.span.end
    )
    start = statement.span.start
    margin = _margin(source, start)
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
            return TextEdit(Span(at, at), f"{newline}{margin} * {text}")
        return TextEdit(Span(at, at), f" {text}")
    return TextEdit(Span(start, start), f"// {text}{newline}{margin}")


def _margin(source: bytes, at: int) -> str:
    line = source[source.rfind(b"\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip())].decode()
