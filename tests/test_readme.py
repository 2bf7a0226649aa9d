"""Every command in the README runs in the demo's tree and prints what is shown below it.

Started as a script, this writes what they print now into the README; so does ``make docs``.
"""

from __future__ import annotations

import re
import shlex
import shutil
import tempfile
from pathlib import Path

import pytest

from trees import protohome

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
# Commands that install, or are tests of their own
ELSEWHERE = ("pip install ", "make demo", "make test")


def transcripts() -> list[tuple[str, str]]:
    """Each command of a console block with what is shown below it, ``""`` for nothing."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL):
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            found.append((re.sub(r"\s{2,}# .*", "", command), shown))
    return found


def demo_tree(tree: Path) -> Path:
    """The example, copied to ``tree``, with the two files that the demo adds."""
    shutil.copytree(ROOT / "examples" / "openagents", tree)
    demo = (ROOT / "examples" / "demo.sh").read_text("utf-8")
    paths = dict(re.findall(r"^(\w+)=(proto/\S+)$", demo, re.MULTILINE))
    files = re.findall(r'^tee "\$(\w+)" <<.PROTO.\n(.*?)^PROTO$', demo, re.MULTILINE | re.DOTALL)
    assert len(files) == 2
    for name, text in files:
        (tree / paths[name]).write_text(text, "utf-8")
    return tree


def printed(command: str, tree: Path, *, shown: bool) -> str:
    """What a command prints; where it is shown, as on the terminal that a reader is at."""
    program, *argv = shlex.split(command)
    assert program == "protohome"
    if shown and argv[0] == "check":
        argv += ["--format", "full"]
    done = protohome(tree, *argv)
    assert done.returncode in (0, 1), done.stderr.decode()
    return done.stdout.decode().strip() + "\n"


@pytest.mark.parametrize(
    ("command", "shown"), transcripts(), ids=[command for command, _ in transcripts()]
)
def test_a_command_of_the_readme_runs(command: str, shown: str, tmp_path: Path) -> None:
    if command.startswith(ELSEWHERE):
        assert not shown
        return
    said = printed(command, demo_tree(tmp_path / "tree"), shown=bool(shown))
    assert not shown or said == shown, "`make docs` writes it anew"


def test_the_install_commands_name_what_there_is() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'name = "protohome"' in project
    assert re.search(r"^lsp = \[", project, re.MULTILINE)


if __name__ == "__main__":
    written = README
    with tempfile.TemporaryDirectory() as folder:
        copy = demo_tree(Path(folder) / "tree")
        for asked, old in transcripts():
            if old:
                new = printed(asked, copy, shown=True)
                written = written.replace(f"$ {asked}\n{old}", f"$ {asked}\n{new}")
    (ROOT / "README.md").write_bytes(written.encode())
