"""junit and markdown: read back by a parser, they say what was meant."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from output.reports import CATALOGUE, finding, for_any_report, report_of
from protohome import output
from protohome.escaping.terminal import one_line
from protohome.findings import ERROR, INFORMATION, SEVERITIES, WARNING, Report
from protohome.output import Look


def junit(report: Report) -> ElementTree.Element:
    document = output.render("junit", report, CATALOGUE)
    return ElementTree.fromstring(document.encode())


def rows(report: Report) -> list[list[Token]]:
    """The inline tokens of each body row of the tables in the markdown."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found: list[list[Token]] = []
    inside = False
    for token in parser.parse(output.render("markdown", report, CATALOGUE)):
        inside = (inside and token.type != "tbody_close") or token.type == "tbody_open"
        if inside and token.type == "tr_open":
            found.append([])
        elif inside and token.type == "inline":
            found[-1].append(token)
    return found


def told(cell: Token) -> str:
    """The text of a cell, white space as HTML shows it; nothing but text, <code> and links."""
    parts = []
    for token in cell.children or ():
        known = token.content in {"<code>", "</code>"} or token.type in {"link_open", "link_close"}
        assert known or token.type == "text", token
        if token.type == "text":
            parts.append(token.content)
    return " ".join("".join(parts).split())


@for_any_report
def test_junit_has_a_case_for_each_finding(report: Report) -> None:
    suites = junit(report)
    [suite] = suites.findall("testsuite")
    cases = suite.findall("testcase")
    everything = [each.finding for each in (*report.findings, *report.suppressed)]
    if not everything:
        assert [case.get("name") for case in cases] == ["check"]
        return
    for case, found in zip(cases, everything, strict=True):
        assert case.get("classname") == one_line(found.path)
        [outcome] = case
        silenced = found.baselined or found.suppression is not None
        quiet = "skipped" if silenced else "system-out"
        failed = not silenced and found.severity == ERROR
        assert outcome.tag == ("failure" if failed else quiet)
        assert outcome.text is not None
        assert one_line(found.message) in outcome.text
        if failed:
            assert outcome.get("message") == one_line(found.message)
            assert outcome.get("type") == found.severity


@for_any_report
def test_junit_counts_what_it_holds_and_names_each_case_once(report: Report) -> None:
    suites = junit(report)
    cases = suites.findall("testsuite/testcase")
    for element in (suites, *suites.findall("testsuite")):
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == str(len(suites.findall(".//failure")))
        assert element.get("skipped") == str(len(suites.findall(".//skipped")))
    names = {(case.get("classname"), case.get("name")) for case in cases}
    assert len(names) == len(cases)


@for_any_report
def test_markdown_has_a_row_of_four_cells_for_each_active_finding(report: Report) -> None:
    shown = sorted(
        output.active(report), key=lambda placed: SEVERITIES.index(placed.finding.severity)
    )
    pages = {rule.id: rule.url for rule in CATALOGUE}
    for cells, (found, place) in zip(rows(report), shown, strict=True):
        severity, where, message, rule = cells
        assert told(severity) == found.severity
        path = " ".join(one_line(found.path).split())
        assert told(where) == f"{path}:{place.start_line}:{place.start_column}"
        assert told(message) == " ".join(one_line(found.message).split())
        assert told(rule) == found.rule
        links = [each.attrs["href"] for each in rule.children or () if each.type == "link_open"]
        assert links == [url for url in [pages[found.rule]] if url]


def test_markdown_folds_information() -> None:
    document = output.render("markdown", report_of((finding(severity=INFORMATION),)), CATALOGUE)
    assert "<details><summary>1 information</summary>" in document


def test_markdown_keeps_a_strange_link_a_link() -> None:
    rule = output.RuleInfo("wrong-package", "error", "", "https://e.test/a b|c(d)?x=1&copy=2>")
    document = output.render("markdown", report_of((finding(),)), [rule])
    assert "(https://e.test/a%20b%7Cc%28d%29?x=1&amp;copy=2%3E)" in document


@pytest.mark.parametrize(("failing", "failures"), [((), 0), ((ERROR,), 1), ((ERROR, WARNING), 2)])
def test_junit_fails_what_fails_the_run(failing: tuple[str, ...], failures: int) -> None:
    report = report_of(tuple(finding(severity=severity) for severity in SEVERITIES))
    document = output.render("junit", report, CATALOGUE, Look(failing=failing))
    assert ElementTree.fromstring(document.encode()).get("failures") == str(failures)


@pytest.mark.parametrize("severity", [WARNING, INFORMATION])
def test_markdown_fits_a_comment_and_counts_what_does_not(severity: str) -> None:
    every = tuple(finding(severity=severity, message="漢字" * 40) for _ in range(2000))
    said = output.render("markdown", report_of(every), CATALOGUE)
    assert len(said.encode()) < 65_536
    left = re.search(r"… and (\d+) more that would not fit here", said)
    assert left is not None
    assert said.count("漢字" * 40) == 2000 - int(left[1])
    assert said.count("<details>") == said.count("</details>") == 1
