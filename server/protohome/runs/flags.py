"""The flags that several commands have, and what they say."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .. import output
from ..config import Config
from ..escaping.terminal import say
from ..findings import SEVERITIES
from ..named import NamedTuple
from ..system.disk import LoadError

if TYPE_CHECKING:
    from ..rules import Rule


class Target(NamedTuple):
    """A format and the file it is written to, ``""`` for standard output."""

    format: str
    file: str


def add_workspace_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of every command that reads a workspace."""
    parser.add_argument(
        "--config", metavar="FILE", help="use this protohome.toml or pyproject.toml"
    )
    parser.add_argument(
        "--against",
        metavar="REF",
        default="",
        help="what was there before: a revision, or a folder or image of the tree"
        " (default: where this branch began, on the default branch HEAD)",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--baseline",
        metavar="FILE",
        default="",
        help="what is accepted (default: protohome.baseline.json)",
    )
    which.add_argument(
        "--no-baseline",
        dest="baseline",
        action="store_const",
        const=None,
        help="accept nothing",
    )
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")


def add_output_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write it there (default: standard output)"
    )


def write_output(arguments: argparse.Namespace, data: bytes) -> None:
    """Write what a command makes where ``--output`` says. Raises LoadError where it cannot be."""
    file: str | None = arguments.output
    if file is None:
        sys.stdout.buffer.write(data)
        return
    try:
        with open(file, "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise LoadError(f"{file}: cannot be written: {error.strerror}") from error
    say(f"wrote {file}")


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    names = f"{', '.join(output.FORMATS[:-1])} or {output.FORMATS[-1]}"
    parser.add_argument(
        "--format",
        dest="targets",
        action=_Format,
        metavar="FORMAT[=FILE]",
        help=f"{names}; several times with files (default: full on a terminal, else text)",
    )
    parser.add_argument(
        "--output-file",
        dest="targets",
        action=_File,
        metavar="FILE",
        help="write the format before it there",
    )
    parser.add_argument(
        "--fail-level",
        choices=SEVERITIES,
        default="error",
        metavar="LEVEL",
        help="exit 1 on findings of this severity or above: error, warning or information"
        " (default: error)",
    )
    parser.add_argument(
        "--exit-zero", action="store_true", help="exit 0 whatever is found, 2 as ever"
    )
    parser.add_argument(
        "--statistics", action="store_true", help="count the findings of each rule, list none"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="full and text: show information as well"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary and no progress")


def targets(arguments: argparse.Namespace) -> list[Target]:
    """The formats asked for. Raises LoadError when two of them would share an output."""
    default = "full" if sys.stdout.isatty() else "text"
    asked = [
        Target(name or ("text" if file else default), file or "")
        for name, file in arguments.targets or [(default, None)]
    ]
    if any(file == "" for _, file in arguments.targets or ()):
        raise LoadError("--output-file '': cannot be written: No such file or directory")
    for file, number in Counter(target.file for target in asked).items():
        if number > 1:
            first, second = (target.format for target in asked if target.file == file)
            where = file or "standard output"
            raise LoadError(f"{first} and {second} cannot both go to {where}: --format NAME=FILE")
    return asked


def add_rule_arguments(parser: argparse.ArgumentParser) -> None:
    for flag, what in (("--select", "run only these rules"), ("--ignore", "leave these rules out")):
        parser.add_argument(
            flag, action="append", metavar="RULES", help=f"{what}; with commas, or repeated"
        )


def rules_asked_for(arguments: argparse.Namespace) -> Callable[[Config], tuple[Rule, ...]]:
    """The rules to run under a configuration. Raises LoadError for one that there is not."""
    from ..check import chosen_rules

    select, ignore = _rule_ids(arguments.select), _rule_ids(arguments.ignore)
    # Who selects a rule by hand wants it, whatever the configuration ignores.
    return lambda config: chosen_rules(
        select or config.select, ignore if select else (*ignore, *config.ignore)
    )


def _rule_ids(given: list[str] | None) -> tuple[str, ...]:
    from ..rules import RULES

    ids = tuple(word for text in given or () for word in text.replace(",", " ").split())
    known = [rule.id for rule in RULES]
    for name in ids:
        if name not in known:
            hint = did_you_mean(name, known)
            raise LoadError(f"unknown rule {name!r}{hint}; `protohome explain` lists the rules")
    return ids


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean `x`?`` for the nearest of the known names, ``""`` when none is near."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=5)
    near.sort(key=lambda one: one[:3] != name[:3])
    return f"; did you mean `{near[0]}`?" if near else ""


class _Format(argparse.Action):
    """``--format NAME`` or ``--format NAME=FILE``, after or before its ``--output-file``."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        name, equals, file = str(values).partition("=")
        if name not in output.FORMATS:
            choices = ", ".join(map(repr, output.FORMATS))
            raise argparse.ArgumentError(self, f"invalid choice: {name!r} (choose from {choices})")
        asked = list(namespace.targets or ())
        if asked and asked[-1][0] is None and not equals:
            asked[-1] = (name, asked[-1][1])
        else:
            asked.append((name, file if equals else None))
        namespace.targets = asked


class _File(argparse.Action):
    """``--output-file FILE``: of the format before it, or of the one that follows."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        asked = list(namespace.targets or ())
        if asked and asked[-1][1] is None:
            asked[-1] = (asked[-1][0], str(values))
        else:
            asked.append((None, str(values)))
        namespace.targets = asked
