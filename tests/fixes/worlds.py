"""Trees to move contracts about in: compilable parts of public ones, each with a made-up map."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

_PACKAGE = re.compile(r"^package\s+([\w.]+)\s*;", re.MULTILINE)
_IMPORT = re.compile(r'^import\s+(?:public |weak )?"([^"]+)"\s*;', re.MULTILINE)

UNBORN = "unborn.v1"
"""A package that every map lists below its tree's first component, and that has no file yet."""


def world(root: Path, tree: Path, wanted: Iterable[str], builtin: str = "google/protobuf/") -> Path:
    """A workspace in ``root``: the wanted files and folders of ``tree`` with all they import.

    Files below ``builtin`` come with the compiler unless they are wanted by name.
    """
    pending = [path for each in wanted for path in _files(tree, each)]
    found = dict.fromkeys(pending)
    for path in pending:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tree / path, target)
        for each in _IMPORT.findall((tree / path).read_text("utf-8")):
            if each not in found and not each.startswith(builtin):
                found[each] = None
                pending.append(each)
    (root / "buf.yaml").write_text("version: v2\nmodules:\n  - path: .\n")
    (root / "PACKAGE_MAP.md").write_text(_map(root, pending))
    return root


def _files(tree: Path, wanted: str) -> list[str]:
    if wanted.endswith(".proto"):
        return [wanted]
    return sorted(path.relative_to(tree).as_posix() for path in (tree / wanted).rglob("*.proto"))


def _map(root: Path, paths: Iterable[str]) -> str:
    packages = {path: _package(root / path) for path in sorted(paths)}
    firsts = sorted({package.partition(".")[0] for package in packages.values()})
    listed = sorted({*packages.values(), *(f"{first}.{UNBORN}" for first in firsts)})
    return "\n".join(
        [
            "# Package map",
            "",
            "| Package | Domain | Owner lane | Contains | Does not contain |",
            "| --- | --- | --- | --- | --- |",
            *(f"| `{package}` | | `owner:team` | | |" for package in listed),
            "",
            "| Current file | Current package | Canonical package home | Owner lane |",
            "| --- | --- | --- | --- |",
            *(f"| `{path}` | `{p}` | `{p}` | `owner:team` |" for path, p in packages.items()),
            "",
        ]
    )


def _package(path: Path) -> str:
    found = _PACKAGE.search(path.read_text("utf-8"))
    return found[1] if found else ""
