"""Which files configure protohome, and what a configuration knows of its own text."""

from __future__ import annotations

import pytest

from protohome.config import Config, ConfigError, is_config, read


@pytest.mark.parametrize(
    ("path", "source", "configures"),
    [
        ("protohome.toml", b"", True),
        ("a/b/protohome.toml", b"not TOML", True),
        ("my-protohome.toml", b"", False),
        ("pyproject.toml", b"[tool.protohome]", True),
        ("a/pyproject.toml", b"[tool]\nprotohome = {}", True),
        ("pyproject.toml", b"tool.protohome.map = 'PACKAGE_MAP.md'", True),
        ("pyproject.toml", b"[tool.protohome.homes]", True),
        ("pyproject.toml", b"[project]\ndependencies = ['protohome']", False),
        ("pyproject.toml", b"[tool.protohomes]", False),
        ("pyproject.toml", b"tool = 'protohome'", False),
        ("pyproject.toml", b"", False),
        ("pyproject.toml", b"[tool.protohome]\nmap = ", True),
        ("pyproject.toml", b"[ tool . 'protohome' ]\nmap = ", True),
        ("pyproject.toml", b"# [tool.protohome]\nmap = ", False),
        ("pyproject.toml", b"[tool.protohomes]\nmap = ", False),
        ("pyproject.toml", b"[tool.protohome]\nmap = '\xff'", True),
    ],
)
def test_a_file_configures_by_its_name_and_table(
    path: str, source: bytes, configures: bool
) -> None:
    assert is_config(path, source) is configures


def test_a_configuration_knows_its_file_and_the_lines_of_its_keys() -> None:
    source = b"""map = "PACKAGE_MAP.md"
homes = { "a.v1.B" = "b.v1" }

[severity]
wrong-package = "error"
"""
    config = read("deep/protohome.toml", source)
    assert config.path == "deep/protohome.toml"
    assert config.lines == {
        "map": 1,
        "homes": 2,
        "homes.a.v1.B": 2,
        "severity": 4,
        "severity.wrong-package": 5,
    }


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_that_are_no_text_have_their_place(mark: bytes) -> None:
    with pytest.raises(ConfigError) as raised:
        read("protohome.toml", mark + "# größe\nmap = 'größe ".encode() + b"\xff'")
    assert str(raised.value) == "protohome.toml:2:14: not UTF-8 text; save the file as UTF-8"


def test_lines_in_a_pyproject_are_those_of_its_own_table() -> None:
    source = b"""[tool.ruff]
exclude = []

[tool.protohome]
exclude = ["vendor/**"]
homes."a.v1.B" = "b.v1"
"""
    config = read("pyproject.toml", source)
    assert config.path == "pyproject.toml"
    assert config.lines == {"exclude": 5, "homes": 6, "homes.a.v1.B": 6}


def test_a_pyproject_without_the_table_is_no_configuration() -> None:
    assert read("pyproject.toml", b"[project]\nname = 'consumer'\n") == Config()


def test_without_the_names_of_the_rules_any_rule_passes() -> None:
    assert read("protohome.toml", b'ignore = ["one-of-tomorrow"]').ignore == ("one-of-tomorrow",)
