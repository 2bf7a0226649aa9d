"""Large public trees of ``.proto`` files that tests and benchmarks read."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache"
GOOGLE_PROTO_FILES = "google-proto-files-5.0.3"


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
            try:
                Path(scratch, "package").rename(tree)
            except OSError:  # another run was faster
                if not tree.exists():
                    raise
    return tree


def grpc_tools_protos() -> Path:
    """The folder of the ``.proto`` files that ship inside grpcio-tools."""
    import grpc_tools

    return Path(grpc_tools.__path__[0], "_proto")


def lefthook() -> Path:
    """The program lefthook, from npm, installed once into the cache."""
    folder = CACHE / "lefthook-1.12.3"
    program = folder / "node_modules/.bin/lefthook"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder),
             "--ignore-scripts", "lefthook@1.12.3"],
            check=True,
        )  # fmt: skip
    return program
