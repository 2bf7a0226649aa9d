"""``protohome map``: how the package map was understood, sentence by sentence."""

from __future__ import annotations

import argparse
import sys

from ..packagemap.understood import FORMATS, render
from ..runs.flags import add_workspace_arguments
from ..runs.workspaces import load_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how to show it (default: text)"
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    package_map = load_workspace(arguments).map
    sys.stdout.write(render(package_map, arguments.format))
    return int(bool(package_map.problems))
