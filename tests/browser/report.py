"""The report in a real browser: readable without JavaScript, and nothing that axe-core objects to.

``make test-report`` runs it; it needs Chromium, and npm the first time.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile
from html import unescape
from pathlib import Path

import pytest

from corpora import CACHE
from trees import protohome

AXE = "axe-core-4.10.3"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def chromium(*arguments: str) -> str:
    """What Chromium prints."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, "Chromium is missing: apt-get install chromium"
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script, from npm, kept in the cache."""
    script = CACHE / AXE / "axe.min.js"
    if not script.exists():
        CACHE.mkdir(exist_ok=True)
        name, _, version = AXE.rpartition("-")
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=CACHE, check=True)
        with tarfile.open(CACHE / f"{AXE}.tgz") as packed:
            content = packed.extractfile("package/axe.min.js")
            assert content is not None
            script.parent.mkdir(exist_ok=True)
            script.write_bytes(content.read())
        (CACHE / f"{AXE}.tgz").unlink()
    return script.read_text("utf-8")


@pytest.fixture(scope="session", params=["as it is", "with findings"])
def page(
    request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The report of the example, as it is and with a contract in the wrong place."""
    folder = tmp_path_factory.mktemp("report")
    tree = folder / "tree"
    shutil.copytree(root / "examples" / "openagents", tree)
    if request.param == "with findings":
        stray = tree / "proto/openagents/protocol/v1/stray.proto"
        stray.write_text("package openagents.protocol.v1;\nmessage PolicyIntent {}\n")
    done = protohome(tree, "report", "-o", "../report.html")
    assert done.returncode == 0, done.stderr
    return folder / "report.html"


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(page: Path, axe: str, width: int, scheme: str) -> None:
    run = (
        "axe.run().then(function (found) { var told = document.createElement('pre');"
        " told.id = 'axe'; told.textContent = JSON.stringify(found.violations.map("
        "function (one) { return [one.id, one.nodes.map(function (n) { return n.html; })]; }));"
        " document.body.append(told); });"
    )
    checked = page.with_name(f"axe-{width}-{scheme}.html")
    text = page.read_text("utf-8")
    checked.write_text(f"{text}<script>{axe}</script><script>{run}</script>", "utf-8")
    dark = ("--force-dark-mode", "--blink-settings=preferredColorScheme=0")
    scheme_flags = dark if scheme == "dark" else ()
    shown = chromium(
        f"--window-size={width},900", "--virtual-time-budget=60000", *scheme_flags, "--dump-dom",
        checked.as_uri(),
    )  # fmt: skip
    told = re.search(r'<pre id="axe">(.*?)</pre>', shown, re.DOTALL)
    assert told is not None
    assert json.loads(unescape(told[1])) == []


@pytest.mark.parametrize("width", [1280, 400])
def test_it_is_seen(page: Path, width: int, root: Path) -> None:
    """A picture a width, kept in the cache to be looked at."""
    folder = CACHE / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"report-{page.parent.name[-1]}-{width}.png"
    picture.unlink(missing_ok=True)
    size = f"--window-size={width},1600"
    chromium(size, f"--screenshot={picture}", page.as_uri())
    assert os.path.getsize(picture) > 10_000


def test_the_filter_is_there_only_with_javascript(page: Path) -> None:
    assert 'for="filter" hidden' in page.read_text("utf-8")
    shown = chromium("--dump-dom", page.as_uri())
    assert '<label for="filter">' in shown
