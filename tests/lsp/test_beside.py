"""What is beside the protos and judged all the same: kept lists, owners, gates, notes, history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import MAP, Tree, codes
from lsp.test_folders import Disk, save, tell
from lsp.test_publishing import Told
from lsp.wire import Wire
from protohome.loading import discovery
from protohome.lsp.answers.showing.diagnostics import Publisher
from protohome.lsp.client import Client
from protohome.lsp.state.session import Session
from protohome.workspace.snapshot import Snapshot
from trees import Repository

Converse = Callable[..., Wire]

LIST = """\
# Billing

<!-- protohome:begin files acme.billing.v1 -->

{}
<!-- protohome:end -->
"""
INVOICES = "- `proto/acme/billing/v1/invoice.proto`\n"


@pytest.fixture(params=["watched", "found when something is saved"])
def disk(request: pytest.FixtureRequest, converse: Converse, acme: Tree) -> Disk:
    """A conversation with the map open."""
    watches = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
    wire = converse(watches if request.param == "watched" else None)
    wire.open(acme.map)

    def changed(*paths: Path) -> None:
        tell(wire, *paths) if request.param == "watched" else save(wire, acme.map)

    return Disk(wire, changed)


def hear(wire: Wire, path: Path, rule: str, wanted: bool = True) -> dict[str, Any]:
    """The finding of a rule in a document, when it comes; nothing when it has gone."""
    while True:
        found = [each for each in wire.hear_diagnostics(path) if each["code"] == rule]
        if bool(found) == wanted:
            return found[0] if found else {}


def test_a_list_that_is_not_true_is_shown_where_it_is_kept(disk: Disk, acme: Tree) -> None:
    page = acme.root / "docs/billing.md"
    page.parent.mkdir()
    page.write_text(LIST.format(""))
    disk.wire.open(page)
    drift = hear(disk.wire, page, "list-drift")
    assert drift["range"]["start"]["line"] == 2
    disk.wire.change(page, "\n" + LIST.format(INVOICES), 2)
    assert disk.wire.hear_diagnostics(page, 2) == [], "as one types"
    disk.wire.change(page, LIST.format(""), 3)
    assert codes(disk.wire.hear_diagnostics(page, 3)) == ["list-drift"]
    other = acme.invoice.with_name("receipt.proto")
    other.write_text("package acme.billing.v1;\nmessage Receipt {}\n")
    disk.wire.change(page, LIST.format(INVOICES), 4)
    assert disk.wire.hear_diagnostics(page, 4) == []
    disk.changed(other)
    assert "1 line missing" in hear(disk.wire, page, "list-drift")["message"]


def test_a_list_is_mended_from_the_menu(disk: Disk, acme: Tree) -> None:
    page = acme.root / "docs/billing.md"
    page.parent.mkdir()
    page.write_text(LIST.format(""))
    disk.wire.open(page)
    drift = hear(disk.wire, page, "list-drift")
    context = {"diagnostics": [drift]}
    asked = {"textDocument": {"uri": page.as_uri()}, "range": drift["range"], "context": context}
    titles = [action["title"] for action in disk.wire.call("textDocument/codeAction", asked)]
    assert "Write the block “files acme.billing.v1” anew" in titles


def test_owners_follow_the_map_as_it_is_typed(converse: Converse, acme: Tree) -> None:
    owners = acme.root / "CODEOWNERS"
    line = "/proto/acme/billing/v1/ @acme/billing"
    owners.write_text(f"# protohome:begin owners\n{line}\n# protohome:end\n")
    acme.config.write_text('[owners]\n"owner:billing" = ["@acme/billing"]\n')
    wire = converse()
    wire.open(owners)
    wire.open(acme.map)
    wire.hear_diagnostics(owners, 1)
    wire.change(acme.map, MAP.replace("`owner:docs` | A-3", "`owner:billing` | A-3"), 2)
    assert "1 line missing" in hear(wire, owners, "owner-drift")["message"]


def test_a_gate_that_nothing_runs_is_shown_in_the_map(disk: Disk, acme: Tree) -> None:
    text = MAP.replace("## Audit", "2. `buf lint` remains mandatory.\n\n## Audit")
    acme.map.write_text(text)
    disk.wire.change(acme.map, text, 2)
    disk.changed(acme.map)
    hear(disk.wire, acme.map, "missing-buf-gate")
    script = acme.root / ".github/workflows/protos.yml"
    script.parent.mkdir(parents=True)
    script.write_text("steps:\n  - run: buf lint\n")
    disk.changed(script)
    hear(disk.wire, acme.map, "missing-buf-gate", wanted=False)
    script.unlink()
    disk.changed(script)
    hear(disk.wire, acme.map, "missing-buf-gate")


def test_a_gate_that_is_removed_while_it_is_looked_at_is_missed(
    acme: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.map.write_text(MAP.replace("## Audit", "2. `buf lint` remains mandatory.\n\n## Audit"))
    script = acme.root / ".github/workflows/protos.yml"
    script.parent.mkdir(parents=True)
    script.write_text("steps:\n  - run: buf lint\n")
    look = discovery.look_around

    async def talk() -> None:
        told, loop = Told(), asyncio.get_running_loop()
        session = Session(told, Client(), Publisher)  # type: ignore[arg-type]

        async def hear_of_it() -> None:
            session.on_disk([script.as_uri()])

        def looking(snapshot: Snapshot) -> Snapshot:
            looked = look(snapshot)
            if script.exists():
                script.unlink()
                asyncio.run_coroutine_threadsafe(hear_of_it(), loop).result()
            return looked

        monkeypatch.setattr(discovery, "look_around", looking)
        session.opened(acme.map.as_uri(), 1, acme.map.read_text())
        while "missing-buf-gate" not in [one.code for one in (await told.next()).diagnostics]:
            pass

    asyncio.run(talk())


@pytest.fixture
def git(acme: Tree, git_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.delenv("GITHUB_BASE_REF", raising=False)
    repository = Repository(acme.root, git_environment)
    repository("branch", "-M", "main")
    return repository


def test_a_new_version_waits_for_its_notes(converse: Converse, acme: Tree, git: Repository) -> None:
    sentence = "2. Breaking changes require a versioned package bump (`v2`) and migration notes."
    acme.map.write_text(MAP.replace("## Audit", f"{sentence}\n\n## Audit"))
    acme.config.write_text('migration-notes = "docs/migrations"\n')
    git("add", ".")
    git("commit", "-qm", "Ask for notes")
    second = acme.root / "proto/acme/billing/v2/invoice.proto"
    second.parent.mkdir(parents=True)
    second.write_text("package acme.billing.v2;\nmessage Invoice {}\n")
    wire = converse({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
    wire.open(second)
    hear(wire, second, "missing-migration-notes")
    notes = acme.root / "docs/migrations/v2.md"
    notes.parent.mkdir(parents=True)
    notes.write_text("Everything is new in acme.billing.v2.\n")
    tell(wire, notes)
    hear(wire, second, "missing-migration-notes", wanted=False)


def test_an_issue_that_lands_is_told_in_its_row(
    converse: Converse, acme: Tree, git: Repository
) -> None:
    wire = converse()
    wire.open(acme.map)
    wire.hear_diagnostics(acme.map, 1)
    git("commit", "-q", "--allow-empty", "-m", "A-3 move refunds home")
    assert "A-3 has landed" in hear(wire, acme.map, "follow-on-landed")["message"]
