"""``protohome report -o report.html``: one page about the map and the tree."""

from __future__ import annotations

import argparse

from .. import check
from ..authoring.burndown import burndown
from ..authoring.report import page
from ..runs.flags import add_output_argument, add_workspace_arguments, write_output
from ..runs.workspaces import load_workspace
from ..system.disk import LoadError
from ..verdicts import Judge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_output_argument(parser)
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
    write_output(arguments, text)
    return 0
