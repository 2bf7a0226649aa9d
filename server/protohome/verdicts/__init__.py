"""Where each contract belongs: the order of evidence (DESIGN 4)."""

from __future__ import annotations

from .drift import Difference, differences
from .exclusions import Exclusion
from .explanations import explain
from .home import Judge
from .model import Successor, Verdict

__all__ = [
    "Difference",
    "Exclusion",
    "Judge",
    "Successor",
    "Verdict",
    "differences",
    "explain",
]
