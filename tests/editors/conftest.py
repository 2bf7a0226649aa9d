"""A repository made from the example, and editors in it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from editors.neovim import Neovim


class Repository(NamedTuple):
    """A git repository of a team, not committed yet."""

    root: Path
    environment: dict[str, str]

    def commit(self) -> None:
        """Everything becomes what was there, on the branch ``main``."""
        for arguments in (["add", "."], ["commit", "-qm", "As it is"], ["branch", "-M", "main"]):
            subprocess.run(["git", *arguments], cwd=self.root, env=self.environment, check=True)

    def read(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, "utf-8")

    def has(self, path: str) -> bool:
        return (self.root / path).exists()

    def build(self) -> None:
        """The compiler accepts what is on disk."""
        done = subprocess.run(
            [Path(sysconfig.get_path("scripts"), "buf"), "build"],
            cwd=self.root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout

    def check(self) -> list[str]:
        """The rules of the errors and warnings in what is on disk, by the command line."""
        done = subprocess.run(
            [sys.executable, "-m", "protohome", "check", "--no-cache"],
            cwd=self.root, text=True, capture_output=True,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        return re.findall(r" \[([a-z-]+)\]$", done.stdout, re.MULTILINE)


@pytest.fixture
def repository(tmp_path: Path, root: Path, git_environment: dict[str, str]) -> Repository:
    """The example tree, at the top of a git work tree."""
    tree = Path(shutil.copytree(root / "examples/openagents", tmp_path / "openagents"))
    subprocess.run(["git", "init", "-q"], cwd=tree, env=git_environment, check=True)
    return Repository(tree, git_environment)


@pytest.fixture
def open_neovim(
    repository: Repository, tmp_path: Path, root: Path, git_environment: dict[str, str]
) -> Iterator[Callable[..., Neovim]]:
    """Opens Neovim in the repository, set up as its page says, with more Lua if given.

    Nothing of the machine's own Neovim is seen: home and XDG folders are the test's.
    """
    home = tmp_path / "home"
    (home / "src").mkdir(parents=True)
    (home / "src/protohome").symlink_to(root)
    folders = {
        f"XDG_{kind}_HOME": str(home / kind) for kind in ("CACHE", "CONFIG", "DATA", "STATE")
    }
    opened: list[Neovim] = []

    def open_it(more: str = "") -> Neovim:
        page = (root / "editors/neovim/README.md").read_text("utf-8")
        setup = page.split("```lua\n", 1)[1].split("```", 1)[0]
        init = tmp_path / "init.lua"
        init.write_text(more + "\n" + setup, "utf-8")
        environment = {**git_environment, "HOME": str(home), **folders}
        opened.append(Neovim(repository.root, init, environment))
        return opened[-1]

    yield open_it
    for neovim in opened:
        neovim.close()


@pytest.fixture
def neovim(open_neovim: Callable[..., Neovim]) -> Neovim:
    return open_neovim()
