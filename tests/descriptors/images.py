"""Images by the real compilers, and facts without their places, to compare."""

from __future__ import annotations

import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from protohome.model import ProtoFile
from protohome.positions import Span

BUF = Path(sysconfig.get_path("scripts"), "buf")


def write_tree(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        root.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        root.joinpath(path).write_text(text)
    return root


def buf_image(root: Path, output: Path, *arguments: str) -> bytes:
    """What ``buf build`` makes of the module at ``root``; ``output``'s suffix says in what form."""
    subprocess.run([BUF, "build", root, "-o", output, *arguments], check=True)
    return output.read_bytes()


def protoc_image(root: Path, output: Path) -> bytes:
    from grpc_tools import protoc

    names = [str(path.relative_to(root)) for path in sorted(root.rglob("*.proto"))]
    assert protoc.main(["protoc", f"-I{root}", f"--descriptor_set_out={output}", *names]) == 0
    return output.read_bytes()


def placeless(fact: Any) -> Any:
    """``fact`` with every span empty, at any depth; a file without its text."""
    if isinstance(fact, ProtoFile):
        return ProtoFile(fact.path, b"", placeless(fact.head), placeless(fact.parts))
    if isinstance(fact, Span):
        return Span(0, 0)
    if isinstance(fact, tuple):
        items = [placeless(item) for item in fact]
        return type(fact)(*items) if hasattr(fact, "_fields") else tuple(items)
    return fact
