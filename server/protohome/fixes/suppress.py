"""Silence a finding with a comment that asks for the reason.

The comment goes above the line, `// protohome:ignore RULE --`. Only a person can give the reason:
until it stands behind the dashes, `suppression-without-reason` asks for it.

Arguments: `rule`; `path`; `line`, 1-based; `reason`.
"""

from __future__ import annotations

import re

from ..edits import TextEdit, WorkspaceEdit, apply
from ..escaping.terminal import is_safe
from ..findings import FixRequest
from ..positions import LineIndex, Span
from ..rules import RULES
from ..suppressions import read
from ..verdicts import Judge
from . import Refused, argument
from ._workspace import edit as edit_to
from .texts.statements import line_break

SAFE = True

_NUMBER = re.compile(r"[0-9]{1,9}")


def title(judge: Judge, request: FixRequest) -> str:
    return f"Suppress {argument(request, 'rule')} here"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    rule, path = argument(request, "rule"), argument(request, "path")
    file = judge.snapshot.files.get(path)
    if file is None:
        raise Refused(f"{path} is no governed file, and a comment silences only .proto files.")
    if all(rule != known.id for known in RULES):
        raise Refused(f"There is no rule {rule}.")
    reason = request.arguments.get("reason", "")
    if not is_safe(reason):
        raise Refused("A reason is one line.")
    index = LineIndex(file.source)
    said = request.arguments.get("line", "1")
    line = int(said) - 1 if _NUMBER.fullmatch(said) else -1
    if not 0 <= line < len(index):
        raise Refused(f"{path} has no line {said}.")
    for known in read(file):
        if rule in known.rules and known.line in (None, line):
            raise Refused(f"{path} suppresses {rule} there already.")
    start = index.line_span(line).start
    text = file.source[start : index.line_span(line).end]
    margin = text[: len(text) - len(text.lstrip())].decode()
    comment = f"{margin}// protohome:ignore {rule} -- {reason}"
    added = comment.rstrip() + line_break(file.source).decode()
    return edit_to(
        judge.snapshot, {path: apply(file.source, [TextEdit(Span(start, start), added)])}
    )
