"""The command line: arguments, and one module a command, imported only when it is used."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from importlib import import_module

from . import __version__
from .config import ConfigError
from .discovery import LoadError

COMMANDS = {
    "check": "check the governed files, the map and the configuration",
    "explain": "print a rule's page, or where a contract or file belongs and why",
    "map": "show how the package map was understood, sentence by sentence",
}


def main(argv: list[str] | None = None) -> int:
    """Run a command. Exit code 0: clean; 1: findings; 2: it could not be done."""
    # A run is short and its facts are trees, not cycles: collecting garbage only costs time.
    gc.disable()
    argv = sys.argv[1:] if argv is None else argv
    arguments = _parser(argv).parse_args(argv)
    try:
        code: int = _command(arguments.command).run(arguments)
        sys.stdout.flush()
    except (LoadError, ConfigError) as error:
        print(f"protohome: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output is gone; the interpreter must not complain of it a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    return code


def _command(name: str):  # type: ignore[no-untyped-def]
    return import_module(f".commands.{name}", __package__)


def _parser(argv: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="protohome",
        description="Keeps protobuf contracts in the package that the package map gives them.",
    )
    parser.add_argument("--version", action="version", version=f"protohome {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
        if name in argv:
            _command(name).add_arguments(command)
    return parser
