"""How quickly ``protohome-lsp`` answers, beside ``buf lsp serve``. Prints a Markdown table.

``python benchmarks/lsp.py`` opens a copy of ``examples/openagents`` in both servers and takes
turns: each is asked the same by the same client, one after the other, so that a machine's moods
meet both. An edit is settled with the last publish of its version. Both commands come from the
folder of this Python; install the wheel there, as users do.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from environment import ENVIRONMENT

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
COMMANDS = {
    "protohome-lsp": [str(SCRIPTS / "protohome-lsp")],
    "buf lsp serve": [str(SCRIPTS / "buf"), "lsp", "serve"],
}
EDITED = "proto/openagents/codex/v1/events.proto"
TYPED = {
    "a comment": "// What the runtime answers to a worker that it does not know.\n",
    "a message": "message RuntimeAuthorityReceipt {\n  string run_id = 1;\n  Missing id = 2;\n}\n",
}
BURST = 20
QUIET = 0.3  # seconds without a publish until a version counts as settled
PATIENCE = 30.0
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {"publishDiagnostics": {"relatedInformation": True, "versionSupport": True}},
    "workspace": {"workspaceFolders": True},
}


class Published(NamedTuple):
    """A publish: seconds since the server's start, the document and its version."""

    when: float
    uri: str
    version: int | None


