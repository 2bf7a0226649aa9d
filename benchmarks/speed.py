"""How long one run takes beside ``buf lint`` on the same tree. Prints Markdown tables.

``python benchmarks/speed.py`` checks ``examples/openagents``; ``--large`` also the files of npm
google-proto-files (fetched once; half an hour) under the three maps that teams have: with a row for
every file, with one row missing, and without an audit table. Each is a git work tree in which all
is committed; ten files are then edited as people edit, and ten more, and when these are committed
the hook sees the next ten. The commands take turns, so that a machine's moods meet all; medians of
whole processes are printed, the processor time of each with that of its children, and the memory of
the largest of its processes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import NamedTuple

from environment import ENVIRONMENT

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from corpora import google_proto_files  # noqa: E402
from protohome.syntax import read  # noqa: E402

SCRIPTS = Path(sysconfig.get_path("scripts"))
CHECK = [str(SCRIPTS / "protohome"), "check", "--quiet"]
HOOK = [str(SCRIPTS / "protohome-hook")]
LINT = [str(SCRIPTS / "buf"), "lint"]

# Some of these do not compile, others have features that `buf lint` refuses: both do without them.
UNLINTABLE = "google/protobuf/"
AUDIT = "| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |"
MAPS = ("all rows", "one row missing", "no table")
CHANGED = 10


class Run(NamedTuple):
    """One process: wall and processor seconds, and its peak memory in bytes."""

    wall: float
    cpu: float
    memory: int


def timed(command: list[str], folder: Path, cache: Path) -> Run:
    """Run a command in ``folder`` with its output thrown away."""
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.execve(command[0], command, {**ENVIRONMENT, "XDG_CACHE_HOME": str(cache)})
    _, _, usage = os.wait4(child, 0)
    wall = time.perf_counter() - started
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)


def edit(file: Path, number: int) -> None:
    """Add what people add: a field to the first message, or a message where there is none."""
    text = file.read_text("utf-8")
    field, message = f"  string note_{number} = {18000 + number};\n", f"message Note{number} {{"
    first = re.search(r"^message \w+ \{\n", text, re.MULTILINE)
    if first and number % 2:
        text = text[: first.end()] + field + text[first.end() :]
    else:
        text += f"\n{message}\n{field}}}\n"
    file.write_text(text, "utf-8")


def checks(folder: Path, cache: Path) -> dict[str, Callable[[], Run]]:
    """The ways of a check, in an order in which each leaves the cache as the next needs it."""
    files = sorted(folder.rglob("*.proto"))
    step, numbers = max(1, len(files) // CHANGED), count()

    git(folder, "update-ref", "refs/tags/as-it-was", "HEAD")

    def cold(*more: str) -> Run:
        git(folder, "reset", "-q", "--hard", "as-it-was")
        shutil.rmtree(cache, ignore_errors=True)
        return timed([*CHECK, *more], folder, cache)

    def changed(start: int) -> Run:
        for file in files[start % step :: step][:CHANGED]:
            edit(file, next(numbers))
        return timed(CHECK, folder, cache)

    def hook() -> Run:
        git(folder, "commit", "-q", "-a", "-m", "What was changed")
        for file in files[2 % step :: step][:CHANGED]:
            edit(file, next(numbers))
        git(folder, "add", ".")
        return timed(HOOK, folder, cache)

    def warm() -> Run:
        time.sleep(2.5)  # what was changed this moment is read again, which a person seldom meets
        timed(CHECK, folder, cache)
        return timed(CHECK, folder, cache)

    return {
        "cold, `--jobs 1`": lambda: cold("--jobs", "1"),
        "cold": cold,
        f"{CHANGED} files changed": lambda: changed(0),
        f"{CHANGED} more changed": lambda: changed(1),
        f"these committed, hook on {CHANGED} more": hook,
        "warm, nothing changed": warm,
    }


def committed(folder: Path) -> None:
    """Make a folder a work tree in which everything is committed, as whoever uses this has."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "As it is")


def compare(name: str, folder: Path, cache: Path, runs: int) -> str:
    """Table rows for one tree: medians and peak of each way, and the ratios to ``buf lint``."""
    ways: dict[str, Callable[[], Run]] = {
        "`buf lint`": lambda: timed(LINT, folder, cache),
        **checks(folder, cache),
    }
    results: dict[str, list[Run]] = defaultdict(list)
    for _ in range(runs):
        for label, way in ways.items():
            results[label].append(way())
    walls = {label: statistics.median(r.wall for r in every) for label, every in results.items()}
    cpus = {label: statistics.median(r.cpu for r in every) for label, every in results.items()}
    rows = []
    for label, every in results.items():
        peak = max(run.memory for run in every) / 1e6
        wall, cpu = walls[label] / walls["`buf lint`"], cpus[label] / cpus["`buf lint`"]
        rows.append(
            f"| {name} | {label} | {_time(walls[label])} | {_time(cpus[label])} "
            f"| {wall:.2f} | {cpu:.2f} | {peak:.0f} MB |"
        )
    return "\n".join(rows)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def google_workspace(folder: Path) -> dict[str, str]:
    """Copy the corpus; the maps of ``MAPS``, whose ownership tables hold every package."""
    corpus = google_proto_files()
    packages: dict[str, list[str]] = defaultdict(list)
    for path in sorted(corpus.rglob("*.proto")):
        name = path.relative_to(corpus).as_posix()
        package = read(name, path.read_bytes()).package
        if not package or name.startswith(UNLINTABLE):
            continue
        packages[package].append(name)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (folder / "buf.yaml").write_text("version: v2\n")
    lines = ["# Map", "", "| Package | Domain | Owner lane | Contains | Does not contain |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for package in sorted(packages):
        words = package.replace(".", " ")
        lines.append(
            f"| `{package}` | {words} | `owner:google` | {words} contracts | Nothing else |"
        )
    owned = "\n".join(lines) + "\n"
    rows = [
        f"| `{n}` | `{package}` | `{package}` | `owner:google` | G-1 |"
        for package, names in sorted(packages.items())
        for n in names
    ]
    audits = (rows, rows[: len(rows) // 2] + rows[len(rows) // 2 + 1 :])
    head = f"\n{AUDIT}\n| --- | --- | --- | --- | --- |\n"
    texts = [owned + head + "\n".join(some) + "\n" for some in audits]
    return dict(zip(MAPS, (*texts, owned), strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also google-proto-files")
    parser.add_argument("--runs", type=int, default=3, help="of the large tree")
    parser.add_argument("--map", choices=MAPS, action="append", help="of the large tree")
    arguments = parser.parse_args()
    print("| tree | run | wall | processor | wall to `buf lint` | processor to it | peak memory |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as scratch:
        example, cache = Path(scratch, "example"), Path(scratch, "cache")
        shutil.copytree(ROOT / "examples/openagents", example)
        committed(example)
        timed(CHECK, example, cache)  # the first run compiles modules
        print(compare("`examples/openagents`", example, cache, 9), flush=True)
        if arguments.large:
            large = Path(scratch, "large")
            texts = google_workspace(large)
            committed(large)
            for name in arguments.map or MAPS:
                (large / "PACKAGE_MAP.md").write_text(texts[name])
                git(large, "add", ".")
                git(large, "commit", "-q", "-m", name)
                print(compare(f"large, {name}", large, cache, arguments.runs), flush=True)
                git(large, "reset", "-q", "--hard", "as-it-was")
    return 0


if __name__ == "__main__":
    sys.exit(main())
