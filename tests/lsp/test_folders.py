"""The map, the configuration and the disk: what changes there shows in the open documents."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lsp.conftest import IDLE_SHIM, INVOICE, MAP, REFUND, Tree, codes, shim_of
from lsp.wire import Wire

Converse = Callable[..., Wire]

WATCHES = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
PROGRESS = {"window": {"workDoneProgress": True}}


def begin(converse: Converse, *paths: Path, capabilities: Any = None) -> Wire:
    """A conversation with documents open, their first findings heard."""
    wire = converse(capabilities)
    for path in paths:
        wire.open(path)
        wire.hear_diagnostics(path)
    return wire


# The map that an editor names


@pytest.mark.parametrize("by_folder", [False, True])
def test_an_editor_may_name_the_map(wire: Wire, acme: Tree, by_folder: bool) -> None:
    acme.map = acme.map.rename(acme.root / "HOMES.md")
    named = {acme.root.as_uri(): "HOMES.md"} if by_folder else "HOMES.md"
    wire.initialize(acme.root, initializationOptions={"map": named})
    wire.open(acme.refund)
    assert codes(wire.hear_diagnostics(acme.refund)) == IDLE_SHIM
    wire.open(acme.map)
    assert wire.hear_diagnostics(acme.map) == []
    wire.change(acme.map, without(MAP, "invoice.proto"), 2)
    wire.open(acme.invoice)
    assert codes(wire.hear_diagnostics(acme.invoice)) == ["file-not-audited"]


@pytest.mark.parametrize("path", ["../HOMES.md", "/HOMES.md", "none.md", "", 7])
def test_a_map_that_is_not_in_the_folder_is_looked_for_as_ever(
    wire: Wire, acme: Tree, path: object
) -> None:
    (acme.root.parent / "HOMES.md").write_text(MAP)
    wire.initialize(acme.root, initializationOptions={"map": path})
    wire.open(acme.refund)
    assert codes(wire.hear_diagnostics(acme.refund)) == IDLE_SHIM


def test_a_map_that_is_written_elsewhere_is_noticed_without_being_told(
    converse: Converse, acme: Tree
) -> None:
    wire = begin(converse, acme.invoice)
    acme.map.write_text(without(MAP, "invoice.proto"))
    assert codes(wire.hear_diagnostics(acme.invoice)) == ["file-not-audited"]


# The map while it is edited


def test_an_edit_of_the_map_shows_in_the_files(converse: Converse, acme: Tree) -> None:
    wire = begin(converse, acme.invoice, acme.map)
    wire.change(acme.map, without(MAP, "invoice.proto"), 2)
    assert wire.hear_diagnostics(acme.map, 2) == []
    assert codes(wire.hear_diagnostics(acme.invoice, 1)) == ["file-not-audited"]


def test_findings_in_the_map_are_in_its_own_text(converse: Converse, acme: Tree) -> None:
    wire = begin(converse, acme.map)
    wire.change(acme.map, "\n\n" + MAP.replace("entry.proto", "entries.proto"), 2)
    [stale] = wire.hear_diagnostics(acme.map, 2)
    assert stale["code"] == "stale-audit-row"
    line = stale["range"]["start"]["line"]
    assert (
        "entries.proto" in ("\n\n" + MAP).replace("entry.proto", "entries.proto").split("\n")[line]
    )


@pytest.mark.parametrize(
    "broken",
    [
        MAP.replace("| Package | Domain", "| Pack | Domain"),
        MAP.replace("`acme.ledger.v1` | Ledger", "`acme.billing.v1` | Ledger"),
        "",
    ],
    ids=["no ownership table", "a duplicate row", "an empty text"],
)
def test_a_map_that_is_broken_for_the_moment_leaves_the_last_good_one_in_force(
    converse: Converse, acme: Tree, broken: str
) -> None:
    wire = begin(converse, acme.map, acme.refund, acme.invoice)
    wire.change(acme.map, broken, 2)
    assert set(codes(wire.hear_diagnostics(acme.map, 2))) == {"map-invalid"}
    wire.change(acme.refund, REFUND + "\n", 2)
    assert codes(wire.hear_diagnostics(acme.refund, 2)) == IDLE_SHIM
    wire.change(acme.invoice, INVOICE.replace("billing", "ledger"), 2)
    assert "wrong-package" in codes(wire.hear_diagnostics(acme.invoice, 2))
    wire.change(acme.map, MAP, 3)
    assert set(codes(wire.hear_diagnostics(acme.map, 3))) == {"stale-audit-row"}


def test_a_map_that_was_broken_from_the_start_is_followed_as_far_as_it_goes(
    converse: Converse, acme: Tree
) -> None:
    acme.map.write_text(MAP.replace("`acme.ledger.v1` | Ledger", "`acme.billing.v1` | Ledger"))
    wire = begin(converse)
    wire.open(acme.map)
    assert "map-invalid" in codes(wire.hear_diagnostics(acme.map))
    wire.open(acme.entry)
    assert "unlisted-package" in codes(wire.hear_diagnostics(acme.entry))
    wire.change(acme.map, MAP, 2)
    assert wire.hear_diagnostics(acme.map, 2) == []
    assert wire.hear_diagnostics(acme.entry) == []


def test_a_new_kind_of_package_makes_its_files_governed(converse: Converse, acme: Tree) -> None:
    path = acme.root / "proto/newco/pay/v1/pay.proto"
    path.parent.mkdir(parents=True)
    path.write_text("package newco.pay.v1;\nmessage Pay {}\n")
    wire = begin(converse, acme.map)
    wire.open(path)
    row = "| `newco.pay.v1` | Pay | `owner:pay` | Payments | |\n"
    wire.change(acme.map, MAP.replace("\n\n## Placement", f"\n{row}\n## Placement"), 2)
    assert codes(wire.hear_diagnostics(path)) == ["file-not-audited"]


def test_lenses_are_asked_for_again_when_the_map_changes(converse: Converse, acme: Tree) -> None:
    able = {"workspace": {"codeLens": {"refreshSupport": True}}}
    wire = begin(converse, acme.refund, acme.map, capabilities=able)
    wire.hear_method("workspace/codeLens/refresh")
    wire.heard.clear()
    wire.change(acme.map, MAP + "\n", 2)
    wire.hear_method("workspace/codeLens/refresh")


# The configuration while it is edited


def test_an_edit_of_the_configuration_shows_at_once(converse: Converse, acme: Tree) -> None:
    acme.config.write_text("")
    wire = begin(converse, acme.refund, acme.config)
    wire.change(acme.config, 'ignore = ["transitional-shim", "ready-to-retire"]\n', 2)
    assert wire.hear_diagnostics(acme.config, 2) == []
    assert wire.hear_diagnostics(acme.refund) == []
    wire.change(acme.config, '[severity]\ntransitional-shim = "warning"\n', 3)
    assert shim_of(wire.hear_diagnostics(acme.refund))["severity"] == 2


@pytest.mark.parametrize("name", ["protohome.toml", "pyproject.toml"])
def test_a_mistake_in_the_configuration_is_shown_in_it(
    converse: Converse, acme: Tree, name: str
) -> None:
    config = acme.root / name
    table = "[tool.protohome]\n" if name == "pyproject.toml" else ""
    config.write_text(f'{table}ignore = ["transitional-shim", "ready-to-retire"]\n')
    wire = begin(converse, acme.refund, config)
    wire.change(config, f'{table}# é🙂\nignore = ["no-such-rule"]\n', 2)
    [mistake] = wire.hear_diagnostics(config, 2)
    assert mistake["code"] == "map-invalid"
    assert "no-such-rule" in mistake["message"]
    assert mistake["range"]["start"] == {"line": 1 + bool(table), "character": 10}
    wire.change(acme.refund, REFUND + "\n", 2)
    assert wire.hear_diagnostics(acme.refund, 2) == [], "the last good configuration is in force"


def test_what_the_configuration_excludes_is_let_go(converse: Converse, acme: Tree) -> None:
    acme.config.write_text("")
    wire = begin(converse, acme.refund, acme.config)
    wire.change(acme.config, 'exclude = ["proto/acme/legacy/"]\n', 2)
    assert wire.hear_diagnostics(acme.refund) == []
    wire.change(acme.config, "", 3)
    assert codes(wire.hear_diagnostics(acme.refund)) == IDLE_SHIM


# The disk


def tell(wire: Wire, *paths: Path) -> None:
    """Tell the server of changes on disk, as a client with watchers does."""
    changes = [{"uri": path.as_uri(), "type": 1 if path.exists() else 3} for path in paths]
    wire.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def save(wire: Wire, path: Path) -> None:
    wire.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})


def test_a_client_that_can_watch_is_asked_to(wire: Wire, acme: Tree) -> None:
    wire.initialize(acme.root, capabilities=WATCHES)
    [registration] = wire.hear_method("client/registerCapability")["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    globs = [w["globPattern"] for w in registration["registerOptions"]["watchers"]]
    assert {"**/*.proto", "**/*.md", "**/protohome.toml", "**/.gitignore"} <= set(globs)


class Disk(NamedTuple):
    """A conversation with the shim open, and how its client tells that files changed on disk."""

    wire: Wire
    changed: Callable[..., None]


@pytest.fixture(params=["watched", "found when something is saved"])
def disk(request: pytest.FixtureRequest, converse: Converse, acme: Tree) -> Disk:
    if request.param == "watched":
        wire = begin(converse, acme.refund, capabilities=WATCHES)
        return Disk(wire, lambda *paths: tell(wire, *paths))
    wire = begin(converse, acme.refund)
    return Disk(wire, lambda *_: save(wire, acme.refund))


def test_a_file_changed_on_disk_counts(acme: Tree, disk: Disk) -> None:
    acme.entry.write_text("package acme.ledger.v1;\nmessage E { acme.legacy.v1.Refund r = 1; }\n")
    disk.changed(acme.entry)
    assert "1 reference left" in shim_of(disk.wire.hear_diagnostics(acme.refund))["message"]
    acme.entry.unlink()
    disk.changed(acme.entry)
    assert "no references left" in shim_of(disk.wire.hear_diagnostics(acme.refund))["message"]
    new = acme.entry.with_name("new.proto")
    new.write_text("package acme.ledger.v1;\nmessage N { acme.legacy.v1.Refund r = 1; }\n")
    disk.changed(new)
    assert "1 reference left" in shim_of(disk.wire.hear_diagnostics(acme.refund))["message"]


def test_a_map_changed_on_disk_counts(acme: Tree, disk: Disk) -> None:
    acme.map.write_text(without(MAP, "refund.proto"))
    disk.changed(acme.map)
    assert codes(disk.wire.hear_diagnostics(acme.refund)) == [
        "file-not-audited",
        "frozen-package-addition",
    ]
    acme.map.unlink()
    disk.changed(acme.map)
    assert disk.wire.hear_diagnostics(acme.refund) == []
    acme.map.write_text(MAP)
    disk.changed(acme.map)
    assert codes(disk.wire.hear_diagnostics(acme.refund)) == IDLE_SHIM


def test_a_configuration_that_appears_counts(acme: Tree, disk: Disk) -> None:
    acme.config.write_text('ignore = ["transitional-shim", "ready-to-retire"]\n')
    disk.changed(acme.config)
    assert disk.wire.hear_diagnostics(acme.refund) == []


def test_a_checkout_changes_everything_at_once(
    converse: Converse, acme: Tree, git_environment: dict[str, str]
) -> None:
    def git(*arguments: str) -> None:
        command = ["git", "-C", str(acme.root), *arguments]
        subprocess.run(command, check=True, env=git_environment, stdout=subprocess.DEVNULL)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "other")
    acme.map.write_text(without(MAP, "refund.proto"))
    acme.entry.unlink()
    git("commit", "-qam", "two")
    wire = begin(converse, acme.refund, capabilities=WATCHES)
    git("checkout", "-q", "main")
    tell(wire, acme.map, acme.entry)
    assert codes(wire.hear_diagnostics(acme.refund)) == IDLE_SHIM


def test_an_open_document_is_what_the_editor_says_not_the_disk(
    converse: Converse, acme: Tree
) -> None:
    """Two files with a reference are written, and one of them is open without it."""
    wire = begin(converse, acme.refund, acme.entry, capabilities=WATCHES)
    text = "package acme.ledger.v1;\nmessage E { acme.legacy.v1.Refund r = 1; }\n"
    other = acme.entry.with_name("other.proto")
    acme.entry.write_text(text)
    other.write_text(text.replace("E {", "F {"))
    tell(wire, acme.entry, other)
    assert "1 reference left" in shim_of(wire.hear_diagnostics(acme.refund))["message"]
    wire.notify("textDocument/didClose", {"textDocument": {"uri": acme.entry.as_uri()}})
    assert "2 references left" in shim_of(wire.hear_diagnostics(acme.refund))["message"]


def test_a_folder_added_is_read_and_one_removed_is_let_go(wire: Wire, acme: Tree) -> None:
    wire.initialize()
    event = {"added": [{"uri": acme.root.as_uri(), "name": "acme"}], "removed": []}
    wire.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    wire.open(acme.invoice)
    wire.hear_diagnostics(acme.invoice)
    assert [s["name"] for s in wire.call("workspace/symbol", {"query": "Entry"})][:1] == ["Entry"]
    wire.notify("textDocument/didClose", {"textDocument": {"uri": acme.invoice.as_uri()}})
    event = {"removed": event["added"], "added": []}
    wire.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    assert wire.call("workspace/symbol", {"query": "Entry"}) == []


# A large workspace


def test_while_a_large_workspace_is_read_there_is_progress_and_there_are_answers(
    wire: Wire, large: Path
) -> None:
    wire.initialize(large, capabilities=PROGRESS)
    token = wire.hear_method("window/workDoneProgress/create")["token"]
    assert wire.call("workspace/symbol", {"query": "Invoice1234"}) == []
    begun = wire.hear_method("$/progress")
    assert (begun["token"], begun["value"]["kind"]) == (token, "begin")
    kinds = []
    while "end" not in kinds:
        kinds.append(wire.hear_method("$/progress")["value"]["kind"])
    assert set(kinds[:-1]) <= {"report"}
    assert wire.call("workspace/symbol", {"query": "Invoice1234"})[0]["name"] == "Invoice1234"


def test_where_judging_takes_long_there_are_answers_meanwhile(wire: Wire, large: Path) -> None:
    """Words decide about a file without a row, by what all other files say."""
    wire.initialize(large)
    path = large / "proto/acme/billing/v1/invoice1.proto"
    wire.open(path)
    assert codes(wire.hear_diagnostics(path, 1)) == ["file-not-audited"]
    document = {"uri": path.as_uri()}
    wire.change(path, path.read_text() + "\nmessage LedgerEntryAccount {}\n", 2)
    place = {"textDocument": document, "position": {"line": 4, "character": 9}}
    hover, lens = wire.ask("textDocument/hover", place), wire.ask("textDocument/codeLens", place)
    assert wire.call("textDocument/documentSymbol", {"textDocument": document})
    assert not [m for m in wire.heard if m.get("id") in (hover, lens)], "those take their time"
    assert wire.hear_answer(hover)["result"]["contents"]["value"].startswith("**Invoice1**")
    assert "result" in wire.hear_answer(lens)
    wire.hear_diagnostics(path, 2)


def test_a_map_that_cannot_be_read_is_said_once(wire: Wire, acme: Tree) -> None:
    acme.map.write_bytes(b"\xff\x00")
    wire.initialize(acme.root)
    message = wire.hear_method("window/showMessage")
    assert "PACKAGE_MAP.md" in message["message"]
    assert message["type"] == 2
    wire.open(acme.invoice)
    save(wire, acme.invoice)
    assert wire.end() == 0
    assert [m for m in wire.heard if m.get("method") == "window/showMessage"] == []


def test_a_mistake_in_bufs_file_keeps_what_was_read(converse: Converse, acme: Tree) -> None:
    wire = begin(converse, acme.refund, capabilities=WATCHES)
    buf = acme.root / "buf.yaml"
    buf.write_text("modules: [")
    tell(wire, buf)
    assert "buf.yaml:1" in wire.hear_method("window/showMessage")["message"]
    wire.change(acme.refund, REFUND + "\n", 2)
    assert codes(wire.hear_diagnostics(acme.refund, 2)) == IDLE_SHIM
    (acme.root / "elsewhere").mkdir()
    buf.write_text("version: v2\nmodules:\n  - path: elsewhere\n")
    tell(wire, buf)
    assert wire.hear_diagnostics(acme.refund) == [], "it is under no module root any more"


def test_a_map_of_another_name_is_a_document_of_ours_too(converse: Converse, acme: Tree) -> None:
    other = acme.map.rename(acme.root / "owners.md")
    acme.config.write_text('map = "owners.md"\n')
    wire = begin(converse, acme.refund, other, capabilities=WATCHES)
    wire.change(other, without(MAP, "refund.proto"), 2)
    assert "file-not-audited" in codes(wire.hear_diagnostics(acme.refund))
    wire.close(other)
    assert codes(wire.hear_diagnostics(acme.refund)) == IDLE_SHIM
    other.write_text(without(MAP, "refund.proto"))
    tell(wire, other)
    assert "file-not-audited" in codes(wire.hear_diagnostics(acme.refund))


def without(text: str, words: str) -> str:
    """The text without the lines that have these words."""
    return "".join(line for line in text.splitlines(keepends=True) if words not in line)
