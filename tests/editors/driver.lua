-- Neovim's side of `neovim.py`: each line on stdin is a JSON array, a chunk of Lua and its
-- arguments; the answer is a line of JSON, {done, value}: what the chunk returned, or why it could
-- not be done. Chunks may use the functions of `editor`.

editor = {}

--- Wait until a chunk returns what is true; what it returned last.
function editor.wait(seconds, chunk, ...)
  local ask, arguments, value = assert(load(chunk)), { ... }, nil
  vim.wait(seconds * 1000, function()
    value = ask(unpack(arguments))
    return value
  end, 5)
  return value
end

--- The findings shown in the text being edited.
function editor.findings()
  return vim.iter(vim.diagnostic.get(0)):map(function(found)
    local line = vim.fn.getline(found.lnum + 1)
    return {
      rule = found.code,
      severity = vim.diagnostic.severity[found.severity],
      line = found.lnum + 1,
      text = line:sub(found.col + 1, found.end_col),
      message = found.message,
    }
  end)
end

--- The finding of a rule that underlines a text, of any text by default.
function editor.finding(rule, text)
  return editor.findings():find(function(found)
    return found.rule == rule and (not text or found.text == text)
  end)
end

--- Changes with every text, and with every file that comes, goes or is renamed.
function editor.state()
  return vim.iter(vim.api.nvim_list_bufs()):map(function(buffer)
    return vim.api.nvim_buf_get_name(buffer) .. vim.api.nvim_buf_get_changedtick(buffer)
  end):join(' ')
end

--- Apply the code action whose title begins like this.
function editor.choose(title, kind)
  vim.lsp.buf.code_action({
    apply = true,
    context = { only = { kind } },
    filter = function(action)
      return vim.startswith(action.title, title)
    end,
  })
end

--- Press keys that are written as in mappings.
function editor.press(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'tx', false)
end

-- A buffer is judged from the first answer on, also when nothing is wrong.
vim.api.nvim_create_autocmd('DiagnosticChanged', {
  callback = function(event)
    vim.b[event.buf].judged = true
  end,
})

local function answer(line)
  local request = vim.json.decode(line)
  local chunk, mistake = load(table.remove(request, 1), 'chunk')
  if not chunk then
    return { done = false, value = mistake }
  end
  local done, value = xpcall(chunk, debug.traceback, unpack(request))
  return { done = done, value = value }
end

local channel
local pending = ''
channel = vim.fn.stdioopen({
  on_stdin = function(_, data)
    data[1] = pending .. data[1]
    pending = table.remove(data)
    for _, line in ipairs(data) do
      vim.fn.chansend(channel, vim.json.encode(answer(line)) .. '\n')
    end
  end,
})
