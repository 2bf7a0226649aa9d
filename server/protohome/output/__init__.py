"""The formats a report is printed in, one module each, imported only when used.

Every ``render(report, catalogue)`` is a pure function to text that ends with a newline, or ``""``
where a format has nothing to say. The text never holds lone surrogates, so the caller can write
it as UTF-8 whatever a path or a message was made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from ..findings import Placed, Report

FORMATS = ("text", "json", "sarif", "github", "junit", "gitlab", "msvs", "markdown")


class RuleInfo(NamedTuple):
    """What a format says about a rule; ``severity`` is its default, ``url`` its page or ``""``."""

    id: str
    severity: str
    summary: str
    url: str


def render(
    name: str,
    report: Report,
    catalogue: Sequence[RuleInfo],
    *,
    verbose: bool = False,
    color: bool = False,
) -> str:
    """``report`` in the format ``name``, one of FORMATS; else ValueError.

    ``verbose`` and ``color`` are for ``text``: the other formats hold every severity, uncoloured.
    """
    if name not in FORMATS:
        raise ValueError(f"unknown format {name!r}: use one of {', '.join(FORMATS)}")
    if name == "text":
        from . import text

        return text.render(report, verbose=verbose, color=color)
    rendered: str = import_module(f".{name}", __name__).render(report, catalogue)
    return rendered


def active(report: Report) -> list[Placed]:
    """The findings that count: neither suppressed nor baselined."""
    return [placed for placed in report.findings if not placed.finding.baselined]
