-- What :Protohome does: each command asks the server that the buffer has.

local M = {}

local function tell(text, level)
  vim.notify('protohome: ' .. text, level or vim.log.levels.INFO)
end

local function server()
  return vim.lsp.get_clients({ bufnr = 0, name = 'protohome' })[1]
end

--- Where the cursor is, as the protocol counts.
local function place(client)
  return vim.lsp.util.make_position_params(0, client.offset_encoding).position
end

--- Ask the server for a command's answer about this buffer, and go on with it.
local function ask(command, arguments, go_on)
  local client = server()
  if not client then
    return tell('no server is attached to this buffer', vim.log.levels.WARN)
  end
  local params = {
    command = 'protohome.' .. command,
    arguments = { vim.uri_from_bufnr(0), unpack(arguments(client)) },
  }
  client:request('workspace/executeCommand', params, function(mistake, answer)
    if mistake then
      return tell(mistake.message, vim.log.levels.WARN)
    end
    go_on(answer)
  end, 0)
end

--- Show Markdown in a window of its own.
local function page(text)
  vim.cmd('belowright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text, '\n'))
  vim.bo[buffer].buftype, vim.bo[buffer].bufhidden = 'nofile', 'wipe'
  vim.bo[buffer].filetype, vim.bo[buffer].modifiable = 'markdown', false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer })
end

local function move_to(contract, package)
  ask('moveContract', function()
    return { contract, package }
  end, function(moved)
    if moved then
      tell(('%s is in %s; :wall writes every file'):format(contract, package))
    end
  end)
end

M.commands = {}

--- :Protohome move [PACKAGE]: the contract under the cursor.
function M.commands.move(package)
  ask('packages', function(client)
    return { place(client) }
  end, function(found)
    if found.contract == '' then
      return tell('there is no contract under the cursor', vim.log.levels.WARN)
    elseif package then
      return move_to(found.contract, package)
    end
    vim.ui.select(found.packages, {
      prompt = ('Move %s to'):format(found.contract),
      format_item = function(one)
        return one.package .. (one.likely and ' (its home)' or '') .. '  ' .. one.domain
      end,
    }, function(chosen)
      if chosen then
        move_to(found.contract, chosen.package)
      end
    end)
  end)
end

--- :Protohome explain [NAME]: what is under the cursor, or a rule, contract, package or file.
function M.commands.explain(name)
  ask('explain', function(client)
    return { name or place(client) }
  end, page)
end

--- :Protohome map: how the map was read.
function M.commands.map()
  ask('showMap', function()
    return {}
  end, page)
end

--- :Protohome migration: where the split stands, by the command line.
function M.commands.migration()
  if vim.fn.executable('protohome') == 0 then
    return tell('the command protohome is not on the PATH', vim.log.levels.WARN)
  end
  local folder = vim.fs.dirname(vim.api.nvim_buf_get_name(0))
  vim.system({ 'protohome', 'migration' }, { cwd = folder, text = true }, function(done)
    vim.schedule(function()
      page(done.stdout ~= '' and done.stdout or done.stderr)
    end)
  end)
end

function M.run(words)
  local command = M.commands[words[1]]
  if not command then
    return tell('no command ' .. words[1] .. '; see :help protohome', vim.log.levels.ERROR)
  end
  command(words[2])
end

local function packages()
  local client = server()
  local params = { command = 'protohome.packages' }
  params.arguments = client and { vim.uri_from_bufnr(0), place(client) }
  local answer = client and client:request_sync('workspace/executeCommand', params, 1000, 0)
  return vim.iter(answer and answer.result and answer.result.packages or {}):map(function(one)
    return one.package
  end):totable()
end

function M.complete(lead, line)
  local words = vim.split(vim.trim(line), '%s+')
  local inside = #words > 2 or (#words == 2 and lead == '')
  local found = not inside and vim.tbl_keys(M.commands)
    or vim.tbl_contains({ 'move', 'explain' }, words[2]) and packages()
    or {}
  if not inside then
    table.sort(found)
  end
  return vim.tbl_filter(function(each)
    return vim.startswith(each, lead)
  end, found)
end

return M
