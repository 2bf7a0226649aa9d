"""The shell steps of a composite action, run as GitHub's runner runs them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml


class Runner:
    """Runs the ``run`` steps of the action in a folder, in a shell, with ``temp`` for its files.

    Steps that are actions of others are nobody's here.
    """

    def __init__(self, action: Path, temp: Path) -> None:
        document: dict[str, Any] = yaml.safe_load((action / "action.yml").read_text("utf-8"))
        self.steps = [step for step in document["runs"]["steps"] if "run" in step]
        self.inputs = {name: each["default"] for name, each in document["inputs"].items()}
        self.action, self.temp = action, temp
        temp.mkdir(parents=True, exist_ok=True)

    def step(self, name: str, at: Path, **inputs: str) -> tuple[int, str]:
        """The exit code of a step, and what it said; ``base_ref`` is of the ``github`` context."""
        [step] = [step for step in self.steps if step["name"] == name]
        given = {**self.inputs, "action_path": str(self.action), **inputs}
        environment = {
            key: re.sub(r"\$\{\{ (\S+) \}\}", lambda m: given.get(m[1].split(".")[1], ""), value)
            for key, value in step["env"].items()
        }
        where = {
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
            "XDG_CACHE_HOME": str(self.temp / "cache"),
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=at,
            env={**os.environ, **where, **environment},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr
