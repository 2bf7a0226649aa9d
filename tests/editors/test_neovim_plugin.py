"""What the plugin adds in a real Neovim: findings while inserting, and :Protohome."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from editors.conftest import Repository
from editors.neovim import Neovim

COMMS = "proto/openagents/protocol/v1/comms.proto"


def set_up(neovim: Neovim) -> None:
    neovim.edit(COMMS)
    neovim.until("return #vim.lsp.get_clients({ bufnr = 0, name = 'protohome' }) > 0")


def page(neovim: Neovim, words: str) -> None:
    neovim.until(
        "return vim.bo.filetype == 'markdown' and vim.bo.buftype == 'nofile' and "
        "table.concat(vim.fn.getline(1, '$'), '\\n'):find(..., 1, true)",
        words,
    )


# Whether the word is marked as a finding while the editor is inserting.
MARKED = """
local found = false
for _, id in pairs(vim.api.nvim_get_namespaces()) do
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, id, 0, -1, { details = true })) do
    local line = vim.fn.getline(mark[2] + 1)
    local group = mark[4].hl_group or ''
    found = found or line:find(..., 1, true) and vim.startswith(group, 'Diagnostic')
  end
end
return vim.fn.mode() == 'i' and found
"""


def test_a_new_contract_is_marked_before_insert_mode_is_left(neovim: Neovim) -> None:
    set_up(neovim)
    neovim.lua("vim.api.nvim_input(...)", "Gomessage CommsIntentBrandNew { string id = 1; }")
    neovim.until(MARKED, "CommsIntentBrandNew")


def test_findings_are_updated_while_inserting_for_protohome_alone(neovim: Neovim) -> None:
    set_up(neovim)
    options = """
      local client = vim.lsp.get_clients({ name = 'protohome' })[1]
      local namespace = vim.lsp.diagnostic.get_namespace(client.id, false)
      return { vim.diagnostic.config(nil, namespace).update_in_insert,
               vim.diagnostic.config().update_in_insert }
    """
    assert neovim.lua(options) == [True, False]


def test_that_can_be_turned_off(open_neovim: Callable[..., Neovim]) -> None:
    neovim = open_neovim("vim.g.protohome = { update_in_insert = false }")
    set_up(neovim)
    assert not neovim.lua(
        "local client = vim.lsp.get_clients({ name = 'protohome' })[1] "
        "local namespace = vim.lsp.diagnostic.get_namespace(client.id, false) "
        "return vim.diagnostic.config(nil, namespace).update_in_insert"
    )


def test_pages_explain_a_contract_a_rule_and_the_map(neovim: Neovim) -> None:
    set_up(neovim)
    name = neovim.lua("return vim.fn.search('^message ') > 0 and vim.fn.expand('<cword>')")
    assert name == "message"
    neovim.press("w")
    contract = neovim.lua("return vim.fn.expand('<cword>')")
    neovim.lua("vim.cmd('Protohome explain')")
    page(neovim, f"**{contract}**")
    neovim.press("q")
    neovim.lua("vim.cmd('Protohome explain wrong-package')")
    page(neovim, "# wrong-package")
    neovim.press("q")
    neovim.lua("vim.cmd('Protohome map')")
    page(neovim, "Rule sentences")
    neovim.press("q")
    neovim.lua("vim.cmd('Protohome migration')")
    page(neovim, "shims left")


def test_a_contract_is_moved_by_command(neovim: Neovim, repository: Repository) -> None:
    set_up(neovim)
    neovim.lua("vim.fn.search('^message ')")
    neovim.press("w")
    contract = neovim.lua("return vim.fn.expand('<cword>')")
    offered = neovim.lua("return vim.fn.getcompletion('Protohome move ', 'cmdline')")
    assert "openagents.control.v1" in offered
    assert "openagents.protocol.v1" not in offered
    target = offered[0]
    neovim.does("vim.cmd('Protohome move ' .. ...)", target)
    neovim.write_all()
    folder = repository.root / "proto" / target.replace(".", "/")
    assert any(f"message {contract} " in file.read_text() for file in folder.glob("*.proto"))


def test_commands_are_completed_and_explained(neovim: Neovim) -> None:
    set_up(neovim)
    assert neovim.lua("return vim.fn.getcompletion('Protohome ', 'cmdline')") == [
        "explain",
        "map",
        "migration",
        "move",
    ]
    neovim.lua("vim.cmd('checkhealth protohome')")
    neovim.until("return table.concat(vim.fn.getline(1, '$'), ' '):find('It runs for', 1, true)")


def test_there_is_help(neovim: Neovim, root: Path) -> None:
    """As the page says, for whoever has no plugin manager; tags of our own would be in its way."""
    set_up(neovim)
    neovim.lua("vim.cmd('helptags ALL') vim.cmd('help protohome')")
    assert neovim.lua("return vim.bo.filetype") == "help"
    assert "protohome shows where a contract does not belong" in neovim.lua(
        "return table.concat(vim.fn.getline(1, '$'), ' ')"
    )
    neovim.lua("vim.cmd('help :Protohome')")
    (root / "editors/neovim/doc/tags").unlink()


# Whether a lens of the text being edited has words.
LENS = """
local words = ...
return vim.iter(vim.lsp.codelens.get(0)):any(function(lens)
  return lens.command.title:find(words, 1, true) ~= nil
end)
"""


def test_a_change_of_the_map_outside_the_editor_is_noticed(
    neovim: Neovim, repository: Repository
) -> None:
    set_up(neovim)
    neovim.until(LENS, "owner:openagents.com")
    path = "proto/PACKAGE_MAP.md"
    repository.write(path, repository.read(path).replace("owner:openagents.com", "owner:identity"))
    neovim.until(LENS, "owner:identity")


def test_lenses_can_be_turned_off(open_neovim: Callable[..., Neovim]) -> None:
    neovim = open_neovim("vim.g.protohome = { codelens = false }")
    set_up(neovim)
    neovim.sees("transitional-shim", "CommsSendIntent")
    neovim.find("CommsSendIntent {")
    assert "openagents.control.v1" in neovim.hover()
    assert neovim.lua("return #vim.lsp.codelens.get(0)") == 0
