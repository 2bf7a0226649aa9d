"""What a check, or a server before, learned of the commit is not learned again by a server."""

from __future__ import annotations

import os
from pathlib import Path
from time import time_ns

import pytest

from lsp.conftest import MAP, Tree, codes
from lsp.test_learning import TEXT, TYPED, found, opened, typed
from lsp.wire import Wire
from protohome import check
from protohome.findings import Finding
from protohome.history import Past
from protohome.loading import discovery
from protohome.loading.files import contents
from protohome.loading.files.disk import Disk
from protohome.lsp.state import loading
from protohome.lsp.state.documents import Document
from protohome.lsp.state.folders import Folder
from protohome.lsp.state.moment import LARGE
from protohome.verdicts import Judge, KeptAlone, inference, kept_of
from protohome.verdicts.inference import Inference
from protohome.verdicts.learning import calibration
from protohome.workspace.snapshot import Snapshot
from trees import Repository

OTHER = "proto/openagents/codex/v1/auth.proto"

pytestmark = pytest.mark.usefixtures("cache_folder")


@pytest.fixture
def tree(example: Path, git_environment: dict[str, str]) -> Path:
    """The example in git, without its audit table, so that words must tell."""
    map_file = example / "proto" / "PACKAGE_MAP.md"
    lines = [line for line in map_file.read_text("utf-8").splitlines() if ".proto` |" not in line]
    map_file.write_text("\n".join(lines) + "\n", "utf-8")
    Repository(example, git_environment)
    return example


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The contracts that are judged by words, and "learning" where that is learned."""
    seen: list[str] = []
    learn, look = calibration.calibrated, Inference._judged

    def learning(*arguments: object) -> object:
        seen.append("learning")
        return learn(*arguments)  # type: ignore[arg-type]

    def judged(self: Inference, located: object, explained: bool) -> object:
        seen.append(located.fqn)  # type: ignore[attr-defined]
        return look(self, located, explained)  # type: ignore[arg-type]

    monkeypatch.setattr(inference, "calibrated", learning)
    monkeypatch.setattr(Inference, "_judged", judged)
    return seen


def checked(tree: Path) -> None:
    """A check has run, as far as it concerns what is learned."""
    snapshot = discovery.load(str(tree))
    kept = kept_of(snapshot)
    check.run(snapshot, judge=Judge(snapshot, kept=kept))
    assert kept is not None
    kept.save()


def everything(folder: Folder) -> dict[str, list[Finding]]:
    assert folder.state is not None
    return {path: folder.state.findings(path) for path in folder.documents()}


def alone(folder: Folder) -> dict[str, list[Finding]]:
    """What there is to find for one who learns it all anew."""
    state = folder.state
    assert state is not None
    state = state._replace(judge=Judge(state.snapshot))
    return {path: state.findings(path) for path in folder.documents()}


def reopened(folder: Folder, path: str) -> None:
    """A document is open as it is on disk."""
    file = Path(folder.absolute(path))
    folder.edit(path, Document(file.as_uri(), str(file), 1, file.read_bytes()))
    folder.catch_up()


def test_what_a_check_thought_is_not_thought_again(tree: Path, looks: list[str]) -> None:
    checked(tree)
    folder = opened(tree)
    reopened(folder, OTHER)
    looks.clear()
    shown = everything(folder)
    frozen = [fqn for fqn in looks if not fqn.startswith("openagents.protocol.v1.")]
    assert frozen == [], "all but shims, which are no examples"
    assert any(shown.values())
    assert shown == alone(folder)


def test_what_is_typed_is_judged_by_what_a_check_learned(tree: Path, looks: list[str]) -> None:
    checked(tree)
    folder = opened(tree)
    looks.clear()
    typed(folder, TEXT)
    assert found(folder)
    assert "openagents.runtime.v1.SyncToken" in looks
    assert "learning" not in looks
    assert everything(folder) == alone(folder)


def test_another_map_has_its_own_learning(tree: Path, looks: list[str]) -> None:
    """One that is being typed leaves nothing behind: it is another with each key."""
    checked(tree)
    folder = opened(tree)
    source = (tree / "proto/PACKAGE_MAP.md").read_bytes().replace(b"worker", b"walker")
    path = str(tree / "proto/PACKAGE_MAP.md")
    folder.edit("proto/PACKAGE_MAP.md", Document(Path(path).as_uri(), path, 1, source))
    folder.catch_up()
    looks.clear()
    shown = everything(folder)
    assert "learning" in looks
    assert folder.judge is not None
    assert folder.judge.kept is None
    assert shown == alone(folder)


def test_another_commit_has_its_own(
    tree: Path, looks: list[str], git_environment: dict[str, str]
) -> None:
    checked(tree)
    folder = opened(tree)
    everything(folder)
    file = tree / TYPED
    file.write_text(TEXT, "utf-8")
    git = Repository.of(tree, git_environment)
    git("add", ".")
    git("commit", "-qm", "A token")
    folder = opened(tree)
    looks.clear()
    assert everything(folder) == alone(folder)
    assert "learning" in looks


def test_what_a_server_learned_the_next_one_knows(
    tree: Path, looks: list[str], cache_folder: Path
) -> None:
    folder = opened(tree)
    shown = everything(folder)
    assert folder.judge is not None
    assert folder.judge.kept is not None
    assert folder.judge.kept.is_learnt_anew
    folder.judge.kept.save()
    assert not folder.judge.kept.is_learnt_anew
    looks.clear()
    assert everything(opened(tree)) == shown
    assert "learning" not in looks


def test_who_learns_ahead_has_read_what_the_map_calls_things(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a large map that takes longer than anybody who points at something should wait."""
    checked(tree)
    folder = opened(tree)
    typed(folder, TEXT)
    assert folder.judge is not None
    folder.judge.learn()
    monkeypatch.setattr(inference, "phrases_of", None)
    assert found(folder)


