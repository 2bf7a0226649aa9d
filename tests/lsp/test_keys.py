"""Keys in files of many contracts: what was kept from key to key says what a fresh look says."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from protohome.findings import Finding
from protohome.loading import discovery
from protohome.lsp.state import loading
from protohome.lsp.state.documents import Document
from protohome.lsp.state.folders import Folder
from protohome.syntax import read
from protohome.verdicts import Judge
from protohome.workspace.snapshot import Snapshot
from trees import Repository

KEYS = int(os.environ.get("EDITS", "40"))
MAP = """\
| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | billing | `owner:b` | invoices, refunds, account charges | sync tokens |
| `acme.ledger.v1` | ledger | `owner:l` | ledger entries, postings | invoice reminders |
| `acme.sync.v1` | sync | `owner:s` | sync tokens, replay cursors | |
| `acme.old.v1` | legacy | `owner:o` | | any new contracts |

## Placement Rules

- New contracts are forbidden in `acme.old.v1`.
- `acme.ledger.v1` must not depend on `acme.sync.v1`.
- `v1` packages are additive-only; reserve what is removed.
"""
NOUNS = {
    "billing": ("Invoice", "Refund", "Charge", "Account"),
    "ledger": ("Entry", "Posting", "Ledger", "Balance"),
    "sync": ("Token", "Cursor", "Replay", "Sync"),
    "old": ("Invoice", "Posting", "Token", "Legacy"),
}
ADDED = (
    *("{", "}", "x", "Token", "Invoice", " ", "\n", "//", "/*", "*/", ";", '"', ". "),
    *("  Refund1 more = 9;\n", "  acme.ledger.v1.Entry1 entry = 7;\n", "message SyncToken {}\n"),
    *("message Refund1 {}\n", "enum ReplayCursor { A = 0; }\n", "\n// protohome:ignore-file x\n"),
    'import "acme/ledger/v1/all.proto";\n',
)


def text(name: str, draw: random.Random) -> str:
    said = [f'syntax = "proto3";\npackage acme.{name}.v1;\n']
    said += [f'import "acme/{other}/v1/all.proto";' for other in NOUNS if other != name]
    for at in range(6):
        for noun in NOUNS[name]:
            other = draw.choice([n for n in NOUNS if n != "old"])
            target = f"acme.{other}.v1.{draw.choice(NOUNS[other])}{draw.randrange(6)}"
            own = f"{draw.choice(NOUNS[name])}{draw.randrange(6)}"
            said.append(
                f"// About {noun}.\nmessage {noun}{at} {{\n  string {noun.lower()}_id = 1;\n"
                f"  {target if draw.random() < 0.3 else own} other = 2;\n"
                "  enum Kind {\n    K = 0;\n  }\n}\n"
            )
    one, other, *_ = NOUNS[name]
    said.append(f"service Api {{\n  rpc Get({one}1) returns ({other}2);\n}}\n")
    return "\n".join(said)


@pytest.mark.parametrize("committed", [False, True], ids=["no git", "in git"])
@pytest.mark.parametrize("seed", range(2))
def test_keys_anywhere(
    tmp_path: Path, seed: int, committed: bool, git_environment: dict[str, str]
) -> None:
    draw = random.Random(seed)
    (tmp_path / "PACKAGE_MAP.md").write_text(MAP)
    saved: dict[str, str] = {}
    for name in NOUNS:
        file = tmp_path / f"acme/{name}/v1/all.proto"
        file.parent.mkdir(parents=True)
        saved[str(file)] = text(name, draw)
        file.write_text(saved[str(file)])
    if committed:
        Repository(tmp_path, git_environment)
    folder = Folder(discovery.find(str(tmp_path)))
    folder.adopt(loading.load(folder.place, {}))
    texts = dict(saved)
    for number in range(KEYS):
        path = draw.choice(sorted(texts)[:2]) if draw.random() < 0.9 else draw.choice([*texts])
        texts[path] = typed(texts[path], saved[path], draw)
        inner = folder.relative(path)
        assert inner is not None
        document = Document(Path(path).as_uri(), path, number, texts[path].encode())
        folder.edit(inner, document)
        folder.catch_up()
        state = folder.state
        assert state is not None
        found = {path: state.findings(path) for path in state.snapshot.files}
        if number % 3 == 2:
            assert_as_fresh(folder, found)


def typed(before: str, saved: str, draw: random.Random) -> str:
    """One more key, some keys taken back, a word put for another, or all as it was saved."""
    start = draw.randrange(len(before) + 1)
    kind = draw.random()
    if kind < 0.5:
        if draw.random() < 0.5:
            start = before.find("\n", start) + 1
        return before[:start] + draw.choice(ADDED) + before[start:]
    if kind < 0.7:
        return before[:start] + before[start + draw.choice((1, 1, 2, 40)) :]
    if kind < 0.95:
        words = [word for word in before.split() if word.isalnum()]
        if words:
            old, new = draw.choice(words), draw.choice(words)
            at = before.find(old, start)
            return before if at < 0 else before[:at] + new + before[at + len(old) :]
    return saved


def assert_as_fresh(folder: Folder, found: dict[str, list[Finding]]) -> None:
    """As a judge without a past says of the same texts, who has learnt of the same tree."""
    state, learnt = folder.state, folder.learnt
    assert state is not None
    assert learnt is not None
    now = state.snapshot
    files = {
        path: file if learnt.files.get(path) is file else read(path, file.source)
        for path, file in now.files.items()
    }
    again = Snapshot(
        now.root, now.config, now.map, now.module_roots, files, now.bystanders, now.unreadable
    )
    assert again.files == now.files
    again = again.with_reference(now.reference, now.revision)
    fresh = state._replace(snapshot=again, judge=Judge(again, learnt_of=learnt))
    for path in now.files:
        assert found[path] == fresh.findings(path), path
