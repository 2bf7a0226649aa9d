"""What clients hand to a command: anything. It is read here, and refused in one line (-32602)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from ...escaping.terminal import is_safe
from ...findings import FixRequest
from ...fixes import Refused
from ..state.asking import FolderDocument
from ..state.session import Session


def document(session: Session, arguments: tuple[Any, ...]) -> FolderDocument:
    """The document that the first argument names by its URI."""
    doc = optional_document(session, arguments)
    if doc is None:
        raise JsonRpcInvalidParams(f"No package map governs {uri(arguments)}.")
    return doc


def optional_document(session: Session, arguments: tuple[Any, ...]) -> FolderDocument | None:
    """As ``document``, None where nothing governs it or no document is named."""
    return session.doc(uri(arguments)) if arguments else None


def uri(arguments: tuple[Any, ...]) -> str:
    return text(arguments, 0, "a document's URI")


def text(arguments: tuple[Any, ...], at: int, what: str) -> str:
    """The argument at an index, which must be a string."""
    value = arguments[at] if len(arguments) > at else None
    if not isinstance(value, str) or not value or not is_safe(value):
        raise JsonRpcInvalidParams(f"Argument {at + 1} must be {what}, on one line.")
    return value


def fix_request(data: Mapping[str, Any]) -> FixRequest:
    """The fix that an action's data names. Raises Refused where no file should hold the like."""
    name, arguments = data.get("fix"), data.get("arguments") or {}
    if not isinstance(name, str) or not isinstance(arguments, Mapping):
        raise JsonRpcInvalidParams("The action's data names no fix.")
    for key, value in arguments.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise JsonRpcInvalidParams(f"The fix's {key} must be a string.")
        if not is_safe(value):
            raise Refused(f"{value} has characters that are to be written nowhere.")
    return FixRequest(name, dict(arguments))


def name_or_offset(doc: FolderDocument, arguments: tuple[Any, ...]) -> tuple[str, int | None]:
    """The second argument: a name, or the byte offset of a position; ``""`` where there is none."""
    value = arguments[1] if len(arguments) > 1 else None
    if value is None:
        return "", None
    if isinstance(value, str):
        return value, None
    line, character = _member(value, "line"), _member(value, "character")
    if line is None or character is None:
        raise JsonRpcInvalidParams("Argument 2 must be a name or a position.")
    return "", doc.places.offset(doc.path, types.Position(line, character))


def _member(value: Any, name: str) -> int | None:
    found = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
    if not isinstance(found, int) or isinstance(found, bool):
        return None
    # LSP's uinteger
    return found if 0 <= found < 1 << 31 else None
