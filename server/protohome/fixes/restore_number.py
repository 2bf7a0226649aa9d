"""Give fields or enum values back the numbers that they had.

All of a message or enum at once: what one addition in the middle pushed to other numbers goes back,
and what is new gets the next free number. Only numbers change, no line moves.

Arguments: `contract`, its full name, and `within`, the path of a nested message or enum below it.
"""

from __future__ import annotations

from ..edits import TextEdit, WorkspaceEdit, apply
from ..findings import FixRequest
from ..model import MAX_ENUM_NUMBER, MAX_FIELD_NUMBER, Enum, EnumValue, Field, Message, NumberRange
from ..verdicts import Judge
from . import Refused
from ._earlier import before, now
from ._workspace import edit as edit_to
from .texts.bodies import number_span

SAFE = True

# Kept by protobuf for its own use (language guide, "Assigning Field Numbers").
_PROTOBUFS_OWN = NumberRange(19000, 19999)


def title(judge: Judge, request: FixRequest) -> str:
    found = now(judge, request)
    count = len(_numbers(judge, request))
    what = "values" if isinstance(found.declaration, Enum) else "fields"
    return f"Restore the numbers of {found.name} ({count} {what})"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    file = now(judge, request).located.file
    edits = [
        TextEdit(number_span(file.source, member), str(number))
        for member, number in _numbers(judge, request)
    ]
    return edit_to(judge.snapshot, {file.path: apply(file.source, edits)})


def _numbers(judge: Judge, request: FixRequest) -> list[tuple[Field | EnumValue, int]]:
    """The members that get another number, each with it. Raises Refused when there is none."""
    found = now(judge, request)
    one, other = before(judge.snapshot.reference, found).declaration, found.declaration
    old = {member.name: member.number for member in _members(one)}
    was = set(old.values())
    restored: list[tuple[Field | EnumValue, int]] = []
    homeless: list[Field | EnumValue] = []
    taken = {number for number in was if number is not None}
    for member in _members(other):
        number = old.get(member.name)
        if number is not None and number != member.number:
            restored.append((member, number))
        elif number is None and member.number in was:
            homeless.append(member)
        elif member.number is not None:
            taken.add(member.number)
    if not restored:
        raise Refused(f"The members of {found.name} have the numbers that they had.")
    for member in homeless:
        number = _free(other, taken)
        taken.add(number)
        restored.append((member, number))
    return restored


def _members(declaration: Message | Enum) -> tuple[Field | EnumValue, ...]:
    return declaration.fields if isinstance(declaration, Message) else declaration.values


def _free(declaration: Message | Enum, taken: set[int]) -> int:
    """The number above all that are taken; the lowest free one when there is none above."""
    largest, closed = MAX_ENUM_NUMBER, list(declaration.reserved)
    if isinstance(declaration, Message):
        largest = MAX_FIELD_NUMBER
        closed += [*declaration.extension_ranges, _PROTOBUFS_OWN]
    for candidate in (max(taken, default=0) + 1, 1):
        while candidate <= largest:
            beyond = [end + 1 for start, end in closed if start <= candidate <= end]
            if not beyond and candidate not in taken:
                return candidate
            candidate = max(beyond, default=candidate + 1)
    raise Refused(f"{declaration.name} has no free number left.")
