"""The README's own commands, typed in a clone: what installs, and the demo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from test_readme import transcripts

COMMANDS = [command for command, _ in transcripts()]


@pytest.fixture(scope="module")
def shell(clean_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(clean_copy, tmp_path_factory.mktemp("user"))


class Shell:
    """A shell in the clone, with a new virtual environment and a home that holds nothing."""

    def __init__(self, clone: Path, home: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", home / "venv"], check=True)
        self.clone, self.home = clone, home
        inherited = {name: each for name, each in os.environ.items() if name != "PYTHONPATH"}
        path = f"{home / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self._environment = {**inherited, "PATH": path, "XDG_CACHE_HOME": str(home / "cache")}

    def __call__(self, command: str, at: str = ".") -> str:
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=self.clone / at,
            env=self._environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr


def test_what_is_installed_from_a_checkout_does_what_the_page_shows(shell: Shell) -> None:
    [install] = [command for command in COMMANDS if command.startswith("pip install '.[")]
    shell(install)
    assert "no errors or warnings" in shell("protohome check", at="examples/openagents")
    assert "usage: protohome-lsp" in shell("protohome-lsp --help")
    page = shell.home / "report.html"
    assert shell(f"protohome report -o {page}", at="examples/openagents") == f"wrote {page}\n"


def test_the_demo_shows_findings_and_a_move(shell: Shell) -> None:
    assert "make demo" in COMMANDS
    said = shell("make demo")
    for shown in ("[frozen-package-addition]", "[wrong-package]", "protohome move openagents."):
        assert shown in said
