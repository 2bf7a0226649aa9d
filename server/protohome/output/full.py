"""``full``: a frame a finding, for a person at a terminal: rule, place, why, what helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..escaping.terminal import one_line
from ..findings import INFORMATION, Evidence, Placed, Report
from ..positions import LineIndex
from . import Look, RuleInfo
from .text import BOLD, COLORS, DIM, shown, styled

_MOST = 160  # columns of a quoted line; a longer one is cut, generated files have them
_TAB = "    "


def render(report: Report, catalogue: Sequence[RuleInfo], look: Look) -> str:
    """As rustc and ruff frame it; ``[*]`` marks what ``protohome fix`` mends."""
    quoting = _Quotes(look.source)
    return "".join(
        "\n".join(_frame(placed, look, quoting)) + "\n\n" for placed in shown(report, look)
    )


def _frame(placed: Placed, look: Look, quoting: _Quotes) -> Iterator[str]:
    finding, place = placed

    def style(text: str, code: str) -> str:
        return styled(text, code) if look.color else text

    mark = f" {style('[*]', COLORS[INFORMATION])}" if look.fixable(placed) else ""
    severity = style(finding.severity, COLORS[finding.severity])
    rule = style(finding.rule, BOLD)
    yield f"{severity} {rule}{mark}: {one_line(finding.message)}"
    gutter = " " * len(str(place.start_line))
    arrow, bar, equals = (style(mark, DIM) for mark in ("-->", "|", "="))
    path = one_line(finding.path)
    yield f"{gutter}{arrow} {path}:{place.start_line}:{place.start_column}"
    quoted = quoting.of(placed)
    if quoted:
        line, under = quoted
        yield f"{gutter} {bar}"
        yield f"{style(str(place.start_line), DIM)} {bar} {line}"
        yield f"{gutter} {bar} {style(under, COLORS[finding.severity])}"
    seen = finding.message
    for evidence in (*finding.evidence, *finding.related):
        if evidence.text and evidence.text not in seen:
            yield f"{gutter} {equals} {_told(evidence)}"
            seen += evidence.text
    if finding.home:
        owner = f" ({one_line(finding.owner)})" if finding.owner else ""
        yield f"{gutter} {equals} home: {one_line(finding.home)}{owner}"
    if finding.fixes:
        names = ", ".join(dict.fromkeys(request.fix for request in finding.fixes))
        yield f"{gutter} {equals} fixes: {names}"


def _told(evidence: Evidence) -> str:
    place = f"{evidence.path}:{evidence.line}" if evidence.line else evidence.path
    return one_line(f"{evidence.label}: {place}: {evidence.text}")


class _Quotes:
    """Quotes the lines that findings are on."""

    def __init__(self, source: Callable[[str], bytes]) -> None:
        self._source = source
        self._read: dict[str, tuple[bytes, LineIndex]] = {}

    def of(self, placed: Placed) -> tuple[str, str] | None:
        """The finding's first line and what underlines it; None where there is nothing to quote."""
        path, place = placed.finding.path, placed.range
        if path not in self._read:
            source = self._source(path)
            self._read[path] = source, LineIndex(source)
        source, index = self._read[path]
        if not source or place.start_line > len(index):
            return None
        span = index.line_span(place.start_line - 1)
        line = source[span.start : span.end].decode("utf-8", "replace")
        start = place.start_column - 1
        end = place.end_column - 1 if place.end_line == place.start_line else len(line)
        text, before, marked = _shown(line), _shown(line[:start]), _shown(line[start:end])
        if not text.strip() or len(before) >= _MOST:
            return None
        if len(text) > _MOST:
            text = text[: _MOST - 1] + "…"
        return text, " " * len(before) + "^" * max(1, min(len(marked), _MOST - len(before)))


def _shown(text: str) -> str:
    return one_line(text.replace("\t", _TAB))
