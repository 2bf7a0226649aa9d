"""An installation runs without the language pack, and stays small."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import protohome

BIN = "Scripts" if os.name == "nt" else "bin"

# What takes long to import, and what a check has no business with.
HEAVY = {
    "asyncio",
    "dataclasses",
    "google.protobuf",
    "importlib.metadata",
    "inspect",
    "logging",
    "markdown_it",
    "pathlib",
    "yaml",
}


def run(
    *command: str | Path, cwd: Path, cache: Path | str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["XDG_CACHE_HOME"] = str(cache)
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def test_the_environment_is_under_25_megabytes(installation: Path) -> None:
    size = sum(file.lstat().st_size for file in installation.rglob("*") if file.is_file())
    assert size < 25_000_000


def test_the_grammar_is_the_bundled_one(installation: Path) -> None:
    program = "from protohome.syntax.grammar import _binding; print(_binding().__name__)"
    done = run(installation / BIN / "python", "-c", program, cwd=installation)
    assert done.stdout.strip() == "protohome.syntax.bindings.proto", done.stderr
    absent = "import tree_sitter_language_pack"
    assert run(installation / BIN / "python", "-c", absent, cwd=installation).returncode == 1


def test_it_tells_its_version(installation: Path) -> None:
    done = run(installation / BIN / "protohome", "--version", cwd=installation)
    assert done.stdout.strip() == f"protohome {protohome.__version__}"


def test_it_checks_the_example_as_clean(installation: Path, root: Path, tmp_path: Path) -> None:
    example = root / "examples" / "openagents"
    done = run(installation / BIN / "protohome", "check", cwd=example, cache=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_check_imports_nothing_heavy(installation: Path, root: Path, tmp_path: Path) -> None:
    """Once the map has been read and is cached: the everyday run of the hook."""
    program = "import sys; from protohome.cli import main; main(['check']); print(*sys.modules)"
    for _ in range(2):
        command = (installation / BIN / "python", "-c", program)
        done = run(*command, cwd=root / "examples" / "openagents", cache=tmp_path)
    assert done.returncode == 0, done.stderr
    assert HEAVY & set(done.stdout.split()) == set()


def test_without_the_lsp_extra_the_server_says_so(installation: Path) -> None:
    done = run(installation / BIN / "protohome-lsp", cwd=installation)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("protohome-lsp: ")
