"""Take ``docs/images/neovim.svg``: a real Neovim in tmux, drawn cell by cell as tmux captured it.

Needs ``tmux``, and ``nvim`` and ``protohome-lsp`` beside this Python.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs/images/neovim.svg"
FILE = "proto/openagents/protocol/v1/digests.proto"
TEXT = """\
syntax = "proto3";

package openagents.protocol.v1;

// Asks for the daily digest of an organisation to be sent.
message CommsDigestIntent {
  string org_id = 1;
  string template_id = 2;
}
"""
SETUP = f"""
vim.opt.runtimepath:append('{ROOT}/editors/neovim')
vim.lsp.enable('protohome')
vim.diagnostic.config({{ virtual_text = true, signs = false, float = {{ border = 'rounded' }} }})
vim.o.linebreak, vim.o.ruler, vim.o.laststatus, vim.o.termguicolors = true, false, 0, true
"""
COLUMNS, ROWS = 110, 20
WIDTH, HEIGHT, SIZE, EDGE = 8.4, 18, 14, 14
PATIENCE = 20
COLOUR, GROUND = "#e0e2ea", "#14161b"  # Neovim's own, for cells that name none
HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" \
viewBox="0 0 {width} {height}" font-size="{size}" \
font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace">
<rect width="100%" height="100%" rx="8" fill="{ground}"/>"""


class Style(NamedTuple):
    """How a cell looks; colours as in CSS, ``""`` for the editor's own."""

    colour: str = ""
    ground: str = ""
    bold: bool = False
    italic: bool = False
    line: str = ""
    line_colour: str = ""


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(shutil.copytree(ROOT / "examples/openagents", Path(scratch) / "openagents"))
        (tree / FILE).write_text(TEXT, "utf-8")
        setup = Path(scratch) / "init.lua"
        setup.write_text(SETUP, "utf-8")
        captured = capture(tree, setup, Path(scratch))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn(captured), "utf-8")
    return 0


def capture(tree: Path, setup: Path, scratch: Path) -> list[str]:
    """The lines of the screen with their escape sequences: the finding, and its fixes offered."""
    scripts = sysconfig.get_path("scripts")
    kinds = ("CACHE", "CONFIG", "DATA", "STATE")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "TMUX"},
        **{f"XDG_{kind}_HOME": str(scratch / kind) for kind in kinds},
        "PATH": os.pathsep.join([scripts, os.environ["PATH"]]),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }

    def tmux(*arguments: str) -> str:
        command = ["tmux", "-L", f"protohome-{os.getpid()}", "-f", os.devnull, *arguments]
        return subprocess.run(
            command, cwd=tree, env=environment, check=True, capture_output=True, text=True
        ).stdout

    def show_until(*words: str) -> list[str]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            screen = tmux("capture-pane", "-p", "-e")
            if all(word in screen for word in words):
                return screen.rstrip("\n").split("\n")
            time.sleep(0.05)
        raise SystemExit(f"Neovim never showed {words}:\n{screen}")

    editor = f"nvim -u {setup} -n -i NONE '+6' '+normal! w' {FILE}"
    tmux("new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), editor)
    try:
        show_until("belongs in")
        tmux("send-keys", "C-w", "d")
        show_until("Diagnostics:")
        tmux("send-keys", "gra")
        return show_until("Move CommsDigestIntent", "Diagnostics:", "Type number")
    finally:
        tmux("kill-server")


# Drawing


def drawn(lines: list[str]) -> str:
    """An SVG of the lines."""
    width, height = COLUMNS * WIDTH + 2 * EDGE, ROWS * HEIGHT + 2 * EDGE
    parts = [HEAD.format(width=f"{width:.0f}", height=height, size=SIZE, ground=GROUND)]
    for row, column, text, style in runs(lines):
        x, y, length = EDGE + column * WIDTH, EDGE + row * HEIGHT, len(text) * WIDTH
        if style.ground:
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="{HEIGHT}" '
                f'fill="{style.ground}"/>'
            )
        if style.line:
            parts.append(underline(x, y + HEIGHT - 2, length, style))
        look = ' font-weight="bold"' * style.bold + ' font-style="italic"' * style.italic
        # Where there is more than one space, each word has a place of its own.
        for words in re.finditer(r"\S+(?: \S+)*", text):
            parts.append(
                f'<text x="{x + words.start() * WIDTH:.1f}" y="{y + HEIGHT - 5}" '
                f'textLength="{len(words[0]) * WIDTH:.1f}" fill="{style.colour or COLOUR}"{look}>'
                f"{escape(words[0], quote=False)}</text>"
            )
    return "\n".join([*parts, "</svg>", ""])


def underline(x: float, y: float, length: float, style: Style) -> str:
    """A straight line, or a wave where the style says so."""
    stroke = f'fill="none" stroke="{style.line_colour or style.colour or COLOUR}"'
    if style.line == "straight":
        return f'<path d="M{x:.1f} {y}h{length:.1f}" {stroke}/>'
    waves = "".join("q1.4 -2 2.8 0t2.8 0" for _ in range(round(length / 5.6)))
    return f'<path d="M{x:.1f} {y}{waves}" {stroke}/>'


def runs(lines: list[str]) -> Iterator[tuple[int, int, str, Style]]:
    """The parts of the lines that look the same, each with its row and column."""
    style = Style()
    for row, line in enumerate(lines):
        column = 0
        for codes, text in re.findall(r"\x1b\[([\d;:]*)m|([^\x1b]+)", line):
            if text:
                yield row, column, text, style
                column += len(text)
            else:
                style = restyled(style, codes)


def restyled(style: Style, codes: str) -> Style:
    """The style after an SGR sequence; only what tmux writes is known."""
    parts = codes.replace("::", ":").split(";")
    while parts:
        first, *more = parts.pop(0).split(":")
        if first in ("38", "48", "58"):
            take = more or [parts.pop(0) for _ in range(4 if parts[0] == "2" else 2)]
            value = "#" + "".join(f"{int(part):02x}" for part in take[1:])
            name = {"38": "colour", "48": "ground", "58": "line_colour"}[first]
            style = style._replace(**{name: value})  # type: ignore[arg-type]
        elif first in ("", "0"):
            style = Style()
        elif first == "1":
            style = style._replace(bold=True)
        elif first == "3":
            style = style._replace(italic=True)
        elif first == "4":
            style = style._replace(line="wave" if more == ["3"] else "straight")
        else:
            raise SystemExit(f"an SGR sequence that is not known: {codes}")
    return style


if __name__ == "__main__":
    sys.exit(main())
