"""What comparing with the reference costs. Prints a Markdown table.

``python benchmarks/reference.py`` runs ``check`` in a git work tree of ``examples/openagents`` with
one commit that holds it all, and in the same work tree without a commit, where nothing can be told
as new; ``--large`` also in one of the 8,000 files of npm google-proto-files, of which none changed.
The two take turns; before each run one file gets one more empty line, as an outcome that is known
is not made anew, and the map is in the cache. The ratio is the median of the pairs' ratios.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from environment import ENVIRONMENT
from speed import ROOT, google_workspace

COMMAND = (sys.executable, "-m", "protohome", "check", "--quiet", "--exit-zero")


class Cost(NamedTuple):
    """One process: seconds on the wall, and of the processors, those of git with them."""

    wall: float
    cpu: float


def cost(folder: Path) -> Cost:
    """Check the folder after a change of its first file that changes no contract."""
    with min(folder.rglob("*.proto")).open("a", encoding="utf-8") as stream:
        stream.write("\n")
    before, started = os.times(), time.perf_counter()
    subprocess.run(COMMAND, cwd=folder, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - started, os.times()
    cpu = after.children_user + after.children_system
    return Cost(wall, cpu - before.children_user - before.children_system)


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def compare(name: str, folder: Path, pairs: int) -> str:
    """The table's row for a folder, which becomes a repository with one commit and without."""
    committed = folder.with_name("committed")
    git(folder, "init", "-q", "-b", "main")
    shutil.copytree(folder, committed)
    git(committed, "add", ".")
    git(committed, "commit", "-qm", "All of it")
    cost(folder), cost(committed)
    runs = [(cost(folder), cost(committed)) for _ in range(pairs)]
    cells = []
    for which in ("wall", "cpu"):
        without = statistics.median(getattr(one, which) for one, _ in runs)
        ratio = statistics.median(getattr(b, which) / getattr(a, which) for a, b in runs)
        cells.append(f"{without * 1000:.0f} ms | {ratio:.2f}")
    return f"| {name} | {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also google-proto-files")
    arguments = parser.parse_args()
    print("| tree | without, wall | with | without, processor | with |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "tree")
        shutil.copytree(ROOT / "examples/openagents", folder)
        print(compare("`examples/openagents`", folder, 15), flush=True)
    if arguments.large:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch, "tree")
            folder.mkdir()
            (folder / "PACKAGE_MAP.md").write_text(google_workspace(folder)["all rows"], "utf-8")
            print(compare("google-proto-files", folder, 3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
