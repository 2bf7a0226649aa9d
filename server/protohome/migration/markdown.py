"""``markdown``: the same table for an issue or a page, and a table of the lanes."""

from __future__ import annotations

from collections.abc import Sequence

from ..escaping.github import cell
from .shims import PHASES, Shim, Step
from .totals import outcome, totals

_HEAD = ("Contract", "Phase", "Successor", "Drift", "References left", "Lane", "Follow-on", "Next")


def render(shims: Sequence[Shim], steps: Sequence[Step], path: str) -> str:
    lines = [f"### protohome: {outcome(shims)}", ""]
    lines += [
        "| Contract | Phase | Successor | Drift | References left | Lane | Follow-on | Next |"
    ]
    lines += ["| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for shim in shims:
        cells = (
            f"{shim.fqn}{' (deprecated)' if shim.deprecated else ''}",
            PHASES[shim.phase],
            shim.successor,
            "; ".join(shim.drift),
            _left(shim),
            shim.owner,
            shim.follow_on,
            shim.next,
        )
        lines.append(f"| {' | '.join(cell(text) for text in cells)} |")
    lines += ["", f"| Lane | {' | '.join(PHASES)} |", "| --- |" + " --- |" * len(PHASES)]
    for lane, counts in totals(shims).items():
        lines.append(f"| {cell(lane)} | {' | '.join(map(str, counts))} |")
    lines += ["", *(f"{number}. {cell(step.text)}" for number, step in enumerate(steps, 1))]
    return "\n".join(lines) + "\n"


def _left(shim: Shim) -> str:
    places = [*shim.references, *(f"{m.path}:{m.line}" for m in shim.mentions or ())]
    more = [f"… {len(places) - 5} more"] if len(places) > 5 else []
    return ", ".join([*places[:5], *more])
