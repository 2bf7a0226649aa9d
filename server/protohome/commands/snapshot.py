"""``protohome snapshot -o FILE``"""

from __future__ import annotations

import argparse
import sys

from ..descriptors import FORMATS, write_image
from ..model import TypeRef
from ..runs.flags import add_workspace_arguments
from ..runs.workspaces import load_workspace
from ..system.disk import LoadError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help="where to write it, - for the standard output; .binpb, .json or .txtpb, also .gz",
    )
    parser.add_argument("--format", choices=FORMATS, help="the format (default: as FILE is named)")
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    snapshot = load_workspace(arguments)
    for path, file in snapshot.files.items():
        if path in snapshot.unreadable or file.broken:
            raise LoadError(f"{path} cannot be read; correct it first")
    view = snapshot.view

    def meaning(path: str, scope: str, ref: TypeRef, kind: str) -> tuple[str, str] | None:
        fqn = view.type_of(path, ref.name, scope, kind) or ""
        if fqn in view.declared:
            return fqn, view.declared[fqn][0].kind
        absent = (view.symbols(each) for each in view.visible(path))
        return next(((fqn, symbols[fqn]) for symbols in absent if fqn in symbols), None)

    output: str = arguments.output
    data = write_image(view.files, meaning, output, arguments.format or "")
    if output == "-":
        sys.stdout.buffer.write(data)
    else:
        with open(output, "wb") as stream:
            stream.write(data)
    return 0
