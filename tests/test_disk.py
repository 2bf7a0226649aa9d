"""Reading: of what a checkout names only regular files, of a bearable size, and never for ever."""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from protohome.system import disk
from protohome.system.disk import LARGEST, LoadError, contents, read_bytes
from trees import ENTRY, INVOICE, Repository, Tool, Tree, fits, protohome

SERVER = Path(__file__).parent.parent / "server" / "protohome"

METHODS = ("open", "read_bytes", "read_text", "fdopen", "open_code")
# Who else opens files to read: what is no workspace's.
OTHERS = {
    "system/kept/cache": "the user's own cache",
    "system/kept/private": "the user's own log",
    "loading/standby": "pipes, by their numbers, and os.devnull",
    "cli": "os.devnull, by its number",
    "fleet/engine": "our own modules",
    "authoring/report": "the page's template, which is ours",
}


def reads(module: Path) -> bool:
    """Whether the module calls something that opens a file, and not only to write it."""
    for node in ast.walk(ast.parse(module.read_bytes())):
        if isinstance(node, ast.Call):
            how = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            writes = any(isinstance(mode, str) and set(mode) & set("wxa") for mode in how)
            builtin = isinstance(node.func, ast.Name) and node.func.id == "open" and not writes
            method = isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
            if builtin or method:
                return True
    return False


def test_one_module_reads_what_a_checkout_names() -> None:
    reading = [path for path in SERVER.rglob("*.py") if reads(path)]
    modules = {path.relative_to(SERVER).with_suffix("").as_posix() for path in reading}
    assert modules == {"system/disk", *OTHERS}


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (os.mkfifo, "not a regular file"),
        (lambda place: place.symlink_to("/dev/zero"), "not a regular file"),
        (Path.mkdir, "Is a directory"),
        (lambda place: None, "No such file or directory"),
        (lambda place: place.symlink_to(place), "Too many levels of symbolic links"),
    ],
    ids=["pipe", "endless device", "folder", "nothing", "link to itself"],
)
def test_only_regular_files_are_read(
    tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    make(tmp_path / "x")
    with pytest.raises(LoadError, match=f"x: cannot be read: {why}$"):
        read_bytes(str(tmp_path), "x")


def test_a_pipe_that_takes_the_place_of_a_file_does_not_make_us_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe")
    regular = os.stat(tmp_path / "file")
    monkeypatch.setattr(os, "stat", lambda _file: regular)
    with pytest.raises(OSError, match="not a regular file"):
        contents(str(tmp_path / "pipe"))


@pytest.mark.parametrize("size", [0, 1, LARGEST - 1, LARGEST, LARGEST + 1, 1 << 40])
def test_a_file_is_read_whole_or_refused(tmp_path: Path, size: int) -> None:
    """A terabyte that takes no room on the disk would take it in memory."""
    with (tmp_path / "big").open("wb") as stream:
        stream.truncate(size)
    if size <= LARGEST:
        assert len(contents(str(tmp_path / "big"))) == size
    else:
        with pytest.raises(LoadError, match="big: cannot be read: larger than 64 MiB"):
            read_bytes(str(tmp_path), "big")


def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "log").write_bytes(b"12345")
    monkeypatch.setattr(disk, "LARGEST", 4)
    monkeypatch.setattr(disk, "_check", lambda _status: None)
    with pytest.raises(OSError, match="larger than"):
        contents(str(tmp_path / "log"))


@pytest.mark.parametrize("make", [os.mkfifo, lambda place: place.symlink_to("/dev/zero")])
@pytest.mark.parametrize("command", [("check",), ("fix",), ("move", "Entry", "acme.billing.v1")])
def test_an_import_of_what_is_no_file_ends(
    tree: Tree, command: tuple[str, ...], make: Callable[[Path], object]
) -> None:
    entry = 'package acme.ledger.v1;\nimport "vendor/endless.proto";\nmessage Entry {}\n'
    tree.write("proto/acme/ledger/v1/entry.proto", entry)
    make(tree.path("proto/vendor/endless.proto"))
    assert protohome(tree.root, *command, "--no-cache").returncode in (0, 1)


