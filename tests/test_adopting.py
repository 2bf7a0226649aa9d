"""``docs/adopting.md`` as a new user follows it, in a fresh repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from trees import Repository

FROZEN = "proto/openagents/protocol/v1/digests.proto"
FAILS = "protohome check --only-new"


def commands(page: str) -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def test_the_page_can_be_followed(
    root: Path, tmp_path: Path, git_environment: dict[str, str]
) -> None:
    page = (root / "docs" / "adopting.md").read_text("utf-8")
    tree, programs = tmp_path / "tree", tmp_path / "bin"
    shutil.copytree(root / "examples" / "openagents", tree)
    (tree / "proto" / "PACKAGE_MAP.md").unlink()
    programs.mkdir()
    for name, module in (("protohome", "protohome"), ("hook", "protohome_hooks.check")):
        (programs / name).write_text(f"#!/bin/sh\nexec '{sys.executable}' -m {module} \"$@\"\n")
        (programs / name).chmod(0o755)
    git = Repository(tree, git_environment)
    git("branch", "--move", "--force", "main")
    environment = {
        **os.environ,
        **git_environment,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }

    def run(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-ec", command], cwd=tree, env=environment, capture_output=True, text=True
        )

    asked = commands(page)
    assert sum(command.count("protohome ") for command in asked) == 9
    for command in asked:
        if "baseline update" in command:
            package_map = tree / "proto" / "PACKAGE_MAP.md"
            [sentence] = re.findall(r"^> (New contracts .*)$", page, re.MULTILINE)
            text = package_map.read_text("utf-8")
            package_map.write_text(text.replace("\n- ", f"\n- {sentence}\n- ", 1), "utf-8")
        if command == FAILS:
            assert run("hook").returncode == 0
            [message] = re.findall(r"^```proto\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
            head = 'syntax = "proto3";\n\npackage openagents.protocol.v1;\n\n'
            (tree / FROZEN).write_text(head + message, "utf-8")
        done = run(command)
        said = done.stdout + done.stderr
        assert done.returncode == int(command == FAILS), f"{command}\n{said}"
        if command == FAILS:
            assert "[frozen-package-addition]" in done.stdout
            assert "New contracts are forbidden in openagents.protocol.v1." in done.stdout
        elif command.startswith("protohome check"):
            assert "no errors or warnings" in said
    assert run("protohome check").returncode == 0
    assert not (tree / FROZEN).exists()
    assert "message OrgDigest {" in (tree / "proto/openagents/control/v1/digests.proto").read_text(
        "utf-8"
    )
    assert "Contracts left in frozen packages" in (tree / "report.html").read_text("utf-8")
