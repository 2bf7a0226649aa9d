"""A small notation for clause forms, and the words they are made of.

A form is a line of elements with one space between them; it must fit a whole clause. An element is
a regular expression in which ``_`` is a space and a name in CAPITALS stands for a part below; one
in square brackets may be left out. Clauses are matched with a space around each comma and one at
their end, upper or lower case.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ...lazily import cached_property
from ..anycase import AnyCase, folded
from .masking import PACKAGE, VERSION

_AND = r"(?:_,_(?:and_|or_|nor_)?|_?[/&+]_?|_(?:and|or|nor)_)"
_THE = r"(?:(?:the|a|an|our|packages?|either|both|all|every|each|any)_)*"
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
    "OTHERS": f"(?P<others>{_PACKAGES})",
    "ALLOWED": f"(?P<allowed>{_PACKAGES})",
    # The control package, control/runtime contracts: names without a version or back-ticks.
    "SHORTPACKAGE": rf"(?:the_)?{_NAMES}_(?:package|namespace|domain|contract)s?",
    "SHORTCONTRACTS": rf"(?:the_|an?_)?{_NAMES}(?:_{_OTHER}){{0,2}}_{_NOUN}",
    "VERSIONS": f"(?P<versions>{_THE}{VERSION}(?:{_AND}{_THE}{VERSION})*{_KIND})",
    "BUMP": f"(?P<versions>.*{VERSION}.*)",
    "ALL": "(?:all|any|every|each|an?)",
    "MUST": "(?:must|shall|should|needs?_to|has_to|have_to)",
    "MAY": "(?:may|must|shall|should|can|will)",
    "NEVER": "(?:(?:(?:MAY|do|does|is|are)_)?(?:not|never)(?:_ever)?|cannot)",
    "BE": "(?:is|are|stays?|remains?|(?:must|shall|should)_(?:be|stay|remain|be_kept))",
    "ONLY": "(?:only|exclusively|solely|just)",
    "ALWAYS": "(?:always|only|exclusively|solely|strictly)",
    "PERMIT": "(?:allowed|permitted|accepted|welcome)",
    "FORBID": "(?:forbidden|prohibited|banned|disallowed|off_limits|out_of_place|unwelcome"
    "|not_PERMIT)",
    "LIVE": "(?:lives?|belongs?|stays?|remains?|goes|go|resides?|sits?|lands?)",
    "PLACED": "(?:placed|put|added|declared|defined|kept|located|homed|housed|hosted|moved)",
    "INTRODUCED": "(?:added|placed|put|declared|defined|introduced|created|land|go|goes|live|lives"
    "|be|belongs?|appear|appears)",
    "ADD": "(?:add|place|put|declare|define|introduce|create|keep|store)",
    "HOLD": "(?:carry|carries|contains?|holds?|houses?|hosts?|includes?|has|have)",
    "OWN": "(?:owns?|defines?|declares?|covers?|handles?|manages?)",
    "TAKE": "(?:accepts?|receives?|gains?|gets?|takes?|allows?)",
    "INTO": "(?:in|to|into|inside|under|within|on|with)",
    "OWNED": "(?:owned|handled|defined|declared|covered|managed|maintained|hosted|kept)",
    "ABOUT": "(?:about|on|around|(?:that_is_)?related_to|relating_to|that_relates_to|concerning"
    "|that_concerns|to_do_with|having_to_do_with|that_has_to_do_with|regarding|dealing_with"
    "|that_deals_with|for|touching)",
    "CLOSED": "(?:(?:frozen|read-only|closed|sealed|locked)"
    "|in_maintenance(?:[-_]only)?(?:_mode)?(?:_only)?|maintenance[-_]only)",
    "SOMETHING": "(?:it|something|this|(?:an?|any|the|your|some)_(?:new_)?(?:contract|message|type"
    "|enum|service|definition))",
    "DEPEND": "(?:depends?_(?:up)?on|rel(?:y|ies)_on|imports?|references?|refers?_to|uses?"
    "|includes?|knows?_(?:about|of)|pulls?_in|mentions?)",
    "DEPENDED": "(?:depended_(?:up)?on|relied_on|imported|referenced|referred_to|used|included)",
    "ANYTHING": "(?:(?:anything|types?|messages?|contracts?|enums?|files?)"
    "(?:_(?:or|and)_(?:types?|messages?|contracts?|enums?|files?))*)",
    "REMOVE": "(?:delete|remove|renumber|rename|reuse|retype|drop|change)",
    "REMOVED": "(?:deleted|removed|renumbered|renamed|reused|retyped|dropped|changed)",
    "MEMBER": "(?:fields?|enum_values?|values?|messages?|members?|contracts?|field_numbers?)",
    "ADDITIVE": "(?:only_additive|additive|additive[-_]only|append[-_]only|grow[-_]only)",
    "BREAKING": "(?:breaking|(?:backwards?[-_])?incompatible)",
}

# What may follow a clause and leaves its meaning alone, and another clause after it.
_EVEN = "even_(?:when|if|though|where|as)_.*?|regardless_of_.*?|no_matter_.*?|whatever_.*?"
_NOT = (
    f"(?:not|never|rather_than|instead_of)_(?:(?:in|to|under)_)?{_PACKAGES}_"
    "|not_(?:with|beside|among)_(?:the_)?[a-z]+_"
)
_ELSE = "(?:and_|,_)?(?:nowhere_else|only_there|there_only|instead|please|any_?more|any_longer)_"
_WHY = r"(?:because|since|so_that)_[^\x02]*?|for_[a-z_-]+_reasons_"
_NEXT = f"(?:,_)?(?:and|but|while|whereas)_(?P<next>[^\x02]*{PACKAGE}.*)"
TAIL = f"(?:(?:,_)?(?:{_EVEN}|{_NOT}|{_ELSE}|{_WHY}))?(?:{_NEXT})?".replace("_", " ")
# One of these is in whatever fits the tail. To compile it takes longer than most forms.
_IN_TAIL = (
    *("even", "regardless", "matter", "whatever", "not", "never", "rather", "instead", "else"),
    *("there", "please", "more", "longer", "because", "since", "that", "reasons", "and", "but"),
    *("while", "whereas"),
)

_PART = re.compile(r"[A-Z]{2,}")

# A group that holds no other: looked for only, or (the rest) to be there or not.
_INNERMOST = re.compile(
    r"\((?:\?:|\?P<\w+>|(?P<look>\?<?[=!]))(?P<body>[^()]*)\)(?P<lack>[?*]|\{0)?"
)
_ANY = re.compile(r"\[[^\]]*\]|\\.|.[?*]|\.\+")
_RUN = re.compile("[a-z\x02\x04]+")


class Form:
    """What fits whole clauses; compiled for the first one that has the words it cannot do without.

    A map's clauses are of few forms, and compiling all takes longer than a check of a small tree.
    """

    def __init__(self, line: str, tail: bool) -> None:
        self.line, self._tail = line, tail

    def fitted(self, clause: str) -> dict[str, str] | None:
        """The parts of a clause that fits, by the names they have in the form; else None.

        The clause is spaced as the notation says; ``next`` is what is said after a tail.
        """
        text = folded(clause)
        if not self.may_fit(text):
            return None
        tailed = self._tail and any(word in text for word in _IN_TAIL)
        match = (self.with_tail if tailed else self.pattern).fullmatch(clause)
        if match is None:
            return None
        places = {name: slice(*match.span(name)) for name in match.re.groupindex if match[name]}
        return {name: clause[place] for name, place in places.items()}

    def may_fit(self, text: str) -> bool:
        """Whether a clause, ``folded``, has a word of each element that must be there, in order."""
        at = 0
        for element in self._needed:
            words = _words(element)
            if not words:
                continue
            ends = [found + len(word) for word in words if (found := text.find(word, at)) >= 0]
            if not ends:
                return False
            at = min(ends)
        return True

    @cached_property
    def pattern(self) -> AnyCase:
        """What fits without a tail."""
        return AnyCase(self._elements)

    @cached_property
    def with_tail(self) -> AnyCase:
        return AnyCase(self._elements + TAIL)

    @property
    def _elements(self) -> str:
        return "".join(map(_element, self.line.split()))

    @cached_property
    def _needed(self) -> list[str]:
        """The elements that may not be left out; their words are found when one comes to them."""
        return [written for written in self.line.split() if not _may_lack(written)]


def forms(lines: str, *, tail: bool = True) -> tuple[Form, ...]:
    """Forms, one a line; with ``tail``, more may follow that leaves their meaning alone."""
    return tuple(Form(line, tail) for line in lines.strip().splitlines())


def _element(written: str) -> str:
    body = _body(written).replace("_", " ")
    return f"(?:(?:{body}) )?" if _may_lack(written) else f"(?:{body}) "


def _may_lack(written: str) -> bool:
    return written.startswith("[") and written.endswith("]")


def _body(written: str) -> str:
    """The regular expression of an element, but for its underscores."""
    body = written[1:-1] if _may_lack(written) else written
    while _PART.search(body):
        body = _PART.sub(lambda part: PARTS[part[0]], body)
    return body


@lru_cache(maxsize=256)  # there are some 150 different elements
def _words(written: str) -> tuple[str, ...]:
    """Words of which each text that fits an element has one; none where it needs no word.

    Whoever fits a regular expression runs through all that stands between two bars.
    """
    body = _body(written)
    while "(" in body:
        body = _INNERMOST.sub(_opened, body)
    words = [max(_RUN.findall(_ANY.sub(" ", one)), key=len, default="") for one in body.split("|")]
    return tuple(words) if all(words) else ()


def _opened(group: re.Match[str]) -> str:
    return "" if group["look"] or group["lack"] else f"<{group['body']}>"
