"""The options in brackets behind a field or an enum value, read when somebody asks."""

from __future__ import annotations

from .tokens import Token, tokens

_OPENING = frozenset([b"(", b"[", b"{", b"<"])
_CLOSING = frozenset([b")", b"]", b"}", b">"])


def bracketed(text: str) -> list[tuple[str, str]]:
    """``NAME = VALUE, …`` as pairs, as written; a value not there yet is ``""``.

    White space and comments inside a name are left out: ``(a) . b`` is ``(a).b``.
    """
    source = text.encode()
    found: list[tuple[str, str]] = []
    item: list[Token] = []
    depth = 0
    for token in tokens(source):
        if token.text == b"," and not depth:
            found += _pair(source, item)
            item = []
            continue
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        item.append(token)
    found += _pair(source, item)
    return found


def _pair(source: bytes, item: list[Token]) -> list[tuple[str, str]]:
    equals = next((at for at, token in enumerate(item) if token.text == b"="), len(item))
    name = b"".join(token.text for token in item[:equals]).decode("utf-8", "replace")
    value = item[equals + 1 :]
    text = source[value[0].start : value[-1].end] if value else b""
    return [(name, text.decode("utf-8", "replace"))] if name else []
