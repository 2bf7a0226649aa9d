"""``FieldDescriptorProto.default_value``: a default as descriptors write it."""

from __future__ import annotations

from ..syntax.constants import constant, literal_bytes

_SCALARS_AS_TEXT = frozenset(("float", "double"))
_ESCAPES = {10: r"\n", 13: r"\r", 9: r"\t", 34: r"\"", 39: r"\'", 92: r"\\"}


def default_text(value: str, kind: str) -> str:
    """The text for a default ``value`` of type ``kind``, a scalar or a type's name."""
    if kind == "bytes":
        return "".join(
            _ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}")
            for byte in literal_bytes(value)
        )
    if kind in _SCALARS_AS_TEXT:
        return _number(constant(value, kind))
    if kind == "string" or (kind[:1].islower() and "." not in kind):
        return constant(value, kind) if value[:1] not in "_" else value
    return value.strip()


def _number(text: str) -> str:
    """``1.0`` is ``1``, as C++ prints it."""
    return text.removesuffix(".0")