class Server:
    """A running server and the one client it has; seconds are counted from its start."""

    def __init__(self, command: list[str], tree: Path) -> None:
        self.tree, self._unread, self._started = tree, b"", time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=ENVIRONMENT,
        )  # fmt: skip
        folder = {"uri": tree.as_uri(), "name": tree.name}
        self.send("initialize", id=0, params={
            "processId": os.getpid(), "rootUri": tree.as_uri(), "workspaceFolders": [folder],
            "capabilities": CAPABILITIES,
        })  # fmt: skip
        answer = next(m for m in self.messages(PATIENCE) if m.get("id") == 0)
        self.initialized = self.now()
        sync = answer["result"]["capabilities"]["textDocumentSync"]
        self.incremental = (sync["change"] if isinstance(sync, dict) else sync) == 2
        self.texts: dict[str, str] = {}
        self.version = 1
        self.send("initialized", params={})

    def now(self) -> float:
        return time.perf_counter() - self._started

    def send(self, method: str, **more: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, **more}).encode()
        self._write(body)

    def _write(self, body: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def messages(self, patience: float) -> Iterator[dict[str, Any]]:
        """What the server says, until it says nothing for so long; its requests are answered."""
        assert self.process.stdout is not None
        while True:
            head, _, rest = self._unread.partition(b"\r\n\r\n")
            length = int(head.lower().rpartition(b"content-length:")[2].split()[0]) if rest else 1
            if len(rest) >= length:
                self._unread = rest[length:]
                message = json.loads(rest[:length])
                if "method" in message and "id" in message:
                    answer = {"jsonrpc": "2.0", "id": message["id"], "result": None}
                    self._write(json.dumps(answer).encode())
                yield message
                continue
            if not select.select([self.process.stdout], [], [], patience)[0]:
                return
            self._unread += os.read(self.process.stdout.fileno(), 1 << 16)

    def published(self, patience: float) -> Iterator[Published]:
        for message in self.messages(patience):
            if message.get("method") == "textDocument/publishDiagnostics":
                found = message["params"]
                yield Published(self.now(), found["uri"], found.get("version"))

    def open(self, path: str) -> str:
        """Open a file; its URI."""
        text = (self.tree / path).read_text("utf-8")
        uri = (self.tree / path).as_uri()
        document = {"uri": uri, "languageId": "proto", "version": 1, "text": text}
        self.texts[path] = text
        self.send("textDocument/didOpen", params={"textDocument": document})
        return uri

    def type(self, path: str, text: str) -> float:
        """Add text at the end of a document, as this server wants to be told; when it was."""
        line = self.texts[path].count("\n")
        character = len(self.texts[path].rpartition("\n")[2])
        self.texts[path] += text
        self.version += 1
        change: dict[str, Any] = {"text": self.texts[path]}
        if self.incremental:
            end = {"line": line, "character": character}
            change = {"range": {"start": end, "end": end}, "text": text}
        document = {"uri": (self.tree / path).as_uri(), "version": self.version}
        sent = self.now()
        self.send(
            "textDocument/didChange",
            params={"textDocument": document, "contentChanges": [change]},
        )
        return sent

    def settled(self) -> list[Published]:
        """The publishes until the last of the present version; at least that one."""
        heard: list[Published] = []
        for one in self.published(PATIENCE):
            heard.append(one)
            if one.version == self.version:
                heard += self.published(QUIET)
                return heard
        raise SystemExit(f"{self.process.args!r} does not publish version {self.version}")

    def memory(self) -> int:
        """Resident bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()


def starting(tree: Path, runs: int) -> Iterator[tuple[str, str, str]]:
    """From spawning to the answered ``initialize``, and to the first publish of an open file."""
    answered: dict[str, list[float]] = {name: [] for name in COMMANDS}
    shown: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for run in range(runs + 1):
        for name, command in COMMANDS.items():
            server = Server(command, tree)
            uri = server.open(EDITED)
            first = next(one for one in server.published(PATIENCE) if one.uri == uri)
            server.close()
            if run:  # the first one only warms up
                answered[name].append(server.initialized)
                shown[name].append(first.when)
    yield row("spawn → `initialize` answered, median", answered, milliseconds)
    yield row("spawn → first publish of an open file, median", shown, milliseconds)


def editing(servers: dict[str, Server]) -> Iterator[tuple[str, str, str]]:
    """Every keystroke of texts, then many edits at once."""
    for what, text in TYPED.items():
        first: dict[str, list[float]] = {name: [] for name in servers}
        last: dict[str, list[float]] = {name: [] for name in servers}
        for character in text:
            for name, server in servers.items():
                sent = server.type(EDITED, character)
                heard = [one for one in server.settled() if one.version == server.version]
                first[name].append(heard[0].when - sent)
                last[name].append(heard[-1].when - sent)
        yield row(f"a key of {what} → first publish, median", first, milliseconds)
        yield row(f"a key of {what} → settled, median", last, milliseconds)
        yield row(f"a key of {what} → settled, 95th percentile", last, milliseconds, p95)

    count: dict[str, list[float]] = {name: [] for name in servers}
    after: dict[str, list[float]] = {name: [] for name in servers}
    for at in range(10):
        for name, server in servers.items():
            for each in range(BURST):
                sent = server.type(EDITED, f"// {at} {each}\n")
            heard = server.settled()
            after[name].append(heard[-1].when - sent)
            count[name].append(len(heard))
    yield row(f"{BURST} edits at once: last edit → settled, median", after, milliseconds)
    yield row(f"{BURST} edits at once: last edit → settled, worst", after, milliseconds, max)
    yield row(f"{BURST} edits at once: publishes, most", count, lambda n: f"{n:.0f}", max)


def holding(servers: dict[str, Server], paths: list[str]) -> Iterator[tuple[str, str, str]]:
    """Memory with every file of the tree open."""
    bytes_held: dict[str, list[float]] = {}
    for name, server in servers.items():
        for path in paths:
            if path not in server.texts:
                server.open(path)
        for _ in server.published(1.0):
            pass
        bytes_held[name] = [server.memory()]
    yield row(
        f"resident memory, {len(paths)} files open", bytes_held, lambda n: f"{n / 1e6:.0f} MB"
    )


def row(
    what: str,
    measured: dict[str, list[float]],
    show: Callable[[float], str],
    of: Callable[[list[float]], float] = statistics.median,
) -> tuple[str, str, str]:
    ours, theirs = (show(of(measured[name])) for name in COMMANDS)
    return what, ours, theirs


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=10, metavar="N", help="starts of each server")
    arguments = parser.parse_args()
    print("| | `protohome-lsp` | `buf lsp serve` |")
    print("| --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(shutil.copytree(ROOT / "examples/openagents", Path(scratch) / "openagents"))
        subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
        for cells in starting(tree, arguments.starts):
            print(f"| {' | '.join(cells)} |", flush=True)
        servers = {name: Server(command, tree) for name, command in COMMANDS.items()}
        for server in servers.values():
            server.open(EDITED)
            server.settled()
        paths = [path.relative_to(tree).as_posix() for path in sorted(tree.rglob("*.proto"))]
        for cells in (*editing(servers), *holding(servers, paths)):
            print(f"| {' | '.join(cells)} |", flush=True)
        for server in servers.values():
            server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
