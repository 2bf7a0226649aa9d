"""A light English stemmer: the words of a map and the names of contracts meet at the same stem.

Steps 1a to 1c and 5 of Porter2 (snowballstem.org/algorithms/english/stemmer.html) and those of its
endings in *-ion* that a verb shares. It stops there on purpose: the full algorithm makes *author*
of *authority*.
"""

from __future__ import annotations

import re
from functools import lru_cache

_VOWEL = re.compile(r"[aeiouy]")
_MEASURE = re.compile(r"[aeiouy][^aeiouy]")
_SHORT = re.compile(r"(?:^|[^aeiouy])[aeiouy][^aeiouywx]$")
_DOUBLE = re.compile(r"(bb|dd|ff|gg|mm|nn|pp|rr|tt)$")
_VERBAL = (
    ("scription", "scrib"),
    ("ification", "ifi"),
    ("ization", "iz"),
    ("isation", "iz"),
    ("uration", "ur"),
    ("ation", "at"),
    ("olution", "olv"),
    ("ution", "ut"),
    ("ition", "it"),
)
_VOCABULARY = 1 << 15  # words: 8,000 files of Google's have 9,000


@lru_cache(maxsize=_VOCABULARY)
def stem(word: str) -> str:
    """The stem of one lower-case word; words of one or two letters are their own."""
    if len(word) <= 2 or not word.isalpha():
        return word
    word = _without_plural(word)
    word = _without_verb_ending(word)
    if len(word) > 2 and word.endswith("y") and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    word = _without_noun_ending(word)
    return _without_e(word)


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith(("us", "ss")) or not word.endswith("s"):
        return word
    return word[:-1] if _VOWEL.search(word, 0, len(word) - 2) else word


def _without_verb_ending(word: str) -> str:
    if word.endswith("eed"):
        return word
    for ending in ("ed", "ing"):
        rest = word.removesuffix(ending)
        if rest == word or not _VOWEL.search(rest):
            continue
        if rest.endswith(("at", "bl", "iz")):
            return rest + "e"
        if _DOUBLE.search(rest):
            return rest[:-1]
        return rest + "e" if _measure(rest) == 1 and _SHORT.search(rest) else rest
    return word


def _without_noun_ending(word: str) -> str:
    for ending, verb in _VERBAL:
        if word.endswith(ending) and _VOWEL.search(word, 0, len(word) - len(ending)):
            return word[: -len(ending)] + verb
    if word.endswith(("tion", "sion")) and _measure(word[:-3]) > 1:
        return word[:-3]
    return word


def _without_e(word: str) -> str:
    if not word.endswith("e"):
        return word
    rest = word[:-1]
    measure = _measure(rest)
    return rest if measure > 1 or (measure == 1 and not _SHORT.search(rest)) else word


def _measure(word: str) -> int:
    """Porter's *m*: how often a vowel is followed by a consonant."""
    return len(_MEASURE.findall(word))
