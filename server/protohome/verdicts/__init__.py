"""Where each contract belongs: by the order of evidence, and what succeeds a shim."""

from __future__ import annotations

from .exclusions import Exclusion
from .home import Judge
from .kept import Kept, KeptAlone, Unlearnt, kept_of
from .model import Successor, Verdict

__all__ = [
    "Exclusion",
    "Judge",
    "Kept",
    "KeptAlone",
    "Successor",
    "Unlearnt",
    "Verdict",
    "kept_of",
]
