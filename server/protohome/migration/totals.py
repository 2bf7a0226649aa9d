"""What the formats count alike."""

from __future__ import annotations

from collections.abc import Sequence

from .shims import PHASES, Shim


def totals(shims: Sequence[Shim]) -> dict[str, list[int]]:
    """How many shims each lane has in each phase; by lane."""
    found: dict[str, list[int]] = {}
    for shim in sorted(shims, key=lambda one: one.owner):
        found.setdefault(shim.owner, [0] * len(PHASES))[shim.phase] += 1
    return found


def outcome(shims: Sequence[Shim]) -> str:
    ready = sum(shim.ready for shim in shims)
    paired = sum(bool(shim.successor) for shim in shims)
    asked = all(shim.mentions is not None for shim in shims)
    unasked = "" if asked else "; source code was not asked (`consumers` in protohome.toml)"
    return (
        f"{counted(len(shims), 'shim')} left, {paired} with a successor,"
        f" {ready} ready to retire{unasked}"
    )


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
