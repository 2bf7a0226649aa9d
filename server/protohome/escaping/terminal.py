"""Terminals, logs and plain text in editors: nothing may end a line, move a cursor or reorder."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TextIO

# C0 and C1 controls, line and paragraph separators, bidirectional controls and marks (they reorder
# what a person reads), what is invisible but breaks words apart, tags and interlinear marks,
# surrogates (not encodable) and the two code points XML forbids beyond those.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)


@lru_cache(maxsize=1)  # most texts are plain, and it takes longer to compile than to read them
def _unsafe() -> re.Pattern[str]:
    return re.compile(_UNSAFE)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def one_line(text: str) -> str:
    r"""``text`` on one line: each unsafe character as Python writes it, ``\n`` or ``\u2028``."""
    if _is_plain(text):
        return text
    return _unsafe().sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def say(line: str, to: TextIO | None = None) -> None:
    """Print one line, on standard output unless said otherwise."""
    print(one_line(line), file=to)


def say_lines(text: str) -> None:
    """Print lines that end in line feeds, each as ``say``; tabs are four columns."""
    for line in text.split("\n")[: -1 if text.endswith("\n") else None]:
        say(line.expandtabs(4))


def is_safe(text: str) -> bool:
    """Whether ``one_line`` leaves the text as it is."""
    return _is_plain(text) or _unsafe().search(text) is None


def json_text(encoded: str) -> str:
    r"""JSON made with ``ensure_ascii=False``, each unsafe character escaped (``\u2028``).

    Lone surrogates (bytes of a path that are not UTF-8) become U+FFFD: strict readers reject them.
    Only strings can hold any of these, so no other text may have line breaks yet.
    """
    return encoded if _is_plain(encoded) else _unsafe().sub(_json_escape, encoded)


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        return "\\ufffd"
    if code > 0xFFFF:
        high, low = divmod(code - 0x10000, 0x400)
        return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
    return f"\\u{code:04x}"
