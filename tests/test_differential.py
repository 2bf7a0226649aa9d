"""Random edits and file operations on a real tree: its findings, however come by, are equal.

After each batch, the outcome of ``protohome check --format=json`` from the cache, which knows every
earlier state, must be byte for byte that of a run without one; and what a language server knows
that has followed every edit must be what one knows that reads the tree now. The same edits each
time, some of them; ``make differential`` makes ten thousand, or as many as ``EDITS`` says.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from protohome.cli import main
from protohome.loading import discovery
from protohome.loading.files import contents
from protohome.lsp.state import loading
from protohome.lsp.state.documents import Document
from protohome.lsp.state.folders import Folder
from protohome.packagemap import read as read_map
from trees import Repository

EDITS = int(os.environ.get("EDITS", "40"))
_BATCH = 5 if EDITS < 1000 else 25  # edits at most between two comparisons
MAP = "proto/PACKAGE_MAP.md"
LATER_NS = 60_000_000_000
TYPED = (
    "message Draft {}",
    "message SyncToken { string token = 1; }",
    "enum Kind { KIND_UNSPECIFIED = 0; }",
    "// protohome:ignore wrong-package -- not yet",
    "reserved 4;",
    'import "openagents/runtime/v1/approvals.proto";',
    "}",
    "{",
    "  string note = 99;",
    "/* not closed",
)


class Work:
    """Somebody at work in a tree, with an editor that follows; the same for one seed."""

    def __init__(self, root: Path, git: Repository, seed: int) -> None:
        self.root, self._git, self._draw = root, git, random.Random(seed)
        self._versions = 0
        self.folder = opened(root)

    def protos(self) -> list[Path]:
        return sorted(self.root.rglob("*.proto"))

    def edit(self) -> str:
        """Do one thing; what it was."""
        ways: tuple[tuple[int, Callable[[], str]], ...] = (
            (60, self._type), (12, self._cut), (10, self._rename_word), (4, self._copy),
            (4, self._move), (3, self._delete), (5, self._map), (2, self._revert),
            (1, self._commit),
        )  # fmt: skip
        (way,) = self._draw.choices([w for _, w in ways], [n for n, _ in ways])
        done = way()
        if self.folder.catch_up():
            self.folder.adopt(read(self.root))
        for path in self.folder.open:
            assert self.folder.state is not None
            self.folder.state.findings(path)  # as is shown while somebody types
        return done

    def _type(self) -> str:
        file = self._draw.choice(self.protos())
        lines = file.read_text("utf-8").splitlines()
        lines.insert(self._draw.randint(0, len(lines)), self._draw.choice(TYPED))
        return self._write(file, lines)

    def _cut(self) -> str:
        file = self._draw.choice(self.protos())
        lines = file.read_text("utf-8").splitlines()
        start = self._draw.randint(0, len(lines))
        del lines[start : start + self._draw.randint(1, 4)]
        return self._write(file, lines)

    def _rename_word(self) -> str:
        file = self._draw.choice(self.protos())
        text = file.read_text("utf-8")
        words = [word for word in text.split() if word.isidentifier()]
        if not words:
            return "nothing"
        old, new = self._draw.choices(words, k=2)
        return self._write(file, text.replace(old, new).splitlines())

    def _map(self) -> str:
        file = self.root / MAP
        lines = file.read_text("utf-8").splitlines()
        rows = [at for at, line in enumerate(lines) if ".proto` |" in line]
        at = self._draw.choice(rows)
        other = lines[self._draw.choice(rows)].split("|")
        cells = lines[at].split("|")
        if self._draw.random() < 0.3 and len(rows) > 4:
            del lines[at]
        else:
            lines[at] = "|".join((*cells[:3], other[3], *cells[4:]))
        if read_map(MAP, "\n".join(lines).encode()).problems:
            return "nothing"  # a server keeps to the last map without a mistake
        return self._write(file, lines)

    def _write(self, file: Path, lines: list[str]) -> str:
        """In the editor, and sooner or later on disk; or on disk alone."""
        path = self._path(file)
        file.write_text("\n".join(lines) + "\n", "utf-8")
        if self._draw.random() < 0.3:
            return self._on_disk(f"write {path}", path)
        self._versions += 1
        self.folder.edit(
            path, Document(file.as_uri(), str(file), self._versions, file.read_bytes())
        )
        return f"edit {path}"

    def _copy(self) -> str:
        file = self._draw.choice(self.protos())
        copy = file.with_name(f"copy{self._draw.randrange(9)}.proto")
        if copy == file:
            return "nothing"
        shutil.copy(file, copy)
        return self._on_disk(f"copy {file.name}", self._path(copy))

    def _move(self) -> str:
        file, other = self._draw.choice(self.protos()), self._draw.choice(self.protos())
        target = other.with_name(file.name)
        self.folder.close(self._path(target))
        return self._gone(file, lambda: file.replace(target))

    def _delete(self) -> str:
        file = self._draw.choice(self.protos())
        return self._gone(file, file.unlink) if len(self.protos()) > 9 else "nothing"

    def _gone(self, file: Path, act: Callable[[], object]) -> str:
        self.folder.close(self._path(file))
        act()
        return self._on_disk(f"away with {file.name}")

    def _revert(self) -> str:
        for path in list(self.folder.open):
            self.folder.close(path)
        self._git("checkout", "-q", "--", ".")
        return self._reread("revert")

    def _commit(self) -> str:
        self._git("add", ".")
        self._git("commit", "-q", "--allow-empty", "-m", "More")
        return self._reread("commit")

    def _reread(self, what: str) -> str:
        """Another reference, another map: a server reads all of it."""
        self.folder.adopt(read(self.root))
        return what

    def _path(self, file: Path) -> str:
        return file.relative_to(self.root).as_posix()

    def _on_disk(self, what: str, path: str = "") -> str:
        """A file that is open in no editor has changed; the text of an open one would count."""
        assert self.folder.loaded is not None
        self.folder.close(path)
        if path == MAP:
            return self._reread(what)
        self.folder.take(loading.rescan(self.folder.loaded))
        return what


def read(root: Path) -> loading.LoadedFolder:
    return loading.load(discovery.find(str(root)), {})


def opened(root: Path) -> Folder:
    folder = Folder(discovery.find(str(root)))
    folder.adopt(read(root))
    return folder


def known(folder: Folder) -> dict[str, list[str]]:
    """The findings in each document."""
    folder.catch_up()
    state = folder.state
    assert state is not None
    return {path: [repr(f) for f in state.findings(path)] for path in sorted(folder.documents())}


def told(capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, str, str]:
    """How a check ends, and what it prints."""
    code = main(["check", "--format=json", *flags])
    gc.enable()  # a run of its own would end here
    return code, *capsys.readouterr()


@pytest.fixture
def root(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example tree, a minute after its last change, with a cache of its own."""
    tree = Path(shutil.copytree(root / "examples" / "openagents", tmp_path / "tree"))
    monkeypatch.setattr(contents, "time_ns", lambda: time.time_ns() + LATER_NS)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tree)
    return tree


def test_every_way_finds_the_same(
    root: Path,
    tmp_path: Path,
    git_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    work = Work(root, Repository(root, git_environment), seed=9)
    done: list[str] = []
    while len(done) < EDITS:
        done += [work.edit() for _ in range(random.Random(len(done)).randint(1, _BATCH))]
        plain = told(capsys, "--no-cache")
        assert told(capsys) == plain, done
        assert told(capsys) == plain, done
        with monkeypatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(tmp_path / "nowhere"))
            fresh = opened(root)
        followed, anew = known(work.folder), known(fresh)
        assert followed.keys() == anew.keys(), done
        for path, findings in followed.items():
            assert findings == anew[path], (done, path)
