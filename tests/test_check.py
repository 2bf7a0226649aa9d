"""A whole run: which rules, which files, what comments silence, and that it says the same twice."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from literate import ROOT, findings, load
from protohome import check
from protohome.findings import INFORMATION
from protohome.workspace.snapshot import Snapshot

MAP = """\
| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | Billing | `owner:billing` | Invoices | |
| `acme.old.v1` | Legacy | `owner:docs` | Shims | Any new contracts |

| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |
| --- | --- | --- | --- | --- |
| `acme/billing/v1/bill.proto` | `acme.billing.v1` | `acme.billing.v1` | `owner:billing` | ACME-1 |
| `acme/old/v1/refund.proto` | `acme.old.v1` | `acme.billing.v1` | `owner:billing` | |
"""

INVOICE = """\
package acme.billing.v1;
message Invoice {}
"""

REFUND = """\
package acme.old.v1;
message Refund {}
"""

TILL = """\
package acme.cash.v1;
message Till {}
"""

ALL = [
    "PACKAGE_MAP.md:9:85: warning: acme/old/v1/refund.proto must move [missing-follow-on]",
    "acme/cash/v1/till.proto:1:9: error: has no row in the audit table [file-not-audited]",
    "acme/cash/v1/till.proto:1:9: error: is not in the package map [unlisted-package]",
    "acme/old/v1/refund.proto:2:9: information: Refund is a legacy shim [transitional-shim]",
]
"""What the tree below has wrong, in the order of a report; the messages in part."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with four findings."""
    write(tmp_path, "PACKAGE_MAP.md", MAP)
    write(tmp_path, "acme/billing/v1/bill.proto", INVOICE)
    write(tmp_path, "acme/old/v1/refund.proto", REFUND)
    write(tmp_path, "acme/cash/v1/till.proto", TILL)
    return tmp_path


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, "utf-8")


def brief(lines: list[str]) -> list[str]:
    """Findings without their messages."""
    return [f"{line.split(': ')[0]}: {line.split(': ')[1]} {line.split(' ')[-1]}" for line in lines]


def found(tree: Path) -> list[str]:
    return brief(findings(check.run(load(tree))))


def test_a_report_is_in_the_order_of_path_place_and_rule(tree: Path) -> None:
    report = check.run(load(tree))
    assert brief(findings(report)) == brief(ALL)
    for line, part in zip(findings(report), ALL, strict=True):
        assert part.split(": ", 2)[2].rsplit(" [", 1)[0] in line


def test_the_summary_counts_what_was_looked_at_and_what_was_found(tree: Path) -> None:
    summary = check.run(load(tree)).summary
    assert (summary.files, summary.contracts) == (3, 3)
    assert (summary.errors, summary.warnings, summary.information) == (2, 1, 1)
    assert (summary.baselined, summary.suppressed) == (0, 0)


class TestWhichRules:
    def test_select_runs_these_only(self, tree: Path) -> None:
        write(tree, "protohome.toml", 'select = ["unlisted-package", "transitional-shim"]')
        assert found(tree) == brief(ALL[2:])

    def test_ignore_runs_all_but_these(self, tree: Path) -> None:
        write(tree, "protohome.toml", 'ignore = ["unlisted-package", "transitional-shim"]')
        assert found(tree) == brief(ALL[:2])

    def test_ignore_wins_over_select(self, tree: Path) -> None:
        write(tree, "protohome.toml", 'select = ["map-invalid"]\nignore = ["map-invalid"]')
        assert found(tree) == []

    def test_the_caller_may_choose_instead(self, tree: Path) -> None:
        write(tree, "protohome.toml", 'select = ["map-invalid"]')
        report = check.run(load(tree), check.chosen_rules(select=["missing-follow-on"]))
        assert brief(findings(report)) == brief(ALL[:1])

    def test_severity_is_the_teams_to_say(self, tree: Path) -> None:
        write(
            tree,
            "protohome.toml",
            '[severity]\nmissing-follow-on = "error"\nunlisted-package = "information"',
        )
        report = check.run(load(tree))
        severities = {p.finding.rule: p.finding.severity for p in report.findings}
        assert severities["missing-follow-on"] == "error"
        assert severities["unlisted-package"] == "information"
        assert (report.summary.errors, report.summary.warnings) == (2, 0)


class TestWhichFiles:
    def test_only_findings_in_wanted_files_are_reported(self, tree: Path) -> None:
        report = check.run(load(tree), wanted=lambda path: path.startswith("acme/cash/"))
        assert brief(findings(report)) == brief(ALL[1:3])

    def test_the_map_is_a_file_like_any_other(self, tree: Path) -> None:
        report = check.run(load(tree), wanted=lambda path: path == "PACKAGE_MAP.md")
        assert brief(findings(report)) == brief(ALL[:1])

    def test_files_that_are_not_wanted_still_count_for_the_others(self, tree: Path) -> None:
        write(tree, "acme/billing/v1/bill.proto", "package acme.billing.v1;\n" + USES_REFUND)
        report = check.run(load(tree), wanted=lambda path: path.startswith("acme/old/"))
        (shim,) = findings(report, "transitional-shim")
        assert "1 reference left (1 outside acme.old.v1)" in shim


