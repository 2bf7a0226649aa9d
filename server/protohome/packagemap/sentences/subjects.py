"""What a clause is about: whether its words are a plain noun phrase, and of which extent."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from ..anycase import AnyCase
from .masking import CODE, Masked

_DETERMINERS = re.compile(r"^(?:(?:all|any|every|each|the|a|an|new)\s+)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_FOREIGN = frozenset('\x02\x04?!:;"“”„«»[]<>=|')
_MOST_WORDS = 16
_GLOB = re.compile(r"(?=.*\*)(?=.*\w)[\w*]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words no plain subject has: negations, conditions, other verbs, pronouns, hedges.
_TELLING = _words(
    "no not never none nothing neither nor without cannot hardly "
    "if when unless until while whether before after once where because than used "
    "who that which what why how whose "
    "is are was were be been being am has have had do does did "
    "must shall should may might can could will would "
    "i we you they it he she this these those them us there here "
    "rarely seldom sometimes often usually generally mostly typically normally probably perhaps "
    "maybe ideally preferably hopefully possibly likely supposedly basically roughly largely"
    " almost "
    "nearly theoretically some few most many several other others else rest remaining everything "
    "anything nobody noone someone everyone everybody "
    "something following above below only just "
    "says say said thinks think thought believes believe claimed suggests"
    " suggest wants "
    "want wanted hope hopes wish decided decide agreed agree proposed proposes propose"
    " planned "
    "tried try tries tend tends asked ask knows know means mean "
    "currently previously formerly historically originally temporarily temporary today eventually "
    "someday longer already yet"
)
# "The team plans", "some claim": nouns only where no more follows, as in "insurance claims".
_SAYING = ("plans", "claims", "claim")
# Words that open something else than a subject.
_OPENERS = _words(
    "for in by to from with as on at during under into over against like per via since despite "
    "note notes ensure make check consider assume suppose imagine see example eg ie so thus hence "
    "therefore also and but or even please avoid prefer let keep move moving adding putting "
    "otherwise instead then likewise similarly contrary unlike todo fixme tbd wip ok consider"
    " wrong "
    "bad good maybe idea until till between among only see put"
)
# A package is named in these roles, which says nothing about contracts.
_ROLES = AnyCase(
    r"\b(?:package|namespace|default|successor|predecessor|owner|target|source|replacement|"
    r"root|module|version|exception|home|scope|path|import|reviewer|contact|consumer|client"
    r"|dependenc(?:y|ie)|todo)s?$|^status$"
    r"|^(?:used|owned|read|consumed|imported|moved|replaced|renamed|superseded|retired|deprecated"
    r"|frozen|removed|depends)\b",
)
# What lives in a place without being a contract: tests, questions, people.
_NO_CONTRACTS = AnyCase(
    r"^(?:[\w'-]+\s+){0,2}?(?:tests?|questions?|docs?|documentation|issues?|bugs?|discussions?|feedback"
    r"|code|teams?|people|owners?|maintainers?|reviewers?|reviews?|engineers?|developers?|prs?"
    r"|tickets?|complaints?|suggestions?|ideas?|files?|imports?|commits?|examples?|comments?|fixes"
    r"|patches|things?|stuff|work|effort|credits?|thanks|kudos|problems?|lines?|todos?"
    r"|pull\s+requests?|generators?|linters?|makefiles?|scripts?|readmes?|changelogs?|folders?"
    r"|director(?:y|ies)|clients?|servers?|consumers?|callers?|support|help)"
    r"(?:\s+(?:about|on|for|of|from|in|with|to|regarding|concerning)\b.*)?$",
)
_UNREADABLE = AnyCase(
    r"^(?:now|later|example|instance|fun|free|ever|reasons?|surprises?)\b"
    r"|\b(?:simply|lives?|belongs?|goes|go)$|^simply\b"
    r"|\b(?:ending|starting|beginning|named|called|prefixed|suffixed)\b",
)
_COUNTED = re.compile(
    r"^(?:\d|(?:two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?)\b)"
)
_SUFFIX = (
    r"(?:end(?:s|ing)? (?:in|with|on)|with the suffix|suffixed(?: with)?"
    r"|whose names? ends? (?:in|with))"
)
_PREFIX = (
    r"(?:(?:start|begin)(?:s|ning|ing)? with|with the prefix|prefixed(?: (?:with|by))?"
    r"|whose names? (?:start|begin)s? with)"
)
_HOLDING = (
    r"(?:containing|with|matching|named(?: like)?|called|whose names? (?:contains?|match(?:es)?))"
)
# Not as a set of characters without that mark, which takes long to compile.
_CURLY = "\u201c(?:(?!\u201d)\\S)+\u201d"
_QUOTED = f'(?:{CODE}|"[^"\\s]+"|{_CURLY}|\'\\w+\'|[A-Z]\\w*|\\*[A-Z]\\w*)'
_SORTS = (
    r"(?:(?i:messages?|contracts?|types?|enums?|services?|names?|definitions?|anything|everything)"
    r"\b ?)?"
)
_BY_NAME = (
    rf"{_SORTS}(?:(?:that|which) )?(?:(?P<suffix>{_SUFFIX})|(?P<prefix>{_PREFIX})"
    rf"|(?P<holding>{_HOLDING}))"
    rf" (?:(?:the )?(?:words?|suffix|prefix|names?|pattern) )?"
    rf"(?P<what>{_QUOTED}(?:(?: ?, ?| or | and | ?, (?:or|and) ){_QUOTED})*)(?: in (?:its"
    rf"|their) names?)?"
)
# One of these is in whatever it fits.
_OF_NAMES = _words("end suffix start begin prefix contain with match named called")
_GLOBS = re.compile(
    rf"(?:the )?(?P<what>{CODE}(?:(?: ?, ?| or | and ){CODE})*)(?: ?(?:messages?|contracts?"
    rf"|types?|enums?))?"
)
_KIND = AnyCase(
    r"(?:(?:all|any|every|each|the) )*(?:grpc |rpc )?(?P<kind>enum|service)(?:s| types?"
    r"| definitions?)?",
)
_ADJECTIVES = (
    r"(?:(?:any|all|every|the|no|more|further|additional|new|public|top-level|wire|proto|protobuf"
    r"|cross-\w+)\s+)*"
)
_GENERAL = (
    r"(?:(?:contract|message|type|schema)\s+)?"
    r"(?:contract|message|type|schema|definition|declaration|addition|proto)s?"
)
_ANYTHING = (
    "new",
    "anything",
    "anything new",
    "anything else",
    "anything more",
    "more",
    "new things",
    "new stuff",
    "new code",
    "more things",
    "things",
    "stuff",
    "something new",
)
_PARTIAL = r"(?:enum|service|rpc|field|member|value|enum\s+value)s?"
_JOINED = re.compile(r"\s*,\s*(?:and|or|nor)\s+|\s*[,/&+]\s*|\s+(?:and|or|nor)\s+")
_ANY_CONTRACT = AnyCase(rf"{_ADJECTIVES}{_GENERAL}(?:\s+of\s+any\s+kind)?")
_ANY_MEMBER = AnyCase(rf"{_ADJECTIVES}{_PARTIAL}")
_NEW = AnyCase(r"\b(?:new|more|further|additional|additions?)\b")


def subject_of(words: str) -> str | None:
    """The subject that ``words`` name, without determiners; None where they are anything else.

    A subject is a short noun phrase that tells some contracts from others: *auth/session
    contracts*, not *new contracts*, *these*, *X never* or *we think X*.
    """
    subject = _DETERMINERS.sub("", words.strip(" ,"))
    spoken = [word.lower() for word in _WORD.findall(subject)]
    if not subject or len(spoken) > _MOST_WORDS or not _FOREIGN.isdisjoint(subject):
        return None
    if any(word in _TELLING or word.endswith(("n't", "n\u2019t")) for word in spoken):
        return None
    for word, following in pairwise(spoken):
        if word in _SAYING and following not in ("and", "or"):
            return None
    opener = _WORD.match(subject)
    if opener and opener[0].lower() in _OPENERS:
        return None
    if _UNREADABLE.search(subject) or _NO_CONTRACTS.match(subject) or _COUNTED.match(subject):
        return None
    return None if _ROLES.search(subject) or _is_general(subject) else subject


def is_no_contract(words: str) -> bool:
    """Whether ``words`` mean what lives in places without being a contract: tests, questions."""
    return _NO_CONTRACTS.match(_DETERMINERS.sub("", words.strip(" ,"))) is not None


def pattern_of(words: str, masked: Masked) -> str:
    """The globs, a space between, of a subject that tells contracts by their names, else ``""``.

    *Messages ending in `Receipt`* are ``*Receipt``, *`Refund*` messages* are ``Refund*``.
    """
    words = _DETERMINERS.sub("", words.strip(" ,"))
    match = _by_name().fullmatch(words) if any(one in words for one in _OF_NAMES) else None
    before, after = ("", "")
    if match:
        before = "" if match["prefix"] else "*"
        after = "" if match["suffix"] else "*"
    else:
        match = _GLOBS.fullmatch(words)
    if not match:
        return ""
    names = [
        masked.unmask(name).strip("\"'\u201c\u201d") for name in re.findall(_QUOTED, match["what"])
    ]
    if (
        "holding" in match.re.groupindex
        and match["holding"]
        and not match["holding"].endswith("ing")
    ):
        before = after = "" if any("*" in name for name in names) else "*"
    globs = [name if "*" in name else f"{before}{name}{after}" for name in names]
    return " ".join(globs) if all(_GLOB.fullmatch(glob) for glob in globs) else ""


@lru_cache(maxsize=1)  # which takes long, and few maps speak of names
def _by_name() -> re.Pattern[str]:
    return re.compile(_BY_NAME)


def contract_kind_of(words: str) -> str:
    """``enum`` or ``service`` where ``words`` mean all of them: *every enum*."""
    match = _KIND.fullmatch(words.strip(" ,"))
    return match["kind"] if match else ""


def is_any_contract(words: str) -> bool:
    """Whether ``words`` mean contracts of every sort: *new contracts*, *new messages and enums*."""
    if words.strip().lower() in _ANYTHING:
        return True
    items = _JOINED.split(words.strip())
    general = [_ANY_CONTRACT.fullmatch(item) is not None for item in items]
    partial = [_ANY_MEMBER.fullmatch(item) is not None for item in items]
    return any(general) and all(a or b for a, b in zip(general, partial, strict=True))


def is_new(words: str) -> bool:
    """Whether ``words`` speak of what is not there yet."""
    return _NEW.search(words) is not None


def _is_general(subject: str) -> bool:
    """Whether a subject tells no contracts from others; *values* by themselves are no enum's."""
    items = _JOINED.split(subject)
    return all(
        _ANY_CONTRACT.fullmatch(item)
        or (_ANY_MEMBER.fullmatch(item) and item.lower() not in ("value", "values"))
        for item in items
    )
