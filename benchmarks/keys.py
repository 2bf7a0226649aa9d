"""How long a key takes in large workspaces, from the client's side. Prints a Markdown table.

``python benchmarks/keys.py`` opens google-proto-files under a map without an audit table, and parts
of it, and types in a file whose home words must tell, in one of 96,000 lines, and beside that one;
it asks for the fixes of a finding, and for hovers meanwhile, also while all files are read. With
``--map`` it takes another of the three maps of ``speed.py``. The server comes from the folder of
this Python, unless ``--here``.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from speed import MAPS, committed, google_workspace

from lsp import COMMANDS, Server, milliseconds, p95

HUGE = "google/cloud/compute/v1/compute.proto"
TYPED = "google/api/servicecontrol/v1/log_entry.proto"
OTHERS = (19, 299)
DECLARED = "// protohome:ignore wrong-package\n"  # a finding, as no reason is given
PAUSE = 0.05  # seconds between hovers
KEYS = 15
PLACES = 60  # keys in the large file, each somewhere else
TEXT = "\nmessage InvoiceLine {\n  string account_id = 1;\n}\n"
SLOW = 600.0  # seconds until a server that reads a large tree the first time is given up
HERE = [sys.executable, "-c", "from protohome.lsp.server import main; raise SystemExit(main())"]


class Client(Server):
    """A client that types anywhere, and asks; ``shown`` is when findings of a document came."""

    def __init__(self, command: list[str], tree: Path) -> None:
        self.shown: dict[str, float] = {}
        super().__init__(command, tree)

    def messages(self, patience: float) -> Iterator[dict[str, Any]]:
        for message in super().messages(patience):
            if message.get("method") == "textDocument/publishDiagnostics":
                self.shown.setdefault(message["params"]["uri"], self.now())
            yield message

    def key(self, path: str, offset: int, text: str) -> float:
        """Insert text at a place, an index into the document; seconds until it is published."""
        old = self.texts[path]
        line = old.count("\n", 0, offset)
        place = {"line": line, "character": offset - (old.rfind("\n", 0, offset) + 1)}
        self.texts[path] = old[:offset] + text + old[offset:]
        self.version += 1
        uri = (self.tree / path).as_uri()
        change = {"range": {"start": place, "end": place}, "text": text}
        sent = self.now()
        self.send(
            "textDocument/didChange",
            params={
                "textDocument": {"uri": uri, "version": self.version},
                "contentChanges": [change],
            },
        )
        for one in self.published(SLOW):
            if one.uri == uri and one.version == self.version:
                return one.when - sent
        raise SystemExit("nothing was published")

    def opened(self, path: str) -> float:
        """Open a document; seconds until its findings are shown."""
        sent = self.now()
        uri = self.open(path)
        return next(one for one in self.published(SLOW) if one.uri == uri).when - sent

    def opened_with(self, path: str, more: str) -> float:
        """Open a document that begins with ``more`` than is on disk; when that was."""
        text = self.texts[path] = more + (self.tree / path).read_text("utf-8")
        uri, sent = (self.tree / path).as_uri(), self.now()
        document = {"uri": uri, "languageId": "proto", "version": 1, "text": text}
        self.send("textDocument/didOpen", params={"textDocument": document})
        return sent

    def ask(self, method: str, **params: Any) -> tuple[float, Any]:
        """A request; seconds until its answer, and that."""
        self.version += 1
        sent = self.now()
        self.send(method, id=self.version, params=params)
        for message in self.messages(SLOW):
            if message.get("id") == self.version and "method" not in message:
                return self.now() - sent, message.get("result")
        raise SystemExit(f"{method} is not answered")


def typing(client: Client, path: str, keys: int = KEYS) -> list[float]:
    """What each key of a text takes at the end of a document."""
    offset = len(client.texts[path])
    return [client.key(path, offset + at, key) for at, key in enumerate(TEXT[:keys])]


def anywhere(client: Client, path: str, *keys: tuple[str, str]) -> list[float]:
    """What keys take all over a document: each is a text and what to type it before."""
    chosen = random.Random(7)
    taken = []
    for at in range(PLACES):
        text = client.texts[path]
        typed, before = keys[at % len(keys)]
        start = text.find("\nmessage ", chosen.randrange(len(text) // 2)) + 1
        taken.append(client.key(path, text.find(before, start), typed))
    return taken


def fixing(client: Client, path: str) -> list[float]:
    """What the menus of a document's findings take."""
    uri = (client.tree / path).as_uri()
    taken = []
    for line in range(0, 400, 20):
        place = {"line": line, "character": 8}
        seconds, _ = client.ask(
            "textDocument/codeAction",
            textDocument={"uri": uri},
            range={"start": place, "end": place},
            context={"diagnostics": []},
        )
        taken.append(seconds)
    return taken


