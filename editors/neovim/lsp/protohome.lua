-- protohome in Neovim 0.11 or newer: vim.lsp.enable('protohome'). See the README beside this folder.

--- Whether a buffer may have findings: protobuf files, the map, the configuration and files with a
--- kept list do. Other Markdown and TOML files are left alone.
local function is_ours(buffer, name)
  if vim.bo[buffer].filetype == 'proto' or name == 'PACKAGE_MAP.md' or name == 'protohome.toml' then
    return true
  end
  local mark = name == 'pyproject.toml' and '[tool.protohome' or 'protohome:begin '
  return vim.iter(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)):any(function(line)
    return line:find(mark, 1, true) ~= nil
  end)
end

---@type vim.lsp.Config
return {
  cmd = { 'protohome-lsp' },
  filetypes = { 'proto', 'markdown', 'toml' },
  -- One server a repository: it finds every map in there by itself.
  root_dir = function(buffer, start)
    if not is_ours(buffer, vim.fs.basename(vim.api.nvim_buf_get_name(buffer))) then
      return
    end
    local root = vim.iter({ '.git', 'protohome.toml', 'PACKAGE_MAP.md' }):map(function(marker)
      return vim.fs.root(buffer, marker)
    end)
    start(root:next())
  end,
}
