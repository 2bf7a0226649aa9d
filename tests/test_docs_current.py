"""The generated docs say what the source says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from protohome.config import Config, keys, read
from protohome.rules import RULES


def docs(root: Path, *arguments: str) -> tuple[int, list[str]]:
    """The exit code of the generator and its lines on stderr."""
    command = [sys.executable, str(root / "scripts" / "docs.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stderr.splitlines()


def test_the_docs_are_current(root: Path) -> None:
    assert docs(root, "--check") == (0, [])


def test_what_is_stale_is_named_and_made_again(root: Path, tmp_path: Path) -> None:
    here = ("--root", str(tmp_path))
    readme = tmp_path / "README.md"
    readme.write_text("# Ours\n<!-- rules:begin -->\nold\n<!-- rules:end -->\nand more\n")
    assert docs(root, *here) == (0, [])
    assert docs(root, *here, "--check") == (0, [])
    assert readme.read_text().startswith("# Ours\n<!-- rules:begin -->\n### The package map\n")
    assert readme.read_text().endswith("|\n<!-- rules:end -->\nand more\n")

    (tmp_path / "docs/rules/wrong-package.md").write_text("by hand")
    (tmp_path / "docs/rules/of-yesterday.md").write_text("a rule that is gone")
    code, lines = docs(root, *here, "--check")
    assert code == 1
    assert lines == [
        "docs/rules/wrong-package.md is stale: run `make docs`",
        "docs/rules/of-yesterday.md is stale: run `make docs`",
    ]
    assert docs(root, *here) == (0, [])
    assert docs(root, *here, "--check") == (0, [])


def test_a_readme_needs_a_place_for_the_table(root: Path, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Ours\n")
    code, lines = docs(root, "--root", str(tmp_path))
    assert code == 1
    assert lines == [
        "README.md: put <!-- rules:begin --> and <!-- rules:end --> where the rules table belongs"
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


def pages() -> list[Path]:
    root = Path(__file__).parent.parent
    return [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("examples/*/*.md")]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#\s]+)[^)]*\)", text)
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("key", keys.KEYS, ids=lambda key: key.name)
def test_the_docs_of_a_key_hold(key: keys.Key) -> None:
    names = [rule.id for rule in RULES]
    assert read("protohome.toml", key.example.encode(), rules=names) != Config()
    default = getattr(Config(), key.name.replace("-", "_"))
    if default:
        assert key.default == f"`{default}`"
