"""The command line: arguments, and one module a command, imported only when it is used."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Collection, Iterable
from functools import partial
from importlib import import_module
from typing import NoReturn, TextIO

from . import __version__
from .config import ConfigError
from .escaping.terminal import say
from .system.disk import LoadError
from .system.ending import exit_after

COMMANDS = {
    "check": "check the governed files, the map and the configuration",
    "merge": "join the JSON reports of the shards of one check",
    "explain": "print a rule's page, or where a contract or file belongs and why",
    "fix": "apply the fixes of what is found",
    "move": "move a contract to another package, with all that refers to it",
    "baseline": "record what is accepted, so that only what is new is found",
    "migration": "show where the split out of the frozen packages stands, shim by shim",
    "fleet": "check many repositories with Dask, into tables that people query",
    "snapshot": "write the tree's own descriptor set, without a compiler",
    "map": "show how the package map was understood, sentence by sentence",
    "graph": "draw what depends on what, owner lanes as columns",
    "report": "write one page about the map, the tree and the migration",
    "codeowners": "print or check the CODEOWNERS lines that follow from the map",
    "init": "write a first package map for a tree that has none",
    "completion": "print what makes a shell complete our commands and flags",
}

# Whoever adds an argument makes a formatter, to see whether it can be shown, and one that asks how
# wide the terminal is imports what packs archives.
_UNSEEN = partial(argparse.HelpFormatter, width=80)


def console() -> NoReturn:
    """What a console starts: ``main`` in a process of its own."""
    exit_after(main)


def main(argv: list[str] | None = None) -> int:
    """Run a command. Exit code 0: clean; 1: findings; 2: it could not be done."""
    # A run is short and its facts are trees, not cycles: collecting garbage only costs time.
    gc.disable()
    _listen()
    argv = _asked(sys.argv[1:] if argv is None else argv)
    named = [name for name in argv[:1] if name in COMMANDS]
    arguments = _parser(named or COMMANDS, argv).parse_args(argv)
    if arguments.command == "completion":
        arguments.parser = _parser(COMMANDS, COMMANDS)
    try:
        code: int = _command(arguments.command).run(arguments)
        sys.stdout.flush()
    except (LoadError, ConfigError) as error:
        return _refuse(str(error))
    except BrokenPipeError:
        _hush(sys.stdout, sys.stderr)
        return 141
    except OSError as error:
        _hush(sys.stdout)
        what = error.filename or "the output cannot be written"
        return _refuse(f"{what}: {error.strerror or error}")
    except KeyboardInterrupt:
        return 130
    return code


def _asked(argv: list[str]) -> list[str]:
    """``help`` and ``help COMMAND`` are ``--help`` and ``COMMAND --help``."""
    return [*argv[1:2], "--help"] if argv[:1] == ["help"] else argv


def _refuse(why: str) -> int:
    try:
        say(f"protohome: {why}", sys.stderr)
    except OSError:
        _hush(sys.stderr)
    return 2


def _listen() -> None:
    """Let nothing fail for a character that the output has not, or because it was closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _hush(*streams: TextIO) -> None:
    """Whoever read our output is gone; the interpreter must not complain of it a second time."""
    for stream in streams:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _command(name: str):  # type: ignore[no-untyped-def]
    return import_module(f".commands.{name}", __package__)


def _parser(commands: Iterable[str], whole: Collection[str]) -> argparse.ArgumentParser:
    """The parser of some commands, with the arguments of those that are ``whole``."""
    parser = argparse.ArgumentParser(
        prog="protohome",
        description="Keeps protobuf contracts in the package that the package map gives them.",
        epilog="`protohome help COMMAND` says more about a command.",
        allow_abbrev=False,
        formatter_class=_UNSEEN,
    )
    parser.add_argument("-V", "--version", action="version", version=f"protohome {__version__}")
    parsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in commands:
        summary = COMMANDS[name]
        description = f"{summary[0].upper()}{summary[1:]}."
        command = parsers.add_parser(
            name,
            help=summary,
            description=description,
            allow_abbrev=False,
            formatter_class=_UNSEEN,
        )
        if name in whole:
            _command(name).add_arguments(command)
        raw = argparse.RawDescriptionHelpFormatter
        command.formatter_class = raw if command.epilog else argparse.HelpFormatter
    parser.formatter_class = argparse.HelpFormatter
    return parser
