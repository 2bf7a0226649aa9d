"""What a clause is about: whether its words are a plain noun phrase, and of which extent."""

from __future__ import annotations

import re

_DETERMINERS = re.compile(r"^(?:(?:all|any|every|each|the|a|an|new)\s+)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_FOREIGN = re.compile('[\x02\x04?!:;"“”„«»\\[\\]<>=|]')
_MOST_WORDS = 16


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
    "maybe some few most many several other others else rest remaining everything anything "
    "something following above below only just "
    "currently previously formerly historically originally temporarily temporary today eventually "
    "someday longer already yet"
)
# Words that open something else than a subject.
_OPENERS = _words(
    "for in by to from with as on at during under into over against like per via since despite "
    "note notes ensure make check consider assume suppose imagine see example eg ie so thus hence "
    "therefore also and but or even please avoid prefer let keep move moving adding putting "
    "otherwise instead then likewise similarly"
)
# A package is named in these roles, which says nothing about contracts.
_ROLES = re.compile(
    r"\b(?:package|namespace|default|successor|predecessor|owner|target|source|replacement|"
    r"root|module|version|exception)s?$",
    re.IGNORECASE,
)
_ADJECTIVES = (
    r"(?:(?:any|all|every|the|no|more|further|additional|new|public|top-level|wire|proto|protobuf"
    r"|cross-\w+)\s+)*"
)
_GENERAL = (
    r"(?:(?:contract|message|type|schema)\s+)?"
    r"(?:contract|message|type|schema|definition|declaration|addition|proto)s?"
)
_PARTIAL = r"(?:enum|service|rpc|field|member|value|enum\s+value)s?"
_JOINED = re.compile(r"\s*,\s*(?:and|or|nor)\s+|\s*[,/&+]\s*|\s+(?:and|or|nor)\s+")
_ANY_CONTRACT = re.compile(rf"{_ADJECTIVES}{_GENERAL}(?:\s+of\s+any\s+kind)?", re.IGNORECASE)
_ANY_MEMBER = re.compile(rf"{_ADJECTIVES}{_PARTIAL}", re.IGNORECASE)
_NEW = re.compile(r"\b(?:new|more|further|additional|additions?)\b", re.IGNORECASE)


def subject_of(words: str) -> str | None:
    """The subject that ``words`` name, without determiners; None where they are anything else.

    A subject is a short noun phrase that tells some contracts from others: *auth/session
    contracts*, not *new contracts*, *these*, *X never* or *we think X*.
    """
    subject = _DETERMINERS.sub("", words.strip(" ,"))
    spoken = [word.lower() for word in _WORD.findall(subject)]
    if not subject or len(spoken) > _MOST_WORDS or _FOREIGN.search(subject):
        return None
    if any(word in _TELLING or word.endswith(("n't", "n\u2019t")) for word in spoken):
        return None
    opener = _WORD.match(subject)
    if opener and opener[0].lower() in _OPENERS:
        return None
    return None if _ROLES.search(subject) or _is_general(subject) else subject


def is_any_contract(words: str) -> bool:
    """Whether ``words`` mean contracts of every sort: *new contracts*, *new messages and enums*."""
    if words.strip().lower() in ("new", "anything", "anything new"):
        return True
    items = _JOINED.split(words.strip())
    general = [_ANY_CONTRACT.fullmatch(item) is not None for item in items]
    partial = [_ANY_MEMBER.fullmatch(item) is not None for item in items]
    return any(general) and all(a or b for a, b in zip(general, partial, strict=True))


def is_new(words: str) -> bool:
    """Whether ``words`` speak of what is not there yet."""
    return _NEW.search(words) is not None


def _is_general(subject: str) -> bool:
    items = _JOINED.split(subject)
    return all(_ANY_CONTRACT.fullmatch(item) or _ANY_MEMBER.fullmatch(item) for item in items)
