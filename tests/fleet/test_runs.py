"""``protohome fleet``: what it tells, that it reads once, and that it goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fleet import fleets

NDJSON = ("--format", "ndjson")


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fleets.make(tmp_path_factory.mktemp("fleet") / "mirrors")


@pytest.fixture(scope="module")
def clean(repositories: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run that nobody disturbs gives, and what it kept."""
    out = tmp_path_factory.mktemp("clean") / "out"
    argv = (*NDJSON, "--since", "2026-01-01T12:00:00Z", "--task-size", "4")
    done = fleets.run(repositories, "-o", out, *argv)
    assert done.code == 0, done.said
    (out.parent / "said.json").write_text(json.dumps(done.said))
    return out


@pytest.fixture
def told(clean: Path) -> dict[str, list[dict[str, Any]]]:
    return fleets.tables(clean)


def test_every_repository_has_a_row_and_the_unwell_a_reason(
    told: dict[str, list[dict[str, Any]]],
) -> None:
    rows = {row["repository"]: (row["status"], row["reason"]) for row in told["repositories"]}
    assert [*rows] == sorted(rows)
    assert {name for name, (status, _) in rows.items() if status == "checked"} == {
        "good/mirror",
        *(f"good/team{number}" for number in range(6)),
    }
    assert rows["unwell/without-map"] == ("no map", "no package map")
    status, why = rows["unwell/lost"]
    assert status == "failed"
    assert why.startswith("git cannot read the blob ")
    assert rows["unwell/headless"][1].startswith("git has no commit: ")
    assert rows["unwell/empty"][1].startswith("git has no commit: ")
    assert rows["unwell/odd"][1] == "protohome.toml:1:1: there is no map at `NOWHERE.md`"


def test_a_blob_is_read_once_however_many_have_it(clean: Path, repositories: Path) -> None:
    ran = fleets.Ran(0, json.loads((clean.parent / "said.json").read_text()))
    blobs = {row["blob"] for row in fleets.tables(clean)["files"]}
    assert ran.counted("different") < ran.counted("files,") // 2
    # The blob that git lost is the one that is nowhere; earlier versions are read for what is new.
    earlier = 6
    assert ran.counted("read now") == ran.counted("different") - 1 + earlier
    assert ran.counted("repositories judged now") == 9  # mirrors of one commit are judged once
    assert len(blobs) <= ran.counted("different")


def test_what_is_new_since_a_date_is_told(told: dict[str, list[dict[str, Any]]]) -> None:
    new = {row["contract"] for row in told["contracts"] if row["new"]}
    assert new == {f"team{number}.old.v1.LateParcel" for number in range(6)}
    rules = {row["rule"] for row in told["findings"] if row["new"] and row["severity"] == "error"}
    assert "frozen-package-addition" in rules


def test_shims_files_and_owners_are_told(told: dict[str, list[dict[str, Any]]]) -> None:
    [shim] = [
        row
        for row in told["shims"]
        if row["repository"] == "good/team3" and row["contract"] == "team3.old.v1.BigParcel"
    ]
    assert shim["successor"] == "team3.ship.v1.BigParcel"
    assert shim["ready"] is True
    owners = [row for row in told["owners"] if row["repository"] == "good/team1"]
    assert [(row["package"], row["lane"], row["contracts"]) for row in owners] == [
        ("team1.old.v1", "owner:core", 3),
        ("team1.pay.v1", "owner:money", 2),
        ("team1.ship.v1", "owner:ship", 1),
    ]
    copies = [row for row in told["files"] if row["path"] == "third_party/shared/money.proto"]
    assert len({row["blob"] for row in copies}) == 1
    assert len(copies) == 10


def test_the_summary_and_the_page_say_the_same(
    clean: Path, told: dict[str, list[dict[str, Any]]]
) -> None:
    summary = json.loads((clean / "summary.json").read_text())
    assert sum(summary["repositories"].values()) == len(told["repositories"])
    assert summary["totals"]["errors"] == sum(row["errors"] or 0 for row in told["repositories"])
    assert summary["totals"]["shims"] == len(told["shims"])
    assert summary["copied"][0][1] == 10
    page = (clean / "report.html").read_text()
    for text in ("unwell/headless", "git has no commit", "third_party/shared/", "owner:ship"):
        assert text in page


def test_a_list_names_repositories_and_their_maps(tmp_path: Path) -> None:
    found = fleets.files("acme", "pay")
    given = found.pop("PACKAGE_MAP.md")
    for name in ("one", "two", "three"):
        fleets.repository(tmp_path / "mirrors" / f"{name}.git", found)
    (tmp_path / "own.md").write_text(given.replace("owner:pay", "owner:own"))
    (tmp_path / "common.md").write_text(given)
    (tmp_path / "list.txt").write_text("# ours\nmirrors/one.git own.md\n\nmirrors/nowhere.git\n")
    argv = (
        tmp_path / "list.txt",
        tmp_path / "mirrors" / "two.git",
        "--map",
        tmp_path / "common.md",
    )
    out = tmp_path / "out"
    assert fleets.run(*argv, "-o", out, *NDJSON).code == 0
    told = fleets.tables(out)
    rows = {row["repository"]: (row["status"], row["reason"]) for row in told["repositories"]}
    assert rows == {
        "one": ("checked", ""),
        "two": ("checked", ""),
        "nowhere": ("failed", "no such folder"),
    }
    lanes = {row["repository"]: row["lane"] for row in told["owners"] if "pay" in row["package"]}
    assert lanes == {"one": "owner:own", "two": "owner:pay"}


def refused(*argv: str | Path) -> str:
    done = fleets.run(*argv)
    assert (done.code, len(done.said)) == (2, 1)
    return done.said[0]


def test_what_cannot_be_asked_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    out = ("-o", tmp_path / "out")
    assert "no repository in" in refused(tmp_path / "empty", *out)
    for folder in ("one", "two"):
        fleets.repository(tmp_path / folder / "same.git")
    told = refused(tmp_path / "one", tmp_path / "two", *out)
    assert told.startswith("protohome: two repositories are called same: ")
    assert "nowhere.md: cannot be read" in refused(tmp_path / "one", *out, "--map", "nowhere.md")
    assert not (tmp_path / "out").exists()


def test_a_second_run_reads_and_judges_nothing(clean: Path, repositories: Path) -> None:
    before = fleets.everything(clean)
    done = fleets.run(repositories, "-o", clean, *NDJSON, "--since", "2026-01-01T12:00:00Z")
    assert (done.counted("read now"), done.counted("repositories judged now")) == (0, 0)
    assert fleets.everything(clean) == before


def test_a_run_that_is_killed_goes_on_where_it_was(
    clean: Path, repositories: Path, tmp_path: Path
) -> None:
    argv = (repositories, "-o", tmp_path, *NDJSON, "--since", "2026-01-01T12:00:00Z")
    small = ("--task-size", "3", "--workers", "1", "--verbose")
    for stage in ("reading", "judging"):
        with subprocess.Popen(
            fleets.command(*argv, *small), stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if f"{stage} " in line and f"{stage} 0 of" not in line:
                    break
            else:
                pytest.fail(f"it ended before {stage}")
            os.killpg(process.pid, signal.SIGKILL)
    assert not (tmp_path / "summary.json").exists()
    done = fleets.run(*argv)
    assert done.code == 0
    assert 0 < done.counted("repositories judged now") < 9
    assert fleets.everything(tmp_path) == fleets.everything(clean)
