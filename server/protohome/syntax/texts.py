"""What a name, a string and what is between brackets say, as text."""

from __future__ import annotations

from ..positions import Span
from .tokens import tokens


def name_text(source: bytes, span: Span) -> str:
    """A possibly qualified name without the white space and comments that may stand inside it."""
    text = source[span.start : span.end]
    if not text.replace(b".", b"").replace(b"_", b"").isalnum():
        text = b"".join(token.text for token in tokens(text))
    return text.decode("utf-8", "replace")


def string_text(source: bytes, span: Span) -> str:
    """What is between the quotes of one string literal; escapes stay as written."""
    text = source[span.start : span.end]
    last = len(text) - (len(text) > 1 and text[-1] == text[0])
    return text[1:last].decode("utf-8", "replace")


def bracketed_text(text: bytes) -> str:
    """The options between ``[`` and ``]``, as written."""
    return text.strip().decode("utf-8", "replace")
