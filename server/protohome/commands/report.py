"""``protohome report -o report.html``: one page about the map and the tree."""

from __future__ import annotations

import argparse
import sys

from .. import check
from ..authoring.burndown import burndown
from ..authoring.report import page
from ..disk import LoadError
from ..escaping.terminal import say
from ..verdicts import Judge
from . import add_workspace_arguments, load_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the page there (default: standard output)"
    )
    parser.add_argument(
        "--since",
        metavar="DATE",
        help="draw how the frozen packages emptied since then, from git's history",
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    snapshot = load_workspace(arguments)
    judge = Judge(snapshot)
    history = burndown(judge, arguments.since) if arguments.since else ()
    try:
        text = page(judge, check.run(snapshot), history).encode("utf-8", "replace")
    except ImportError as error:
        raise LoadError("the report needs Jinja2: pip install 'protohome[report]'") from error
    if arguments.output is None:
        sys.stdout.buffer.write(text)
        return 0
    try:
        with open(arguments.output, "wb") as stream:
            stream.write(text)
    except OSError as error:
        raise LoadError(f"{arguments.output}: cannot be written: {error.strerror}") from error
    say(f"wrote {arguments.output}")
    return 0
