"""How the work of a check grows with its input. Prints a Markdown table.

``python benchmarks/growth.py`` checks trees of growing size without a cache, as whole processes,
under maps without an audit table, so that every contract is judged by its words. What the smallest
tree takes is what starting takes, and is taken off. A straight line is laid through the logarithms
of sizes and processor times by least squares: its slope is the exponent, 1 for work in proportion,
and the largest residual is how far a time is from it, as a factor. The command comes from the
folder of this Python, unless ``--here``.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from speed import CHECK, MAPS, google_workspace, timed

HERE = [sys.executable, "-m", "protohome", "check", "--quiet"]
HUGE = "google/cloud/compute/v1/compute.proto"
FILES = 2_000  # of the trees whose packages grow in number
HEAD = """\
| Package | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- |
"""


class Fit(NamedTuple):
    """The exponent of a power law through points, and the farthest of them from it, a factor."""

    exponent: float
    residual: float


def fit(sizes: Sequence[int], seconds: Sequence[float]) -> Fit:
    """Least squares on logarithms."""
    xs, ys = [math.log(size) for size in sizes], [math.log(taken) for taken in seconds]
    x, y = statistics.mean(xs), statistics.mean(ys)
    slope = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )
    away = max(abs(b - y - slope * (a - x)) for a, b in zip(xs, ys, strict=True))
    return Fit(slope, math.exp(away))


class Trees:
    """Makes the trees, each in a folder of its own."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.large = scratch, scratch / "large"
        self.map = google_workspace(self.large)[MAPS[2]]
        # As many as a language has, so that packages share some of theirs.
        chance = random.Random(1)
        parts = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "al", "en")]
        self.words = ["".join(chance.choices(parts, k=3)) for _ in range(4_000)]

    def files(self, number: int) -> Path:
        """So many of Google's files under the map of all."""
        every = sorted(path.relative_to(self.large) for path in self.large.rglob("*.proto"))
        some = {every[n * len(every) // number] for n in range(number)}
        return self._made(self.map, {p.as_posix(): (self.large / p).read_text() for p in some})

    def lines(self, number: int) -> Path:
        """The declarations in about so many of the first lines of Google's largest file."""
        whole = (self.large / HUGE).read_text().splitlines(keepends=True)
        ends = [n for n, line in enumerate(whole, 1) if line.startswith("}")]
        end = min(ends, key=lambda n: abs(n - number))
        return self._made(self.map, {HUGE: "".join(whole[:end])})

    def packages(self, number: int) -> Path:
        """So many packages of two files or more, whose contracts are named by words of theirs."""
        chance = random.Random(number)
        own = [chance.sample(self.words, 6) for _ in range(number)]
        rows = [
            f"| `acme.p{n}.v1` | `owner:a` | {', '.join(f'{word} records' for word in words)} | |"
            for n, words in enumerate(own)
        ]
        sources = {}
        for n in range(FILES):
            at = n % number
            names = {
                word.title() + chance.choice(self.words).title() + str(n)
                for word in chance.choices(own[at], k=5)
            }
            body = "".join(f"message {name} {{ string id = 1; }}\n" for name in sorted(names))
            sources[f"acme/p{at}/v1/f{n}.proto"] = _proto(f"acme.p{at}.v1", body)
        return self._made(HEAD + "\n".join(rows) + "\n", sources)

    def contracts(self, number: int) -> Path:
        """So many contracts in a file beside a small package."""
        chance = random.Random(number)
        rows = "".join(
            f"| `acme.{name}.v1` | `owner:a` | {self.words[n]} records | |\n"
            for n, name in enumerate("ab")
        )
        body = "".join(
            f"message {chance.choice(self.words).title()}{n} {{ string id = 1; }}\n"
            for n in range(number)
        )
        other = f"message {self.words[1].title()} {{ string id = 1; }}\n"
        sources = {
            "acme/a/v1/a.proto": _proto("acme.a.v1", body),
            "acme/b/v1/b.proto": _proto("acme.b.v1", other),
        }
        return self._made(HEAD + rows, sources)

    def _made(self, text: str, sources: dict[str, str]) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        (folder / "PACKAGE_MAP.md").write_text(text)
        for path, source in sources.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(source)
        return folder


def _proto(package: str, body: str) -> str:
    return f'syntax = "proto3";\npackage {package};\n{body}'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--here", action="store_true", help="check with this Python's protohome")
    parser.add_argument("--runs", type=int, default=1, help="the quickest of so many counts")
    arguments = parser.parse_args()
    command = [*(HERE if arguments.here else CHECK), "--no-cache"]
    with tempfile.TemporaryDirectory() as scratch:
        trees = Trees(Path(scratch))
        kinds: dict[str, tuple[Callable[[int], Path], tuple[int, ...]]] = {
            "files": (trees.files, (1, 1_000, 2_000, 4_000, 8_000)),
            f"packages of {FILES:,} files": (trees.packages, (1, 50, 100, 200, 400, 1_000)),
            "lines of a file": (trees.lines, (1, 1_000, 4_000, 16_000, 48_000, 96_000)),
            "contracts in a file": (trees.contracts, (1, 1_000, 4_000, 10_000, 20_000, 40_000)),
        }
        print("| what grows | from, to | seconds of processor | exponent | largest residual |")
        print("| --- | --- | --- | ---: | ---: |")
        for name, (grown, sizes) in kinds.items():
            taken = []
            for size in sizes:
                folder = grown(size)
                runs = [timed(command, folder, folder / "none") for _ in range(arguments.runs)]
                taken.append(min(run.cpu for run in runs))
            own = [each - taken[0] for each in taken[1:]]
            found = fit(sizes[1:], own)
            told = ", ".join(f"{seconds:.2f}" for seconds in own)
            print(
                f"| {name} | {', '.join(f'{size:,}' for size in sizes[1:])} | {told} "
                f"| {found.exponent:.2f} | {found.residual:.2f} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
