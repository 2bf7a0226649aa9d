"""``action.yml`` and the GitLab template: what a runner would do, done in a shell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from runner import Runner
from trees import INVOICE, Repository, Tree

MISPLACED = "package acme.ledger.v1;\nmessage Stray {}\n"


@pytest.fixture
def action(root: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((root / "action.yml").read_text("utf-8"))
    return document


@pytest.fixture
def runner(root: Path, tmp_path: Path) -> Runner:
    """With the program of this environment where the action's own would be installed."""
    runner = Runner(root, tmp_path / "runner")
    program = runner.temp / "protohome" / "bin" / "protohome"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m protohome \"$@\"\n")
    program.chmod(0o755)
    return runner


def test_a_clean_tree_passes(runner: Runner, tree: Tree) -> None:
    code, said = runner.step("Check", tree.root)
    assert code == 0
    assert said.startswith("2 files, 2 contracts by PACKAGE_MAP.md: no errors or warnings")


def test_findings_are_annotations_a_summary_and_a_log(runner: Runner, tree: Tree) -> None:
    (tree.root / INVOICE).unlink()
    code, said = runner.step("Check", tree.root)
    assert code == 1
    assert said.startswith("::error file=PACKAGE_MAP.md,line=8,")
    assert "### protohome: 1 error" in (runner.temp / "summary.md").read_text()
    output = (runner.temp / "output").read_text().splitlines()
    assert output == [f"sarif={runner.temp}/protohome.sarif"]
    log = json.loads((runner.temp / "protohome.sarif").read_text())
    assert len(log["runs"][0]["results"]) == 1


def test_inputs_are_flags_and_never_shell(runner: Runner, tree: Tree) -> None:
    (tree.root / INVOICE).unlink()
    arguments = "--select missing-follow-on"
    assert runner.step("Check", tree.root, args=arguments)[0] == 0
    assert runner.step("Check", tree.root, paths="proto/acme/ledger")[0] == 0
    code, said = runner.step("Check", tree.root, paths="$(touch${IFS}made) ;ls")
    assert (code, "no such file or folder" in said) == (2, True)
    assert not (tree.root / "made").exists()


def test_a_pull_request_is_compared_with_its_base(
    runner: Runner, tree: Tree, git_environment: dict[str, str]
) -> None:
    git = Repository(tree.root, git_environment)
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    code, said = runner.step("Check", tree.root, base_ref="main")
    assert (code, "nothing could be told as new" in said) == (0, False)
    assert runner.step("Check", tree.root, base_ref="gone")[0] == 2


def test_actions_are_pinned_and_pages_name_them_alike(action: dict[str, Any], root: Path) -> None:
    used = [step["uses"] for step in action["runs"]["steps"] if "uses" in step]
    page = (root / "docs/ci.md").read_text("utf-8")
    used += re.findall(r"uses: (?!protohome/)(\S+)", page)
    assert len(used) == 4
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) for name in used)
    assert set(re.findall(r"`([\w-]+)`(?=,| and| `|\.)", page)) >= {*action["inputs"]} - {"sarif"}


def test_the_gitlab_job_writes_what_it_promises(tree: Tree, root: Path) -> None:
    [job] = yaml.safe_load((root / "docs/gitlab-ci.yml").read_text("utf-8")).values()
    (tree.root / INVOICE).unlink()
    script = job["script"][0].replace("protohome check", f"'{sys.executable}' -m protohome check")
    done = subprocess.run(
        ["sh", "-ec", script], cwd=tree.root, capture_output=True, env={**os.environ}
    )
    assert done.returncode == 1
    for report in job["artifacts"]["reports"].values():
        assert (tree.root / report).stat().st_size
