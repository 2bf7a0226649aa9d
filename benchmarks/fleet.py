"""A synthetic fleet, and what a run over it takes: time, growth, memory, and how much is read once.

``python benchmarks/fleet.py --repositories 100 300 1000`` makes bare repositories below ``.cache``
from cuts of the npm package google-proto-files and from ``examples/``, runs the fleet over the
first so many of them on local workers, twice each, and prints a table.

What is made up: every repository has services of its own (a folder of the package under the name of
a team), and copies of others' files: the common folders that everybody vendors, in one of three
versions, and the services of two neighbours. So six files of ten are copies, as a file that is
vendored is seldom changed. One repository of ten is the example. One of twenty has no map, one of
two hundred is damaged.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from corpora import CACHE, google_proto_files  # noqa: E402
from protohome.fleet.blobs import mirrors  # noqa: E402
from protohome.fleet.blobs.mirrors import Repository  # noqa: E402
from protohome.fleet.cluster import connected  # noqa: E402
from protohome.fleet.run import Asked, Run  # noqa: E402

FLEET = CACHE / "fleet"
EXAMPLE = ROOT / "examples" / "openagents"
COMMON = ("google/api", "google/type", "google/rpc", "google/longrunning", "google/logging/type")
_LANES = tuple(f"owner:team-{number}" for number in range(12))
_ROW = "| `{package}` | {words} | `{lane}` | {words} | jobs |\n"
_HEAD = (
    "| Package | Domain | Owner lane | Contains | Does not contain |\n"
    "| --- | --- | --- | --- | --- |\n"
)


def make(count: int) -> Path:
    """The folder of the fleet, with at least so many repositories; the same ones each time."""
    FLEET.mkdir(parents=True, exist_ok=True)
    source = google_proto_files()
    services = _services(source)
    common = {path: (source / path).read_bytes() for path in _below(source, COMMON)}
    for number in range(count):
        place = FLEET / f"team-{number % 12}" / f"repo-{number:04}.git"
        if place.exists():
            continue
        scratch = place.with_suffix(".making")
        shutil.rmtree(scratch, ignore_errors=True)
        _repository(scratch, files(number, source, services, common))
        if number % 200 == 77:
            (scratch / "HEAD").write_text("ref: refs/heads/gone\n")
        scratch.rename(place)
    return FLEET


def files(
    number: int, source: Path, services: list[str], common: dict[str, bytes]
) -> dict[str, bytes]:
    """The files of a repository by path."""
    if number % 10 == 3:
        found = {
            path.relative_to(EXAMPLE).as_posix(): path.read_bytes()
            for path in sorted(EXAMPLE.rglob("*"))
            if path.is_file()
        }
    else:
        found = {}
        packages: dict[str, None] = {}
        for service in _own(number, services):
            for path, text in _renamed(number, source, service).items():
                found[path] = text
                named = re.search(rb"^package ([\w.]+);", text, re.M)
                if named:
                    packages[named[1].decode()] = None
        if number % 20 != 9:
            found["PACKAGE_MAP.md"] = _map(number, list(packages)).encode()
    version = f"// Version {number % 3} of what everybody copies.\n".encode()
    for path, text in common.items():
        found[f"third_party/{path}"] = text + (version if number % 3 else b"")
    for other in (number // 12 * 12, max(number - 12, 0)):
        for service in _own(other, services)[:2]:
            for path, text in _renamed(other, source, service).items():
                found[f"third_party/{path}"] = text
    return found


def _services(source: Path) -> list[str]:
    """The folders of one version of a service, of 5 to 40 files."""
    folders: dict[str, int] = {}
    for path in source.rglob("v[0-9]*/*.proto"):
        folder = path.parent.relative_to(source).as_posix()
        folders[folder] = folders.get(folder, 0) + 1
    return sorted(folder for folder, number in folders.items() if 5 <= number <= 40)


def _own(number: int, services: list[str]) -> list[str]:
    """A repository's own services: a few as a rule, many now and then."""
    drawn = random.Random(number)
    return drawn.sample(services, min(len(services), 1 + int(drawn.paretovariate(1.6))))


