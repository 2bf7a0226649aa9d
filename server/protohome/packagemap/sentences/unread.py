"""Which sentences look like rules and are not read."""

from __future__ import annotations

import re

from ..anycase import AnyCase
from ..model import Unread
from .clauses import Reading
from .masking import PACKAGE, Packages
from .subjects import is_no_contract

_MODAL = AnyCase(
    r"\b(?:must|shall|should|never|cannot|can't|mustn't|shouldn't|may (?:not|only)"
    r"|do(?:es)? not|don't"
    r"|doesn't|always|forbidden|prohibited|(?:not )?allowed|only|frozen|stop|avoid|no new"
    r"|nothing new)\b",
)
_FIRM = AnyCase(
    r"\b(?:must|shall|should|never|cannot|may (?:not|only)|do not|don't|forbidden|no new)\b",
)
_PLACING = AnyCase(
    r"\b(?:lives? in|belongs? (?:to|in)|go(?:es)? (?:to|in|into)"
    r"|(?:is|are) part of)\b|(?<=\x03 )(?:owns?|defines?)\b",
)
_PAST = AnyCase(
    r"\b(?:was|were|had|used to|formerly|previously|historically|originally|in the past|lived"
    r"|until (?:19|20)\d\d|in (?:19|20)\d\d|no longer|years? ago|once)\b",
)
_OPEN = AnyCase(
    r"^(?:decide|discuss|find out|check|investigate|clarify|todo|open|wrong|bad|incorrect|see)\b"
    r"|\bwhether\b|[\"\u201c]",
)
_PLACED = AnyCase(r"(.+?) (?:(?:must|should) )?(?:live|lives|go|goes|belong|belongs) ")


def unread(reading: Reading, packages: Packages) -> Unread | None:
    """What of a sentence looks like a rule and was not read, the first such clause; else None."""
    if reading.unknown:
        return None  # a problem of its own
    for clause in reading.clauses:
        if (reading.bent or not clause.statements) and is_like_a_rule(clause.text):
            from .advice import advice  # whose expressions few maps need

            return advice(clause, reading, packages)
    return None


def is_like_a_rule(clause: str) -> bool:
    """Whether a masked clause names a package and says what must be, or where something belongs."""
    if clause.endswith("?") or _OPEN.search(clause) or _PAST.search(clause):
        return False
    placed = _PLACED.match(clause)
    if placed and is_no_contract(clause[: placed.end(1)]):
        return False
    if re.search(PACKAGE, clause):
        return bool(_MODAL.search(clause) or _PLACING.search(clause))
    return bool(re.search(r"\blegacy\b", clause, re.IGNORECASE) and _FIRM.search(clause))
