"""json, gitlab and sarif: whole documents, valid whatever paths and messages are."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from jsonschema import Draft7Validator

from output.reports import (
    CATALOGUE,
    FOLDER,
    finding,
    for_any_report,
    moved,
    pages,
    read_page,
    report_of,
)
from protohome import output
from protohome.findings import Range, Report
from protohome.output import Change, Look, Replacement, RuleInfo
from protohome.output.fingerprints import in_order

DATA_FORMATS = ("json", "gitlab", "sarif")


@cache
def sarif_schema() -> Draft7Validator:
    schema = json.loads((FOLDER / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


def load(name: str, report: Report) -> Any:
    return json.loads(output.render(name, report, CATALOGUE))


def sarif_results(report: Report) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = load("sarif", report)["runs"][0]["results"]
    return results


def fingerprints(name: str, report: Report) -> list[str]:
    if name == "gitlab":
        return [issue["fingerprint"] for issue in load("gitlab", report)]
    return [result["partialFingerprints"]["contract/v1"] for result in sarif_results(report)]


def readable(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


@pytest.mark.parametrize("name", DATA_FORMATS)
@for_any_report
def test_nothing_in_it_can_break_a_line_or_an_encoding(name: str, report: Report) -> None:
    rendered = output.render(name, report, CATALOGUE)
    assert rendered.encode().decode() == rendered
    assert len(rendered.splitlines()) == rendered.count("\n")
    assert "\x1b" not in rendered


@for_any_report
def test_json_holds_every_finding_and_counts_the_suppressed(report: Report) -> None:
    document = load("json", report)
    assert document["version"] == 1
    assert document["summary"] == report.summary._asdict()
    for said, (found, place) in zip(document["findings"], report.findings, strict=True):
        assert said["path"] == readable(found.path)
        assert said["message"] == readable(found.message)
        assert said["baselined"] == found.baselined
        texts = [readable(each.text) for each in found.evidence]
        assert [each["text"] for each in said["evidence"]] == texts
        assert [*said["range"]["start"].values(), *said["range"]["end"].values()] == [*place]


@for_any_report
def test_gitlab_holds_every_active_finding(report: Report) -> None:
    issues = load("gitlab", report)
    for said, (found, place) in zip(issues, output.active(report), strict=True):
        assert said["description"] == readable(found.message)
        assert said["check_name"] == found.rule
        assert said["severity"] in {"info", "minor", "major"}
        assert said["location"]["path"] == readable(found.path)
        assert said["location"]["lines"]["begin"] == place.start_line


@for_any_report
def test_sarif_follows_the_schema(report: Report) -> None:
    sarif_schema().validate(load("sarif", report))


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.stem)
def test_the_pages_follow_the_schema(path: Any) -> None:
    page = read_page(path)
    sarif_schema().validate(json.loads(output.render("sarif", page.report, page.catalogue)))


def test_the_schema_is_not_blind() -> None:
    log = load("sarif", report_of((finding(),)))
    log["runs"][0]["results"][0]["level"] = "information"
    assert not sarif_schema().is_valid(log)


@for_any_report
def test_sarif_uris_are_the_paths_percent_encoded(report: Report) -> None:
    everything = in_order(report.findings, report.suppressed)
    for result, (found, _) in zip(sarif_results(report), everything, strict=True):
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"([\w.~/-]|%[0-9A-F]{2})+", uri, re.ASCII)
        assert unquote_to_bytes(uri) == found.path.encode("utf-8", "surrogateescape")


@for_any_report
def test_sarif_says_what_suppresses_each_result(report: Report) -> None:
    everything = in_order(report.findings, report.suppressed)
    for result, (found, _) in zip(sarif_results(report), everything, strict=True):
        if found.suppression is not None:
            [suppression] = result["suppressions"]
            assert suppression["kind"] == ("inSource" if found.in_source else "external")
            assert suppression.get("justification", "") == readable(found.suppression)
        else:
            assert bool(result["suppressions"]) == found.baselined


@for_any_report
def test_sarif_rules_are_found_by_index(report: Report) -> None:
    [run] = load("sarif", report)["runs"]
    rules = run["tool"]["driver"]["rules"]
    everything = in_order(report.findings, report.suppressed)
    for result, (found, _) in zip(run["results"], everything, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == found.rule


def test_sarif_relates_evidence_and_other_places_once_each() -> None:
    row = ["audit-row", "proto/MAP.md", 56, "a.proto | a.v1"]
    whole, nowhere = ["file", "proto/MAP.md", 0, "the map"], ["term", "", 0, "policy"]
    said = finding(evidence=[row, whole, row], related=[nowhere, row])
    [result] = sarif_results(report_of((said,)))
    artifact = {"uri": "proto/MAP.md", "uriBaseId": "%SRCROOT%"}
    assert result["relatedLocations"] == [
        {
            "physicalLocation": {"artifactLocation": artifact, "region": {"startLine": 56}},
            "message": {"text": "audit-row: a.proto | a.v1"},
        },
        {
            "physicalLocation": {"artifactLocation": artifact},
            "message": {"text": "file: the map"},
        },
        {"message": {"text": "term: policy"}},
    ]


def test_sarif_doubles_braces_for_they_would_be_placeholders() -> None:
    [result] = sarif_results(report_of((finding(message="message {0} {"),)))
    assert result["message"]["text"] == "message {{0}} {{"


def test_sarif_takes_a_rule_that_the_catalogue_lacks() -> None:
    [result] = sarif_results(report_of((finding(rule="new-rule"),)))
    assert result["ruleId"] == "new-rule"
    assert "ruleIndex" not in result


@pytest.mark.parametrize("name", ["gitlab", "sarif"])
@for_any_report
def test_fingerprints_are_unique_and_survive_moved_lines(name: str, report: Report) -> None:
    before = fingerprints(name, report)
    assert len(set(before)) == len(before)
    assert fingerprints(name, moved(report, 7)) == before


@pytest.mark.parametrize("name", ["gitlab", "sarif"])
def test_a_symbol_keeps_its_fingerprint_wherever_it_goes(name: str) -> None:
    here = finding(symbol="a.v1.B", path="proto/a/v1/b.proto", range="3:1-3:2")
    there = finding(symbol="a.v1.B", path="proto/a/v1/other.proto", message="Said otherwise.")
    before = finding(symbol="a.v1.A", path="proto/a/v1/a.proto")
    assert fingerprints(name, report_of((here,))) == fingerprints(name, report_of((there,)))
    assert (
        fingerprints(name, report_of((here,))) == fingerprints(name, report_of((before, here)))[1:]
    )


@pytest.mark.parametrize("name", ["gitlab", "sarif"])
def test_without_a_symbol_the_path_tells_findings_apart(name: str) -> None:
    one, other = finding(path="proto/a.proto"), finding(path="proto/b.proto")
    assert fingerprints(name, report_of((one,))) != fingerprints(name, report_of((other,)))


def test_a_path_that_is_not_utf_8_keeps_its_bytes_in_a_uri() -> None:
    [result] = sarif_results(report_of((finding(path=os.fsdecode(b"proto/\xff.proto")),)))
    [location] = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "proto/%FF.proto"


def test_sarif_tells_what_a_fix_changes() -> None:
    change = Change("Say so", {"proto/MAP.md": (Replacement(Range(2, 1, 2, 5), "{b}"),)})
    look = Look(
        changes=lambda placed: (change,),
        where=lambda path: f"sub/{path}",
    )
    log = json.loads(output.render("sarif", report_of((finding(),)), CATALOGUE, look))
    sarif_schema().validate(log)
    [fix] = log["runs"][0]["results"][0]["fixes"]
    [changed] = fix["artifactChanges"]
    assert changed["artifactLocation"]["uri"] == "sub/proto/MAP.md"
    [replacement] = changed["replacements"]
    region = {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 5}
    assert replacement["deletedRegion"] == region
    assert replacement["insertedContent"] == {"text": "{b}"}


def test_sarif_carries_the_pages_of_the_rules() -> None:
    page = "Short.\n\n## What it does\n\nReports\nit.\n\nMore.\n\n## How to fix\n\nMove it.\n"
    rule = RuleInfo("wrong-package", "error", "Short.", "", page)
    log = json.loads(output.render("sarif", report_of(()), (rule,)))
    sarif_schema().validate(log)
    [said] = log["runs"][0]["tool"]["driver"]["rules"]
    assert said["fullDescription"] == {"text": "Reports it."}
    assert said["help"] == {"text": "Move it.", "markdown": page}


@cache
def described() -> dict[str, Any]:
    text = resources.files("protohome").joinpath("report.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    Draft7Validator.check_schema(schema)
    return schema


def report_schema() -> Draft7Validator:
    return Draft7Validator(described())


@for_any_report
def test_json_follows_its_schema(report: Report) -> None:
    report_schema().validate(load("json", report))


def test_the_schema_of_json_describes_every_key_and_requires_what_is_there() -> None:
    document = load("json", report_of((finding(evidence=[["term", "a", 1, "b"]]),)))
    schema = described()
    parts = [(schema, document), (schema["properties"]["summary"], document["summary"])]
    found = document["findings"][0]
    parts.append((schema["definitions"]["finding"], found))
    parts.append((schema["definitions"]["evidence"], found["evidence"][0]))
    for part, said in parts:
        assert set(part["required"]) <= set(said) <= set(part["properties"])
    wrongs: list[dict[str, Any]] = [
        {"severity": "fatal"},
        {"new": "yes"},
        {"range": {}},
        {"rule": "No Rule"},
    ]
    for wrong in wrongs:
        assert not report_schema().is_valid({**document, "findings": [{**found, **wrong}]})
    for right in ({"new": True}, {"new": None}):
        assert report_schema().is_valid({**document, "findings": [{**found, **right}]})
    for reference in (None, {"name": "HEAD", "commit": "5f3c"}):
        assert report_schema().is_valid({**document, "reference": reference})


@pytest.mark.parametrize("rule", ["FIELD_SAME_TYPE", ""])
def test_the_rule_of_buf_is_told_where_there_is_one(rule: str) -> None:
    placed = finding()
    report = report_of((placed._replace(finding=placed.finding._replace(buf=rule)),))
    [result] = sarif_results(report)
    assert result.get("properties", {}).get("buf", "") == rule
    assert load("json", report)["findings"][0].get("buf", "") == rule
