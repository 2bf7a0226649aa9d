"""Where source code mentions contracts, by the names that generators give them.

Text is all that is looked at. A file refers to a contract when it mentions the contract's package
in its language's way and one of the contract's names as a word, in a comment as well: one mention
too many keeps a shim for longer, one too few would break somebody.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..named import NamedTuple
from ..workspace.snapshot import Located
from .names import Language, language_of

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Mention(NamedTuple):
    """A place in source code; ``line`` is 1-based, the first in its file."""

    path: str
    line: int
    language: str


def mentions(
    sources: Iterable[tuple[str, str]], contracts: Sequence[Located]
) -> dict[str, list[Mention]]:
    """Where each contract is mentioned, by FQN: once a file, in the order of ``sources``.

    ``sources`` are paths with their text; in a language that is not known only full names count.
    """
    found: dict[str, list[Mention]] = {}
    by_file: dict[str, list[Located]] = {}
    for located in contracts:
        by_file.setdefault(located.file.path, []).append(located)
    for path, text in sources:
        language = language_of(path)
        for fqn, line in _in_text(text, language, by_file):
            name = language.name if language else "text"
            found.setdefault(fqn, []).append(Mention(path, line, name))
    return found


def _in_text(
    text: str, language: Language | None, by_file: Mapping[str, Sequence[Located]]
) -> Iterator[tuple[str, int]]:
    words: dict[str, int] | None = None
    breaks: list[int] = []
    for contracts in by_file.values():
        file = contracts[0].file
        marks = language.marks(file) if language else (file.package,)
        if not any(mark and mark in text for mark in marks):
            continue
        if words is None:
            words = {}
            for match in _WORD.finditer(text):
                words.setdefault(match[0], match.start())
            breaks = [match.start() for match in re.finditer("\n", text)]
        for located in contracts:
            names = language.names(located) if language else (located.name,)
            places = [place for name in names for place in _places(words, name)]
            if places:
                yield located.fqn, bisect_right(breaks, min(places)) + 1


def _places(words: Mapping[str, int], name: str) -> Iterator[int]:
    """Where a name stands first; one that ends in ``_`` is the beginning of others."""
    if name.endswith("_"):
        yield from (place for word, place in words.items() if word.startswith(name))
    elif name in words:
        yield words[name]
