"""Reserve the numbers and names of the fields or enum values that were removed.

All of a message or enum at once. They join the `reserved` statements that are there; else
statements of their own come first in the body.

Arguments: `contract`, its full name, and `within`, the path of a nested message or enum below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..edits import TextEdit, WorkspaceEdit, apply
from ..findings import FixRequest
from ..history.changes.contracts.ranges import ranges_said, union
from ..model import NumberRange
from ..positions import Span
from ..syntax import read
from ..verdicts import Judge
from . import Refused
from ._earlier import Declaration, now
from ._workspace import edit as edit_to
from .texts.bodies import Reserved, first_in_body, margin, reserved_statements
from .texts.statements import line_break

SAFE = True


def title(judge: Judge, request: FixRequest) -> str:
    found = now(judge, request)
    numbers, names = _removed(judge, found)
    said = [*map(str, numbers), *(f'"{name}"' for name in names)]
    return f"Reserve {', '.join(said)} in {found.name}"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    found = now(judge, request)
    numbers, names = _removed(judge, found)
    file = found.located.file
    edits = list(_edits(found, numbers, names, bare=file.syntax.isdigit()))
    return edit_to(judge.snapshot, {file.path: apply(file.source, edits)})


def _removed(judge: Judge, found: Declaration) -> tuple[list[int], list[str]]:
    """The numbers and names that are not reserved. Raises Refused when there are none."""
    numbers: set[int] = set()
    names: list[str] = []
    file = found.located.file
    for change in judge.comparison.in_file(file.path) if judge.comparison else ():
        within = change.member.rpartition(".")[0]
        if not change.unreserved or (change.symbol, within) != (found.located.fqn, found.within):
            continue
        name, _, number = change.was.partition(" = ")
        if "number" in change.unreserved:
            numbers.add(int(number))
        if "name" in change.unreserved and name not in names:
            names.append(name)
    if not numbers and not names:
        raise Refused(f"Everything that was removed from {found.name} is reserved.")
    return sorted(numbers), names


def _edits(
    found: Declaration, numbers: Sequence[int], names: Sequence[str], bare: bool
) -> Iterator[TextEdit]:
    source, declaration = found.located.file.source, found.declaration
    every = reserved_statements(source, declaration)
    with_numbers = next((each for each in reversed(every) if not each.names), None)
    with_names = next((each for each in reversed(every) if each.names), None)
    mark = "" if bare else '"'
    if with_names is not None:
        mark = with_names.tokens[1].text[:1].decode()
        mark = mark if mark in ("'", '"') else ""
    quoted = ", ".join(f"{mark}{name}{mark}" for name in names)
    lines: list[str] = []
    if numbers and with_numbers is not None:
        yield _joined(source, with_numbers, numbers)
    elif numbers:
        lines.append(f"reserved {ranges_said(union(NumberRange(n, n) for n in numbers))};")
    if names and with_names is not None:
        yield TextEdit(Span(with_names.end, with_names.end), f", {quoted}")
    elif names:
        lines.append(f"reserved {quoted};")
    if lines and every:
        last = every[-1]
        at = source.index(b";", last.end) + 1
        newline = line_break(source).decode() + margin(source, last.tokens[0].start)
        one_line = b"\n" not in source[declaration.name_span.end : last.tokens[0].start]
        gap = " " if one_line else newline
        yield TextEdit(Span(at, at), "".join(gap + line for line in lines))
    elif lines:
        yield first_in_body(source, declaration, lines)


def _joined(source: bytes, statement: Reserved, numbers: Sequence[int]) -> TextEdit:
    """The statement with these numbers: sorted and merged, or at its end if it has comments."""
    span = Span(statement.tokens[1].start, statement.end)
    text = source[span.start : span.end]
    if b"/" in text:
        return TextEdit(Span(span.end, span.end), "".join(f", {number}" for number in numbers))
    there = read("", b"message M { reserved " + text + b"; }").messages[0].reserved
    return TextEdit(span, ranges_said(union([*there, *(NumberRange(n, n) for n in numbers)])))