def _renamed(number: int, source: Path, service: str) -> dict[str, bytes]:
    """A service's files under the name of their repository, in package, imports and paths."""
    name = f"acme{number}"
    return {
        f"proto/{name}/{service.partition('/')[2]}/{path.name}": re.sub(
            rb'(?<=["\s.(<])google(?=[./](?!api|type|rpc|longrunning|logging|protobuf|iam))',
            name.encode(),
            path.read_bytes(),
        )
        for path in sorted((source / service).glob("*.proto"))
    }


def _map(number: int, packages: list[str]) -> str:
    rows = "".join(
        _ROW.format(
            package=package,
            words=" ".join(package.split(".")[1:-1]),
            lane=_LANES[(number + at) % len(_LANES)],
        )
        for at, package in enumerate(packages)
    )
    frozen = f"\n## Rules\n\n1. New contracts are forbidden in `{packages[0]}`.\n"
    return _HEAD + rows + (frozen if number % 2 and len(packages) > 1 else "")


def _below(source: Path, folders: tuple[str, ...]) -> list[str]:
    every = (path for folder in folders for path in sorted((source / folder).glob("*.proto")))
    return [path.relative_to(source).as_posix() for path in every]


def _repository(place: Path, found: dict[str, bytes]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(place)], check=True)
    who = b"committer A Developer <developer@example.com> 1767225600 +0000\n"
    parts = [b"commit refs/heads/main\n", who, b"data 4\nmade\n"]
    for path, text in found.items():
        parts += [f"M 100644 inline {path}\ndata {len(text)}\n".encode(), text, b"\n"]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=place, input=b"".join(parts), check=True)


def measure(count: int, workers: int, memory: str) -> Iterator[str]:
    """Rows of the table: a first run over so many repositories, and a second one."""
    every = mirrors.find(str(make(count)))
    chosen = sorted(every, key=lambda each: each[0].rpartition("-")[2])[:count]
    repositories = [Repository(name.removesuffix(".git"), url) for name, url in sorted(chosen)]
    out = CACHE / "fleet-out"
    shutil.rmtree(out, ignore_errors=True)
    asked = Asked(repositories, str(out), f"{out}/store", "", "parquet", 1000)
    for which in ("first", "second"):
        start, before = time.perf_counter(), time.process_time()
        with connected(None, workers, memory) as client:
            told, counts, _ = Run(client, asked, lambda what, done, total: None).go()
            spent = sum(client.run(time.process_time).values()) + time.process_time() - before
            most = max(client.run(_peak).values())
        wall = time.perf_counter() - start
        sizes = (most, _peak(), _size(out / "store"), _size(out))
        cells = [*(f"{number:,}" for number in counts), f"{wall:.1f}", f"{spent:.1f}"]
        cells += [f"{size / 1e6:.0f}" for size in sizes]
        yield f"| {count} | {which} | {' | '.join(cells)} |"
        print(told.repositories, told.totals, file=sys.stderr)


def _peak() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a run over a synthetic fleet.")
    parser.add_argument("--repositories", type=int, nargs="+", default=[100])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory-limit", default="1GiB")
    parser.add_argument("--only-make", action="store_true")
    arguments = parser.parse_args()
    make(max(arguments.repositories))
    if arguments.only_make:
        return
    print("| repositories | run | proto files | different | read now | judged now | wall s |"
          " processor s | worker MB | client MB | store MB | all MB |")  # fmt: skip
    print("| ---: | --- |" + " ---: |" * 10)
    for count in arguments.repositories:
        for row in measure(count, arguments.workers, arguments.memory_limit):
            print(row, flush=True)


if __name__ == "__main__":
    main()
