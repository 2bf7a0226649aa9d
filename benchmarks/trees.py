"""Public trees of contracts, fetched once from npm and PyPI into ``.cache``, each with its map.

The maps in ``benchmarks/maps`` were written from the packages' documentation and names, before the
first run, and are not edited to fit. The first half of the trees is for choosing, the second is
only ever reported. A wheel without ``.proto`` files holds descriptors in its ``_pb2`` modules; they
are written out as text.
"""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from descriptor_text import text
from google.protobuf import descriptor_pb2

from protohome import packagemap, syntax
from protohome.config import Config
from protohome.model import ProtoFile
from protohome.workspace.snapshot import Snapshot

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache" / "trees"
MAPS = Path(__file__).parent / "maps"
_SERIALIZED = re.compile(r"AddSerializedFile\((b(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\)")


class Tree(NamedTuple):
    """Where a tree comes from, and which packages of it: those that begin with one of ``below``."""

    name: str
    registry: str
    package: str
    version: str
    below: tuple[str, ...]


CHOOSING = (
    Tree("temporal", "pypi", "temporalio", "1.35.0", ("temporal.api",)),
    Tree(
        "data-cloud",
        "npm",
        "google-proto-files",
        "5.0.3",
        tuple(
            f"google.cloud.{name}.v1"
            for name in [
                "biglake",
                "bigquery.analyticshub",
                "bigquery.connection",
                "bigquery.datapolicies",
                "bigquery.datatransfer",
                "bigquery.reservation",
                "bigquery.migration",
                "datacatalog",
                "dataform",
                "datafusion",
                "dataplex",
                "dataproc",
                "datastream",
                "metastore",
                "storageinsights",
                "managedkafka",
            ]
        )
        + ("google.cloud.bigquery.storage.v1", "google.cloud.bigquery.v2"),
    ),
    Tree("sentry", "pypi", "sentry-protos", "0.91.0", ("sentry_protos",)),
    Tree("ads", "npm", "google-proto-files", "5.0.3", ("google.ads.googleads.v21",)),
)
UNTOUCHED = (
    Tree(
        "yandex",
        "pypi",
        "yandexcloud",
        "0.413.0",
        tuple(
            f"yandex.cloud.{name}"
            for name in [
                "compute",
                "vpc",
                "iam",
                "k8s",
                "storage",
                "serverless.functions",
                "serverless.triggers",
                "serverless.containers",
                "loadbalancer",
                "apploadbalancer",
                "dns",
                "kms",
                "lockbox",
                "logging",
                "monitoring.v3",
                "resourcemanager",
                "organizationmanager",
                "cdn",
                "certificatemanager",
                "containerregistry",
                "datasphere.v2",
            ]
        ),
    ),
    Tree("cosmos", "pypi", "osmosis-protobuf", "0.4.0", ("cosmos", "ibc", "osmosis")),
    Tree(
        "workplace",
        "npm",
        "google-proto-files",
        "5.0.3",
        (
            "google.chat",
            "google.apps",
            "google.maps",
            "google.devtools",
            "google.monitoring",
            "google.logging",
            "google.shopping",
        ),
    ),
    Tree("arista", "pypi", "cloudvision", "1.34.1", ("arista",)),
)
TREES = {tree.name: tree for tree in CHOOSING + UNTOUCHED}


@functools.lru_cache(maxsize=2)
def snapshot(name: str) -> Snapshot:
    """A tree under its map, with an audit table that calls every file home."""
    tree = TREES[name]
    files = {path: syntax.read(path, source) for path, source in sorted(sources(tree).items())}
    kept = {path: file for path, file in files.items() if _is_below(file.package, tree.below)}
    written = (MAPS / f"{name}.md").read_bytes()
    package_map = packagemap.read("PACKAGE_MAP.md", written + audit(kept).encode())
    return Snapshot(name, Config(), package_map, ("",), kept)


def audit(files: dict[str, ProtoFile]) -> str:
    rows = [
        "",
        "## Audit",
        "",
        "| Current file | Current package | Canonical package home |",
        "| --- | --- | --- |",
    ]
    rows += [f"| `{path}` | `{f.package}` | `{f.package}` |" for path, f in files.items()]
    return "\n".join(rows) + "\n"


def _is_below(package: str, prefixes: tuple[str, ...]) -> bool:
    return any(package == prefix or package.startswith(f"{prefix}.") for prefix in prefixes)


def sources(tree: Tree) -> dict[str, bytes]:
    """Import path and text of every ``.proto`` file that a tree's package holds."""
    folder = CACHE / f"{tree.package}-{tree.version}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            made = Path(scratch, "made")
            for path, source in _unpacked(_fetched(tree, Path(scratch))):
                place = made / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(source)
            made.rename(folder)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.proto")
    }


def _fetched(tree: Tree, scratch: Path) -> Path:
    """The archive of a tree's package, fetched by its registry's own client."""
    if tree.registry == "npm":
        command = ["npm", "pack", "--silent", f"{tree.package}@{tree.version}"]
    else:
        wanted = f"{tree.package}=={tree.version}"
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
        command = [*pip, "--only-binary", ":all:", wanted]
    subprocess.run(command, cwd=scratch, check=True, stdout=subprocess.DEVNULL)
    return next(path for path in scratch.iterdir() if path.suffix in (".tgz", ".whl"))


def _unpacked(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Import path and text of every ``.proto`` file in an archive, or of its descriptors."""
    if archive.suffix == ".tgz":
        with tarfile.open(archive) as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.name.endswith(".proto") else None
                if stream is not None:
                    yield member.name.partition("/")[2], stream.read()
        return
    with zipfile.ZipFile(archive) as wheel:
        names = wheel.namelist()
        protos = [name for name in names if name.endswith(".proto")]
        for name in protos:
            yield name.partition("/")[2], wheel.read(name)
        for name in names if not protos else ():
            if name.endswith("_pb2.py"):
                for match in _SERIALIZED.finditer(wheel.read(name).decode()):
                    file = descriptor_pb2.FileDescriptorProto()
                    file.ParseFromString(ast.literal_eval(match[1]))
                    yield file.name, text(file).encode()
