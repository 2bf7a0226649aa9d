"""protohome as a developer meets it in Neovim, set up by the lines of its page.

What is typed is judged before it is saved; what a fix leaves on disk is what the compiler and
``protohome check`` are asked about.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from editors.conftest import Repository
from editors.neovim import Neovim

MAP = "proto/PACKAGE_MAP.md"
CONFIG = "protohome.toml"
COMMS = "proto/openagents/protocol/v1/comms.proto"
DIGESTS = "proto/openagents/protocol/v1/digests.proto"
RECEIPTS = "proto/openagents/sync/v1/receipts.proto"
COMMS = "proto/openagents/protocol/v1/comms.proto"
EVENTS = "proto/openagents/codex/v1/events.proto"
LEGACY_EVENTS = "proto/openagents/protocol/v1/codex_events.proto"
INVITES = "proto/openagents/control/v1/invites.proto"

NEW_IN_FROZEN_PACKAGE = """\
syntax = "proto3";

package openagents.protocol.v1;

// Asks for the daily digest of an organisation to be sent.
message CommsDigestIntent {
  string org_id = 1;
}
"""
IN_ANOTHERS_PACKAGE = """\
syntax = "proto3";

package openagents.sync.v1;

// Proof that a worker's run was accepted by the runtime.
message RuntimeAuthorityReceipt {
  string run_id = 1;
}
"""
AT_HOME = """\
syntax = "proto3";

package openagents.control.v1;

