"""What a developer sees at ``git commit``, with pre-commit and with prek."""

from __future__ import annotations

import re

from consumer import MAP, SCRIPTS, Consumer

REFUNDS = "proto/openagents/protocol/v1/refunds.proto"
REFUND_REQUEST = """\
syntax = "proto3";

package openagents.protocol.v1;

message RefundRequest {
  string refund_id = 1;
}
"""
SANDBOX = "proto/openagents/protocol/v1/codex_sandbox.proto"


def test_a_clean_commit_passes_and_the_tool_says_nothing(consumer: Consumer) -> None:
    consumer.write("README.md", "# Contracts\n")
    done = consumer.commit()
    assert done.code == 0, done.output
    assert "Passed" in done.output
    assert len(done.output.splitlines()) == 1
    assert consumer.commits() == 2


def test_a_new_contract_in_the_frozen_package_is_blocked(consumer: Consumer) -> None:
    consumer.write(REFUNDS, REFUND_REQUEST)
    blocked = consumer.commit()
    assert blocked.code == 1
    assert f"{REFUNDS}:5:9: error: " in blocked.output
    assert "[frozen-package-addition]" in blocked.output
    assert consumer.map_line("New contracts are forbidden") in blocked.output
    assert consumer.commits() == 1


def test_deleting_an_audited_file_is_blocked_at_its_row(consumer: Consumer) -> None:
    row = consumer.map_line(f"`{SANDBOX}`")
    (consumer.root / SANDBOX).unlink()
    blocked = consumer.commit()
    assert blocked.code == 1
    assert row in blocked.output
    assert "[stale-audit-row]" in blocked.output
    assert consumer.commits() == 1


def test_removing_a_row_of_the_map_is_blocked_at_its_file(consumer: Consumer) -> None:
    lines = (consumer.root / MAP).read_text(encoding="utf-8").splitlines(keepends=True)
    consumer.write(MAP, "".join(line for line in lines if f"`{SANDBOX}`" not in line))
    blocked = consumer.commit()
    assert blocked.code == 1
    assert f"{SANDBOX}:" in blocked.output
    assert "[file-not-audited]" in blocked.output
    assert consumer.commits() == 1


def test_a_map_without_its_ownership_table_is_blocked(consumer: Consumer) -> None:
    consumer.edit_map("| Package | Domain |", "| Thing | Domain |")
    blocked = consumer.commit()
    assert blocked.code == 1
    assert re.search(rf"^ *{MAP}:\d+:\d+: error: .*Thing.* \[map-invalid\]$", blocked.output, re.M)
    assert consumer.commits() == 1


def test_a_map_that_is_no_text_cannot_be_checked(consumer: Consumer) -> None:
    (consumer.root / MAP).write_bytes(b"# Map \xff\n")
    blocked = consumer.commit()
    assert blocked.code == 1
    assert "exit code: 2" in blocked.output
    assert f"{MAP}: the package map cannot be read" in blocked.output
    assert consumer.commits() == 1


def test_what_is_not_staged_is_not_judged(consumer: Consumer) -> None:
    """pre-commit and prek put unstaged edits aside; untracked files stay where they are."""
    consumer.write(REFUNDS, REFUND_REQUEST)
    consumer.edit_map("| Package | Domain |", "| Thing | Domain |")
    consumer.write("README.md", "# Contracts\n")
    done = consumer.commit("README.md")
    assert done.code == 0, done.output


def test_what_is_staged_is_judged_even_when_it_was_changed_back(consumer: Consumer) -> None:
    consumer.write(REFUNDS, REFUND_REQUEST)
    consumer.run("git", "add", REFUNDS)
    (consumer.root / REFUNDS).unlink()
    blocked = consumer.run("git", "commit", "--quiet", "--message", "A change")
    assert blocked.code == 1
    assert "[frozen-package-addition]" in blocked.output


def test_all_files_judges_the_same_tree(consumer: Consumer) -> None:
    every = (SCRIPTS / consumer.manager, "run", "--all-files")
    assert consumer.run(*every).code == 0
    consumer.write(REFUNDS, REFUND_REQUEST)
    consumer.run("git", "add", REFUNDS)
    blocked = consumer.run(*every)
    assert blocked.code == 1
    assert "[frozen-package-addition]" in blocked.output


def test_args_are_flags_of_check(consumer: Consumer) -> None:
    config = consumer.root / ".pre-commit-config.yaml"
    consumer.write(
        config.name, config.read_text(encoding="utf-8") + "    args: [--ignore, file-not-audited]\n"
    )
    lines = (consumer.root / MAP).read_text(encoding="utf-8").splitlines(keepends=True)
    consumer.write(MAP, "".join(line for line in lines if f"`{SANDBOX}`" not in line))
    blocked = consumer.commit()
    assert "[file-not-audited]" not in blocked.output
