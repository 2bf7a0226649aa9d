"""The checks on the source itself; ``make lint`` runs them."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "command",
    [
        "ruff check",
        "ruff format --check",
        "mypy --strict",
        "mypy --config-file benchmarks/mypy.ini benchmarks",
        "lint-imports",
    ],
)
def test_the_source_passes(command: str, root: Path) -> None:
    tool, *arguments = command.split()
    done = subprocess.run(
        [Path(sysconfig.get_path("scripts"), tool), *arguments],
        cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode != 0:
        pytest.fail(done.stdout, pytrace=False)
