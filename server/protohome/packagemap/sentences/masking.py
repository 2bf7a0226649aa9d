"""A rule sentence with its names put aside, so that the clause patterns see only grammar.

A masked text has one mark for every package, version and other code span in it: a kind, the number
of the name, an end. Everything else is plain lower- and upper-case words and punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...named import NamedTuple
from ..inline import code_spans, unstyled

PACKAGE = "\x02[0-9]+\x03"
VERSION = "\x04[0-9]+\x03"
CODE = "\x05[0-9]+\x03"

_MARK = re.compile("[\x02\x04\x05]([0-9]+)\x03")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VERSION_NAME = re.compile(r"v[0-9]+(?:(?:alpha|beta)[0-9]+|(?:p[0-9]+(?:alpha|beta)[0-9]+))?")
_BARE = re.compile(r"(?<![\w./-])(?:[A-Za-z_]\w*(?:\.\w+)+|v[0-9]+\w*)(?![\w/-])", re.ASCII)
_DASH = re.compile(r"\s+(?:[\u2013\u2014]|--+)\s+")
_PATTERN = re.compile(r"(?<![\w*`])\*[A-Z]\w*(?![\w*])")
_LIKE_A_PACKAGE = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+", re.ASCII)

# Where one plain word is the short name of a package: `the billing package`, `belong to billing`,
# `billing must not import ledger`.
_DEPEND = r"(?:depends? (?:up)?on|imports?|refers? to)"
_SHORT = re.compile(
    r"\b(?P<a>[a-z][a-z0-9_]*)(?= (?:package|namespace)\b)"
    r"|\b(?:belongs? (?:to|in|into)|(?:go|goes) (?:to|in|into)"
    r"|lives? in) (?P<b>[a-z]\w*)(?=[.,;!]|$)"
    rf"|\b{_DEPEND} (?:the )?(?P<c>[a-z]\w*)(?=[.,;!]|$)"
    rf"|\b(?P<d>[a-z]\w*)(?= (?:must not|may not|cannot|can not|should not|must never"
    rf"|never) {_DEPEND})"
    r"|\b(?:in|to|into) (?P<e>legacy)(?=[.,;!]|$)",
    re.IGNORECASE | re.ASCII,
)
_MOST_COMPONENTS = 8  # nobody's package has more, and each has that many short names squared
_MOST_MEANT = 16  # a short name of more packages tells none from the others


class Name(NamedTuple):
    """A name put aside: its text, the mapped packages it stands for, and its Markdown.

    ``unknown`` when it has the form of a package and the map has none of that name.
    """

    text: str
    packages: tuple[str, ...]
    markdown: str
    unknown: bool = False


class Masked(NamedTuple):
    text: str
    names: tuple[Name, ...]

    def packages(self, part: str) -> tuple[str, ...]:
        """The packages whose marks are in ``part``, in order; none where one is unknown."""
        if self.unknown(part):
            return ()
        marked = [self.names[int(match[1])] for match in _MARK.finditer(part)]
        return tuple(dict.fromkeys(package for name in marked for package in name.packages))

    def unknown(self, part: str) -> list[str]:
        """The names in ``part`` that have the form of a package and are none of the map."""
        marked = [self.names[int(match[1])] for match in _MARK.finditer(part)]
        return [name.text for name in marked if name.unknown]

    def unmask(self, part: str) -> str:
        """``part`` with the names' own text in place of their marks."""
        return _MARK.sub(lambda match: self.names[int(match[1])].text, part)

    def markdown(self, part: str) -> str:
        """``part`` with the names as they were written."""
        return _MARK.sub(lambda match: self.names[int(match[1])].markdown, part)


