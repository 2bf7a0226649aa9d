"""Where each contract belongs: by the order of evidence, and what succeeds a shim."""

from __future__ import annotations

from .exclusions import Exclusion
from .explanations import explain
from .home import Judge
from .model import Successor, Verdict

__all__ = [
    "Exclusion",
    "Judge",
    "Successor",
    "Verdict",
    "explain",
]
