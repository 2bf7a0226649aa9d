"""Where the processor's time goes in a first check of ``examples/openagents``. Prints a table.

``python benchmarks/startup.py`` starts ``protohome check`` with an empty cache, in turns as it is
and with ``-X importtime``, which says how long each module takes of itself, by the clock on the
wall: of 21 turns the least counts, by module, when nobody else had the processor.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from math import inf
from pathlib import Path

from environment import ENVIRONMENT
from speed import CHECK, ROOT, committed, timed

TURNS = 21
NOTHING = [sys.executable, "-c", ""]
GROUPS = {
    "markdown_it": "markdown-it",
    "mdurl": "markdown-it",
    "yaml": "PyYAML",
    "tree_sitter": "tree-sitter",
    "protohome": "what is ours",
}
OTHERS = "the standard library"
_LINE = re.compile(r"import time: +(\d+) \| +\d+ \| +([\w.]+)")


def imported(command: list[str], folder: Path, cache: Path) -> dict[str, float]:
    """How many seconds each module takes that a command imports."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        cwd=folder,
        env={**ENVIRONMENT, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
    )
    return {module: int(micros) / 1e6 for micros, module in _LINE.findall(run.stderr)}


def grouped(least: Mapping[str, float]) -> dict[str, list[float]]:
    """The seconds of the modules of each group."""
    found: dict[str, list[float]] = {name: [] for name in (OTHERS, *GROUPS.values())}
    for module, seconds in least.items():
        found[GROUPS.get(module.partition(".")[0], OTHERS)].append(seconds)
    return found


def main() -> int:
    whole = alone = inf
    least: dict[str, float] = defaultdict(lambda: inf)
    with tempfile.TemporaryDirectory() as scratch:
        example, cache = Path(scratch, "example"), Path(scratch, "cache")
        shutil.copytree(ROOT / "examples/openagents", example)
        committed(example)
        timed(CHECK, example, cache)  # the first run compiles modules
        always = imported(NOTHING[1:], example, cache)
        for _ in range(TURNS):
            alone = min(alone, timed(NOTHING, example, cache).cpu)
            shutil.rmtree(cache, ignore_errors=True)
            whole = min(whole, timed(CHECK, example, cache).cpu)
            shutil.rmtree(cache)
            for module, seconds in imported(CHECK, example, cache).items():
                if module not in always:
                    least[module] = min(least[module], seconds)
    print(f"| step | of 100, which are {whole * 1000:.0f} ms |")
    print("| --- | ---: |")
    print(f"| Python itself, until it runs us | {100 * alone / whole:.0f} |")
    rest = whole - alone
    for name, each in grouped(least).items():
        print(f"| importing {name}, {len(each)} modules | {100 * sum(each) / whole:.0f} |")
        rest -= sum(each)
    print(f"| all that is done then | {100 * rest / whole:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