@pytest.mark.parametrize(
    "path", ["PACKAGE_MAP.md", "protohome.toml", "pyproject.toml", "buf.yaml", "proto/buf.yaml"]
)
def test_a_pipe_in_the_place_of_a_settings_file_ends(tree: Tree, path: str) -> None:
    tree.path(path).unlink(missing_ok=True)
    os.mkfifo(tree.path(path))
    assert protohome(tree.root, "check", "--no-cache").returncode in (0, 2)


@pytest.mark.parametrize("path", [".gitignore", "proto/.gitignore", ".git/info/exclude"])
def test_a_pipe_in_the_place_of_an_ignore_file_ends(
    tree: Tree, path: str, monkeypatch: pytest.MonkeyPatch, git_environment: dict[str, str]
) -> None:
    """As we read it, where git is not there to do so; what git does is told in test_git.py."""
    Repository(tree.root, git_environment)
    tree.path(path).unlink(missing_ok=True)
    os.mkfifo(tree.path(path))
    monkeypatch.setenv("PATH", "/nonexistent")
    assert protohome(tree.root, "check", "--no-cache").returncode == 0


def test_what_is_no_text_is_said_with_its_place() -> None:
    assert disk.why_no_text("\u00e9\n".encode()) == ""
    assert disk.why_no_text(b"a\0") == "a binary file (NUL at byte 1); save it as UTF-8 text"
    for lines in (1, 2, 3):
        why = disk.why_no_text(b"a\n" * (lines - 1) + b"b\xff")
        assert why == f"not UTF-8 (byte 0xff on line {lines}); save it as UTF-8 text"


def test_the_largest_is_as_the_message_says() -> None:
    assert f"larger than {LARGEST >> 20} MiB" == "larger than 64 MiB"


def test_upwards_ends_at_the_top_of_the_work_tree(tmp_path: Path) -> None:
    inner = tmp_path / "tree" / "one" / "two"
    inner.mkdir(parents=True)
    assert list(disk.upwards(str(inner)))[-1] == tmp_path.anchor
    (tmp_path / "tree" / ".git").mkdir()
    assert list(disk.upwards(str(inner))) == [str(inner), str(inner.parent), str(tmp_path / "tree")]


def test_a_path_from_a_folder_that_is_gone_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    assert disk.from_here(str(tmp_path), "file") == os.path.join("..", "file")
    gone.rmdir()
    assert disk.from_here(str(tmp_path), "file") == str(tmp_path / "file")


def test_a_link_that_leads_to_what_cannot_be_read_is_no_link_that_leads_nowhere(
    tmp_path: Path,
) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link"
    link.symlink_to("folder")
    error = IsADirectoryError(21, "Is a directory")
    assert disk.why_unread(str(link), error) == "Is a directory; make it readable"
    (tmp_path / "folder").rmdir()
    assert "leads nowhere (folder)" in disk.why_unread(str(link), error)


