"""``protohome merge A.json B.json …``: the report that one run would give, of its shards."""

from __future__ import annotations

import argparse

from ..runs import shards
from ..runs.flags import add_output_arguments, targets
from ..runs.outputs import deliver, outcome
from ..runs.workspaces import merged

_EPILOG = """\
exit code:
  0  nothing found at the fail level or above
  1  findings at the fail level or above
  2  the reports are not all the shards of one check
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="what `protohome check --shard I/N --format json` wrote, all N of them",
    )
    add_output_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    targets(arguments)
    parts = shards.read(arguments.files)
    notes = dict.fromkeys(note for part in parts for note in part.notes)
    report = merged([part.report for part in parts])
    return deliver(outcome(arguments, shards.material(parts), report, notes))