class Packages:
    """The mapped packages, by every name that stands for them.

    ``legacy`` are those that *the legacy package* means where no name says so.
    """

    def __init__(self, packages: Iterable[str], legacy: Iterable[str] = ()) -> None:
        self._full = dict.fromkeys(packages)
        self._firsts = {package.partition(".")[0] for package in self._full}
        self._short: dict[str, dict[str, None]] = {}
        for package in self._full:
            for name in _short_names(package.split(".")):
                self._short.setdefault(name, {})[package] = None
        meant = tuple(legacy)
        if meant and "legacy" not in self._short:
            self._short["legacy"] = dict.fromkeys(meant)

    def resolve(self, name: str) -> tuple[str, ...]:
        """The mapped packages a full or short name stands for, in the map's order.

        ``acme.sync.v1``, ``acme.sync``, ``sync.v1`` and ``sync`` all name ``acme.sync.v1``; the two
        short ones without a version name ``acme.sync.v2`` too. What all packages share does not
        count: neither ``acme`` nor ``v1`` names any.
        """
        if name in self._full:
            return (name,)
        meant = self._short.get(name, ())
        return tuple(meant) if len(meant) <= _MOST_MEANT else ()

    def looks_like_one(self, name: str) -> bool:
        """Whether a name that resolves to nothing has the form of a package of this map."""
        if not _LIKE_A_PACKAGE.fullmatch(name):
            return False
        first, *_, last = name.split(".")
        versioned = _VERSION_NAME.fullmatch(last) is not None
        return versioned or (first in self._firsts and name.count(".") > 1)

    def close_to(self, name: str) -> tuple[str, ...]:
        """The mapped packages whose names are spelt nearly so, in the map's order."""
        return tuple(package for package in self._full if _is_close(name, package))


def _is_close(name: str, package: str) -> bool:
    """Whether each component is the same or nearly so; versions may differ."""
    from difflib import SequenceMatcher

    wanted, parts = name.split("."), package.split(".")
    if _VERSION_NAME.fullmatch(parts[-1]) and not _VERSION_NAME.fullmatch(wanted[-1]):
        parts = parts[:-1]
    return len(wanted) == len(parts) and all(
        one == other
        or (_VERSION_NAME.fullmatch(one) and _VERSION_NAME.fullmatch(other))
        or SequenceMatcher(None, one, other).ratio() >= 0.75
        for one, other in zip(wanted, parts, strict=True)
    )


def _short_names(parts: list[str]) -> Iterator[str]:
    if len(parts) > _MOST_COMPONENTS:
        return
    if len(parts) > 1 and _VERSION_NAME.fullmatch(parts[-1]):
        yield ".".join(parts[:-1])
    for start in range(1, len(parts)):
        if not _VERSION_NAME.fullmatch(parts[start]):
            for end in range(start + 1, len(parts) + 1):
                yield ".".join(parts[start:end])


def mask(sentence: str, packages: Packages) -> Masked:
    """Put aside the names in a sentence's Markdown."""
    sentence = _CONTROL.sub(" ", sentence)
    names: list[Name] = []

    def put_aside(kind: str, text: str, markdown: str, meant: tuple[str, ...] = ()) -> str:
        names.append(Name(text, meant, markdown, kind == "\x02" and not meant))
        return f"{kind}{len(names) - 1}\x03"

    def mark(text: str, *, code: bool) -> str:
        markdown = f"`{text}`" if code else text
        if found := packages.resolve(text) if code or "." in text else ():
            return put_aside("\x02", text, markdown, found)
        if _VERSION_NAME.fullmatch(text):
            return put_aside("\x04", text, markdown)
        if packages.looks_like_one(text):
            return put_aside("\x02", text, markdown)
        return put_aside("\x05", text, markdown) if code else text

    def mark_short(match: re.Match[str]) -> str:
        group = match.lastgroup or ""
        word = match[group]
        found = packages.resolve(word.lower())
        if not found:
            return match[0]
        lead = match[0][: match.start(group) - match.start()]
        return lead + put_aside("\x02", word, word, found)

    parts: list[str] = []
    at = 0
    for span in code_spans(sentence):
        parts += sentence[at : span.start], mark(span.content, code=True)
        at = span.end
    parts.append(sentence[at:])
    text = _PATTERN.sub(lambda match: mark(match[0], code=True), "".join(parts))
    text = _BARE.sub(lambda match: mark(match[0], code=False), unstyled(text))
    text = " ".join(_DASH.sub(", ", text).replace("\u2019", "'").split())
    return Masked(_SHORT.sub(mark_short, text), tuple(names))
