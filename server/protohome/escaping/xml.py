"""XML and HTML, in elements and in attributes."""

from __future__ import annotations

from .terminal import one_line

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def characters(text: str) -> str:
    """What XML 1.0 may hold at all; for writers that escape markup themselves."""
    return one_line(text)


def markup(text: str) -> str:
    """Foreign text as it stands in a document."""
    return characters(text).translate(_MARKUP)
