"""``protohome completion bash|zsh``"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

SHELLS = ("bash", "zsh")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell",
        choices=SHELLS,
        help='the shell; `eval "$(protohome completion bash)"` in its start-up file',
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the script for ``arguments.parser``, the parser of the whole command line."""
    import shtab

    for action in _actions(arguments.parser):
        names = action.metavar if isinstance(action.metavar, str) else ""
        if {"FILE", "PATH"} & set(names.split("|")):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    sys.stdout.write(shtab.complete(arguments.parser, arguments.shell) + "\n")
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The arguments of a parser and of those of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
