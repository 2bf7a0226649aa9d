"""Where each contract belongs: by the order of evidence, and what succeeds a shim."""

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
