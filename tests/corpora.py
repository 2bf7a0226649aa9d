"""Large public trees of ``.proto`` files that tests and benchmarks read."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache"
GOOGLE_PROTO_FILES = "google-proto-files-5.0.3"

_VERSION = re.compile(r"(?<=/)v[0-9]\w*(?=/)")


def google_proto_files() -> Path:
    """The npm package google-proto-files: 8,051 files, 70 MB; import paths start at its folder.

    Fetched once into the cache and reused; needs ``npm`` and ``tar`` the first time.
    """
    tree = CACHE / GOOGLE_PROTO_FILES
    if not tree.exists():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            name, _, version = GOOGLE_PROTO_FILES.rpartition("-")
            subprocess.run(
                ["npm", "pack", "--silent", f"{name}@{version}"],
                cwd=scratch,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            subprocess.run(["tar", "-xzf", f"{GOOGLE_PROTO_FILES}.tgz"], cwd=scratch, check=True)
            _put(Path(scratch, "package"), tree)
    return tree


def grpc_tools_protos() -> Path:
    """The folder of the ``.proto`` files that ship inside grpcio-tools."""
    import grpc_tools

    return Path(grpc_tools.__path__[0], "_proto")


def lefthook() -> Path:
    """The program lefthook, from npm, installed once into the cache."""
    folder = CACHE / "lefthook-1.12.3"
    if not folder.exists():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            made = Path(scratch, "lefthook")
            made.mkdir()
            subprocess.run(
                ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(made),
                 "--ignore-scripts", "lefthook@1.12.3"],
                check=True,
            )  # fmt: skip
            _put(made, folder)
    return folder / "node_modules/.bin/lefthook"


def _put(made: Path, place: Path) -> None:
    """Put what was fetched in its place, unless another run was faster."""
    try:
        made.rename(place)
    except OSError:
        if not place.exists():
            raise


def newest(paths: Iterable[Path]) -> list[Path]:
    """Of files that differ in the version in their path alone, the last one, in order."""
    return sorted({_VERSION.sub("", path.as_posix()): path for path in sorted(paths)}.values())
