"""What no format may print as it is: characters that end a line or confuse a terminal or parser."""

from __future__ import annotations

import re

# C0 and C1 controls, line and paragraph separators, bidirectional controls (they reorder what a
# person reads), surrogates (not encodable) and the two code points XML forbids beyond those.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def one_line(text: str) -> str:
    r"""``text`` on one line: each unsafe character as Python writes it, ``\n`` or ``\u2028``."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def json_text(encoded: str) -> str:
    r"""JSON made with ``ensure_ascii=False``, each unsafe character escaped (``\u2028``).

    Lone surrogates (bytes of a path that are not UTF-8) become U+FFFD: strict readers reject them.
    Only strings can hold any of these, so no other text may have line breaks yet.
    """
    return _UNSAFE.sub(_json_escape, encoded)


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return "\\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"
