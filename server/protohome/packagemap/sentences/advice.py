"""Why a rule-like sentence is prose, and how to say it so that it is read."""

from __future__ import annotations

import re

from ..model import Statement, Unread
from .clauses import Clause, Reading, read
from .masking import PACKAGE, Masked, Packages
from .subjects import subject_of
from .wording import FORMS, worded

_HEDGE = re.compile(
    r"\b(?:ideally|usually|probably|perhaps|maybe|might|could|would|possibly|likely|generally|mostly"
    r"|typically|normally|often|sometimes|preferably|hopefully|eventually|some ?day|one day|soon"
    r"|in (?:general|principle|theory|most cases|an ideal world)|as a rule(?: of thumb)?|for now"
    r"|almost|nearly|fairly|largely|currently|temporarily|we (?:think|believe|hope|want|plan|try)"
    r"|(?:wherever|where|when|whenever|if) possible|prefer(?:red|ably)?|try (?:not )?to"
    r"|discouraged|encouraged|recommended|will)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?: ?,)? ?\b(?:unless|until|except|if|when|whenever|while|once|after|before|without"
    r"|as long as"
    r"|for the time being)\b.*",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:make sure|ensure|remember|note|we (?:think|believe|agreed|decided|hope|want)"
    r"|in [\w ]+?"
    r"|as a [\w ]+?|for [\w ]+?|ideally|usually|generally|preferably)(?: that)? ?,? )+",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:not|never|no|nothing|cannot|avoid|out of|n't|forbidden)\b|n't\b", re.I
)
_SUBJECT = re.compile(
    r"(?P<subject>[^,\x02]+?) (?:must|shall|should|may|can|cannot|is|are|need|needs|has|have"
    r"|ought|do"
    r"|does|will|live|lives|belong|belongs|go|goes|stay|stays)\b.*",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    rf"(?P<placed>[^\x02]+ (?:lives?|belongs?|go|goes|stays?|is|are) [^\x02]*{PACKAGE}) ?,.*"
)
_FREEZING = re.compile(
    r"\b(?:new|frozen|freeze|closed|add|additions?|grow|extend)\b", re.IGNORECASE
)
_DEPENDING = re.compile(r"\b(?:depend\w*|imports?|refers?|references?|uses?)\b", re.IGNORECASE)


def advice(clause: Clause, reading: Reading, packages: Packages) -> Unread:
    """What there is to say of a clause that looks like a rule and was not read."""
    rewritten = _rewritten(clause, reading, packages)
    said = f"{rewritten}." if rewritten else ""
    alone = not rewritten or (reading.bent and reading.bent not in clause.text)
    whole = "" if alone else _with_others(reading, clause, rewritten)
    return Unread(
        _why(clause.text, reading),
        reading.masked.markdown(clause.text),
        whole or said,
        "" if rewritten else FORMS[_nearest(clause.text)],
    )


def _why(clause: str, reading: Reading) -> str:
    if reading.bent and reading.bent not in clause:
        words = reading.masked.unmask(reading.bent)
        return f"another part of it says how far it holds (\u201c{_short(words)}\u201d)"
    if hedge := _HEDGE.search(clause):
        return f"it is hedged (\u201c{hedge[0]}\u201d)"
    if condition := _CONDITION.search(clause):
        words = reading.masked.unmask(condition[0]).strip(" ,")
        return f"it holds only under a condition (\u201c{_short(words)}\u201d)"
    if not re.search(PACKAGE, clause):
        return "it names no package of the map"
    match = _SUBJECT.fullmatch(clause)
    if match and subject_of(match["subject"]) is None:
        words = reading.masked.unmask(match["subject"])
        return f"which contracts \u201c{_short(words)}\u201d are, their names do not tell"
    return "none of the forms that are read fits it"


def _short(words: str) -> str:
    return words if len(words) <= 40 else words[:39].rsplit(" ", 1)[0] + " \u2026"


def _rewritten(clause: Clause, reading: Reading, packages: Packages) -> str:
    """The clause said so that it is read, ``""`` where what it means is not clear enough."""
    masked = reading.masked
    unhedged = " ".join(_HEDGE.sub("", clause.text).split()).strip(" ,")
    for text in (
        clause.text,
        unhedged,
        _CONDITION.sub("", clause.text),
        _CONDITION.sub("", unhedged),
        _LEAD.sub("", clause.text),
        _LEAD.sub("", _CONDITION.sub("", unhedged)),
    ):
        if text and (statements := read(masked.markdown(text), packages).statements):
            return "; ".join(map(worded, statements))
    return _guessed(clause.text, masked)


def _guessed(clause: str, masked: Masked) -> str:
    named = [masked.packages(mark) for mark in re.findall(PACKAGE, clause)]
    match = _SUBJECT.fullmatch(clause)
    if len(named) != 1 or not named[0] or not match or _FREEZING.search(clause):
        return ""
    subject = subject_of(match["subject"])
    if subject is None or _DEPENDING.search(clause):
        return ""
    return worded(Statement(_placing(clause), masked.unmask(subject), named[0]))


def _with_others(reading: Reading, changed: Clause, rewritten: str) -> str:
    """The sentence with one of its clauses said otherwise."""
    parts = [
        rewritten if clause is changed else reading.masked.markdown(clause.text)
        for clause in reading.clauses
    ]
    return "; ".join(part.rstrip(".!") for part in parts) + "."


def _nearest(clause: str) -> str:
    if len(re.findall(PACKAGE, clause)) > 1 and _DEPENDING.search(clause):
        return "NoDependency"
    if _FREEZING.search(clause):
        return "Frozen"
    return _placing(clause)


def _placing(clause: str) -> str:
    """Whether a clause keeps contracts out or puts them in, whatever is said behind the place."""
    return "Excludes" if _NEGATIVE.search(_ASIDE.sub(r"\g<placed>", clause)) else "Home"
