"""The clause reader: rule sentences to statements, by forms that must fit a whole clause.

A sentence that bends its clauses (*unless*, *until*, a question, a hedge, a package the map does
not have) is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...named import NamedTuple
from ..anycase import AnyCase
from ..model import Statement
from . import forms
from .masking import PACKAGE, VERSION, Masked, Packages, mask
from .subjects import contract_kind_of, is_any_contract, is_new, pattern_of, subject_of

# In code points. Nobody writes longer ones to be obeyed.
_LONGEST_CLAUSE = 400
_LONGEST_SENTENCE = 4_000

_MIGRATION_NOTES = AnyCase(r"\bmigration (?:notes?|guides?|documents?)\b")
_NEW_VERSION = re.compile(rf"(?<!from )(?<!over )({VERSION})")
_NEGATED = AnyCase(r"\b(?:no|not|never|without|cannot|neither|nor)\b")
BENT = AnyCase(
    r"\b(?:except|exceptions?|unless|until|however|suspended|superseded|withdrawn|revoked"
    r"|proposed|(?:proposal|draft)(?= ?[:)]|$)"
    r"|(?:an?|this|our|still|just|only|in) (?:proposal|draft)"
    r"|not (?:yet )?(?:apply|enforced|in force)|aspirational|not yet"
    r"|the (?:plan|idea|goal|intention)\b|in (?:theory|principle)|under discussion|undecided|tbd"
    r"|to be decided|no longer (?:apply|applies|holds?|enforced|in force))\b",
)
# A clause that says of the others how far they hold.
_LIMITING = AnyCase(
    r"(?:this|that|these|those|they|it)\b.*\b(?:appl(?:y|ies)|holds?|only|changes?|ends?|starts?|may"
    r"|can|could|might|will|would|should)\b|(?:except|but|although|though|unless)\b",
)
_UNBENDING = re.compile(r",? (?:without|no) exceptions?\b", re.IGNORECASE)
_MARKER = re.compile(
    r"^(?:!!! ?\w+(?: \"[^\"]*\")? |:::? ?\w+ |\[!\w+\] |\[[ xX]\] |[^\w\s`\"'(\[~\x00-\x1f]+ )+"
)
_LABEL = AnyCase(
    r"^(?:(?:rule|placement|policy|versioning|ownership|home|note|important|warning|caution|tip"
    r"|attention|reminder|dependencies|imports|frozen|freeze|[a-z]+ rule)(?: [\w.-]+)?"
    r"|[a-z][a-z-]*-?[0-9]+)(?: ?[:.] | ?, (?=[a-z\x02-\x05]))",
)
_NAMING = AnyCase(rf"{PACKAGE}|\b(?:packages?|namespaces?|domains?|contracts?|remains?|stays?)\b")
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|etc|cf|vs|incl)\.(?=[\s,)])", re.IGNORECASE)
_CLAUSE_END = re.compile(r";\s*|(?<=[.!?])\s+")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_CLOSED = AnyCase(
    rf"(?:the )?{PACKAGE}(?: (?:package|namespace))? \((?:is )?(?:frozen|closed|read-only)\)"
)
_ASIDE = AnyCase(r"(?:not|never|formerly|previously|see|was)\b")
_WE = "(?:you|we|teams?|developers?|engineers?|people|everyone|everybody|authors?)"
# The same said in other words; each is tried once, in this order.
_NORMAL = tuple(
    (AnyCase(pattern), instead)
    for pattern, instead in (
        (r"\b(?:can't|can not)\b", "cannot"),
        (r"\bwon't\b", "will not"),
        (r"n't\b", " not"),
        (r"^(?:(?:please|so|and|therefore|hence|also|always remember|remember)\b ?,? ?)+", ""),
        (
            (
                rf"^{_WE} (?:(?:must|should|shall|may|do|will) (?:not|never)|cannot|never"
                rf"|no longer) (?:ever )?"
            ),
            "do not ",
        ),
        (
            (
                r"^(?:nobody|no ?one|no team) (?:must |should |shall |may |can )?(?:ever )?(?=add"
                r"|put|extend|place)"
            ),
            "do not ",
        ),
        (
            (
                rf"^{_WE} (?:must |should |shall )?(?=(?:always )?(?:keep|put|place|declare"
                rf"|define|add|store) )"
            ),
            "",
        ),
        (
            (
                r"^(?:avoid|stop|refrain from|no) (add|extend|expand|grow|import|referenc"
                r"|introduc|declar|plac)ing\b"
            ),
            r"do not \1ing",
        ),
        (r"^(do not (?:add|extend|expand|grow|import))ing\b", r"\1"),
        (r"^(do not (?:referenc|introduc|declar|plac))ing\b", r"\1e"),
        (r"^(?:avoid|stop|refrain from|no) putting\b", "do not put"),
        (r"^((?:do not|never) )(?:ever )?adds? ", r"\1add "),
        (r"^always (?=add|put|place|use|keep|declare|define)", ""),
        (r"\b(must|shall|should) (always|only) be\b", r"\1 be \2"),
        (r"\bno longer (accepts?|takes?|grows?|gains?)\b", r"never \1"),
    )
)
_BY_KIND = (
    ("NoDependency", forms.DEPENDENCIES),
    ("Frozen", forms.FROZEN),
    ("Only", forms.ONLY),
    ("Excludes", forms.EXCLUDES),
    ("Home", forms.HOME),
)
_SEVERAL = re.compile(
    rf"(.+?) (?:in|to|into|under) ((?:the )?{PACKAGE}(?: package)?) (?:(?:, )?and |, )?",
    re.IGNORECASE,
)
_PUT = AnyCase(
    r"(?:(?P<put>add|put|place|declare|define|keep|store) |"
    r"(?P<s>.+?) (?P<live>(?:must |shall |should )?(?:go|goes|belongs?|lives?)) (?=(?:in|to"
    r"|into)\b))",
)


class Clause(NamedTuple):
    """A clause of a sentence, masked, with what was read from it."""

    text: str
    statements: tuple[Statement, ...]


class Reading(NamedTuple):
    """A sentence as its clauses; ``bent`` is what makes prose of them all, else ``""``.

    ``unknown`` are the names that stand where a package is named, and that the map does not have.
    """

    masked: Masked
    clauses: tuple[Clause, ...]
    bent: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        if self.bent:
            return ()
        return tuple(dict.fromkeys(s for clause in self.clauses for s in clause.statements))


def read(sentence: str, packages: Packages) -> Reading:
    """Read one rule sentence in Markdown."""
    if len(sentence) > _LONGEST_SENTENCE:
        return Reading(Masked("", ()), (), "too long")
    masked = mask(sentence, packages)
    text = _ABBREVIATION.sub(r"\1", _UNBENDING.sub("", masked.text))
    text = _MARKER.sub("", text)
    label = _LABEL.match(text)
    text = text[label.end() :] if label else text
    bent = BENT.search(text)
    reader = _Reader(masked, packages)
    parts = [
        part.strip(" .!,") if not part.endswith("?") else part for part in _CLAUSE_END.split(text)
    ]
    parts = [part for part in parts if part]
    clauses: list[Clause] = []
    while parts:
        part = parts.pop(0)
        if parts and (both := reader.retired(f"{part} ; {parts[0]}")):
            clauses.append(Clause(f"{part}; {parts.pop(0)}", both))
        else:
            clauses.append(Clause(part, reader.clause(part)))
    limiting = [c.text for c in clauses if not c.statements and _LIMITING.match(c.text)]
    bending = text[slice(*bent.span())] if bent else ""
    why = bending or (limiting[0] if limiting and len(clauses) > 1 else "")
    return Reading(masked, tuple(clauses), why, tuple(dict.fromkeys(reader.unknown)))


class _Reader:
    """Reads the clauses of one sentence; notes the unknown packages that it meets in a form."""

    def __init__(self, masked: Masked, packages: Packages) -> None:
        self.masked = masked
        self.packages = packages
        self.unknown: list[str] = []

    def clause(self, clause: str) -> tuple[Statement, ...]:
        if len(clause) > _LONGEST_CLAUSE or clause.endswith("?"):
            return ()
        clause = _normal(clause)
        versions = tuple(self._about_versions(_spaced(clause)))
        if versions:
            return versions
        if not _NAMING.search(clause):
            return ()
        if _CLOSED.fullmatch(clause):
            return (Statement("Frozen", "", self._named(clause)),) if self._named(clause) else ()
        for aside in _BRACKETS.findall(clause):
            if re.search(PACKAGE, aside) and not _ASIDE.match(aside):
                return ()
        clause = _BRACKETS.sub("", clause)
        return self.retired(clause) or self._several(clause) or self._placed(_spaced(clause))

    def retired(self, clauses: str) -> tuple[Statement, ...]:
        """Two clauses that close a package together, read as one."""
        if len(clauses) > _LONGEST_CLAUSE or "?" in clauses:
            return ()
        spaced = _spaced(_BRACKETS.sub("", _normal(clauses)))
        for form in forms.RETIRED:
            said = form.fitted(spaced)
            if said and is_any_contract(said["what"]) and is_new(said["what"]):
                closed = self._named(said["packages"])
                return (Statement("Frozen", "", closed),) if closed else ()
        return ()

    def _several(self, clause: str) -> tuple[Statement, ...]:
        """*Put A in P, B in Q and C in R*, *A go to P, B to Q*: a statement each, or none."""
        opening = _PUT.match(clause)
        if not opening or len(re.findall(PACKAGE, clause)) < 2:
            return ()
        rest = _spaced(clause[opening.end() :])
        rest = f"{clause[: opening.end('s')]} {rest}" if opening["s"] else rest
        found: list[Statement] = []
        at = 0
        for match in _SEVERAL.finditer(rest):
            if match.start() != at:
                return ()
            about, named = self._about("Home", match[1]), self._named(match[2])
            if about is None or not named:
                return ()
            found.append(about._replace(packages=named))
            at = match.end()
        return tuple(found) if at == len(rest) and len(found) > 1 else ()

    def _placed(self, spaced: str) -> tuple[Statement, ...]:
        for kind, kind_forms in _BY_KIND:
            for form in kind_forms:
                said = form.fitted(spaced)
                statements = self._statements(kind, said) if said else ()
                if said and statements:
                    return self._with_next(statements, said.get("next"))
        return ()

    def _with_next(
        self, statements: tuple[Statement, ...], following: str | None
    ) -> tuple[Statement, ...]:
        """A clause and the one joined to it: both are read, or neither."""
        if following is None:
            return statements
        rest = self.clause(following.strip())
        return (*statements, *rest) if rest else ()

    def _about_versions(self, clause: str) -> Iterator[Statement]:
        asks_for_notes = _MIGRATION_NOTES.search(clause) and not _NEGATED.search(clause)
        for form in forms.NOTES if asks_for_notes else ():
            if said := form.fitted(clause):
                for mark in _NEW_VERSION.findall(said["versions"]):
                    yield Statement("Notes", self.masked.unmask(mark), ())
                return
        for form in forms.ADDITIVE:
            if said := form.fitted(clause):
                for mark in _NEW_VERSION.findall(said["versions"]):
                    yield Statement("Additive", self.masked.unmask(mark), ())
                return
        if any(form.fitted(clause) is not None for form in forms.ALWAYS_ADDITIVE):
            yield Statement("Additive", "", ())
            return
        for form in forms.LATER if not _NEGATED.search(clause) and not asks_for_notes else ():
            if said := form.fitted(clause):
                for mark in _NEW_VERSION.findall(said["versions"]):
                    number = re.fullmatch(r"v([0-9]+)", self.masked.unmask(mark))
                    for earlier in range(1, min(int(number[1]), 10) if number else 1):
                        yield Statement("Additive", f"v{earlier}", ())
                return

    def _statements(self, kind: str, said: Mapping[str, str]) -> tuple[Statement, ...]:
        if kind == "NoDependency":
            return self._dependency(said)
        if kind == "Frozen":
            what, newcomers = said.get("what"), said.get("newcomers")
            if what is not None and not is_any_contract(what):
                return ()
            if newcomers is not None and not (is_any_contract(newcomers) and is_new(newcomers)):
                return ()
            named = self._named(said["packages"])
            return (Statement(kind, "", named),) if named else ()
        words, short = said["subject"].replace(" ,", ","), said.get("short")
        about = self._about(kind, words)
        if about is None:
            return ()
        named = self._named(said.get("packages", "")) if short is None else self._short(short)
        return (about._replace(packages=named),) if named else ()

    def _about(self, kind: str, words: str) -> Statement | None:
        """A statement about the contracts that ``words`` mean, None where they mean none."""
        if pattern := pattern_of(words, self.masked):
            return Statement(kind, "", (), pattern)
        if contract := contract_kind_of(words):
            return Statement(kind, "", (), contract=contract)
        if kind == "Excludes" and is_new(words):
            return None
        subject = subject_of(words)
        return None if subject is None else Statement(kind, self.masked.unmask(subject), ())

    def _dependency(self, said: Mapping[str, str]) -> tuple[Statement, ...]:
        names: list[tuple[str, ...]] = []
        for group in ("packages", "others", "allowed"):
            part = said.get(group)
            names.append(self._named(part) if part else ())
            if part and not names[-1]:
                return ()
        packages, others, allowed = names
        if "others" not in said and "allowed" not in said and len(packages) > 1:
            return tuple(
                Statement("NoDependency", "", (one,), others=tuple(p for p in packages if p != one))
                for one in packages
            )
        return (Statement("NoDependency", "", packages, others=others, allowed=allowed),)

    def _named(self, part: str) -> tuple[str, ...]:
        self.unknown += self.masked.unknown(part)
        return self.masked.packages(part)

    def _short(self, short: str) -> tuple[str, ...]:
        """The packages that bare short names stand for; none unless every name is known."""
        names = [name for name in re.split(r"\W+(?:(?:and|or)\W+)?", short.lower()) if name]
        found = [self.packages.resolve(name) for name in names]
        if not all(found):
            return ()
        return tuple(dict.fromkeys(package for each in found for package in each))


def _normal(clause: str) -> str:
    for pattern, instead in _NORMAL:
        if match := pattern.search(clause):
            clause = clause[: match.start()] + match.expand(instead) + clause[match.end() :]
    return clause


def _spaced(clause: str) -> str:
    clause = re.sub(r":(?= )", " :", clause.replace(",", " , "))
    return " ".join(clause.replace(";", " ; ").split()) + " "
