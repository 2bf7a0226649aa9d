"""git is started by one module, and nothing that a checkout says starts another program."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp.wire import Wire
from protohome.system import git
from trees import INVOICE, Repository, Tree, protohome

ROOT = Path(__file__).parent.parent
MODULES = sorted([*ROOT.glob("server/**/*.py"), *ROOT.glob("hooks/**/*.py")])


def imported(source: Path) -> set[str]:
    """The packages that a module imports, now or when it is asked for something."""
    names = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(ast.parse(source.read_bytes()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return {name.partition(".")[0] for name in names}


def test_one_module_starts_programs() -> None:
    """Others have copies of the process work, which start nothing anew."""
    users = {path.name: imported(path) for path in MODULES}
    starting = {"subprocess", "pty", "multiprocessing", "concurrent"}
    assert [name for name, used in users.items() if used & starting] == ["git.py"]


# Hostile checkouts: each would make a file named ``caught`` if a program of its own were started.


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "tree").mkdir()
    return Tree(tmp_path / "tree")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves ``caught`` beside itself."""
    program = tmp_path / "trap"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/caught\n", "utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def _nothing_is_caught(tmp_path: Path) -> Iterator[None]:
    yield
    assert not (tmp_path / "caught").exists()


def settings(trap: Path) -> str:
    return (
        f'[core]\n\tfsmonitor = "{trap}"\n\tpager = "{trap}"\n\tsshCommand = "{trap}"\n'
        f'\taskPass = "{trap}"\n\talternateRefsCommand = "{trap}"\n\thooksPath = "{trap.parent}"\n'
        f'[credential]\n\thelper = "!{trap}"\n[diff]\n\texternal = "{trap}"\n'
    )


