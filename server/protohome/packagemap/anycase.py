"""Expressions that fit whatever the case: as with ``re.IGNORECASE``, which takes three times as
long to compile.
"""

from __future__ import annotations

import re

from ..lazily import cached_property

# The only characters that fit a small ASCII letter whatever the case, besides its capital.
_FOLDED = str.maketrans("\u0130\u0131\u017f\u212a", "iisk")


def folded(text: str) -> str:
    """The text in small letters, each in the place of its own."""
    return (text if text.isascii() else text.translate(_FOLDED)).lower()


class AnyCase:
    """An expression in small letters, compiled for the first text that it is to fit.

    Its matches are in the text ``folded``: their places are those of the text, their words are not.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def match(self, text: str) -> re.Match[str] | None:
        """Where it fits the beginning."""
        return self._compiled.match(folded(text))

    def search(self, text: str) -> re.Match[str] | None:
        """Where it fits first."""
        return self._compiled.search(folded(text))

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """How it fits the whole text."""
        return self._compiled.fullmatch(folded(text))

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)