def test_what_was_read_before_is_not_read_again(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "time_ns", lambda: time_ns() + 10**11)  # no stamp is too young
    opened(tree)
    read: list[str] = []
    real = Disk.contents

    def seen(self: Disk, path: str) -> bytes:
        read.append(path)
        return real(self, path)

    monkeypatch.setattr(Disk, "contents", seen)
    again = opened(tree)
    assert [path for path in read if path.endswith(".proto")] == []
    (tree / OTHER).write_text(TEXT, "utf-8")
    fresh = opened(tree)
    assert [path for path in read if path.endswith(".proto")]
    assert fresh.snapshot is not None
    assert again.snapshot is not None
    assert fresh.snapshot.files[OTHER].source == TEXT.encode()
    assert fresh.snapshot.files.keys() == again.snapshot.files.keys()


def test_another_commit_has_only_what_it_changed_read(
    tree: Path, monkeypatch: pytest.MonkeyPatch, git_environment: dict[str, str]
) -> None:
    folder = opened(tree)
    changed, edited = (tree / path for path in (OTHER, "proto/openagents/sync/v1/topics.proto"))
    changed.write_text(changed.read_text("utf-8") + "// a comment\n", "utf-8")
    Repository.of(tree, git_environment)("commit", "-qam", "A comment")
    assert folder.loaded is not None
    assert folder.take(loading.rescan(folder.loaded))
    edited.write_text(edited.read_text("utf-8") + "// another\n", "utf-8")
    assert folder.take(loading.rescan(folder.loaded))
    asked: list[str] = []
    real = Past.has

    def has(self: Past, path: str, source: bytes) -> bool:
        asked.append(path)
        return real(self, path, source)

    monkeypatch.setattr(Past, "has", has)
    past = loading.find_past(str(tree), folder.loaded.snapshot.config)
    folder.refer(loading.refer(folder.loaded, past))
    assert [path for path in asked if path.endswith(".proto")] == [OTHER]
    assert folder.snapshot is not None
    fresh = opened(tree).snapshot
    assert fresh is not None
    one, other = folder.snapshot.reference, fresh.reference
    assert one is not None
    assert other is not None
    assert sources(one) == sources(other)
    assert everything(folder) == everything(opened(tree))


def sources(snapshot: Snapshot) -> dict[str, bytes]:
    return {path: file.source for path, file in snapshot.files.items()}


def test_what_is_found_without_learning_is_part_of_all(tree: Path, looks: list[str]) -> None:
    """A comment that silences what was not looked for is no idle one."""
    quiet = "// protohome:ignore wrong-package -- as it was\n"
    (tree / OTHER).write_text(quiet + (tree / OTHER).read_text("utf-8"), "utf-8")
    folder = opened(tree)
    state, judge = folder.state, folder.judge
    assert state is not None
    assert judge is not None
    assert not judge.is_learnt
    early = state._replace(judge=Judge(judge.snapshot, kept=KeptAlone(judge.kept)))
    at_once = {path: early.findings(path) for path in folder.documents()}
    assert "learning" not in looks
    shown = everything(folder)
    assert judge.is_learnt
    for path, findings in at_once.items():
        assert [one for one in findings if one not in shown[path]] == [], path
    assert any(at_once.values())
    assert at_once != shown


def test_what_is_declared_is_shown_while_it_is_learned_what_words_tell(
    wire: Wire, acme: Tree, git_environment: dict[str, str]
) -> None:
    """In a file without a row, of which the table is to tell."""
    big = acme.invoice.with_name("big.proto")
    parts = "".join(f"message Part{at} {{ string id = 1; }}\n" for at in range(LARGE // 30))
    big.write_text(f'syntax = "proto3";\npackage acme.billing.v1;\n{parts}', "utf-8")
    Repository(acme.root, git_environment)
    wire.initialize(acme.root)
    wire.open(big)
    assert codes(wire.hear_diagnostics(big, 1)) == ["file-not-audited"]
    document, name = {"uri": big.as_uri()}, {"line": 2, "character": 9}
    hover = wire.call("textDocument/hover", {"textDocument": document, "position": name})
    assert "what words tell is still being learned" in hover["contents"]["value"]


def test_a_server_keeps_what_it_learned_for_a_large_document(
    wire: Wire, acme: Tree, cache_folder: Path, git_environment: dict[str, str]
) -> None:
    big = acme.invoice.with_name("big.proto")
    parts = "".join(f"message Part{at} {{ string id = 1; }}\n" for at in range(LARGE // 30))
    big.write_text(f'syntax = "proto3";\npackage acme.billing.v1;\n{parts}', "utf-8")
    acme.map.write_text(MAP.partition("## Audit")[0], "utf-8")
    Repository(acme.root, git_environment)
    wire.initialize(acme.root)
    wire.open(big)
    assert codes(wire.hear_diagnostics(big, 1)) == []
    for _ in range(10_000):
        if any(name[:8] == "verdicts" and "." not in name for name in os.listdir(cache_folder)):
            return
        wire.call("workspace/symbol", {"query": "Nothing"})
    pytest.fail("it is written while the server has time")
