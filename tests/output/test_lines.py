"""text, msvs and github: a finding is one line, whatever its path and message are."""

from __future__ import annotations

import re

import pytest

from output.reports import CATALOGUE, finding, for_any_report, report_of
from protohome import output
from protohome.escaping.terminal import one_line
from protohome.findings import ERROR, INFORMATION, SEVERITIES, WARNING, Report
from protohome.output import Look, full, text
from protohome.output.paths import relocated

SGR = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize("name", ["text", "msvs", "github"])
@for_any_report
def test_every_active_finding_is_one_line(name: str, report: Report) -> None:
    rendered = output.render(name, report, CATALOGUE, Look(verbose=True))
    assert len(rendered.splitlines()) == rendered.count("\n") == len(output.active(report))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", rendered)


@for_any_report
def test_text_names_place_severity_and_rule(report: Report) -> None:
    lines = text.render(report, (), Look(verbose=True)).splitlines()
    for line, (found, place) in zip(lines, output.active(report), strict=True):
        where = f"{one_line(found.path)}:{place.start_line}:{place.start_column}: "
        assert line.startswith(f"{where}{found.severity}: ")
        assert line.endswith(f" [{found.rule}]")


def test_text_shows_information_only_when_verbose() -> None:
    report = report_of((finding(severity=WARNING), finding(severity=INFORMATION)))
    assert text.render(report, (), Look()).count("\n") == 1
    assert text.render(report, (), Look(verbose=True)).count("\n") == 2


def test_text_never_shows_what_is_baselined() -> None:
    assert text.render(report_of((finding(baselined=True),)), (), Look(verbose=True)) == ""


@for_any_report
def test_colours_are_all_that_colour_adds(report: Report) -> None:
    plain = text.render(report, (), Look(verbose=True))
    coloured = text.render(report, (), Look(verbose=True, color=True))
    assert SGR.sub("", coloured) == plain
    assert len(SGR.findall(coloured)) == 6 * plain.count("\n")


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (report_of((), files=1, contracts=0), "1 file, 0 contracts: no errors or warnings"),
        (report_of((finding(),)), "20 files, 160 contracts: 1 error"),
        (
            report_of((finding(severity=INFORMATION),)),
            "20 files, 160 contracts: no errors or warnings, 1 information",
        ),
        (
            report_of((finding(severity=WARNING),) * 2 + (finding(severity=INFORMATION),)),
            "20 files, 160 contracts: 2 warnings, 1 information",
        ),
        (
            report_of((finding(baselined=True),), (finding(suppression="why"),) * 3),
            "20 files, 160 contracts: no errors or warnings (3 suppressed, 1 baselined)",
        ),
    ],
)
def test_the_summary_line_counts(report: Report, line: str) -> None:
    assert text.summary_line(report) == line


def unescaped(value: str) -> str:
    """As the Actions runner reads a property or a message back."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")):
        value = value.replace(code, character)
    return value.replace("%25", "%")


def shown(value: str) -> str:
    """What GitHub may be told: line breaks as they are, other unsafe characters escaped."""
    return "".join(each if each in "\r\n" else one_line(each) for each in value)


@for_any_report
def test_github_reads_back_what_was_meant(report: Report) -> None:
    rendered = output.render("github", report, CATALOGUE)
    worst_first = sorted(
        output.active(report), key=lambda placed: SEVERITIES.index(placed.finding.severity)
    )
    for line, (found, place) in zip(rendered.splitlines(), worst_first, strict=True):
        command, _, message = line.removeprefix("::").partition("::")
        name, _, said = command.partition(" ")
        properties = dict(each.split("=", 1) for each in said.split(","))
        assert (
            name
            == {"error": "error", "warning": "warning", "information": "notice"}[found.severity]
        )
        assert unescaped(message) == shown(found.message)
        assert unescaped(properties["file"]) == shown(found.path)
        assert properties["title"] == found.rule
        assert (properties["line"], properties["endLine"]) == (
            str(place.start_line),
            str(place.end_line),
        )
        assert ("col" in properties) == (place.start_line == place.end_line)


def test_github_annotates_the_ten_worst_and_counts_the_rest() -> None:
    report = report_of((finding(severity=WARNING),) * 9 + (finding(severity=ERROR),) * 3)
    first, *_, last, rest = output.render("github", report, CATALOGUE).splitlines()
    assert first.startswith("::error ")
    assert last.startswith("::warning ")
    assert rest == "and 2 more, in the summary of the job"


def test_a_frame_quotes_the_line_that_a_finding_is_on() -> None:
    def framed(line: str, place: str) -> list[str]:
        report = report_of((finding(range=place),))
        look = Look(source=lambda path: line.encode())
        return full.render(report, (), look).splitlines()[2:-1]

    assert framed("a.B.C x;\n", "1:5-1:6") == ["  |", "1 | a.B.C x;", "  |     ^"]
    assert framed("\tB x;", "1:2-1:3") == ["  |", "1 |     B x;", "  |     ^"]
    assert framed("a\x1bb", "1:3-1:4") == ["  |", r"1 | a\x1bb", "  |      ^"]
    assert framed("one\ntwo", "1:3-2:2") == ["  |", "1 | one", "  |   ^"]
    assert framed("x" * 400, "1:2-1:300")[1].endswith("x…")
    assert framed("", "1:1-1:1") == framed("one", "9:1-9:2") == []


def test_paths_are_moved_in_citations_too() -> None:
    row = ["audit-row", "proto/MAP.md", 56, "the row"]
    said = "It belongs in a.v1 (proto/MAP.md:56 and proto/MAP.md:7, not xproto/MAP.md:8)."
    report = report_of((finding(message=said, evidence=[row]),), (finding(related=[row]),))
    moved = relocated(report, lambda path: f"sub/{path}")
    [placed], [silenced] = moved.findings, moved.suppressed
    assert placed.finding.path == "sub/proto/a.proto"
    assert placed.finding.message == said.replace(" proto", " sub/proto").replace("(p", "(sub/p")
    assert placed.finding.evidence[0].path == silenced.finding.related[0].path == "sub/proto/MAP.md"


def test_an_unknown_format_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match="'xml': use one of full, text, json, sarif"):
        output.render("xml", report_of(()), CATALOGUE)
