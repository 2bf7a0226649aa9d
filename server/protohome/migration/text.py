"""``text``: a table for a terminal, the shims that may go first, then the totals of each lane."""

from __future__ import annotations

from collections.abc import Sequence

from ..escaping.terminal import one_line
from .shims import PHASES, Shim, Step
from .totals import counted, outcome, totals

_PLACES = 3  # more would hide the table; the other formats have them
_HEAD = ("contract", "phase", "successor", "drift", "left", "next")


def render(shims: Sequence[Shim], steps: Sequence[Step], path: str) -> str:
    rows = [_HEAD, *(_row(shim) for shim in shims)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_HEAD) - 1)]
    lines = [outcome(shims), "", _line(_HEAD, widths)]
    for shim in shims:
        lines.append(_line(_row(shim), widths))
        places = [*shim.references, *(f"{m.path}:{m.line}" for m in shim.mentions or ())]
        more = [f"… {len(places) - _PLACES} more"] if len(places) > _PLACES else []
        if places:
            lines.append("    " + ", ".join([*places[:_PLACES], *more]))
    lines.append("")
    for lane, counts in totals(shims).items():
        said = ", ".join(f"{n} {PHASES[at]}" for at, n in enumerate(counts) if n)
        lines.append(f"{lane or 'no lane'}: {counted(sum(counts), 'shim')} ({said})")
    lines.append("")
    for number, step in enumerate(steps, 1):
        lines.append(f"{number}. {step.text}" + (f" ({path}:{step.line})" if step.line else ""))
    return "".join(f"{one_line(line)}\n" for line in lines)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return "  ".join([*cells, row[-1]]).rstrip()


def _row(shim: Shim) -> tuple[str, ...]:
    left = counted(len(shim.references), "proto") + (
        f", {counted(len(shim.mentions), 'source')}" if shim.mentions is not None else ""
    )
    name = shim.fqn.rpartition(".")[2] + (" (deprecated)" if shim.deprecated else "")
    named = shim.successor or (f"none in {shim.home}" if shim.home else "none")
    drift = str(len(shim.drift)) if shim.successor else "-"
    return (name, PHASES[shim.phase], named, drift, left, shim.next)
