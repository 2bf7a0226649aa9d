"""Fixes of what the map, git and the lists say, in a real Neovim: the others are in ``neovim``."""

from __future__ import annotations

from editors.conftest import Repository
from editors.neovim import Neovim

MAP = "proto/PACKAGE_MAP.md"
CONFIG = "protohome.toml"
TOPICS = "proto/openagents/sync/v1/topics.proto"
REASONS = "proto/openagents/protocol/v1/reasons.proto"
NEW = "proto/openagents/control/v1/{}.proto"
MESSAGE = 'syntax = "proto3";\n\npackage {};\n\nmessage {} {{\n  string id = 1;\n}}\n'


def test_what_was_removed_is_reserved(neovim: Neovim, repository: Repository) -> None:
    repository.commit()
    neovim.edit(TOPICS)
    neovim.find("SYNC_TOPIC_RUNTIME_NOTIFICATIONS")
    neovim.press("dd")
    neovim.sees("unreserved-removal", "SyncTopic")
    neovim.find("SyncTopic")
    neovim.choose("Reserve 3")
    neovim.sees_no("unreserved-removal")
    neovim.write_all()
    text = repository.read(TOPICS)
    assert "reserved 3;" in text
    assert 'reserved "SYNC_TOPIC_RUNTIME_NOTIFICATIONS";' in text
    repository.build()


def test_a_number_is_restored(neovim: Neovim, repository: Repository) -> None:
    repository.commit()
    before = repository.read(TOPICS)
    neovim.edit(TOPICS)
    neovim.find("NOTIFICATIONS = 3")
    neovim.press("f3r7")
    neovim.until("return editor.finding('breaking-change')")
    neovim.choose("Restore the numbers of SyncTopic (1 values)")
    neovim.sees_no("breaking-change")
    neovim.write_all()
    assert repository.read(TOPICS) == before


def test_a_successor_is_chosen_and_declared(neovim: Neovim, repository: Repository) -> None:
    """The row calls the frozen package home, so that nothing says where its contracts go."""
    rows = repository.read(MAP).splitlines()
    at = next(n for n, row in enumerate(rows) if row.startswith(f"| `{REASONS}`"))
    cells = rows[at].split("|")
    cells[3] = " `openagents.protocol.v1` "
    rows[at] = "|".join(cells)
    repository.write(MAP, "\n".join(rows) + "\n")
    repository.commit()
    neovim.edit(REASONS)
    neovim.sees("shim-without-successor", "ReasonCode")
    neovim.find("ReasonCode {")
    neovim.lua("vim.ui.select = function(items, _, go_on) go_on(items[1], 1) end")
    neovim.choose("Declare the successor of ReasonCode … (choose)")
    neovim.sees_no("shim-without-successor")
    neovim.write_all()
    declared = '"openagents.protocol.v1.ReasonCode" = "openagents.runtime.v1.RuntimeReasonCode"'
    assert declared in repository.read(CONFIG)


def test_a_sentence_is_said_so_that_it_is_followed(neovim: Neovim, repository: Repository) -> None:
    neovim.edit(MAP)
    neovim.find("2. New contracts")
    neovim.press("O1. Ideally, digests live in `openagents.control.v1`.<Esc>")
    neovim.until("return editor.finding('unread-sentence')")
    neovim.choose("Say it as “Digests live in `openagents.control.v1`.”")
    neovim.sees_no("unread-sentence")
    neovim.write_all()
    assert "1. Digests live in `openagents.control.v1`." in repository.read(MAP)


def test_a_row_of_a_file_that_is_gone_is_removed(neovim: Neovim, repository: Repository) -> None:
    before = repository.read(MAP)
    neovim.edit(MAP)
    neovim.find("`proto/openagents/sync/v1/topics.proto`")
    neovim.press("yypf/lcwelsewhere<Esc>")
    neovim.until("return editor.finding('stale-audit-row')")
    neovim.choose("Remove the audit row of proto/elsewhere/sync/v1/topics.proto")
    neovim.sees_no("stale-audit-row")
    neovim.write_all()
    assert repository.read(MAP) == before


def test_a_list_in_a_readme_is_written_anew(neovim: Neovim, repository: Repository) -> None:
    block = "<!-- protohome:begin files openagents.runtime.v1 -->\n{}<!-- protohome:end -->\n"
    repository.write("README.md", block.format("- `gone.proto`\n"))
    neovim.edit("README.md")
    neovim.until("return editor.finding('list-drift')")
    neovim.choose("Write the block “files openagents.runtime.v1” anew")
    neovim.sees_no("list-drift")
    neovim.write_all()
    true = "\n- `proto/openagents/runtime/v1/orchestration.proto`\n\n"
    assert repository.read("README.md") == block.format(true)


def test_a_package_gets_its_row(neovim: Neovim, repository: Repository) -> None:
    path = "proto/openagents/control/v2/auth.proto"
    repository.write(path, "")
    neovim.edit(path)
    neovim.paste(MESSAGE.format("openagents.control.v2", "Login"))
    neovim.sees("unlisted-package", "openagents.control.v2")
    neovim.find("openagents.control.v2")
    neovim.choose("Add a row for openagents.control.v2 to proto/PACKAGE_MAP.md")
    neovim.sees_no("unlisted-package")
    neovim.write_all()
    assert "| `openagents.control.v2` | Control-plane authority |" in repository.read(MAP)


def test_all_files_get_their_rows_at_once(neovim: Neovim, repository: Repository) -> None:
    for name in ("Invite", "Badge"):
        file = NEW.format(name.lower())
        repository.write(file, MESSAGE.format("openagents.control.v1", f"Org{name}"))
    neovim.edit(NEW.format("badge"))
    neovim.sees("file-not-audited", "openagents.control.v1")
    neovim.find("openagents.control.v1")
    neovim.choose(
        "Add all files at home to the audit table of proto/PACKAGE_MAP.md (2 have no row)"
    )
    neovim.sees_no("file-not-audited")
    neovim.write_all()
    assert repository.check() == []


def test_where_no_home_is_known_it_is_chosen(neovim: Neovim, repository: Repository) -> None:
    path = "proto/openagents/protocol/v1/zebras.proto"
    neovim.edit(path)
    neovim.paste(MESSAGE.format("openagents.protocol.v1", "Zebra"))
    neovim.sees("frozen-package-addition", "Zebra")
    neovim.find("Zebra")
    neovim.lua(
        "vim.ui.select = function(items, _, go_on) for at, item in ipairs(items) do "
        "if item.title == 'openagents.sync.v1' then go_on(item, at) end end end"
    )
    neovim.choose("Move Zebra to … (choose)")
    neovim.write_all()
    assert "message Zebra {" in repository.read(path.replace("protocol", "sync"))
    repository.build()


def test_a_lens_on_prose_says_that_it_is_prose(neovim: Neovim) -> None:
    neovim.edit(MAP)
    assert "prose" in [title for _, title in neovim.lenses()]
    neovim.find("Every new cross-boundary message")
    neovim.lua("vim.lsp.codelens.run()")
    neovim.until("return vim.fn.execute('messages'):find('Prose: this sentence', 1, true)")
