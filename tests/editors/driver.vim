" Vim's side of with_vim.py: types a contract, sees the finding, chooses the fix, writes all.
" Leaves the findings in $FOUND; its exit code is 1 where something never came.

function! Wait(condition)
  for _ in range(600)
    if a:condition()
      return
    endif
    sleep 100m
  endfor
  call writefile([execute('messages')], $FOUND, 'a')
  cquit 1
endfunction

function! Findings()
  return filter(copy(ale#engine#GetLoclist(bufnr('%'))), {_, found -> found.text =~ $CONTRACT})
endfunction

" The menu is answered with its first item.
runtime autoload/ale/util.vim
function! ale#util#Input(message, value, ...)
  return '1'
endfunction

function! Drive(_)
  call append('$', ['', 'message ' .. $CONTRACT .. ' {', '  string org_id = 1;', '}'])
  doautocmd TextChanged
  call Wait({-> !empty(Findings())})
  call writefile(map(Findings(), {_, found -> found.type .. ' ' .. found.text}), $FOUND)
  call search('message ' .. $CONTRACT, 'w')
  let typed = b:changedtick
  ALECodeAction
  call Wait({-> b:changedtick != typed && len(getbufinfo({'bufloaded': 1})) > 1})
  wall
  qall!
endfunction

autocmd VimEnter * call timer_start(0, 'Drive')
