"""How long one run takes beside ``buf lint`` on the same tree. Prints a Markdown table.

``python benchmarks/speed.py`` checks ``examples/openagents``; ``--large`` also the 8,000 files of
npm google-proto-files under a map that governs all of them (fetched once; a few minutes). The two
commands take turns, so that a machine's moods meet both; medians of whole processes are printed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import sysconfig
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from corpora import google_proto_files  # noqa: E402
from protohome.syntax import read  # noqa: E402

SCRIPTS = Path(sysconfig.get_path("scripts"))
COMMANDS = {
    "protohome check": [str(SCRIPTS / "protohome"), "check", "--quiet"],
    "buf lint": [str(SCRIPTS / "buf"), "lint"],
}

# Some of these do not compile, others have features that `buf lint` refuses: both do without them.
UNLINTABLE = "google/protobuf/"
AUDIT = "| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |"


class Run(NamedTuple):
    """One process: wall seconds, and its peak memory in bytes."""

    seconds: float
    memory: int


def timed(command: list[str], folder: Path) -> Run:
    """Run a command in ``folder`` with its output thrown away."""
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.execv(command[0], command)
    _, _, usage = os.wait4(child, 0)
    return Run(time.perf_counter() - started, usage.ru_maxrss * 1024)


def compare(name: str, folder: Path, runs: int) -> str:
    """Table rows for one tree: each command's median and peak, and the ratio of the medians."""
    for command in COMMANDS.values():
        timed(command, folder)
    results: dict[str, list[Run]] = defaultdict(list)
    for _ in range(runs):
        for label, command in COMMANDS.items():
            results[label].append(timed(command, folder))
    medians = {
        label: statistics.median(run.seconds for run in every) for label, every in results.items()
    }
    rows = []
    for label, every in results.items():
        peak = max(run.memory for run in every) / 1e6
        ratio = medians[label] / medians["buf lint"]
        seconds = (
            f"{medians[label] * 1000:.0f} ms" if medians[label] < 1 else f"{medians[label]:.1f} s"
        )
        rows.append(f"| {name} | `{label}` | {seconds} | {ratio:.2f} | {peak:.0f} MB |")
    return "\n".join(rows)


def google_workspace(folder: Path) -> None:
    """The corpus with a map whose ownership and audit tables hold every package and file."""
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
    lines = ["# Map", "", "| Package | Domain | Owner lane | Contains | Does not contain |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for package in sorted(packages):
        words = package.replace(".", " ")
        lines.append(
            f"| `{package}` | {words} | `owner:google` | {words} contracts | Nothing else |"
        )
    lines += ["", AUDIT]
    lines.append("| --- | --- | --- | --- | --- |")
    for package, names in sorted(packages.items()):
        lines += [f"| `{n}` | `{package}` | `{package}` | `owner:google` | G-1 |" for n in names]
    (folder / "PACKAGE_MAP.md").write_text("\n".join(lines) + "\n")
    (folder / "buf.yaml").write_text("version: v2\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also google-proto-files")
    arguments = parser.parse_args()
    print("| tree | command | median | to `buf lint` | peak memory |")
    print("| --- | --- | ---: | ---: | ---: |")
    print(compare("`examples/openagents`", ROOT / "examples/openagents", 15), flush=True)
    if arguments.large:
        with tempfile.TemporaryDirectory() as scratch:
            google_workspace(Path(scratch))
            print(compare("google-proto-files", Path(scratch), 3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