def hovering(client: Client, path: str) -> list[float]:
    """What hovers take right after a key, while its findings are looked for."""
    uri = (client.tree / path).as_uri()
    taken = []
    for at in range(10):
        text = client.texts[path]
        client.texts[path] = "\n" + text
        client.version += 1
        start = {"line": 0, "character": 0}
        client.send(
            "textDocument/didChange",
            params={
                "textDocument": {"uri": uri, "version": client.version},
                "contentChanges": [{"range": {"start": start, "end": start}, "text": "\n"}],
            },
        )
        seconds, _ = client.ask(
            "textDocument/hover",
            textDocument={"uri": uri},
            position={"line": 20 + at, "character": 9},
        )
        taken.append(seconds)
    return taken


def opening(client: Client, path: str) -> tuple[float, float, list[float]]:
    """What hovers take from the moment that a document is opened, one after the other, until one
    says what words tell of a contract; before these, seconds until that, and until findings come.
    """
    sent, uri, taken = client.opened_with(path, DECLARED), (client.tree / path).as_uri(), []
    line = client.texts[path].partition("\nmessage ")[0].count("\n") + 1
    shown = ""
    while "(inferred" not in shown:
        list(client.messages(PAUSE))
        seconds, answer = client.ask(
            "textDocument/hover",
            textDocument={"uri": uri},
            position={"line": line, "character": len("message ") + 1},
        )
        taken.append(seconds)
        shown = answer["contents"]["value"] if answer else ""
    return client.now() - sent, client.shown[uri] - sent, taken


def workspace(large: Path, folder: Path, count: int) -> Path:
    """A part of the large tree: so many files, the typed one among them, under its map."""
    files = sorted(p.relative_to(large).as_posix() for p in large.rglob("*.proto"))
    for name in [TYPED, *(name for name in files if name != TYPED)][:count]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(large / name, folder / name)
    for name in ("PACKAGE_MAP.md", "buf.yaml"):
        shutil.copyfile(large / name, folder / name)
    committed(folder)
    return folder


def rows(what: str, taken: list[float]) -> Iterator[str]:
    middle = sorted(taken)[len(taken) // 2]
    yield f"| {what} | {milliseconds(middle)} | {milliseconds(p95(taken))} |"


def measured(command: list[str], large: Path, scratch: Path) -> Iterator[str]:
    for count in OTHERS:
        tree = workspace(large, scratch / f"{count}", count)
        client = Client(command, tree)
        client.opened(TYPED)
        client.key(TYPED, 0, "\n")
        yield from rows(f"a key in an unaudited file, {count} files", typing(client, TYPED))
        client.close()
    for what in ("no cache knows", "were read before"):
        client = Client(command, large)
        learned, declared, hovers = opening(client, TYPED)
        opened = f"open a file of 8,000 that {what}"
        yield f"| {opened} → what is declared | {milliseconds(declared)} | |"
        yield f"| {opened} → a hover says what words tell | {milliseconds(learned)} | |"
        yield from rows("a hover until then", hovers)
        yield f"| the slowest of them | {milliseconds(max(hovers))} | |"
        yield f"| resident memory then | {client.memory() / 1e6:.0f} MB | |"
        if what == "no cache knows":
            client.key(TYPED, 0, "\n")  # what was learned is kept
            client.close()
    client.key(TYPED, 0, "\n")
    yield from rows("a key in an unaudited file, 8,000 files", typing(client, TYPED))
    yield from rows("a hover right after a key, 8,000 files", hovering(client, TYPED))
    yield from rows("the fixes at a place, 8,000 files", fixing(client, TYPED))
    yield f"| resident memory after these | {client.memory() / 1e6:.0f} MB | |"
    yield from rows("open a file of 96,000 lines there", [client.opened(HUGE)])
    client.key(HUGE, len(client.texts[HUGE]), "\n")
    yield from rows("a key at its end", typing(client, HUGE))
    yield from rows("a key anywhere in it", anywhere(client, HUGE, ("x", "\n  //"), (" ", ";\n")))
    yield from rows("a key in a name anywhere in it", anywhere(client, HUGE, ("o", " {\n")))
    yield from rows("a brace anywhere in it, braces missing", anywhere(client, HUGE, ("{", ";\n")))
    yield from rows("a key in an unaudited file beside it", typing(client, TYPED))
    yield f"| resident memory, with that file open | {client.memory() / 1e6:.0f} MB | |"
    client.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--map", choices=MAPS, default=MAPS[-1], help="of the large tree")
    parser.add_argument("--here", action="store_true", help="the sources that Python finds")
    parser.add_argument("--tree", type=Path, help="one that is there, with a map")
    arguments = parser.parse_args()
    command = HERE if arguments.here else COMMANDS["protohome-lsp"]
    print("| | median | 95th percentile |")
    print("| --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as scratch:
        large = arguments.tree or Path(scratch, "large")
        if not arguments.tree:
            texts = google_workspace(large)
            (large / "PACKAGE_MAP.md").write_text(texts[arguments.map])
            committed(large)
        for line in measured(command, large, Path(scratch)):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