// Asks somebody to join an organisation.
message OrgInvite {
  string org_id = 1;
}
"""


# Attaching


def test_it_attaches_to_proto_files_the_map_and_the_configuration(
    neovim: Neovim, repository: Repository
) -> None:
    repository.write("pyproject.toml", "[tool.protohome]\n")
    for path in (EVENTS, MAP, CONFIG, "pyproject.toml"):
        neovim.open(path)
        neovim.until("return #vim.lsp.get_clients({ bufnr = 0 }) == 1")
    assert neovim.lua("return #vim.lsp.get_clients()") == 1, "one server for the repository"
    assert neovim.lua("return vim.lsp.get_clients()[1].root_dir") == str(repository.root)


def test_it_leaves_other_markdown_and_toml_alone(neovim: Neovim, repository: Repository) -> None:
    repository.write("pyproject.toml", "[tool.ruff]\n")
    others = ("README.md", "docs/PACKAGE_MAPS.md", "pyproject.toml", "buf.toml")
    for path in others:
        neovim.open(path)
    neovim.edit(EVENTS)
    for path in others:
        neovim.open(path)
        assert neovim.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 0, path


# Diagnostics


def test_a_misplaced_contract_is_shown_before_it_is_saved(
    neovim: Neovim, repository: Repository
) -> None:
    neovim.edit(DIGESTS)
    neovim.press('isyntax = "proto3";<CR><CR>package openagents.protocol.v1;<CR><CR>')
    neovim.press("imessage CommsDigestIntent {}")
    found = neovim.sees("frozen-package-addition", "CommsDigestIntent")
    assert (found.severity, found.line) == ("ERROR", 5)
    assert found.message.startswith("CommsDigestIntent belongs in openagents.control.v1")
    assert "PACKAGE_MAP.md:21" in found.message
    assert not repository.has(DIGESTS)


def test_what_is_new_in_an_audited_file_is_judged_as_it_is_typed(
    neovim: Neovim, repository: Repository
) -> None:
    """A row vouches for what was there: a message and a field that were not are underlined."""
    repository.commit()
    neovim.edit(COMMS)
    neovim.press("Gomessage CommsDigestIntent { string org_id = 1; }")
    found = neovim.sees("frozen-package-addition", "CommsDigestIntent")
    assert found.message.startswith("CommsDigestIntent belongs in openagents.control.v1")
    neovim.press("<Esc>u")
    neovim.sees_no("frozen-package-addition")
    neovim.press("gg")
    neovim.find("message CommsSendIntent {")
    neovim.press("ostring digest = 99;")
    neovim.sees("frozen-package-addition", "digest")


def test_text_that_does_not_compile_is_judged(neovim: Neovim) -> None:
    neovim.edit(RECEIPTS)
    neovim.paste(IN_ANOTHERS_PACKAGE + "message Half {{ string 7")
    found = neovim.sees("wrong-package", "RuntimeAuthorityReceipt")
    assert (found.severity, found.line) == ("WARN", 6)
    neovim.find("sync")
    neovim.press("cwruntime<Esc>")
    neovim.sees_no("wrong-package")
    neovim.sees("package-path-mismatch", "openagents.runtime.v1")


def test_an_edit_of_the_map_is_an_edit_of_the_policy(neovim: Neovim) -> None:
    """A row goes and comes back in a buffer; the file beside it is judged by the map at once."""
    neovim.edit(EVENTS)
    neovim.lua("vim.cmd.split(...)", MAP)
    neovim.find("`proto/openagents/codex/v1/events.proto`")
    neovim.press("dd<C-w>p")
    neovim.sees("file-not-audited", "openagents.codex.v1")
    neovim.press("<C-w>pu<C-w>p")
    neovim.sees_no("file-not-audited")


def test_a_mistake_in_the_map_is_shown_in_the_map(neovim: Neovim) -> None:
    neovim.edit(MAP)
    neovim.find("openagents.lightning.v1")
    neovim.press("cwopen agents<Esc>")
    neovim.sees("map-invalid", "`open agents.lightning.v1`")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_emoji_before_it_moves_nothing(
    open_neovim: Callable[[str], Neovim], repository: Repository, encoding: str
) -> None:
    """Positions are counted in units that client and server agree on."""
    neovim = open_neovim(
        "vim.lsp.config('protohome', { capabilities = { general = { positionEncodings = "
        f"{{ '{encoding}' }} }} }} }})"
    )
    legacy = "/* 🏠🏡 */ openagents.protocol.v1.ReasonCode legacy = 9;"
    neovim.edit(EVENTS)
    assert neovim.lua("return vim.lsp.get_clients()[1].offset_encoding") == encoding
    neovim.find('import "openagents/runtime')
    neovim.press('Oimport "openagents/protocol/v1/reasons.proto";<Esc>')
    neovim.find("string reason = 2;")
    neovim.press(f"o{legacy}<Esc>")
    neovim.sees("legacy-reference", "openagents.protocol.v1.ReasonCode")
    neovim.find("ReasonCode legacy")
    neovim.choose("Use openagents.runtime.v1.RuntimeReasonCode instead of ReasonCode")
    neovim.write_all()
    assert f"  {legacy.replace('protocol.v1.', 'runtime.v1.Runtime')}\n" in repository.read(EVENTS)
    assert "protocol/v1" not in repository.read(EVENTS), "the import has gone with its last use"
    repository.build()
    assert repository.check() == []


# Fixes


def test_a_contract_is_moved_into_a_new_file(neovim: Neovim, repository: Repository) -> None:
    """The file that was never saved is never made, and the map follows."""
    neovim.edit(DIGESTS)
    neovim.paste(NEW_IN_FROZEN_PACKAGE)
    neovim.sees("frozen-package-addition", "CommsDigestIntent")
    neovim.find("CommsDigestIntent")
    neovim.choose("Move CommsDigestIntent to openagents.control.v1 (3 files)")
    neovim.write_all()
    moved = repository.read("proto/openagents/control/v1/digests.proto")
    assert moved == NEW_IN_FROZEN_PACKAGE.replace("protocol", "control")
    assert not repository.has(DIGESTS)
    assert "`proto/openagents/control/v1/digests.proto`" in repository.read(MAP)
    repository.build()
    assert repository.check() == []


def test_a_contract_is_moved_into_a_file_that_is_there(
    neovim: Neovim, repository: Repository
) -> None:
    """Its file has a namesake in the contract's home; other files that refer to it follow."""
    here, there = "proto/openagents/protocol/v1/auth.proto", INVITES.replace("invites", "auth")
    before = repository.read(there)
    neovim.edit(here)
    neovim.paste(NEW_IN_FROZEN_PACKAGE)
    neovim.write_all()
    neovim.edit(COMMS)
    neovim.find("import")
    neovim.press(f'Oimport "{here.removeprefix("proto/")}";<Esc>')
    neovim.find("string org_id = 1;")
    neovim.press("oCommsDigestIntent digest = 8;<Esc>")
    neovim.find("CommsDigestIntent")
    assert "Home: **openagents.control.v1**" in neovim.hover()
    neovim.edit(here)
    neovim.sees("frozen-package-addition", "CommsDigestIntent")
    neovim.find("CommsDigestIntent")
    neovim.choose("Move CommsDigestIntent to openagents.control.v1")
    neovim.write_all()
    added = repository.read(there).removeprefix(before)
    assert added.strip() == NEW_IN_FROZEN_PACKAGE.split("v1;")[1].strip()
    assert not repository.has(here)
    assert "  openagents.control.v1.CommsDigestIntent digest = 8;" in repository.read(COMMS)
    assert 'import "openagents/control/v1/auth.proto";' in repository.read(COMMS)
    repository.build()
    assert repository.check() == []


