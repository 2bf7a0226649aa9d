"""Reads the pages of this folder: a case is a heading and the blocks below it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from protohome.config import Config

RULES = ("wrong-package", "transitional-shim", "missing-follow-on")

_CASE = re.compile(r"^## (?P<name>.+)\n(?P<body>(?:(?!## ).*\n)*)", re.M)
_BLOCK = re.compile(r"^```(?P<language>\w+) ?(?P<path>\S*)\n(?P<text>(?:(?!```).*\n)*)```\n", re.M)


def settings(config: Config) -> dict[str, Any]:
    """What a configuration says, without what it knows of its file."""
    about_the_file = ("path", "source", "lines")
    said = config._asdict().items()
    return {name: value for name, value in said if name not in about_the_file}


class Case(NamedTuple):
    """``path`` and ``source`` of a configuration, and the blocks that tell what comes of it."""

    name: str
    path: str
    source: bytes
    expected: tuple[str, ...]


def read_cases(page: str) -> list[Case]:
    text = Path(__file__).with_name(page).read_text("utf-8")
    return [_case(match["name"], match["body"]) for match in _CASE.finditer(text)]


def _case(name: str, body: str) -> Case:
    given, *expected = _BLOCK.finditer(body)
    path = given["path"] or "protohome.toml"
    return Case(name, path, given["text"].encode(), tuple(block["text"] for block in expected))
