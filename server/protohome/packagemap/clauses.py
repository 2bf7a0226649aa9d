"""The clause reader: rule sentences to statements, by forms that must fit a whole clause.

It reads the forms below and nothing else. A sentence that bends its clauses (*unless*, *until*, a
question, a negation, a package the map does not have) is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .grammar import forms
from .masking import PACKAGE, VERSION, Masked, Packages, mask
from .model import Statement
from .subjects import is_any_contract, is_new, subject_of

# In code points. Nobody writes longer ones to be obeyed.
_LONGEST_CLAUSE = 400
_LONGEST_SENTENCE = 4_000

_FROZEN = forms("""
WHAT BE [strictly] (?:forbidden|prohibited|banned|disallowed|not_ALLOWED) INTO TARGET
no WHAT [MAY] [be|is|are] [ALLOWED|ADDED] INTO TARGET
nothing WHAT [MAY] [be|is|are] [ALLOWED|ADDED] INTO TARGET
WHAT NEVER [be] ADDED INTO TARGET
(?:do_not|don't|never) ADD WHAT INTO TARGET
TARGET BE (?:frozen|read-only|closed)
TARGET BE (?:frozen|read-only|closed) (?:to|for|against) WHAT
TARGET NEVER be (?:added_to|extended|expanded)
TARGET NEVER (?:TAKE|HOLD) NEWCOMERS
TARGET TAKE no NEWCOMERS
""")
_ONLY = forms("""
TARGET [MAY] HOLD SUBJECT ONLY
TARGET [MAY] (?:ONLY_HOLD|HOLD_ONLY|HOLD_nothing_(?:but|other_than)) SUBJECT
TARGET (?:is|are) (?:reserved|ONLY) for SUBJECT
only SUBJECT [MAY] [be|is|are] (?:LIVE|ALLOWED|ADDED) INTO TARGET
""")
_HOME = forms("""
SUBJECT [MUST] [ALWAYS] LIVE [ALWAYS] INTO (?:TARGET|SHORTPACKAGE) [only]
SUBJECT (?:MUST_be|is|are) [ALWAYS] [PLACED] [ALWAYS] INTO (?:TARGET|SHORTPACKAGE) [only]
SUBJECT (?:MUST_be|is|are) [ALWAYS] owned by (?:TARGET|SHORTPACKAGE) [only]
SUBJECT BE [ALWAYS] TARGET [only]
SUBJECT [MUST] (?:remains?|stays?) SHORTCONTRACTS
ADD SUBJECT [ALWAYS] INTO TARGET [only]
TARGET (?:owns?|is_the_(?:(?:canonical|only)_)?home_(?:of|for)) SUBJECT
""")
_ADDITIVE = forms(
    """
VERSIONS BE [ALWAYS] (?:only_additive|additive|additive[-_]only|append[-_]only)
[ALL] changes? (?:to|in|within) VERSIONS BE [ALWAYS] (?:additive|additive[-_]only)
only additive changes (?:is|are) ALLOWED INTO VERSIONS
VERSIONS (?:allows?|permits?|TAKE) (?:only_additive_changes|additive_changes_only)
""",
    tail=False,
)
_NOTES = forms(
    """
[ALL] (?:breaking|(?:backwards?[-_])?incompatible) changes? [.*?] (?:MUST|needs?|requires?) BUMP
[ALL] [new] VERSIONS (?:MUST|needs?|requires?) .+
""",
    tail=False,
)

_MIGRATION_NOTES = re.compile(r"\bmigration (?:notes?|guides?|documents?)\b", re.IGNORECASE)
_NEW_VERSION = re.compile(rf"(?<!from )(?<!over )({VERSION})")
_NEGATED = re.compile(r"\b(?:no|not|never|without|cannot|neither|nor)\b|n't\b", re.IGNORECASE)
_BENT = re.compile(
    r"\b(?:except|exceptions?|unless|until|however|suspended|superseded|obsolete|withdrawn|revoked"
    r"|proposed|proposals?|draft|not (?:yet )?(?:apply|enforced|in force)"
    r"|no longer (?:apply|applies|holds?|enforced|in force))\b",
    re.IGNORECASE,
)
_UNBENDING = re.compile(r",? without exceptions?\b", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:\[x\] )?(?:(?:(?:rule|placement|policy|versioning|ownership|home)(?: [\w.-]+)?"
    r"|[A-Z][A-Z-]*-?[0-9]+): )?",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|etc|cf|vs|incl)\.(?=[\s,)])", re.IGNORECASE)
_CLAUSE_END = re.compile(r";\s*|(?<=[.!?])\s+")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_ASIDE = re.compile(r"(?:not|never|formerly|previously|see|was)\b", re.IGNORECASE)


def statements(sentence: str, packages: Packages) -> tuple[Statement, ...]:
    """The statements of one rule sentence in Markdown; none where it is prose.

    ``packages`` are the mapped packages, which short names are resolved against.
    """
    if len(sentence) > _LONGEST_SENTENCE:
        return ()
    masked = mask(sentence, packages)
    text = _ABBREVIATION.sub(r"\1", _UNBENDING.sub("", masked.text))
    if _BENT.search(text):
        return ()
    found: dict[Statement, None] = {}
    for clause in _CLAUSE_END.split(_LABEL.sub("", text, count=1)):
        if len(clause) <= _LONGEST_CLAUSE and not clause.endswith("?"):
            found.update(dict.fromkeys(_read(clause.strip(" .!,"), masked, packages)))
    return tuple(found)


def _read(clause: str, masked: Masked, packages: Packages) -> tuple[Statement, ...]:
    versions = tuple(_about_versions(_spaced(clause), masked))
    if versions:
        return versions
    for aside in _BRACKETS.findall(clause):
        if re.search(PACKAGE, aside) and not _ASIDE.match(aside):
            return ()
    spaced = _spaced(_BRACKETS.sub("", clause))
    for kind, kind_forms in (("Frozen", _FROZEN), ("Only", _ONLY), ("Home", _HOME)):
        for form in kind_forms:
            match = form.fullmatch(spaced)
            statement = _statement(kind, match, masked, packages) if match else None
            if match and statement:
                return _with_next(statement, match["next"], masked, packages)
    return ()


def _spaced(clause: str) -> str:
    return " ".join(clause.replace(",", " , ").split()) + " "


def _with_next(
    statement: Statement, following: str | None, masked: Masked, packages: Packages
) -> tuple[Statement, ...]:
    """A clause and the one joined to it: both are read, or neither."""
    if following is None:
        return (statement,)
    rest = _read(following.strip(), masked, packages)
    return (statement, *rest) if rest else ()


def _about_versions(clause: str, masked: Masked) -> Iterator[Statement]:
    asks_for_notes = _MIGRATION_NOTES.search(clause) and not _NEGATED.search(clause)
    for kind, kind_forms in (("Additive", _ADDITIVE), ("Notes", _NOTES if asks_for_notes else ())):
        for form in kind_forms:
            if match := form.fullmatch(clause):
                for mark in _NEW_VERSION.findall(match["versions"]):
                    yield Statement(kind, masked.unmask(mark), ())
                return


def _statement(
    kind: str, match: re.Match[str], masked: Masked, packages: Packages
) -> Statement | None:
    groups = match.groupdict()
    if kind == "Frozen":
        what, newcomers = groups.get("what"), groups.get("newcomers")
        if what is not None and not is_any_contract(what):
            return None
        if newcomers is not None and not (is_any_contract(newcomers) and is_new(newcomers)):
            return None
        return Statement(kind, "", masked.packages(match["packages"]))
    subject = subject_of(match["subject"].replace(" ,", ","))
    short = groups.get("short")
    named = masked.packages(match["packages"] or "") if short is None else _named(short, packages)
    if subject is None or not named:
        return None
    return Statement(kind, masked.unmask(subject), named)


def _named(short: str, packages: Packages) -> tuple[str, ...]:
    """The packages that bare short names stand for; none unless every name is known."""
    names = [name for name in re.split(r"\W+(?:(?:and|or)\W+)?", short.lower()) if name]
    found = [packages.resolve(name) for name in names]
    if not all(found):
        return ()
    return tuple(dict.fromkeys(package for each in found for package in each))
