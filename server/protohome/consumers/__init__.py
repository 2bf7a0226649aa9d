"""Source code that uses contracts: which it mentions, by the names that generators give them."""

from __future__ import annotations

from .mentions import Mention, mentions

__all__ = ["Mention", "mentions"]
