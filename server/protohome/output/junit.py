"""``junit``: JUnit XML, as CI services read test results.

One suite, a test case for each finding. What fails the run is a failure whose ``type`` is its
severity, and all else a passed case with output, so that the report agrees with the exit code;
suppressed and baselined findings are skipped cases. A run without findings is one passed case, for
services that reject an empty report.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from ..escaping.xml import characters
from ..findings import Placed, Report
from . import Look, RuleInfo
from .text import summary_line


def render(report: Report, catalogue: Sequence[RuleInfo], look: Look) -> str:
    """A ``testsuites`` document with one ``testsuite`` named protohome."""
    suites = ElementTree.Element("testsuites", name="protohome")
    suite = ElementTree.SubElement(suites, "testsuite", name="protohome")
    seen: dict[tuple[str, str], int] = {}
    for placed in (*report.findings, *report.suppressed):
        _case(suite, placed, seen, look.failing)
    if not len(suite):
        ElementTree.SubElement(suite, "testcase", classname="protohome", name="check")
    counts = {
        "tests": str(len(suite)),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": "0",
        "skipped": str(len(suite.findall("testcase/skipped"))),
    }
    suites.attrib.update(counts)
    suite.attrib.update(counts)
    ElementTree.SubElement(suite, "system-out").text = summary_line(report)
    ElementTree.indent(suites)
    body = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _case(
    suite: ElementTree.Element,
    placed: Placed,
    seen: dict[tuple[str, str], int],
    failing: tuple[str, ...],
) -> None:
    finding, place = placed
    path, message = characters(finding.path), characters(finding.message)
    name = characters(f"{finding.rule} {finding.symbol}".rstrip())
    seen[path, name] = seen.get((path, name), 0) + 1
    if seen[path, name] > 1:
        name = f"{name} ({seen[path, name]})"
    line = str(place.start_line)
    case = ElementTree.SubElement(
        suite, "testcase", classname=path, name=name, file=path, line=line
    )
    told = f"{path}:{line}:{place.start_column}: {finding.severity}: {message} [{finding.rule}]"
    if finding.suppression is not None:
        reason = f"suppressed: {characters(finding.suppression) or 'no reason given'}"
        ElementTree.SubElement(case, "skipped", message=reason).text = told
    elif finding.baselined:
        ElementTree.SubElement(case, "skipped", message="baselined").text = told
    elif finding.severity not in failing:
        ElementTree.SubElement(case, "system-out").text = told
    else:
        failure = ElementTree.SubElement(case, "failure", type=finding.severity, message=message)
        failure.text = told
