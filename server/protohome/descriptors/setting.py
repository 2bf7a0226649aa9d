"""Options as written, set in an ``…Options`` message of descriptor.proto."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from google.protobuf import text_format

from ..syntax.constants import literal_bytes

_PART = re.compile(r"\(\s*([^()]*?)\s*\)|([^.()\s]+)")
_UNSIGNED = re.compile(r"0[xX][0-9a-fA-F]+|[0-9]+")


def set_options(options: Any, pairs: Iterable[tuple[str, str]]) -> None:
    """Set what descriptor.proto knows; the rest is ``uninterpreted_option``."""
    for name, value in pairs:
        parts = [(match[1] or match[2], match[1] is not None) for match in _PART.finditer(name)]
        if any(is_extension for _, is_extension in parts) or not _set(options, parts, value):
            _leave(options, parts, value)


def _set(options: Any, parts: list[tuple[str, bool]], value: str) -> bool:
    text = value.strip()
    if text[:1] not in ("{", "<"):
        text = f": {text}"
    for part, _ in reversed(parts[1:]):
        text = f"{{ {part} {text} }}"
    try:
        text_format.Merge(f"{parts[0][0]} {text}", options)
    except text_format.ParseError:
        return False
    return True


def _leave(options: Any, parts: list[tuple[str, bool]], value: str) -> None:
    left = options.uninterpreted_option.add()
    for part, is_extension in parts:
        left.name.add(name_part=part, is_extension=is_extension)
    text = value.strip()
    if text[:1] in ('"', "'"):
        left.string_value = literal_bytes(text)
    elif text[:1] in ("{", "<"):
        left.aggregate_value = " ".join(text[1:-1].split())
    elif _UNSIGNED.fullmatch(text):
        number = int(text, 8) if re.fullmatch("0[0-7]+", text) else int(text, 0)
        left.positive_int_value = min(number, (1 << 64) - 1)
    elif re.fullmatch(r"-\s*\d+", text):
        left.negative_int_value = max(int(text.replace(" ", "")), -(1 << 63))
    elif text[:1].isalpha() or text[:1] == "_":
        left.identifier_value = text
    else:
        try:
            left.double_value = float("".join(text.split()))
        except ValueError:
            left.aggregate_value = text