def test_a_canonical_copy_is_added(neovim: Neovim, repository: Repository) -> None:
    neovim.edit(COMMS)
    neovim.sees("transitional-shim", "CommsSendIntent")
    neovim.find("CommsSendIntent {")
    neovim.choose("Add CommsSendIntent to openagents.control.v1")
    neovim.write_all()
    copy = repository.read("proto/openagents/control/v1/comms.proto")
    assert "package openagents.control.v1;" in copy
    assert "message CommsSendIntent {" in copy
    shim = repository.read(COMMS).split("message CommsSendIntent {")[1]
    assert shim.lstrip().startswith("option deprecated = true;")
    repository.build()
    assert repository.check() == []


def test_a_shim_is_marked_as_deprecated(neovim: Neovim, repository: Repository) -> None:
    neovim.edit(LEGACY_EVENTS)
    neovim.sees("transitional-shim", "CodexWorkerEvent")
    neovim.find("CodexWorkerEvent")
    neovim.choose("Mark CodexWorkerEvent as deprecated")
    neovim.write_all()
    text = repository.read(LEGACY_EVENTS)
    assert "message CodexWorkerEvent {\n  option deprecated = true;\n" in text
    repository.build()
    assert repository.check() == []


def test_a_new_file_gets_its_audit_row(neovim: Neovim, repository: Repository) -> None:
    neovim.edit(INVITES)
    neovim.paste(AT_HOME)
    neovim.sees("file-not-audited", "openagents.control.v1")
    neovim.find("openagents.control.v1")
    neovim.choose(f"Add {INVITES} to the audit table of {MAP}")
    neovim.sees_no("file-not-audited")
    neovim.write_all()
    assert f"| `{INVITES}` | `openagents.control.v1` | " in repository.read(MAP)
    assert repository.check() == []


def test_all_safe_fixes_are_made_at_once(neovim: Neovim, repository: Repository) -> None:
    neovim.edit(INVITES)
    neovim.paste(AT_HOME)
    neovim.sees("file-not-audited", "openagents.control.v1")
    neovim.choose("Fix 1 finding of protohome safely", kind="source.fixAll")
    neovim.write_all()
    assert repository.check() == []


def test_a_file_without_a_package_gets_one(neovim: Neovim, repository: Repository) -> None:
    neovim.edit(INVITES)
    neovim.paste(AT_HOME.replace("package openagents.control.v1;\n\n", ""))
    neovim.sees("missing-package", "")
    neovim.find("syntax")
    neovim.choose("Set the package to openagents.control.v1")
    neovim.write_all()
    assert repository.read(INVITES) == AT_HOME
    repository.build()


def test_a_file_is_moved_to_the_folder_of_its_package(
    neovim: Neovim, repository: Repository
) -> None:
    stray = INVITES.replace("control", "sync")
    neovim.edit(stray)
    neovim.paste(AT_HOME)
    neovim.write_all()
    neovim.sees("package-path-mismatch", "openagents.control.v1")
    neovim.find("openagents.control.v1")
    neovim.choose(f"Move the file to {INVITES}")
    neovim.write_all()
    assert not repository.has(stray)
    assert repository.read(INVITES) == AT_HOME
    repository.build()
    assert set(repository.check()) <= {"file-not-audited"}


def test_a_home_is_declared(neovim: Neovim, repository: Repository) -> None:
    neovim.edit(RECEIPTS)
    neovim.paste(IN_ANOTHERS_PACKAGE)
    neovim.sees("wrong-package", "RuntimeAuthorityReceipt")
    neovim.find("RuntimeAuthorityReceipt")
    neovim.choose("Declare openagents.sync.v1 the home of RuntimeAuthorityReceipt")
    neovim.sees_no("wrong-package")
    neovim.write_all()
    assert 'v1.RuntimeAuthorityReceipt" = "openagents.sync.v1"' in repository.read(CONFIG)
    assert repository.check() == ["file-not-audited"]


def test_a_finding_is_suppressed_with_a_reason(neovim: Neovim, repository: Repository) -> None:
    neovim.edit(RECEIPTS)
    neovim.paste(IN_ANOTHERS_PACKAGE)
    neovim.sees("wrong-package", "RuntimeAuthorityReceipt")
    neovim.find("RuntimeAuthorityReceipt")
    neovim.choose("Suppress wrong-package here")
    neovim.sees_no("wrong-package")
    neovim.sees("suppression-without-reason", "// protohome:ignore wrong-package --")
    neovim.find("// protohome:ignore")
    neovim.press("A sync signs what it delivers<Esc>")
    neovim.sees_no("suppression-without-reason")
    neovim.write_all()
    repository.build()
    assert repository.check() == ["file-not-audited"]


