"""The standard library's TOML parser, or its origin ``tomli`` on Python 3.10."""

from __future__ import annotations

import sys
from typing import Any


def loads(text: str) -> dict[str, Any]:
    """Parse ``text``. Raises ValueError, and RecursionError where it is nested too deeply."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)
