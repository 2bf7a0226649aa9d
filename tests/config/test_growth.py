"""Twice the settings are twice the work, also where they are made of what each reader looks for."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growth import is_linear
from protohome.config import Config, ConfigError, read
from protohome.config.nodes import nodes
from protohome.loading.modules import find_modules
from protohome.packagemap import read as read_map
from protohome.system.disk import LoadError

TOML = [
    *('"', "'", '"""', "'''", "\\", "[", "]", "[[", "]]", "{", "}", "=", ".", ",", "#", " ", "\t"),
    *(
        "\n",
        "\r\n",
        "a",
        "a = ",
        "1",
        '"x"',
        "[homes]\n",
        "[a.b]\n",
        "x = [",
        "x = {",
        "exclude = [",
    ),
]
YAML = [
    *(
        "- ",
        ": ",
        "&a ",
        "*a",
        "<<: *a\n",
        "!!x ",
        "|",
        ">",
        '"',
        "'",
        "[",
        "]",
        "{",
        "}",
        ",",
        "#",
    ),
    *("\n", "  ", "\t", "? ", "---\n", "%", "modules:\n", "  - path: a\n", "excludes: [", "\\"),
]


def a_configuration(text: str) -> None:
    with suppress(ConfigError):
        read("protohome.toml", text.encode())
    list(nodes(text.encode()))


def units(tokens: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(tokens), min_size=1, max_size=4).map("".join)


@settings(max_examples=15, deadline=None)
@given(units(["", *TOML]), units(TOML))
def test_a_configuration_is_read_in_linear_time(beginning: str, unit: str) -> None:
    assert is_linear(a_configuration, lambda n: beginning + unit * (n // len(unit) + 1), 500)


@pytest.mark.parametrize("unit", ["\\", '\\"', "''", "\\'"])
@pytest.mark.parametrize("quotes", ['"', "'", '"""', "'''"])
def test_what_opens_and_never_closes_does_not_multiply(quotes: str, unit: str) -> None:
    assert is_linear(a_configuration, lambda n: f"map = {quotes}{unit * n}", 6)


@settings(max_examples=15, deadline=None)
@given(units(["", *YAML]), units(YAML))
def test_the_files_of_buf_are_read_in_linear_time(
    tmp_path_factory: pytest.TempPathFactory, beginning: str, unit: str
) -> None:
    folder = tmp_path_factory.mktemp("buf", numbered=True)

    def modules(text: str) -> None:
        (folder / "buf.yaml").write_text(text, "utf-8", newline="")
        with suppress(LoadError):
            find_modules(str(folder), Config(), read_map("m.md", b""), cache=False)

    assert is_linear(modules, lambda n: beginning + unit * (n // len(unit) + 1), 500), unit
