"""Arguments that cannot be followed, output that cannot be taken: a line each, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from trees import INVOICE, Tool, Tree, fits, protohome


class TestArguments:
    @pytest.mark.parametrize(
        ("argv", "line"),
        [
            ("nowhere.proto", "nowhere.proto: no such file or folder"),
            ("proto ", "'': no such file or folder"),
            ("a\nb", r"a\nb: no such file or folder"),
            (os.fsdecode(b"\xff"), r"\udcff: no such file or folder"),
            (
                "--select wrong-pakage",
                "unknown rule 'wrong-pakage'; did you mean `wrong-package`?…",
            ),
            ("--ignore xyz", "unknown rule 'xyz'; `protohome explain` lists the rules"),
            ("--config no.toml", "no.toml: cannot be read: No such file or directory"),
            ("--config proto", "proto: cannot be read: Is a directory"),
            ("--output-file no/where", "no/where: cannot be written: No such file or directory"),
            ("--output-file proto", "proto: cannot be written: Is a directory"),
            ("--output-file ", "--output-file '': cannot be written: No such file or directory"),
        ],
    )
    def test_what_cannot_be_done_is_said_in_one_line(
        self, tool: Tool, argv: str, line: str
    ) -> None:
        before = tool.tree.everything()
        done = tool.check(*argv.split(" "))
        assert (done.code, done.out, len(done.err)) == (2, [], 1)
        assert fits(done.err[0], f"protohome: {line}")
        assert tool.tree.everything() == before

    def test_a_pyproject_that_configures_something_else(self, tool: Tool) -> None:
        tool.tree.write("pyproject.toml", "[tool.ruff]\n")
        done = tool.check("--config", "pyproject.toml")
        assert done.code == 2
        assert done.err == ["protohome: pyproject.toml: it has no table [tool.protohome]"]

    def test_a_folder_that_is_gone(self, tree: Tree) -> None:
        code = (
            "import os, sys; from protohome.cli import main; os.mkdir('gone'); os.chdir('gone');"
            " os.rmdir('../gone'); sys.exit(main(['check']))"
        )
        done = protohome(tree.root, code=code)
        assert done.returncode == 2
        assert done.stderr.startswith(b"protohome: the current folder is gone")


full_disk = pytest.mark.skipif(sys.platform != "linux", reason="needs the /dev/full of Linux")


class TestOutputs:
    """Output that cannot be taken."""

    def test_a_character_that_the_encoding_has_not(self, tree: Tree) -> None:
        tree.write("proto/acme/billing/v1/größer.proto", "package acme.billing.v1;")
        ascii_only = {"PYTHONIOENCODING": "ascii"}
        done = protohome(tree.root, "check", "--no-cache", environment=ascii_only)
        assert done.returncode == 1
        assert done.stdout.startswith(rb"proto/acme/billing/v1/gr\xf6\xdfer.proto:1:9: error: ")
        done = protohome(tree.root, "explain", "wrong-package", environment=ascii_only)
        assert (done.returncode, done.stderr) == (0, b"")

    @full_disk
    @pytest.mark.parametrize("command", ["check --format json", "explain wrong-package", "map"])
    def test_a_full_disk(self, tree: Tree, command: str) -> None:
        code, said = shell(tree, f"{command} >/dev/full")
        assert code == 2
        assert said == "protohome: the output cannot be written: No space left on device\n"

    @full_disk
    def test_a_full_disk_for_errors_too(self, tree: Tree) -> None:
        assert shell(tree, "check nowhere 2>/dev/full") == (2, "")

    def test_closed_streams(self, tree: Tree) -> None:
        (tree.root / INVOICE).unlink()
        assert shell(tree, "check >&- 2>&-") == (1, "")

    @pytest.mark.parametrize("flags", [(), ("--format", "json")])
    def test_a_reader_that_is_gone(self, tree: Tree, flags: tuple[str, ...]) -> None:
        (tree.root / INVOICE).unlink()
        assert unheard(tree, "check", "--no-cache", *flags) == (141, b"")

    def test_what_is_written_is_written_though_the_reader_is_gone(self, tree: Tree) -> None:
        (tree.root / INVOICE).unlink()
        assert unheard(tree, "baseline", "update")[0] == 141
        assert (tree.root / "protohome.baseline.json").stat().st_size


def unheard(tree: Tree, *argv: str) -> tuple[int, bytes]:
    """The exit code and the stderr of ``protohome ARGV`` whose stdout nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    command = (sys.executable, "-m", "protohome", *argv)
    done = subprocess.run(command, cwd=tree.root, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    return done.returncode, done.stderr


def shell(tree: Tree, command: str) -> tuple[int, str]:
    """The exit code of ``protohome COMMAND`` in a shell, and all that was printed."""
    code = (
        "import subprocess, sys; done = subprocess.run('$PYTHON -m protohome ' + sys.argv[1],"
        " shell=True, stdout=-1, stderr=-2); sys.stdout.buffer.write(done.stdout);"
        " sys.exit(done.returncode)"
    )
    environment = {"PYTHON": sys.executable, "XDG_CACHE_HOME": str(tree.root.parent / "cache")}
    done = protohome(tree.root, command, code=code, environment=environment)
    return done.returncode, done.stdout.decode()
