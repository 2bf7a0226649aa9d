"""``json``: everything, a shim on a line; lines are 1-based, ``mentions`` null if nobody asked."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..escaping.terminal import json_text
from .shims import PHASES, Shim, Step
from .totals import totals


def render(shims: Sequence[Shim], steps: Sequence[Step], path: str) -> str:
    rows = [
        {
            **shim._asdict(),
            "phase": PHASES[shim.phase],
            "mentions": None if shim.mentions is None else [m._asdict() for m in shim.mentions],
        }
        for shim in shims
    ]
    lanes = {lane: dict(zip(PHASES, counts, strict=True)) for lane, counts in totals(shims).items()}
    sequence = [{"path": path, **step._asdict()} for step in steps]
    listed = ",".join(f"\n  {_dump(row)}" for row in rows)
    return (
        f'{{"version": 1,\n "shims": [{listed}],\n "lanes": {_dump(lanes)},\n'
        f' "sequence": {_dump(sequence)}}}\n'
    )


def _dump(value: object) -> str:
    return json_text(json.dumps(value, ensure_ascii=False))
