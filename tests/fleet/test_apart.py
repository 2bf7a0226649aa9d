"""Who checks one tree pays nothing for the fleet: neither in what is installed nor in time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from protohome.cli import COMMANDS
from trees import Tree, protohome

HEAVY = ("dask", "distributed", "fsspec", "pyarrow", "jinja2")
NEEDED = {
    "markdown-it-py",
    "pathspec",
    "protobuf",
    "pyyaml",
    "shtab",
    "tomli",
    "tree-sitter",
}


def test_what_is_installed_has_not_grown(root: Path) -> None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    names = {one.partition(">")[0] for one in project["dependencies"]}
    assert names == NEEDED
    fleet = {one.partition(">")[0] for one in project["optional-dependencies"]["fleet"]}
    assert fleet == {"dask", "distributed", "fsspec", "jinja2"}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_imports_what_only_the_fleet_needs(tmp_path: Path, command: str) -> None:
    tree = Tree(tmp_path)
    argv = {"check": "'check', '--no-cache'"}.get(command, f"{command!r}, '--help'")
    code = (
        "import sys\n"
        "from protohome.cli import main\n"
        "try:\n"
        f"    main([{argv}])\n"
        "except SystemExit:\n"
        "    pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])\n"
    )
    done = protohome(tree.root, code=code)
    assert done.stdout.splitlines()[-1] == b"[]", done.stderr


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from protohome.commands import fleet\n"
        "fleet.find_spec = lambda name: None if name == 'dask' else name\n"
        "from protohome.cli import main\n"
        "sys.exit(main(['fleet', '.', '-o', 'out']))\n"
    )
    done = protohome(tmp_path, code=code)
    assert done.returncode == 2
    assert b"the fleet needs dask: pip install 'protohome[fleet]'" in done.stderr
    assert not (tmp_path / "out").exists()
