"""Reports for the tests of this folder: read from a page, or drawn by hypothesis."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import example, given, settings
from hypothesis import strategies as st

from protohome.findings import (
    DECLARED,
    ERROR,
    INFERRED,
    INFORMATION,
    SEVERITIES,
    WARNING,
    Evidence,
    Finding,
    FixRequest,
    Placed,
    Range,
    Report,
    Summary,
)
from protohome.output import Look, RuleInfo
from protohome.positions import Span

FOLDER = Path(__file__).parent

CATALOGUE = (
    RuleInfo(
        "wrong-package", ERROR, "The home is another package.", "https://e.test/r/wrong-package"
    ),
    RuleInfo(
        "transitional-shim", INFORMATION, "A known {legacy} contract.", "https://e.test/r/shim"
    ),
    RuleInfo("shim-drift", WARNING, "A shim and its successor differ.", ""),
)


class Page(NamedTuple):
    """A Markdown page: a report, by format the text it must give, and the files it quotes."""

    report: Report
    catalogue: tuple[RuleInfo, ...]
    expected: dict[str, str]
    look: Look


def pages() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*.md"))


def read_page(path: Path) -> Page:
    sections = re.findall(
        r"^## (.+)\n(?:(?!```)(?!## ).*\n)*(`{3,})\w*\n((?:.*\n)*?)\2\n",
        path.read_text("utf-8"),
        re.M,
    )
    blocks = {heading: block for heading, _, block in sections}
    said = json.loads(blocks.pop("report"))
    findings = tuple(_placed(each) for each in said["findings"])
    suppressed = tuple(_placed(each) for each in said.get("suppressed", ()))
    catalogue = tuple(RuleInfo(*each) for each in said["rules"])
    report = report_of(findings, suppressed, said["files"], said["contracts"])
    sources = {path: "\n" * above + text for path, (above, text) in said.get("sources", {}).items()}
    look = Look(
        source=lambda path: sources.get(path, "").encode(),
        fixable=lambda placed: placed.finding.rule in said.get("fixable", ()),
    )
    return Page(report, catalogue, blocks, look)


def report_of(
    findings: tuple[Placed, ...],
    suppressed: tuple[Placed, ...] = (),
    files: int = 20,
    contracts: int = 160,
) -> Report:
    """A report whose summary is counted from its findings."""
    count = Counter(each.finding.severity for each in findings if not each.finding.baselined)
    baselined = sum(each.finding.baselined for each in findings)
    summary = Summary(
        files,
        contracts,
        count[ERROR],
        count[WARNING],
        count[INFORMATION],
        baselined,
        len(suppressed),
    )
    return Report(findings, suppressed, summary)


def finding(rule: str = "wrong-package", severity: str = ERROR, **other: Any) -> Placed:
    """A finding at line 8, columns 9 to 24, unless told otherwise."""
    return _placed({"rule": rule, "severity": severity, "range": "8:9-8:24"} | other)


def moved(report: Report, lines: int) -> Report:
    """The same findings, ``lines`` further down."""

    def down(placed: Placed) -> Placed:
        first, column, last, end = placed.range
        return placed._replace(range=Range(first + lines, column, last + lines, end))

    return report._replace(
        findings=tuple(map(down, report.findings)), suppressed=tuple(map(down, report.suppressed))
    )


def _placed(said: dict[str, Any]) -> Placed:
    said = {"path": "proto/a.proto", "message": "It is not at home.", "span": Span(0, 0), **said}
    place = Range(*map(int, re.split("[:-]", said.pop("range"))))
    for name in ("evidence", "related"):
        said[name] = tuple(Evidence(*each) for each in said.get(name, ()))
    said["fixes"] = tuple(FixRequest(each) for each in said.get("fixes", ()))
    return Placed(Finding(**said), place)


_NASTY = (
    "\n", "\r\n", "\r", "\t", "|", "\\|", "::", "::error::", "%", "%0A", ",", "`", "``", "```",
    "]]>", "<!--", "<b>", "&amp;", '"', "'", "{0}", "}", "[a](1)", "![x](y)", "*_~$#@",
    "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e", "\udcff", "\ufffe",
    "é", "package map", "漢字", "😀", "👩\u200d💻", "(1,2)", "[rule]", " ",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(_NASTY), max_size=5).map("".join) | st.text(max_size=9)
# A path is what os.fsdecode gives: any bytes but NUL, those that are not UTF-8 as surrogates.
_PATHS = TEXTS.map(lambda text: f"proto/{text}.proto".replace("\x00", ""))


@st.composite
def _findings(draw: st.DrawFn, suppressed: bool = False) -> Placed:
    line, column = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    evidence = st.builds(
        Evidence,
        st.sampled_from(["audit-row", "term"]),
        _PATHS | st.just(""),
        st.integers(0, 9),
        TEXTS,
    )
    place = Range(line, column, line + draw(st.integers(0, 1)), column + draw(st.integers(0, 9)))
    found = Finding(
        rule=draw(st.sampled_from([rule.id for rule in CATALOGUE])),
        severity=draw(st.sampled_from(SEVERITIES)),
        path=draw(_PATHS),
        span=Span(0, 0),
        message=draw(TEXTS),
        symbol=draw(st.sampled_from(["", "a.v1.B", "a.v1.C"])),
        verdict=draw(st.sampled_from(["", DECLARED, INFERRED])),
        evidence=tuple(draw(st.lists(evidence, max_size=2))),
        baselined=not suppressed and draw(st.booleans()),
        suppression=draw(TEXTS) if suppressed else None,
        in_source=suppressed and draw(st.booleans()),
    )
    return Placed(found, place)


_REPORTS = st.builds(
    report_of,
    st.lists(_findings(), max_size=3).map(tuple),
    st.lists(_findings(suppressed=True), max_size=2).map(tuple),
)


def for_any_report(test: Callable[..., None]) -> Callable[..., None]:
    """Run ``test`` with reports as its argument ``report``, one of them as nasty as can be."""
    worst = "".join(_NASTY * 2)
    path = f"proto/{worst}.proto".replace("\x00", "")
    nastiest = report_of((finding(message=worst, path=path),))
    given_reports = given(report=_REPORTS)(example(report=nastiest)(test))
    return settings(max_examples=40, deadline=None)(given_reports)