USES_REFUND = "message Invoice { acme.old.v1.Refund refund = 1; }\n"


class TestSuppressions:
    def suppressed(self, tree: Path, text: str) -> tuple[list[str], list[str | None]]:
        """What stands in the till's file, and the reasons of what is silenced there."""
        write(tree, "acme/cash/v1/till.proto", text)
        report = check.run(load(tree), wanted=lambda path: path.startswith("acme/cash/"))
        return (
            [placed.finding.rule for placed in report.findings],
            [placed.finding.suppression for placed in report.suppressed],
        )

    def test_on_the_line(self, tree: Path) -> None:
        text = "package acme.cash.v1; // protohome:ignore unlisted-package -- soon\n"
        assert self.suppressed(tree, text) == (["file-not-audited"], ["soon"])

    def test_above_the_line(self, tree: Path) -> None:
        text = "// protohome:ignore unlisted-package -- soon\n\npackage acme.cash.v1;\n"
        assert self.suppressed(tree, text) == (["file-not-audited"], ["soon"])

    def test_not_below_the_line(self, tree: Path) -> None:
        text = "package acme.cash.v1;\n// protohome:ignore unlisted-package -- soon\n"
        standing, silenced = self.suppressed(tree, text)
        assert standing == ["file-not-audited", "unlisted-package", "unused-suppression"]
        assert silenced == []

    def test_several_rules_and_several_comments(self, tree: Path) -> None:
        text = (
            "// protohome:ignore unlisted-package, file-not-audited -- soon\n"
            "// protohome:ignore file-not-audited -- later\n"
            "package acme.cash.v1;\n"
        )
        assert self.suppressed(tree, text) == ([], ["soon", "soon"])

    def test_the_whole_file(self, tree: Path) -> None:
        text = "package acme.cash.v1;\n// protohome:ignore-file unlisted-package -- soon\n"
        assert self.suppressed(tree, text) == (["file-not-audited"], ["soon"])

    def test_without_a_reason_it_silences_and_is_an_error_itself(self, tree: Path) -> None:
        text = "package acme.cash.v1; // protohome:ignore unlisted-package, file-not-audited\n"
        assert self.suppressed(tree, text) == (["suppression-without-reason"], ["", ""])

    def test_a_finding_in_the_map_is_nobodys_to_silence(self, tree: Path) -> None:
        write(
            tree, "PACKAGE_MAP.md", MAP + "\n<!-- protohome:ignore missing-follow-on -- why -->\n"
        )
        assert found(tree)[0] == brief(ALL[:1])[0]

    def test_silenced_findings_are_counted_but_neither_found_nor_fatal(self, tree: Path) -> None:
        write(
            tree,
            "acme/cash/v1/till.proto",
            "// protohome:ignore-file unlisted-package, file-not-audited -- soon\n" + TILL,
        )
        summary = check.run(load(tree)).summary
        assert (summary.errors, summary.suppressed) == (0, 2)


class TestDeterminism:
    def test_two_runs_say_the_same(self, tree: Path) -> None:
        assert check.run(load(tree)) == check.run(load(tree))

    @pytest.mark.parametrize("seed", range(5))
    def test_whatever_the_order_of_the_files(self, seed: int, messy: Snapshot) -> None:
        files = list(messy.files.items())
        Random(seed).shuffle(files)
        shuffled = Snapshot(messy.root, messy.config, messy.map, messy.module_roots, dict(files))
        shuffled = shuffled.with_reference(None, messy.revision)
        shuffled = shuffled.with_surroundings(messy.surroundings).with_documents(messy.documents)
        assert check.run(shuffled) == check.run(messy)

    @pytest.fixture
    def messy(self, tmp_path: Path) -> Snapshot:
        """The example tree without its audit rows: a finding in each file."""
        example = ROOT / "examples" / "openagents"
        for path in example.rglob("*.proto"):
            write(tmp_path, str(path.relative_to(example)), path.read_text("utf-8"))
        text = (example / "proto" / "PACKAGE_MAP.md").read_text("utf-8")
        kept = [line for line in text.splitlines() if not line.startswith("| `proto/openagents/p")]
        write(tmp_path, "proto/PACKAGE_MAP.md", "\n".join(kept) + "\n")
        snapshot = load(tmp_path)
        assert check.run(snapshot).summary.errors > 20
        return snapshot


class TestExample:
    """Of ``examples/openagents`` nobody complains, and every legacy contract is told about."""

    @pytest.fixture
    def snapshot(self) -> Snapshot:
        return load(ROOT / "examples" / "openagents")

    def test_it_is_clean(self, snapshot: Snapshot) -> None:
        report = check.run(snapshot)
        assert [p.finding for p in report.findings if p.finding.severity != INFORMATION] == []
        assert report.suppressed == ()

    def test_each_legacy_contract_is_a_shim(self, snapshot: Snapshot) -> None:
        shims = {
            placed.finding.symbol
            for placed in check.run(snapshot).findings
            if placed.finding.rule == "transitional-shim"
        }
        legacy = {
            file.fqn(contract)
            for file in snapshot.by_package["openagents.protocol.v1"]
            for contract in file.contracts
        }
        assert len(legacy) > 20
        assert shims == legacy