def test_a_stale_row_is_corrected_in_the_map(neovim: Neovim, repository: Repository) -> None:
    before = repository.read(MAP)
    neovim.edit(MAP)
    neovim.find("openagents.sync.v1` | `openagents.sync.v1")
    neovim.press("ct`openagents.codex.v1<Esc>")
    neovim.sees("stale-audit-row", "`openagents.codex.v1`")
    neovim.choose("Correct the audit row")
    neovim.sees_no("stale-audit-row")
    neovim.write_all()
    assert repository.read(MAP) == before


# What else there is to see


def test_hover_tells_what_the_map_says(neovim: Neovim) -> None:
    neovim.edit(EVENTS)
    neovim.find("openagents.codex.v1")
    assert "Codex surface contracts" in neovim.hover()
    neovim.find("CodexWorkerEvent")
    assert "at home" in neovim.hover()
    neovim.edit(MAP)
    neovim.find("`proto/openagents/protocol/v1/comms.proto`")
    assert "retire after control.v1 cutover" in neovim.hover()


def test_packages_imports_and_rules_are_completed(neovim: Neovim) -> None:
    neovim.edit(EVENTS)
    neovim.find("package")
    assert neovim.completions("cc package ")[0] == "openagents.codex.v1", "what fits the folder"
    neovim.press("u")
    neovim.find("import")
    assert "openagents/codex/v1/auth.proto" in neovim.completions('Oimport "openagents/codex/')
    neovim.press("u")
    neovim.find("message CodexWorkerEvent")
    assert "wrong-package" in neovim.completions("O// protohome:ignore wrong")


def test_definition_leads_to_the_successor_and_back_and_from_the_map(neovim: Neovim) -> None:
    neovim.edit(LEGACY_EVENTS)
    neovim.find("CodexWorkerEvent")
    for path in (EVENTS, LEGACY_EVENTS):
        neovim.press("<C-]>")
        assert neovim.name() == path
        assert neovim.lua("return vim.fn.expand('<cword>')") == "CodexWorkerEvent"
    neovim.edit(MAP)
    neovim.find("`proto/openagents/sync/v1/topics.proto`")
    neovim.press("<C-]>")
    assert neovim.name() == "proto/openagents/sync/v1/topics.proto"


def test_the_map_answers_where_it_is_written(neovim: Neovim, repository: Repository) -> None:
    """A sentence's lens and hover, what a phrase claims, and a lane renamed with its Neovim key."""
    neovim.edit(MAP)
    enforced = [title for _, title in neovim.lenses() if title.startswith("enforced: ")]
    assert enforced
    neovim.find("New contracts are forbidden")
    assert "Frozen(openagents.protocol.v1)" in neovim.hover()
    neovim.find("org membership")
    assert "claims contracts with these words" in neovim.hover()
    before = repository.read(MAP)
    neovim.find("owner:runtime")
    neovim.does("vim.lsp.buf.rename(...)", "owner:engine")
    neovim.write_all()
    assert repository.read(MAP) == before.replace("owner:runtime", "owner:engine")


def test_a_lens_above_a_contract_moves_it(neovim: Neovim, repository: Repository) -> None:
    neovim.edit(DIGESTS)
    neovim.paste(NEW_IN_FROZEN_PACKAGE)
    neovim.write_all()
    neovim.sees("frozen-package-addition", "CommsDigestIntent")
    lens = (6, "home: openagents.control.v1 · owner:openagents.com · move")
    assert neovim.lenses() == [lens]
    neovim.find("CommsDigestIntent")
    neovim.does("vim.lsp.codelens.run()")
    neovim.write_all()
    assert repository.has("proto/openagents/control/v1/digests.proto")
    repository.build()
    assert repository.check() == []


def test_renaming_a_file_corrects_what_names_it(neovim: Neovim, repository: Repository) -> None:
    """As plugins do it: the server is asked, its edit is made, then the file is renamed."""
    old, new = "proto/openagents/codex/v1/sandbox.proto", "proto/openagents/codex/v1/boxes.proto"
    neovim.edit(old)
    neovim.does(
        """
        local old, new = ...
        local client = vim.lsp.get_clients({ bufnr = 0 })[1]
        local file = { oldUri = vim.uri_from_fname(old), newUri = vim.uri_from_fname(new) }
        client:request('workspace/willRenameFiles', { files = { file } }, function(_, edit)
          vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
          vim.lsp.util.rename(old, new)
        end)
        """,
        str(repository.root / old),
        str(repository.root / new),
    )
    neovim.write_all()
    assert not repository.has(old)
    assert 'import "openagents/codex/v1/boxes.proto";' in repository.read(EVENTS)
    assert f"| `{new}` | `openagents.codex.v1` |" in repository.read(MAP)
    repository.build()
    assert repository.check() == []
