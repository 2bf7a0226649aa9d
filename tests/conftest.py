"""Fixtures for more than one folder of tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from protohome.syntax import Parser
from trees import Tool, Tree

ROOT = Path(__file__).parent.parent

# How long an example takes to draw tells of the machine and of what else runs on it.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def state_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What runs leave for later ones is kept out of the user's own folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _memory_of_buf() -> Iterator[None]:
    """What runs as briefly as buf may take memory instead of collecting what lies around.

    At 400 its heap grows to five times what it needs before it does, by default to twice.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOGC", "400")
        yield


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A small tree with a map, in which nothing is wrong."""
    return Tree(tmp_path / "tree")


@pytest.fixture
def tool(tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tool:
    """The command line, run in the tree."""
    return Tool(tree, capsys, monkeypatch)


@pytest.fixture
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the cache will be: one that no other test has used."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "protohome"


@pytest.fixture(scope="session")
def root() -> Path:
    """This repository."""
    return ROOT


@pytest.fixture(scope="session")
def git_environment() -> dict[str, str]:
    """For git: an author, and no settings of the machine or of a hook that is running."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **inherited,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A Developer",
        "GIT_AUTHOR_EMAIL": "developer@example.com",
        "GIT_COMMITTER_NAME": "A Developer",
        "GIT_COMMITTER_EMAIL": "developer@example.com",
    }


@pytest.fixture(scope="session")
def clean_copy(tmp_path_factory: pytest.TempPathFactory, git_environment: dict[str, str]) -> Path:
    """A git repository with one commit: this one as it stands, uncommitted work included."""
    copy = tmp_path_factory.mktemp("clean") / "protohome"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        env=git_environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["commit", "-q", "-m", "As it is"],
    ):
        subprocess.run(["git", *arguments], cwd=copy, env=git_environment, check=True)
    return copy


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that this process parsed, all of each."""
    paths: list[str] = []
    read_once = Parser.read_once

    def counted(self: Parser, path: str, source: bytes) -> object:
        if path:
            paths.append(path)
        return read_once(self, path, source)

    monkeypatch.setattr(Parser, "read_once", counted)
    return paths