def bare_repository(folder: Path, trap: Path) -> None:
    """What looks like a bare repository to a git that stands in ``folder``."""
    for name in ("objects", "refs"):
        (folder / name).mkdir(parents=True)
        (folder / name / "keep").write_text("", "utf-8")
    (folder / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    config = settings(trap) + "\tbare = false\n\tworktree = .\n"
    (folder / "config").write_text(
        config.replace("[core]\n", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
                       "\tworktree = .\n", 1), "utf-8",
    )  # fmt: skip


def own_configuration(tree: Tree, trap: Path, environment: dict[str, str]) -> None:
    Repository(tree.root, environment)
    with (tree.root / ".git" / "config").open("a", encoding="utf-8") as stream:
        stream.write(settings(trap))


def test_an_unpacked_archive_with_a_configuration_of_its_own(
    tree: Tree, trap: Path, git_environment: dict[str, str]
) -> None:
    own_configuration(tree, trap, git_environment)
    for command in (["check"], ["check", "--staged"], ["explain", "Invoice"], ["map"]):
        assert protohome(tree.root, *command).returncode in (0, 1)
    assert git.run(tree.root.as_posix(), "ls-files").output


def test_a_bare_repository_in_a_folder_of_the_checkout(
    tree: Tree, trap: Path, git_environment: dict[str, str]
) -> None:
    bare_repository(tree.root / "proto", trap)
    Repository(tree.root, git_environment)
    done = protohome(tree.root / "proto", "check", ".")
    assert done.returncode == 0, done.stderr.decode()
    assert protohome(tree.root, "check", "proto").returncode == 0


def test_the_trap_works(tree: Tree, trap: Path, git_environment: dict[str, str]) -> None:
    """Without our options, git does start what these configurations name."""
    own_configuration(tree, trap, git_environment)
    caught = trap.parent / "caught"
    subprocess.run(["git", "status"], cwd=tree.root, env=git_environment, capture_output=True)
    assert caught.exists()
    caught.unlink()


def test_a_pipe_that_git_would_read_for_ever_ends(
    tree: Tree, git_environment: dict[str, str]
) -> None:
    Repository(tree.root, git_environment)
    os.mkfifo(tree.root / ".gitignore")
    answer = git.run(str(tree.root), "ls-files", "-o", "--exclude-standard", seconds=0.5)
    assert answer.code != 0


LIST = ("ls-files", "-o", "--exclude-standard")
GREP = ("grep", "-l", "--untracked", "-e", "acme")
LOG = ("log", "--format=%s")


@pytest.mark.parametrize(
    ("path", "command", "setting"),
    [
        (".gitignore", LIST, ""),
        ("proto/acme/.gitignore", LIST, ""),
        (".git/info/exclude", LIST, ""),
        (".git/index", LIST, ""),
        (".git/commondir", LIST, ""),
        (".gitattributes", GREP, ""),
        (".git/info/attributes", GREP, ""),
        (".git/objects/info/alternates", LOG, ""),
        ("own", LIST, "[core]\n\texcludesFile = PATH\n"),
        ("own", LIST, "[include]\n\tpath = PATH\n"),
    ],
)
def test_a_pipe_that_git_would_read_is_found_long_before_its_time_is_over(
    path: str,
    command: tuple[str, ...],
    setting: str,
    tree: Tree,
    git_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By looking for it, so that no test must wait until git's time is over."""
    monkeypatch.setattr(git, "_SUSPICIOUS", 0.1)
    Repository(tree.root, git_environment)
    (tree.root / path).unlink(missing_ok=True)
    (tree.root / path).parent.mkdir(exist_ok=True)
    os.mkfifo(tree.root / path)
    with (tree.root / ".git/config").open("a", encoding="utf-8") as stream:
        stream.write(setting.replace("PATH", str(tree.root / path)))
    why = git.run(str(tree.root), *command).why
    told = str(tree.root / path)
    if "include" in setting or path == ".git/commondir":
        told = "its configuration"
    assert why == f"git does not end: {told} is no file"


def test_what_no_answer_of_ours_needs_is_not_read_by_git(
    tree: Tree, git_environment: dict[str, str]
) -> None:
    os.mkfifo(tree.root / "pipe")
    Repository(tree.root, git_environment)
    os.mkfifo(tree.root / ".mailmap")
    with (tree.root / ".git/config").open("a", encoding="utf-8") as stream:
        stream.write("[mailmap]\n\tfile = pipe\n[core]\n\tattributesFile = pipe\n")
    for command in (LOG, GREP):
        assert git.run(str(tree.root), *command).code == 0


def test_a_pipe_for_an_ignore_file_fails_no_check(
    tree: Tree, git_environment: dict[str, str]
) -> None:
    Repository(tree.root, git_environment)
    os.mkfifo(tree.root / ".gitignore")
    done = protohome(tree.root, "check")
    assert done.returncode == 0, done.stderr.decode()


def test_no_protocol_is_spoken_whatever_a_configuration_allows(
    tree: Tree, trap: Path, git_environment: dict[str, str]
) -> None:
    """`ext::` is a program; a repository may ask it for what it lacks."""
    Repository(tree.root, git_environment)
    with (tree.root / ".git/config").open("a", encoding="utf-8") as stream:
        stream.write(
            f'[protocol "ext"]\n\tallow = always\n[remote "origin"]\n\turl = ext::{trap}\n'
            "\tpromisor = true\n[extensions]\n\tpartialClone = origin\n"
        )
    for command in (["ls-remote", "origin"], ["fetch", "origin"], ["cat-file", "-p", "1" * 40]):
        assert git.run(str(tree.root), *command).code != 0
    assert git.blobs(str(tree.root), ["1" * 40]) == {}


def test_the_server_starts_nothing_of_a_hostile_checkout(
    tree: Tree, trap: Path, git_environment: dict[str, str]
) -> None:
    """Neither as it starts nor as it opens files, asks for what is new, or is asked for fixes."""
    bare_repository(tree.root / "proto", trap)
    tree.write(".gitattributes", "*.proto filter=trap diff=trap merge=trap\n")
    own_configuration(tree, trap, git_environment)
    with (tree.root / ".git" / "config").open("a", encoding="utf-8") as stream:
        for name in ("filter", "diff", "merge"):
            stream.write(f'[{name} "trap"]\n')
            for key in ("clean", "smudge", "process", "textconv", "command", "driver"):
                stream.write(f'\t{key} = "{trap}"\n')
        stream.write("\trequired = true\n")
    with Wire() as wire:
        wire.initialize(tree.root)
        invoice = tree.root / INVOICE
        text = invoice.read_text("utf-8") + "message Added {}\n"
        wire.open(invoice, text)
        wire.hear_diagnostics(invoice)
        document = {"uri": invoice.as_uri()}
        place = {"line": 1, "character": 9}
        wire.call("textDocument/hover", {"textDocument": document, "position": place})
        around = {"start": place, "end": place}
        params = {"textDocument": document, "range": around, "context": {"diagnostics": []}}
        wire.call("textDocument/codeAction", params)
        wire.notify("textDocument/didSave", {"textDocument": document})
        wire.call("workspace/symbol", {"query": "Invoice"})
        assert wire.end() == 0
        assert wire.errors() == ""


# What the environment says


@pytest.mark.parametrize(
    "name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND"]
)
def test_what_a_hook_was_told_misleads_nobody(
    name: str,
    tree: Tree,
    trap: Path,
    git_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Repository(tree.root, git_environment)
    monkeypatch.setenv(name, str(trap))
    assert git.run(str(tree.root), "rev-parse", "--is-inside-work-tree").output == b"true\n"


@pytest.mark.parametrize("at", [".", "proto"])
def test_the_index_of_a_commit_under_way_is_asked(
    at: str, tree: Tree, git_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tree.root, git_environment)
    tree.write("proto/new.proto", "package acme.billing.v1;\n")
    other = ".git/another"
    (tree.root / other).write_bytes((tree.root / ".git/index").read_bytes())
    repository("add", ".", index=str(tree.root / other))
    monkeypatch.chdir(tree.root / at)
    monkeypatch.setenv("GIT_INDEX_FILE", other)
    assert b"proto/new.proto" in git.run(str(tree.root), "ls-files", "-z").output


def test_the_index_of_another_repository_is_not(
    tree: Tree, tmp_path: Path, git_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Repository(tree.root, git_environment)
    other = tmp_path / "other"
    other.mkdir()
    (other / "file").write_text("", "utf-8")
    Repository(other, git_environment)
    monkeypatch.chdir(other)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert b"PACKAGE_MAP.md" in git.run(str(tree.root), "ls-files", "-z").output


# Answers


def test_blobs_come_as_bytes_and_what_is_missing_is_left_out(
    tree: Tree, git_environment: dict[str, str]
) -> None:
    tree.write("odd", b"\0\n\xff 12\n")
    Repository(tree.root, git_environment)
    root = str(tree.root)
    ids = git.run(root, "rev-parse", "HEAD:odd", "HEAD:PACKAGE_MAP.md").output.decode().split()
    found = git.blobs(root, [*ids, "0" * 40])
    assert found[ids[0]] == b"\0\n\xff 12\n"
    assert found[ids[1]] == (tree.root / "PACKAGE_MAP.md").read_bytes()
    assert len(found) == 2


def test_a_program_that_is_not_there_is_an_answer(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tree.root))
    assert git.run(str(tree.root), "--version").code == 127
