"""A real Neovim without a screen, told what to do in Lua."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

SCRIPTS = sysconfig.get_path("scripts")
DRIVER = Path(__file__).with_name("driver.lua")
PATIENCE = 20  # seconds until a condition that does not come true is a failure


class Diagnostic(NamedTuple):
    """What the editor shows; ``line`` is 1-based, ``text`` what is underlined."""

    rule: str
    severity: str
    line: int
    text: str
    message: str


class Neovim:
    """An editor in ``folder``, with the protohome-lsp of this Python on its PATH."""

    def __init__(self, folder: Path, init: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        for name in ("nvim", "protohome-lsp"):
            assert shutil.which(name, path=SCRIPTS), f"'.[dev]' puts {name} into {SCRIPTS}"
        path = os.pathsep.join([SCRIPTS, environment.get("PATH", os.defpath)])
        command = [f"{SCRIPTS}/nvim", "--headless", "-n", "-i", "NONE", "-u", f"{init}"]
        self.process = subprocess.Popen(
            [*command, "-c", f"luafile {DRIVER}"],
            cwd=folder, env={**environment, "PATH": path}, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def close(self) -> None:
        """Leave it, whatever is unsaved; its server ends with it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(["vim.schedule(function() vim.cmd('qall!') end)"]))
        self.process.stdin.write("\n")
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.stdout.close()

    # Lua

    def lua(self, chunk: str, *arguments: Any) -> Any:
        """What a chunk returns; it finds its arguments in ``...``."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([chunk, *arguments]) + "\n")
        self.process.stdin.flush()
        while not (line := self.process.stdout.readline()).strip():
            assert line, "Neovim has gone"
        answer = json.loads(line)
        assert answer["done"], answer["value"]
        return answer.get("value")

    def until(self, chunk: str, *arguments: Any) -> Any:
        """What a chunk returns as soon as that is true; meanwhile the editor works on."""
        value = self.lua("return editor.wait(...)", PATIENCE, chunk, *arguments)
        assert value, f"never came true: {chunk} {arguments}\n{self.shown()}"
        return value

    def shown(self) -> str:
        """For whoever looks for a mistake: the findings shown, and the messages."""
        found = self.lua("return editor.findings():totable()")
        return "\n".join(map(str, [*found, self.lua("return vim.fn.execute('messages')")]))

    # What a user does

    def open(self, path: str) -> None:
        """Edit a file."""
        self.lua("vim.cmd.edit(...)", path)

    def edit(self, path: str) -> None:
        """Edit a file and wait until the server has judged it."""
        self.open(path)
        self.until("return vim.b.judged")

    def press(self, keys: str) -> None:
        """Press keys; special ones are written as in mappings, such as ``<Esc>``."""
        self.lua("editor.press(...)", keys)

    def paste(self, text: str) -> None:
        """Paste a text into an empty one, whose line break is its last."""
        self.lua("vim.api.nvim_paste(..., true, -1)", text.removesuffix("\n"))

    def find(self, text: str) -> None:
        """Put the cursor on the first place with a text."""
        self.lua("vim.cmd('1') vim.cmd('normal! 0')")
        assert self.lua("return vim.fn.search('\\\\V' .. ..., 'c')", text), f"no {text!r}"

    def choose(self, title: str, kind: str = "quickfix") -> None:
        """Apply the code action whose title begins like this, and wait until it has."""
        self.does("editor.choose(...)", title, kind)

    def does(self, chunk: str, *arguments: Any) -> None:
        """Run what changes texts or files by and by, and wait until it has."""
        before = self.lua("return editor.state()")
        self.lua(chunk, *arguments)
        self.until("return editor.state() ~= ...", before)

    def write_all(self) -> None:
        self.lua("vim.cmd.wall()")

    # What a user sees

    def name(self) -> str:
        """The file being edited, from the folder."""
        return str(self.lua("return vim.fn.expand('%:.')"))

    def sees(self, rule: str, text: str) -> Diagnostic:
        """The finding of a rule that underlines a text, as soon as it is shown."""
        return Diagnostic(**self.until("return editor.finding(...)", rule, text))

    def sees_no(self, rule: str) -> None:
        """Wait until no finding of a rule is shown any more."""
        self.until("return not editor.finding(...)", rule)

    def hover(self) -> str:
        """What ``K`` shows about what is under the cursor."""
        self.lua("vim.lsp.buf.hover()")
        window = self.until("return vim.b.lsp_floating_preview")
        text = self.lua("return vim.fn.getbufline(vim.fn.winbufnr(...), 1, '$')", window)
        self.lua("vim.api.nvim_win_close(..., true)", window)
        return "\n".join(text)

    def completions(self, keys: str) -> list[str]:
        """What is offered where the cursor is, after keys that begin to insert."""
        self.lua("vim.o.completeopt = 'menuone' vim.api.nvim_input(... .. '<C-x><C-o>')", keys)
        self.until("return vim.fn.pumvisible() == 1")
        words = self.lua(
            "return vim.iter(vim.fn.complete_info({ 'items' }).items):map(function(item) "
            "return item.word end):totable()"
        )
        self.lua("vim.api.nvim_input('<C-e><Esc>')")
        self.until("return vim.fn.mode() == 'n'")
        return [str(word) for word in words]

    def lenses(self) -> list[tuple[int, str]]:
        """The lenses of the text being edited: the line, 1-based, that each is above."""
        self.lua("vim.lsp.codelens.refresh({ bufnr = 0 })")
        self.until("return #vim.lsp.codelens.get(0) > 0")
        return [
            (lens["range"]["start"]["line"] + 1, lens["command"]["title"])
            for lens in self.lua("return vim.lsp.codelens.get(0)")
        ]
