"""A run imports only the format it prints: start-up time is most of a small check."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"hashlib", "json", "pathlib", "urllib.parse", "xml.etree.ElementTree"}

RENDER = """
import sys
before = set(sys.modules)
from protohome import output
from protohome.findings import Report, Summary
output.render(sys.argv[1], Report((), (), Summary(0, 0, 0, 0, 0, 0, 0)), ())
print(*sorted(set(sys.modules) - before))
"""


def imported(name: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", RENDER, name], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("name", ["text", "github", "msvs"])
def test_line_formats_import_nothing_heavy(name: str) -> None:
    assert imported(name) & HEAVY == set()


def test_a_format_leaves_the_others_alone() -> None:
    formats = {each for each in imported("json") if each.startswith("protohome.output.")}
    assert formats == {"protohome.output.json"}
