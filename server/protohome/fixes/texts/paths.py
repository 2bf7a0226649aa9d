"""Names of files as they can be written down: in an import statement, in a row of the map."""

from __future__ import annotations

from ...escaping.terminal import is_safe, one_line
from .. import Refused

# They end a string of protobuf, a code span or a cell of Markdown, or begin an escape.
_ENDING = frozenset("\"'\\`|")


def writable(path: str) -> str:
    """``path``, when it can be written as it is. Raises Refused."""
    if not is_safe(path) or _ENDING & set(path):
        shown = one_line(path)
        raise Refused(f"{shown} has a name that cannot be written down as it is; rename it first.")
    return path
