"""A small tree of a payments company, and the command line run in it."""

from __future__ import annotations

import gc
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from protohome.cli import main

MAP = """\
| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | Billing | `owner:billing` | Invoices | |
| `acme.ledger.v1` | Books | `owner:ledger` | Ledger entries | |

| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |
| --- | --- | --- | --- | --- |
| `proto/acme/billing/v1/invoice.proto` | `acme.billing.v1` | `acme.billing.v1` | `owner:billing` | A-1 |
| `proto/acme/ledger/v1/entry.proto` | `acme.ledger.v1` | `acme.ledger.v1` | `owner:ledger` | A-2 |
"""  # noqa: E501

INVOICE = "proto/acme/billing/v1/invoice.proto"
ENTRY = "proto/acme/ledger/v1/entry.proto"


# How a summary ends outside of git.
NO_GIT = "; nothing could be told as new: not a git work tree; name one with --against"

Arrange = Callable[["Tree"], object]


class Done(NamedTuple):
    """How a run ended, and the lines it printed."""

    code: int
    out: list[str]
    err: list[str]


class Tree:
    """A folder with a map and two audited files, of which nobody complains."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("PACKAGE_MAP.md", MAP)
        self.write(INVOICE, "package acme.billing.v1;\nmessage Invoice {}\n")
        self.write(ENTRY, "package acme.ledger.v1;\nmessage Entry {}\n")

    def path(self, path: str) -> Path:
        """A place for a file, its folder made."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def write(self, path: str, content: str | bytes) -> None:
        self.path(path).write_bytes(content.encode() if isinstance(content, str) else content)

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def audit(self, file: str, package: str) -> None:
        """Add a row about a file that is at home."""
        with (self.root / "PACKAGE_MAP.md").open("a", encoding="utf-8") as stream:
            stream.write(f"| `{file}` | `{package}` | `{package}` | `owner:billing` | A-9 |\n")

    def everything(self) -> dict[str, object]:
        """What is in the tree: the bytes of files, the targets of links, the kind of all else."""
        found: dict[str, object] = {}
        for folder, folders, names in os.walk(self.root):
            for name in (*folders, *names):
                path = Path(folder, name)
                mode = path.lstat().st_mode
                if stat.S_ISLNK(mode):
                    found[str(path)] = path.readlink()
                else:
                    found[str(path)] = path.read_bytes() if stat.S_ISREG(mode) else mode
        return found


class Tool:
    """The command line, run inside this process from a folder of a tree."""

    def __init__(
        self,
        tree: Tree,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.tree, self._capsys, self._monkeypatch = tree, capsys, monkeypatch

    def __call__(self, *argv: str, at: str = ".") -> Done:
        """Run ``protohome ARGV`` in the folder ``at`` of the tree, without a cache by default."""
        self._monkeypatch.chdir(self.tree.root / at)
        self._capsys.readouterr()
        try:
            code = main([*argv])
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            gc.enable()  # a run of its own would end here
        out, err = self._capsys.readouterr()
        return Done(code, out.splitlines(), err.splitlines())

    def check(self, *argv: str, at: str = ".") -> Done:
        return self("check", "--no-cache", *argv, at=at)


class Repository:
    """A folder made a git repository with one commit of all that is in it; called, runs git."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self._root, self._environment = root, environment
        for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "As it is")):
            self(*arguments)

    @classmethod
    def of(cls, root: Path, environment: Mapping[str, str]) -> Repository:
        """One that is there already, or for ``init``."""
        made = cls.__new__(cls)
        made._root, made._environment = root, environment
        return made

    def __call__(self, *arguments: str, index: str = "", code: int = 0) -> None:
        environment = {**self._environment, **({"GIT_INDEX_FILE": index} if index else {})}
        done = subprocess.run(["git", *arguments], cwd=self._root, env=environment)
        assert done.returncode == code


def fits(line: str, wanted: str) -> bool:
    """Whether a line is as wanted, where ``…`` stands for any text."""
    return re.fullmatch(re.sub(r"(\\ )*…(\\ )*", ".*", re.escape(wanted)), line) is not None


def protohome(
    root: Path, *argv: str, environment: Mapping[str, str] | None = None, code: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Run ``protohome ARGV``, or Python ``code`` instead, in a process of its own."""
    what = ("-c", code) if code else ("-m", "protohome")
    return subprocess.run(
        (sys.executable, *what, *argv),
        cwd=root,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        timeout=120,
    )


# Trees with a mistake


def cases(table: dict[str, tuple[Arrange, str]]) -> pytest.MarkDecorator:
    """A case by its name: what is done to the tree, and the line that must come of it."""
    values = [pytest.param(*case, id=name) for name, case in table.items()]
    return pytest.mark.parametrize(("arrange", "line"), values)


def written(path: str, content: str | bytes) -> Arrange:
    return lambda tree: tree.write(path, content)


def replaced(path: str, old: str, new: str) -> Arrange:
    return lambda tree: tree.edit(path, old, new)


def audited(path: str) -> Arrange:
    """One more row in the audit table, the map's tenth line."""
    return lambda tree: tree.audit(path, "acme.billing.v1")


def instead(path: str, make: Callable[[Path], object]) -> Arrange:
    """Something else in the place of a file."""

    def arrange(tree: Tree) -> None:
        tree.path(path).unlink(missing_ok=True)
        make(tree.path(path))

    return arrange


def linked(path: str, target: str) -> Arrange:
    return instead(path, lambda place: place.symlink_to(target))


def assert_found(tool: Tool, arrange: Arrange, line: str) -> None:
    """The check ends as the severity of its one finding says."""
    arrange(tool.tree)
    before = tool.tree.everything()
    done = tool.check()
    assert len(done.out) == 1
    assert fits(done.out[0], line)
    assert done.code == (1 if " error: " in line else 0)
    assert tool.tree.everything() == before


def assert_refused(tool: Tool, arrange: Arrange, line: str) -> None:
    """The check cannot be done, says why in one line, and prints no findings."""
    arrange(tool.tree)
    before = tool.tree.everything()
    done = tool.check()
    assert (done.code, done.out, len(done.err)) == (2, [], 1)
    assert fits(done.err[0], f"protohome: {line}")
    assert tool.tree.everything() == before
