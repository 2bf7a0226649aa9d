"""Patterns as in a ``.gitignore``: which of them are matched in a time that can be waited for."""

from __future__ import annotations

# For the longest name there is, 255 bytes, so many stars are tried in some million ways, one more
# in hundreds of millions.
MOST_STARS = 3


def is_bearable(pattern: str) -> bool:
    """Whether no name in a pattern has more stars than can be tried."""
    return all(part.count("*") <= MOST_STARS for part in pattern.split("/"))
