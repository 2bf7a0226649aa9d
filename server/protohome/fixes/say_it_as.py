"""Say a sentence of the map so that it is followed.

The sentence becomes the nearest one that is read. Whether that is what was meant, only a person can
tell, so that it is never made without being asked for.

Arguments: `line`, 1-based, where the sentence begins.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..packagemap.edits import MapEdit
from ..packagemap.model import Sentence
from ..verdicts import Judge
from . import Refused, argument
from ._workspace import edit as edit_to
from ._workspace import map_text

SAFE = True


def title(judge: Judge, request: FixRequest) -> str:
    sentence = _sentence(judge, request)
    assert sentence.unread is not None
    return f"Say it as \u201c{sentence.unread.rewrite}\u201d"


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    sentence = _sentence(judge, request)
    assert sentence.unread is not None
    change = MapEdit(sentence.span, sentence.unread.rewrite)
    return edit_to(judge.snapshot, map_text(judge.snapshot, [change]))


def _sentence(judge: Judge, request: FixRequest) -> Sentence:
    line = argument(request, "line")
    for sentence in judge.snapshot.map.sentences:
        if str(sentence.line) == line and sentence.unread and sentence.unread.rewrite:
            return sentence
    raise Refused(f"No sentence on line {line} of the map can be said another way.")
