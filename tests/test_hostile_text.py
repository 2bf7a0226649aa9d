"""A checkout whose every word wants to be more than text: nothing that is shown obeys it.

Each medium is tried with everything that it shows: all formats and commands on the terminal; all
findings, hovers, lenses, titles, symbols, completions, pages and messages in an editor.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from lsp.wire import Wire
from protohome import output
from protohome.authoring import pictures
from protohome.escaping import github, markdown, terminal, xml
from protohome.rules import RULES

ESCAPE = "\x1b[31mred\x1b[0m\x9b1m"
TURNED = "a\u202eb\u2066c\u200fd"
MARKUP = (
    "[c](command:evil) ![i](http://evil/x.png) <img src=x onerror=y> <b>bold</b> **x** https://evil"
)
TICKS = "`` ` ``"
HOSTILE = (ESCAPE, TURNED, MARKUP, "<command:evil>", "\u2028line\x85", "&lt;b&gt;", TICKS, "a\\")

CELL = " ".join(each.replace("|", "\\|") for each in (ESCAPE, TURNED, MARKUP, "\U000e0041"))

MAP = f"""\
# Packages

| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | {CELL} | `owner:billing` {CELL} | `{MARKUP}`, invoices {CELL} | {CELL} |
| `acme.ledger.v1` | `<b>` | `owner:ledger` | Entries, `{TURNED}` | Invoices `{MARKUP}` |
| `acme.old.v1` | Old | `owner:{ESCAPE}` | Shims | Any new contract {CELL} |

## Placement rules

1. New contracts are forbidden in `acme.old.v1` {CELL}.
2. Entries live in `acme.ledger.v1` `{MARKUP}` {CELL}.
3. Perhaps {CELL} `acme.ledger.v1` `{MARKUP}`.

## Audit

| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |
| --- | --- | --- | --- | --- |
| `p/acme/old/v1/a.proto` | `acme.old.v1` | `acme.billing.v1` | `owner:{ESCAPE}` | {CELL} |
| `p/acme/old/v1/{MARKUP}` | `acme.old.v1` | `acme.ledger.v1` | `{TURNED}` | {CELL} |
| `p/acme/ledger/v1/b.proto` | `acme.old.v1` {CELL} | `acme.ledger.v1` | {CELL} | |
"""
OLD = """\
syntax = "proto3";
package acme.old.v1;
import "acme/HOSTILE.proto";
// HOSTILE
// protohome:ignore wrong-package, HOSTILE -- HOSTILE
message Invoice { string id = 1; /* HOSTILE */ }
message Entry { string id = 1 [json_name = "HOSTILE"]; }
"""
LEDGER = """\
syntax = "proto3";
package acme.ledger.v1;
import "acme/old/v1/a.proto";
message InvoiceLine { acme.old.v1.Invoice invoice = 1; }
message Entry { string name = 1; }
message HOSTILE { string HOSTILE = 1; }
"""
LOST = 'syntax = "proto3";\npackage acme.HOSTILE;\nmessage Lost {}\n'


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    one_line = f"{ESCAPE} {TURNED} {MARKUP}"
    for path, text in (
        ("PACKAGE_MAP.md", MAP),
        ("p/acme/old/v1/a.proto", OLD.replace("HOSTILE", one_line)),
        ("p/acme/ledger/v1/b.proto", LEDGER.replace("HOSTILE", one_line)),
        (f"p/acme/ledger/v1/{ESCAPE}{TURNED}<b>[c](command:evil).proto", LEDGER),
        (f"p/acme/ledger/v1/x\n* @evil {ESCAPE}.proto".replace("\n", "\x1e"), LEDGER),
        (".github/CODEOWNERS", f"# protohome:begin owners {ESCAPE}\n# protohome:end\n"),
        ("docs/kept.md", "<!-- protohome:begin files -->\n<!-- protohome:end -->\n"),
        ("protohome.toml", '[owners]\n"owner:ledger" = ["@acme/ledger"]\n'),
        ("p/acme/lost.proto", LOST.replace("HOSTILE", one_line)),
        ("buf.yaml", "version: v2\nmodules:\n  - path: p\n"),
    ):
        file = root / path.replace("command:", "command-").replace("\n", "")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return root


# The media


@pytest.mark.parametrize("text", HOSTILE)
def test_each_medium_shows_the_text_and_nothing_more(text: str) -> None:
    assert terminal.is_safe(terminal.one_line(text))
    assert list(obeyed(markdown.text(text))) == []
    assert list(obeyed(f"**{markdown.text(text)}** · {markdown.code(text)}")) == []
    assert list(obeyed(markdown.block(text))) == []
    assert list(obeyed(github.cell(text))) == []
    assert terminal.is_safe(github.data(text))
    assert terminal.is_safe(github.parameter(text))
    assert not set("<>\"'") & set(xml.markup(text))


def test_plain_words_stay_as_they_are() -> None:
    for text in ("Invoices, refunds (owner:billing)", "snake_case is 1.5 - fine", "größer"):
        for escaped in (terminal.one_line, markdown.text, github.data, xml.markup):
            assert escaped(text) == text
    assert markdown.code("a.b.v1") == "`a.b.v1`"


def obeyed(page: str) -> Iterator[str]:
    """The markup that a reader would make of foreign text."""
    parser = MarkdownIt("commonmark", {"html": True, "linkify": True})
    parser = parser.enable(["table", "strikethrough"])
    for token in parser.parse(page):
        for inner in (token, *(token.children or ())):
            if inner.type in ("html_inline", "html_block", "link_open", "image", "em_open"):
                yield f"{inner.type}: {inner.content or inner.attrs}"


# Terminal


def runs() -> Iterator[list[str]]:
    for name in output.FORMATS:
        yield ["check", "--verbose", "--format", name]
    for name in ("Invoice", "Entry", "acme.billing.v1", "acme.old.v1", "nothing", f"no {ESCAPE}"):
        yield ["explain", name]
    yield ["explain", "p/acme/old/v1/a.proto"]
    yield ["explain", "p/acme/lost.proto"]
    yield ["map"]
    yield ["map", "--format", "json"]
    yield ["move", "acme.old.v1.Entry", "acme.ledger.v1"]
    yield ["move", f"acme.{ESCAPE}", TURNED]
    yield ["check", f"no {ESCAPE}"]
    yield ["codeowners"]
    yield ["codeowners", "--check"]
    yield ["report"]
    for name in pictures.FORMATS:
        for level in ([], ["--files"], ["--contracts"]):
            yield ["graph", "--format", name, *level]
    for name in ("text", "json", "markdown"):
        yield ["migration", "--format", name]
    yield ["snapshot", "-o", "-", "--format", "txtpb"]
    yield ["baseline", "accept", "acme.old.v1.Entry", "--reason", ESCAPE]
    yield ["baseline", "update"]
    yield ["baseline", "prune"]
    yield ["fix"]
    yield ["fix", "--unsafe"]


def test_nothing_on_the_terminal_is_more_than_text(world: Path) -> None:
    for arguments in runs():
        command = [sys.executable, "-m", "protohome", *arguments]
        done = subprocess.run(command, cwd=world, capture_output=True, check=False)
        for stream in (done.stdout, done.stderr):
            text = stream.decode()
            bad = [line for line in text.split("\n") if not terminal.is_safe(line)]
            assert bad == [], arguments
            assert "Traceback" not in text, (arguments, text)


def test_a_page_or_picture_holds_no_markup_but_its_own(world: Path) -> None:
    """What a browser would run or fetch: nothing but the page's own script and anchors."""
    drawn = [["graph", "--format", "svg", level] for level in ("--files", "--contracts")]
    for arguments in [["report"], ["graph"], *drawn]:
        command = [sys.executable, "-m", "protohome", *arguments]
        done = subprocess.run(command, cwd=world, capture_output=True, check=False)
        seen = Elements()
        seen.feed(done.stdout.decode())
        assert seen.names <= PLAIN | (PAGE if arguments == ["report"] else set()), arguments
        assert all(target.startswith("#") for target in seen.targets)
        assert seen.scripts == (arguments == ["report"])
        assert not {name for name in seen.attributes if name.startswith("on")}


PLAIN = {"svg", "title", "desc", "style", "rect", "text", "g", "path", "polygon"}
PAGE = {
    *("html", "head", "meta", "body", "header", "h1", "p", "code", "dl", "div", "dt", "dd", "nav"),
    *("ul", "li", "a", "main", "section", "h2", "h3", "table", "thead", "tbody", "tr", "th", "td"),
    *("br", "span", "details", "summary", "label", "input", "footer", "script", "figure"),
}


