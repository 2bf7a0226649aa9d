"""Where the split stands: every shim, what still refers to it, and the next step of the team."""

from __future__ import annotations

from .shims import PHASES, Shim, Step, shims, steps

__all__ = ["PHASES", "Shim", "Step", "shims", "steps"]
