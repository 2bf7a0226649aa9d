"""Mark a contract as deprecated.

`option deprecated = true;` comes first in its body, and its comment names the successor if one is
known.

Arguments: `contract`, its full name.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..verdicts import Judge
from . import Refused, argument
from ._workspace import edit as edit_to
from .moving.contracts import located
from .texts.deprecation import deprecated

SAFE = True


def title(judge: Judge, request: FixRequest) -> str:
    return f"Mark {argument(request, 'contract').rpartition('.')[2]} as deprecated"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    found = located(judge.snapshot, argument(request, "contract"))
    successor = judge.successor_of(found)
    named = {found.contract.name: successor.located.fqn} if successor else {}
    text = deprecated(found.file.source, [found.contract], named)
    if text == found.file.source:
        raise Refused(f"{found.fqn} is marked as deprecated already.")
    return edit_to(judge.snapshot, {found.file.path: text})
