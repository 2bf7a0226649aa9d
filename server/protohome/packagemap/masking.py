"""A rule sentence with its names put aside, so that the clause patterns see only grammar.

A masked text has one mark for every package, version and other code span in it: a kind, the number
of the name, an end. Everything else is plain lower- and upper-case words and punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .inline import code_spans, unstyled

PACKAGE = "\x02[0-9]+\x03"
VERSION = "\x04[0-9]+\x03"

_MARK = re.compile("[\x02\x04\x05]([0-9]+)\x03")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VERSION_NAME = re.compile(r"v[0-9]+(?:(?:alpha|beta)[0-9]+|(?:p[0-9]+(?:alpha|beta)[0-9]+))?")
_BARE = re.compile(r"(?<![\w./-])(?:[A-Za-z_]\w*(?:\.\w+)+|v[0-9]+\w*)(?![\w/-])", re.ASCII)
_DASH = re.compile(r"\s+(?:[\u2013\u2014]|--+)\s+")

_MOST_COMPONENTS = 8  # nobody's package has more, and each has that many short names squared
_MOST_MEANT = 16  # a short name of more packages tells none from the others


class Name(NamedTuple):
    """A name put aside: its text, and the mapped packages it stands for (none for other code)."""

    text: str
    packages: tuple[str, ...]


class Masked(NamedTuple):
    text: str
    names: tuple[Name, ...]

    def packages(self, part: str) -> tuple[str, ...]:
        """The packages whose marks are in ``part``, in order."""
        marked = (self.names[int(match[1])] for match in _MARK.finditer(part))
        return tuple(dict.fromkeys(package for name in marked for package in name.packages))

    def unmask(self, part: str) -> str:
        """``part`` with the names' own text in place of their marks."""
        return _MARK.sub(lambda match: self.names[int(match[1])].text, part)


class Packages:
    """The mapped packages, by every name that stands for them."""

    def __init__(self, packages: Iterable[str]) -> None:
        self._full = dict.fromkeys(packages)
        self._short: dict[str, dict[str, None]] = {}
        for package in self._full:
            for name in _short_names(package.split(".")):
                self._short.setdefault(name, {})[package] = None

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

    def mark(text: str, *, code: bool) -> str:
        found = packages.resolve(text) if code or "." in text else ()
        kind = "\x02" if found else "\x04" if _VERSION_NAME.fullmatch(text) else "\x05"
        if kind == "\x05" and not code:
            return text
        names.append(Name(text, found))
        return f"{kind}{len(names) - 1}\x03"

    parts: list[str] = []
    at = 0
    for span in code_spans(sentence):
        parts += sentence[at : span.start], mark(span.content, code=True)
        at = span.end
    parts.append(sentence[at:])
    text = _BARE.sub(lambda match: mark(match[0], code=False), unstyled("".join(parts)))
    text = " ".join(_DASH.sub(", ", text).split())
    return Masked(text, tuple(names))
