"""``protohome graph``: what depends on what, as a picture or as data."""

from __future__ import annotations

import argparse

from ..authoring import graph, pictures
from ..runs.flags import add_output_argument, add_workspace_arguments, write_output
from ..runs.workspaces import load_workspace
from ..verdicts import Judge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=(*pictures.FORMATS,),
        default="svg",
        help="how to draw it (default: svg)",
    )
    levels = parser.add_mutually_exclusive_group()
    levels.add_argument(
        "--files", dest="level", action="store_const", const=graph.FILES, help="draw files"
    )
    levels.add_argument(
        "--contracts",
        dest="level",
        action="store_const",
        const=graph.CONTRACTS,
        help="draw contracts (default: packages)",
    )
    add_output_argument(parser)
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    snapshot = load_workspace(arguments)
    drawn = graph.graph(Judge(snapshot), arguments.level or graph.PACKAGES)
    write_output(arguments, pictures.FORMATS[arguments.format](drawn).encode())
    return 0
