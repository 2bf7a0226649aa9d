"""The same hook where no manager puts unstaged edits aside: a plain git hook, and lefthook."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from consumer import MAP, SCRIPTS, Consumer
from corpora import lefthook

COMMS = "proto/openagents/protocol/v1/comms.proto"
FORBIDDEN = "\nmessage CommsDigestIntent {\n  string org_id = 1;\n}\n"
AUDITED = "proto/openagents/sync/v1/errors.proto"


def plain(consumer: Consumer) -> None:
    hook = consumer.root / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\nexec {SCRIPTS}/protohome-hook\n", "utf-8")
    hook.chmod(0o755)
    shutil.copy(hook, hook.with_name("pre-merge-commit"))


def by_lefthook(consumer: Consumer) -> None:
    commands = f"  commands:\n    protohome:\n      run: {SCRIPTS}/protohome-hook\n"
    consumer.write("lefthook.yml", f"pre-commit:\n{commands}pre-merge-commit:\n{commands}")
    done = consumer.run(lefthook(), "install")
    assert done.code == 0, done.output


@pytest.fixture(params=[plain, by_lefthook], ids=["git", "lefthook"])
def committed(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    root: Path,
    git_environment: dict[str, str],
) -> Consumer:
    """The example tree after its first commit, the hook in place."""
    environment = {
        **git_environment,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "LEFTHOOK_BIN": str(lefthook()),
    }
    consumer = Consumer(tmp_path / "consumer", request.param.__name__, environment)
    shutil.copytree(root / "examples" / "openagents", consumer.root)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=consumer.root, check=True)
    install: Callable[[Consumer], None] = request.param
    install(consumer)
    first = consumer.commit()
    assert first.code == 0, first.output
    return consumer


def append(consumer: Consumer, path: str, text: str) -> None:
    with (consumer.root / path).open("a", encoding="utf-8") as stream:
        stream.write(text)


def test_staged_bad_and_mended_on_disk_is_blocked(committed: Consumer) -> None:
    before = (committed.root / COMMS).read_text("utf-8")
    append(committed, COMMS, FORBIDDEN)
    committed.run("git", "add", "--all")
    committed.write(COMMS, before)
    blocked = committed.run("git", "commit", "-m", "A change")
    assert blocked.code != 0
    assert "CommsDigestIntent belongs in openagents.control.v1" in blocked.output
    assert "protohome explain FQN" in blocked.output
    assert committed.commits() == 1


def test_staged_good_and_broken_on_disk_passes(committed: Consumer) -> None:
    committed.write("README.md", "# Contracts\n")
    committed.run("git", "add", "--all")
    append(committed, COMMS, FORBIDDEN)
    committed.write(MAP, "")
    done = committed.run("git", "commit", "-m", "A change")
    assert done.code == 0, done.output


def test_part_of_the_work_is_committed(committed: Consumer) -> None:
    append(committed, COMMS, FORBIDDEN)
    committed.write("README.md", "# Contracts\n")
    committed.run("git", "add", "--all")
    assert committed.run("git", "commit", "-m", "One file", "README.md").code == 0
    assert committed.run("git", "commit", "-m", "The other", COMMS).code != 0


def test_a_deletion_and_the_map_alone(committed: Consumer) -> None:
    (committed.root / AUDITED).unlink()
    blocked = committed.commit()
    assert blocked.code != 0
    assert "stale-audit-row" in blocked.output
    committed.run("git", "reset", "-q", "--hard")
    committed.edit_map(f"`{AUDITED}`", "`elsewhere.proto`")
    blocked = committed.commit()
    assert blocked.code != 0
    assert "file-not-audited" in blocked.output


def test_a_merge_is_judged_against_where_it_goes(committed: Consumer) -> None:
    committed.run("git", "checkout", "-q", "-b", "feature")
    append(committed, COMMS, FORBIDDEN)
    committed.run("git", "add", "--all")
    skipped = committed.run("git", "commit", "--no-verify", "-m", "Past the hook")
    assert skipped.code == 0, skipped.output
    committed.run("git", "checkout", "-q", "main")
    merged = committed.run("git", "merge", "--no-ff", "-m", "Merge", "feature")
    assert merged.code != 0
    assert "CommsDigestIntent" in merged.output


def test_a_work_tree_with_two_maps(committed: Consumer) -> None:
    shutil.copytree(
        committed.root,
        committed.root / "second",
        ignore=shutil.ignore_patterns(".git", "second", "lefthook.yml"),
    )
    committed.run("git", "add", "--all")
    added = committed.run("git", "commit", "--no-verify", "-m", "What the other team has")
    assert added.code == 0, added.output
    append(committed, f"second/{COMMS}", FORBIDDEN)
    blocked = committed.commit()
    assert blocked.code != 0
    assert f"second/{COMMS}:" in blocked.output
    assert blocked.output.count("CommsDigestIntent belongs") == 1


def test_the_fixing_hook_edits_and_fails_and_then_passes(committed: Consumer) -> None:
    committed.edit_map("`proto/openagents/sync/v1/sync.proto` |", "`proto/openagents/sync.proto` |")
    committed.run("git", "add", "--all")
    fixing = SCRIPTS / "protohome-fix-hook"
    done = committed.run(fixing)
    assert done.code == 1, done.output
    assert "`proto/openagents/sync/v1/sync.proto` |" in (committed.root / MAP).read_text("utf-8")
    committed.run("git", "add", "--all")
    assert committed.run(fixing).code == 0


def test_the_fixing_hook_refuses_what_is_only_partly_staged(committed: Consumer) -> None:
    committed.edit_map("`proto/openagents/sync/v1/sync.proto` |", "`proto/openagents/sync.proto` |")
    committed.run("git", "add", "--all")
    append(committed, MAP, "\nAnd more.\n")
    before = (committed.root / MAP).read_bytes()
    done = committed.run(SCRIPTS / "protohome-fix-hook")
    assert done.code == 2
    assert f"partly staged, so nothing was fixed: {MAP}" in done.output
    assert (committed.root / MAP).read_bytes() == before