class Elements(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.scripts += tag == "script"
        self.attributes.update(name for name, _ in attrs)
        self.targets += [str(text) for name, text in attrs if name in ("href", "src")]


def test_commands_print_through_one_door() -> None:
    """`say` escapes; what is written past it is a rendered format, or progress."""
    folder = Path(output.__file__).parent.parent / "commands"
    for file in folder.glob("*.py"):
        assert "print(" not in file.read_text("utf-8"), file.name


# Editor

PLACES = 4  # every so many columns of a line


@pytest.mark.parametrize("able", ["everything", "nothing"])
def test_nothing_in_an_editor_is_more_than_text(world: Path, able: str) -> None:
    capabilities: dict[str, Any] = {}
    if able == "everything":
        resolving = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
        capabilities = {
            "textDocument": {
                "codeAction": {**resolving, "disabledSupport": True},
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
            }
        }
    paths = [path for path in world.rglob("*") if path.suffix in (".proto", ".md")]
    with Wire() as wire:
        wire.initialize(world, capabilities=capabilities)
        for path in paths:
            wire.open(path)
            found = wire.hear_diagnostics(path)
            check_shown(found)
            document = {"textDocument": {"uri": path.as_uri()}}
            for method in ("documentSymbol", "codeLens"):
                check_shown(wire.call(f"textDocument/{method}", document))
            whole = {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}
            asked = {**document, "range": whole, "context": {"diagnostics": found}}
            for action in wire.call("textDocument/codeAction", asked):
                check_shown(action)
                check_shown(wire.hear_answer(wire.ask("codeAction/resolve", action)))
            for line, text in enumerate(path.read_text("utf-8").split("\n")):
                for column in range(0, len(text) + 1, PLACES):
                    place = {**document, "position": {"line": line, "character": column}}
                    check_shown(wire.call("textDocument/hover", place))
                check_shown(wire.call("textDocument/completion", place))
                for name in ("explain", "status", "packages"):
                    arguments = [path.as_uri(), place["position"]]
                    check_answer(wire, name, arguments)
        uri = paths[0].as_uri()
        for rule in RULES:
            assert command(wire, "explain", [uri, rule.id])["result"].startswith(f"# {rule.id}")
        for name in ("acme.old.v1", "acme.old.v1.Invoice", "p/acme/lost.proto", ESCAPE + MARKUP):
            check_answer(wire, "explain", [uri, name])
        check_answer(wire, "showMap", [uri])
        check_answer(wire, "checkWorkspace", [uri])
        check_answer(wire, "moveContract", [uri, "acme.old.v1.Entry", ESCAPE])
        check_answer(wire, "declareHome", [uri, ESCAPE, TURNED])
        check_shown(wire.call("workspace/symbol", {"query": ""}))
        for message in wire.heard:
            check_shown(message)
            assert message.get("params", {}).get("type") != 1, message


def command(wire: Wire, name: str, arguments: list[Any]) -> dict[str, Any]:
    params = {"command": f"protohome.{name}", "arguments": arguments}
    return wire.hear_answer(wire.ask("workspace/executeCommand", params))


def check_answer(wire: Wire, name: str, arguments: list[Any]) -> None:
    answer = command(wire, name, arguments)
    check_shown(answer)
    if name in ("explain", "showMap") and "result" in answer:
        assert list(obeyed(answer["result"])) == [], arguments


# What is not shown: places, and what is written into files.
HIDDEN = {"uri", "newText", "newUri", "oldUri", "target", "data", "arguments", "changes"}


def check_shown(value: Any, name: str = "") -> None:
    """No string of an answer has what a terminal would obey, no Markdown what an editor would."""
    if isinstance(value, dict):
        if value.get("kind") == "markdown":
            assert list(obeyed(value["value"])) == []
        assert "isTrusted" not in value
        for key, inner in value.items():
            if key not in HIDDEN:
                check_shown(inner, key)
    elif isinstance(value, list):
        for inner in value:
            check_shown(inner, name)
    elif isinstance(value, str):
        lines = value.split("\n") if name in ("value", "result", "documentation") else [value]
        assert all(map(terminal.is_safe, lines)), (name, json.dumps(value))
