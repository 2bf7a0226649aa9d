-- :checkhealth protohome

local M = {}

function M.check()
  local health = vim.health
  health.start('protohome')
  if vim.fn.has('nvim-0.11') == 0 then
    health.error('Neovim 0.11 or newer is needed')
  end
  if vim.fn.executable('protohome-lsp') == 1 then
    local done = vim.system({ 'protohome-lsp', '--version' }, { text = true }):wait(10000)
    health.ok(vim.trim(done.stdout))
  else
    health.error('protohome-lsp is not on the PATH', { "pip install 'protohome[lsp]'" })
  end
  if not vim.lsp.is_enabled('protohome') then
    health.warn('The server is not enabled', { "vim.lsp.enable('protohome') in init.lua" })
  end
  local clients = vim.lsp.get_clients({ name = 'protohome' })
  for _, client in ipairs(clients) do
    health.ok('It runs for ' .. (client.root_dir or 'a single file'))
  end
  if #clients == 0 then
    health.info('It runs as soon as a .proto file or a package map is edited')
  end
end

return M
