"""What a team does around its protos, as far as rules ask: plain data, read by ``lookaround``."""

from __future__ import annotations

import re

from ..named import NamedTuple
from ..packagemap.model import PackageMap, Sentence

_GATE = re.compile(r"\bbuf (lint|breaking)\b")
_MANDATORY = re.compile(r"(?i)\b(?:mandatory|required|obligatory|must|always)\b")
_WEAK = re.compile(
    r"(?i)\b(?:not|no longer|never|optional|unless|if|ideally|should|may|used to|planned|later)\b"
)


class Surroundings(NamedTuple):
    """What was found; None is what nobody looked for, so that no rule may judge it.

    ``gates`` are the files that may run buf, ``notes`` those that ``migration-notes`` names, both
    by their path from the workspace root. ``landed`` are the subjects of commits that the reference
    holds, the newest first, each with its short id. ``consumers`` are the sources that may mention
    a contract which frozen packages have lost, by path, with their text. ``unmatched``
    are the folders and files where ``buf lint`` does not ask that package and folder agree, ``""``
    for everywhere.
    """

    gates: dict[str, bytes] | None = None
    notes: dict[str, bytes] | None = None
    landed: tuple[tuple[str, str], ...] | None = None
    consumers: tuple[tuple[str, str], ...] | None = None
    unmatched: tuple[str, ...] = ()


def is_owners(path: str) -> bool:
    """Whether a document is a CODEOWNERS file."""
    return path.rpartition("/")[2] == "CODEOWNERS"


def gates_asked(package_map: PackageMap) -> tuple[tuple[Sentence, tuple[str, ...]], ...]:
    """The sentences that make ``buf lint`` or ``buf breaking`` mandatory, each with which."""
    return tuple(
        (sentence, tuple(dict.fromkeys(_GATE.findall(text))))
        for sentence in package_map.sentences
        for text in (sentence.text.replace("`", ""),)
        if _GATE.search(text) and _MANDATORY.search(text) and not _WEAK.search(text)
    )
