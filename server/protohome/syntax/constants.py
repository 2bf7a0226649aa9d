"""Constants as values: ``16`` is ``0x10``, ``"a" 'b'`` is ``"ab"``, ``-0.0`` is not ``0``."""

from __future__ import annotations

import re

from .tokens import integer, tokens

_INTEGERS = frozenset(
    ["int32", "int64", "uint32", "uint64", "sint32", "sint64"]
    + ["fixed32", "fixed64", "sfixed32", "sfixed64"]
)
_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b", b"f": b"\f",
            b"v": b"\v"}  # fmt: skip


def boolean(text: str) -> bool:
    return text.strip() == "true"


def constant(text: str, kind: str) -> str:
    """The value of a constant of scalar type ``kind``, written in one way only; ``""`` is zero."""
    if kind in ("string", "bytes"):
        return literal_bytes(text).decode("utf-8", "surrogateescape")
    if kind == "bool":
        return "true" if boolean(text) else "false"
    bare = "".join(text.split())
    if kind in _INTEGERS:
        value = integer(bare.lstrip("-").encode() or b"0")
        return bare if value is None else str(-value if bare.startswith("-") else value)
    try:
        return repr(float(bare or "0"))
    except ValueError:
        value = integer(bare.lstrip("-").encode())
        return bare if value is None else repr(float(-value if bare.startswith("-") else value))


def literal_bytes(text: str) -> bytes:
    """What string literals that stand side by side hold, escapes resolved."""
    parts = [t.text[1:-1] for t in tokens(text.encode()) if t.kind == "string"]
    return _ESCAPE.sub(_unescaped, b"".join(parts))


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code[:1] == b"x" and len(code) > 1:
        return bytes([int(code[1:], 16)])
    if code.isdigit():
        return bytes([int(code, 8) & 255])
    return _ESCAPES.get(code, code)
