"""A small notation for clause forms, and the words they are made of.

A form is a line of elements with one space between them; it must fit a whole clause. An element is
a regular expression in which ``_`` is a space and a name in CAPITALS stands for a part below; one
in square brackets may be left out. Clauses are matched with a space around each comma and one at
their end, upper or lower case.
"""

from __future__ import annotations

import re

from .masking import PACKAGE, VERSION

_AND = r"(?:_,_(?:and_|or_)?|_?[/&+]_?|_(?:and|or)_)"
_THE = r"(?:(?:the|a|an|packages?|either|both|all)_)*"
_KIND = r"(?:_(?:packages?|namespaces?|domains?|contracts?|schemas?))*"
_PACKAGES = rf"{_THE}{PACKAGE}(?:{_AND}{_THE}{PACKAGE})*{_KIND}"
_NAMES = rf"(?P<short>[a-z]\w*(?:{_AND}[a-z]\w*)*)"
_OTHER = r"(?!(?:in|of|for|and|or)\b)[a-z]+"
_NOUN = "(?:contract|message|package|namespace|api|concern|type|payload|record|domain)s?"

PARTS = {
    "SUBJECT": "(?P<subject>.+?)",
    "WHAT": "(?P<what>.+?)",
    "NEWCOMERS": "(?P<newcomers>.+?)",
    "TARGET": f"(?P<packages>{_PACKAGES})",
    # The control package, control/runtime contracts: names without a version or back-ticks.
    "SHORTPACKAGE": rf"(?:the_)?{_NAMES}_(?:package|namespace|domain|contract)s?",
    "SHORTCONTRACTS": rf"(?:the_|an?_)?{_NAMES}(?:_{_OTHER}){{0,2}}_{_NOUN}",
    "VERSIONS": f"(?P<versions>{_THE}{VERSION}(?:{_AND}{_THE}{VERSION})*{_KIND})",
    "BUMP": f"(?P<versions>.*{VERSION}.*)",
    "ALL": "(?:all|any|every|each|an?)",
    "MUST": "(?:must|shall|should)",
    "MAY": "(?:may|must|shall|should|can|will)",
    "NEVER": "(?:(?:(?:MAY|do|does|is|are)_)?(?:not|never)|cannot|can't)",
    "BE": "(?:is|are|stays?|remains?|(?:must|shall|should)_(?:be|stay|remain))",
    "ONLY": "(?:only|exclusively|solely)",
    "ALWAYS": "(?:always|only|exclusively|solely|strictly)",
    "ALLOWED": "(?:allowed|permitted|accepted)",
    "LIVE": "(?:lives?|belongs?|stays?|remains?|goes|go|resides?)",
    "PLACED": "(?:placed|put|added|declared|defined|kept|located|homed|housed|hosted|moved)",
    "ADDED": "(?:added|placed|put|declared|defined|introduced|created|land|go|goes|live|lives|be)",
    "ADD": "(?:add|place|put|declare|define|introduce|create|keep)",
    "HOLD": "(?:carry|carries|contains?|holds?|houses?)",
    "TAKE": "(?:accepts?|receives?|gains?|gets?|takes?)",
    "INTO": "(?:in|to|into|inside|under|within)",
}

# What may follow a clause and leaves its meaning alone, and another clause after it.
_EVEN = "even_(?:when|if|though|where|as)_.*?|regardless_of_.*?|no_matter_.*?"
_NOT = f"(?:not|never|rather_than|instead_of)_(?:(?:in|to|under)_)?{_PACKAGES}_"
_NEXT = f"(?:,_)?(?:and|but|while|whereas)_(?P<next>[^\x02]*{PACKAGE}.*)"
_TAIL = f"(?:(?:,_)?(?:{_EVEN}|{_NOT}))?(?:{_NEXT})?"

_PART = re.compile(r"[A-Z]{2,}")


def forms(lines: str, *, tail: bool = True) -> tuple[re.Pattern[str], ...]:
    """Compile forms, one a line; with ``tail``, more may follow that leaves their meaning alone."""
    end = (_TAIL if tail else "").replace("_", " ")
    return tuple(
        re.compile("".join(map(_element, line.split())) + end, re.IGNORECASE)
        for line in lines.strip().splitlines()
    )


def _element(written: str) -> str:
    optional = written.startswith("[") and written.endswith("]")
    body = written[1:-1] if optional else written
    while _PART.search(body):
        body = _PART.sub(lambda part: PARTS[part[0]], body)
    body = body.replace("_", " ")
    return f"(?:(?:{body}) )?" if optional else f"(?:{body}) "
