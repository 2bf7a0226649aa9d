-- :Protohome, findings while inserting, and lenses that stay current. See :help protohome.

if vim.g.loaded_protohome or vim.fn.has('nvim-0.11') == 0 then
  return
end
vim.g.loaded_protohome = true

--- An option of `vim.g.protohome`; all are on unless they are turned off.
local function is_on(name)
  return (vim.g.protohome or {})[name] ~= false
end

vim.api.nvim_create_user_command('Protohome', function(command)
  require('protohome').run(command.fargs)
end, {
  nargs = '+',
  desc = 'protohome: move, explain, map, migration',
  complete = function(lead, line)
    return require('protohome').complete(lead, line)
  end,
})

local group = vim.api.nvim_create_augroup('protohome', {})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if not client or client.name ~= 'protohome' or not is_on('update_in_insert') then
      return
    end
    -- Neovim shows nothing new while inserting; a contract is to be judged before it is typed out.
    for _, is_pull in ipairs({ false, true }) do
      local namespace = vim.lsp.diagnostic.get_namespace(client.id, is_pull)
      vim.diagnostic.config({ update_in_insert = true }, namespace)
    end
  end,
})

vim.api.nvim_create_autocmd({ 'DiagnosticChanged', 'BufEnter' }, {
  group = group,
  pattern = '*.proto',
  callback = function(event)
    local clients = vim.lsp.get_clients({ bufnr = event.buf, name = 'protohome' })
    if #clients > 0 and is_on('codelens') then
      vim.lsp.codelens.refresh({ bufnr = event.buf })
    end
  end,
})