class TestUnknown:
    """What cannot be read is unknown, never absent."""

    @pytest.fixture
    def closed(self, tool: Tool) -> str:
        """An audited folder that nobody can look into: a link that leads to itself."""
        folder = tool.tree.root / "proto/acme/ledger"
        folder.rename(tool.tree.root / "elsewhere")
        folder.symlink_to("ledger")
        return "proto/acme/ledger/v1/entry.proto"

    def test_it_is_an_error_of_its_own(self, tool: Tool, closed: str) -> None:
        (line,) = tool.check().out
        assert line == (
            f"{closed}:1:1: error: This file cannot be checked: Too many levels of symbolic links;"
            " make it readable, or exclude it [syntax-error]"
        )

    @pytest.mark.parametrize("flag", [(), ("--unsafe",)])
    def test_no_fix_touches_its_row(self, tool: Tool, closed: str, flag: tuple[str, ...]) -> None:
        before = tool.tree.everything()
        assert tool("fix", "--no-cache", *flag).err == ["0 fixes made"]
        assert tool.tree.everything() == before

    @pytest.fixture
    def closed_to_us(self, tree: Tree, tmp_path: Path) -> Callable[..., list[str]]:
        """What a check says of a tree in which a folder is closed to the user who runs it.

        As another user where root, who may do everything, runs the tests.
        """
        for each in (tmp_path, *tmp_path.parents[:-1]):
            if each.stat().st_uid == os.getuid():
                each.chmod(each.stat().st_mode | 0o055)
        code = """
import os, sys
from protohome.cli import main
folder, *arguments = sys.argv[1:]
main(["check", "--no-cache", *arguments])  # all modules are imported, which may be closed as well
print("before that", flush=True)
os.chmod(folder, 0)
if os.getuid() == 0:
    for inner, _, names in os.walk("."):
        for name in (".", *names):
            os.chown(os.path.join(inner, name), 65534, -1, follow_symlinks=False)
    os.seteuid(65534)
main(["check", "--no-cache", *arguments])
"""

        def said(folder: str, *arguments: str) -> list[str]:
            home = {"HOME": str(tree.root), "XDG_CONFIG_HOME": ""}  # git reads root's own, too
            done = protohome(tree.root, folder, *arguments, code=code, environment=home)
            (tree.root / folder).chmod(0o755)
            return done.stdout.decode().partition("before that\n")[2].splitlines()

        return said

    def test_a_user_without_the_right_to_look_is_told_so(
        self, closed_to_us: Callable[..., list[str]]
    ) -> None:
        for line, path in zip(
            closed_to_us("proto/acme/ledger"), ("proto/acme/ledger", ENTRY), strict=True
        ):
            assert fits(line, f"{path}:1:1: error: … Permission denied; make it readable, or …")

    @pytest.mark.parametrize("with_git", [True, False])
    def test_a_closed_folder_is_an_error_of_its_own(
        self,
        tree: Tree,
        closed_to_us: Callable[..., list[str]],
        with_git: bool,
        git_environment: dict[str, str],
    ) -> None:
        """Where nothing says what is in it: the map governs its name, that of the others not."""
        if with_git:
            Repository(tree.root, git_environment)
            tree.write(".gitignore", "ignored/\n")
        for folder in ("acme/new", "acme/odd\nname", "acme/ignored", "vendor"):
            tree.write(f"proto/{folder}/v1/secret.proto", "package acme.secret.v1;\n")

        def told(folder: str) -> list[str]:
            lines = closed_to_us(f"proto/{folder}")
            return [line for line in lines if "Permission denied" in line]

        for folder, shown in (("acme/new", "acme/new"), ("acme/odd\nname", r"acme/odd\nname")):
            (line,) = told(folder)
            assert fits(
                line,
                f"proto/{shown}:1:1: error: This folder cannot be checked: Permission denied;"
                " make it readable, or exclude it … [syntax-error]",
            )
        assert told("vendor") == []
        assert (told("acme/ignored") == []) == with_git

    def test_what_a_closed_folder_held_is_not_gone(
        self, tree: Tree, tmp_path: Path, closed_to_us: Callable[..., list[str]]
    ) -> None:
        """It has no rows, and without git nothing but the reference knows of it."""
        tree.edit(
            "PACKAGE_MAP.md",
            "\n| Current file",
            "\n- `v1` packages are additive-only.\n\n| Current file",
        )
        tree.write("protohome.toml", 'ignore = ["file-not-audited", "package-path-mismatch"]\n')
        tree.write(
            "proto/acme/billing/v1/more/credit.proto",
            "package acme.billing.v1;\nmessage Credit {}\n",
        )
        shutil.copytree(tree.root, tmp_path / "before")
        found = closed_to_us("proto/acme/billing/v1/more", "--against", "../before")
        assert [line.rpartition("[")[2] for line in found] == ["syntax-error]"], found

    @pytest.mark.parametrize("row", ["proto/gone.proto", f"{INVOICE}/inside.proto"])
    def test_a_row_of_what_is_not_there_is_still_stale(self, tool: Tool, row: str) -> None:
        tool.tree.audit(row, "acme.billing.v1")
        (line,) = tool.check().out
        assert "is not in the tree" in line
