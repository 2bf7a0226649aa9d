"""A consumer's git repository whose hook comes from this repository."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from consumer import SCRIPTS, Consumer


@pytest.fixture(scope="session", params=["pre-commit", "prek"])
def installed(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    root: Path,
    clean_copy: Path,
    git_environment: dict[str, str],
) -> Consumer:
    """The consumer after its first commit: the hook's environment is built, once a session."""
    folder = tmp_path_factory.mktemp(request.param)
    environment = {
        **git_environment,
        "PRE_COMMIT_HOME": str(folder / "home"),
        "PREK_HOME": str(folder / "home"),
        "PREK_UV_SOURCE": "pip",
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    consumer = Consumer(folder / "consumer", request.param, environment)
    shutil.copytree(root / "examples" / "openagents", consumer.root)
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=clean_copy, check=True, capture_output=True, text=True
    ).stdout.strip()
    consumer.write(
        ".pre-commit-config.yaml",
        f"repos:\n- repo: {clean_copy}\n  rev: {revision}\n  hooks:\n  - id: protohome\n",
    )
    for command in (
        ["git", "init", "--quiet", "--initial-branch", "main"],
        [SCRIPTS / consumer.manager, "install", "--install-hooks"],
    ):
        done = consumer.run(*command)
        assert done.code == 0, done.output
    first = consumer.commit()
    assert first.code == 0, first.output
    return consumer


@pytest.fixture
def consumer(installed: Consumer, tmp_path: Path) -> Consumer:
    """A copy of the consumer for one test to change."""
    return installed._replace(root=shutil.copytree(installed.root, tmp_path / "consumer"))
