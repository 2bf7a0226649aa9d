"""What names mean, by protobuf's scoping rules: once, for rules, verdicts and fixes."""

from __future__ import annotations

from .differences import beginnings, regrouped, renamed
from .names import DECLARED, EXTENSION, FULL, LITERAL, Name
from .view import Target, View

__all__ = [
    "DECLARED",
    "EXTENSION",
    "FULL",
    "LITERAL",
    "Name",
    "Target",
    "View",
    "beginnings",
    "regrouped",
    "renamed",
]
