"""The pages' runner itself: a case fails when a finding is missing, unwanted, or somewhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

import literate

PAGE = """\
# unlisted-package

```markdown PACKAGE_MAP.md
| Package | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- |
| `acme.billing.v1` | `owner:billing` | Invoices | |
```

## A case

{blocks}
"""

STRAY = """\
```proto acme/cash/v1/till.proto
package acme.cash.v1;{comment}
```
"""


def outcome(tmp_path: Path, blocks: str) -> str:
    """What the runner says of a page with one case, ``""`` when it passes."""
    page = tmp_path / "unlisted-package.md"
    page.write_text(PAGE.format(blocks=blocks), "utf-8")
    (case,) = literate.cases(page)
    (tmp_path / "tree").mkdir()
    try:
        literate.verify(case, tmp_path / "tree")
    except pytest.fail.Exception as failure:
        return str(failure)
    return ""


def stray(comment: str = "") -> str:
    return STRAY.format(comment=comment)


def test_what_is_wanted_and_found_passes(tmp_path: Path) -> None:
    assert outcome(tmp_path, stray("  // want error unlisted-package: not in the")) == ""


def test_a_want_block_says_it_as_well(tmp_path: Path) -> None:
    block = "```want\nacme/cash/v1/till.proto:1:9: error: not in the package map\n```\n"
    assert outcome(tmp_path, stray() + block) == ""


def test_nothing_wanted_and_nothing_found_passes(tmp_path: Path) -> None:
    clean = "```proto acme/billing/v1/a.proto\npackage acme.billing.v1;\n```\n"
    assert outcome(tmp_path, clean) == ""


def test_an_unwanted_finding_fails_and_is_shown_at_its_line(tmp_path: Path) -> None:
    told = outcome(tmp_path, stray()).splitlines()
    at = told.index("   1 | package acme.cash.v1;")
    assert told[at + 1].startswith("  unexpected: acme/cash/v1/till.proto:1:9: error: acme.cash")


@pytest.mark.parametrize(
    "comment",
    [
        "  // want unlisted-package: another message",
        "  // want warning unlisted-package: not in the package map",
        "\n// want unlisted-package: not in the package map",
        "  // want unlisted-package: not in  // want unlisted-package: not in",
    ],
    ids=["message", "severity", "line", "count"],
)
def test_a_want_that_nothing_meets_fails(tmp_path: Path, comment: str) -> None:
    assert "  missing:    acme/cash/v1/till.proto:" in outcome(tmp_path, stray(comment))


def test_a_column_is_compared_too(tmp_path: Path) -> None:
    block = "```want\nacme/cash/v1/till.proto:1:1: not in the package map\n```\n"
    assert "missing" in outcome(tmp_path, stray() + block)


def test_other_rules_count_when_all_are_wanted(tmp_path: Path) -> None:
    apart = "```proto acme/till/v1/a.proto\npackage acme.billing.v1;\n```\n"
    told = outcome(tmp_path, stray("  // want unlisted-package") + apart + "```want all\n```\n")
    assert "unexpected: acme/till/v1/a.proto:1:9: error: Package acme.billing.v1 belongs" in told


def test_an_edit_must_fit_the_file(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="0 times, not once"):
        outcome(tmp_path, "```diff PACKAGE_MAP.md\n-| no such row |\n```\n")
