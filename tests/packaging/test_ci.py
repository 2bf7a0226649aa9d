"""What the action and the GitLab template install is what they then run.

Not run here: the actions of others that ``action.yml`` uses, ``apt-get``, and the container.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from runner import Runner
from trees import INVOICE, Tree


@pytest.fixture(autouse=True)
def _without_our_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)


def test_the_action_installs_what_it_was_checked_out_at(clean_copy: Path, tmp_path: Path) -> None:
    """Every shell step, in its order, on a tree with an error."""
    runner, tree = Runner(clean_copy, tmp_path / "runner"), Tree(tmp_path / "tree")
    (tree.root / INVOICE).unlink()
    done = {step["name"]: runner.step(step["name"], tree.root) for step in runner.steps}
    assert list(done) == ["Install protohome", "Check"]
    assert done["Install protohome"] == (0, "")
    code, said = done["Check"]
    assert (code, said.partition(",")[0]) == (1, "::error file=PACKAGE_MAP.md")
    package = [*(runner.temp / "protohome" / "lib").glob("*/site-packages/protohome/__init__.py")]
    assert len(package) == 1


def test_the_gitlab_job_installs_and_runs(wheel: Path, root: Path, tmp_path: Path) -> None:
    [job] = yaml.safe_load((root / "docs/gitlab-ci.yml").read_text("utf-8")).values()
    tree, image = Tree(tmp_path / "tree"), tmp_path / "image"
    (tree.root / INVOICE).unlink()
    subprocess.run([sys.executable, "-m", "venv", image], check=True)
    asked = tmp_path / "asked"
    stub = image / "bin" / "apt-get"
    stub.write_text(f'#!/bin/sh\necho "$@" >>"{asked}"\n')
    stub.chmod(0o755)
    environment = {
        **os.environ,
        **job["variables"],
        "CI_PROJECT_DIR": str(tree.root),
        "PIP_CACHE_DIR": "",
        "PROTOHOME": str(wheel),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PATH": f"{image / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    script = "\n".join([*job["before_script"], *job["script"]])
    done = subprocess.run(
        ["sh", "-ec", script], cwd=tree.root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("PACKAGE_MAP.md:8:3: error: ")
    assert asked.read_text().splitlines()[-1].split()[-1] == "git"
    for report in job["artifacts"]["reports"].values():
        assert (tree.root / report).stat().st_size
