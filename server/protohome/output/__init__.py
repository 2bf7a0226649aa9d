"""The formats a report is printed in, one module each, imported only when used.

Every ``render(report, catalogue, look)`` is a pure function to text that ends with a newline, or
``""`` where a format has nothing to say. The text never holds lone surrogates, so the caller can
write it as UTF-8 whatever a path or a message was made of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from ..findings import ERROR, Placed, Range, Report
from ..named import NamedTuple

FORMATS = ("full", "text", "json", "sarif", "github", "junit", "gitlab", "msvs", "markdown")

# A person opens these from where they stand; the others are read by tools, from the repository.
FOR_PERSONS = ("full", "text", "msvs")


class RuleInfo(NamedTuple):
    """What a format says about a rule; ``severity`` is its default, ``url`` its page or ``""``.

    ``page`` is the text of that page, Markdown, for formats that carry it along.
    """

    id: str
    severity: str
    summary: str
    url: str
    page: str = ""


class Replacement(NamedTuple):
    """What comes in the place of a range, ranges as those of findings."""

    range: Range
    text: str


class Change(NamedTuple):
    """A fix that changes only files that are there: its title, and what it replaces by path."""

    title: str
    edits: dict[str, tuple[Replacement, ...]]


class Look(NamedTuple):
    """How a report is to be shown; every format takes from it what concerns it.

    ``verbose`` and ``color`` are for ``text`` and ``full``. ``source(path)`` gives the bytes of a
    file, for those that quote them. ``fixable(placed)`` is whether ``protohome fix`` would mend a
    finding, ``changes(placed)`` how, at paths that ``where`` makes those of the report.
    ``failing`` are the severities for which the run fails.
    """

    verbose: bool = False
    color: bool = False
    source: Callable[[str], bytes] = lambda path: b""
    fixable: Callable[[Placed], bool] = lambda placed: False
    changes: Callable[[Placed], Sequence[Change]] = lambda placed: ()
    where: Callable[[str], str] = lambda path: path
    failing: tuple[str, ...] = (ERROR,)


PLAIN = Look()


def render(name: str, report: Report, catalogue: Sequence[RuleInfo], look: Look = PLAIN) -> str:
    """``report`` in the format ``name``, one of FORMATS; else ValueError."""
    if name not in FORMATS:
        raise ValueError(f"unknown format {name!r}: use one of {', '.join(FORMATS)}")
    rendered: str = import_module(f".{name}", __name__).render(report, catalogue, look)
    return rendered


def active(report: Report) -> list[Placed]:
    """The findings that count: neither suppressed nor baselined."""
    return [placed for placed in report.findings if not placed.finding.baselined]
