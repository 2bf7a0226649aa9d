"""protohome in a real Vim with ALE, set up by the lines of its page.

``make test-editors`` runs it, and installs Vim for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from editors.conftest import Repository

DRIVER = Path(__file__).with_name("driver.vim")
COMMS = "proto/openagents/protocol/v1/comms.proto"
MOVED = "proto/openagents/control/v1/comms.proto"
MAP = "proto/PACKAGE_MAP.md"


def test_a_contract_is_shown_before_it_is_saved_and_moved_home(
    repository: Repository, tmp_path: Path, root: Path, git_environment: dict[str, str]
) -> None:
    assert shutil.which("vim"), "Vim is missing: make test-editors installs it"
    page = (root / "editors/vim.md").read_text("utf-8")
    setup = page.split("```vim\n")[1].split("```", 1)[0]
    (tmp_path / "vimrc").write_text(setup, "utf-8")
    repository.commit()
    before = repository.read(COMMS)
    found = tmp_path / "found.txt"
    scripts = sysconfig.get_path("scripts")
    environment = {
        **git_environment,
        "HOME": str(tmp_path),
        "PATH": os.pathsep.join([scripts, git_environment.get("PATH", os.defpath)]),
        "CONTRACT": "CommsDigestIntent",
        "FOUND": str(found),
    }
    command = [
        "vim",
        "-N",
        "-u",
        f"{tmp_path}/vimrc",
        "-T",
        "dumb",
        "--not-a-term",
        "-n",
        "-i",
        "NONE",
    ]
    done = subprocess.run(
        [*command, "-S", f"{DRIVER}", COMMS],
        cwd=repository.root, env=environment, capture_output=True, timeout=60,
    )  # fmt: skip
    said = found.read_text("utf-8") if found.exists() else done.stdout.decode(errors="replace")
    assert done.returncode == 0, said
    [finding] = said.splitlines()
    assert finding.startswith("E CommsDigestIntent belongs in openagents.control.v1")
    assert "PACKAGE_MAP.md:21" in finding
    assert "CommsDigestIntent" not in repository.read(COMMS)
    assert before.strip() == repository.read(COMMS).strip()
    assert "message CommsDigestIntent {" in repository.read(MOVED)
    assert MOVED in repository.read(MAP)
    repository.build()
