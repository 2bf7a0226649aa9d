"""A developer's git repository with the hook installed, and what can be done in it."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path
from typing import NamedTuple

SCRIPTS = Path(sysconfig.get_path("scripts"))
MAP = "proto/PACKAGE_MAP.md"


class Result(NamedTuple):
    """How a command ended, and all it printed."""

    code: int
    output: str


class Consumer(NamedTuple):
    """A repository made from ``examples/openagents``, its hook installed by ``manager``."""

    root: Path
    manager: str
    environment: dict[str, str]

    def run(self, *command: str | Path) -> Result:
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return Result(done.returncode, done.stdout)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def edit_map(self, old: str, new: str) -> None:
        text = (self.root / MAP).read_text(encoding="utf-8")
        assert old in text
        self.write(MAP, text.replace(old, new))

    def map_line(self, words: str) -> str:
        """``PATH:LINE`` of the first line of the map with these words."""
        lines = (self.root / MAP).read_text(encoding="utf-8").splitlines()
        return f"{MAP}:{next(n for n, line in enumerate(lines, 1) if words in line)}"

    def commit(self, *stage: str) -> Result:
        """``git add`` what is named, everything by default, and commit."""
        assert self.run("git", "add", "--all", *stage).code == 0
        return self.run("git", "commit", "--quiet", "--message", "A change")

    def commits(self) -> int:
        return int(self.run("git", "rev-list", "--count", "HEAD").output)
