"""``protohome fix`` and ``protohome move`` from the command line, on a copy of the example."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from protohome.cli import main
from trees import fits

MAP = "proto/PACKAGE_MAP.md"
COMMS = "proto/openagents/protocol/v1/comms.proto"


@pytest.fixture
def tree(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(root / "examples" / "openagents", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sync_file(tree: Path, stem: str, message: str) -> None:
    text = f'syntax = "proto3";\n\npackage openagents.sync.v1;\n\nmessage {message} {{}}\n'
    put(tree, f"proto/openagents/sync/v1/{stem}.proto", text)


def texts(tree: Path) -> dict[str, bytes]:
    return {str(p.relative_to(tree)): p.read_bytes() for p in tree.rglob("*") if p.is_file()}


def put(tree: Path, path: str, text: str) -> None:
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(text, "utf-8")


def test_a_clean_tree_has_nothing_to_fix(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = texts(tree)
    assert main(["fix", "--no-cache"]) == 0
    assert texts(tree) == before
    assert capsys.readouterr().err == "0 fixes made\n"


def test_safe_fixes_are_made_until_none_is_left(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sync_file(tree, "presence", "SyncPresence")
    text = (tree / MAP).read_text("utf-8")
    put(
        tree,
        MAP,
        text.replace("v1/auth.proto` | `openagents.control.v1`", "v1/auth.proto` | `x.v1`"),
    )
    assert main(["check", "--no-cache", "--quiet"]) == 1
    assert main(["fix", "--no-cache"]) == 0
    assert main(["check", "--no-cache", "--quiet"]) == 0
    assert "| `proto/openagents/sync/v1/presence.proto` | `openagents.sync.v1` |" in (
        tree / MAP
    ).read_text("utf-8")
    assert "2 fixes made" in capsys.readouterr().err


def test_moves_wait_for_unsafe(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tree, "protohome.toml",
        '[homes]\n"openagents.sync.v1.Heartbeat" = "openagents.runtime.v1"\n')  # fmt: skip
    before = texts(tree)
    assert main(["fix", "--no-cache"]) == 1
    assert texts(tree) == before
    assert "0 fixes made; 1 finding more with --unsafe" in capsys.readouterr().err
    assert main(["fix", "--no-cache", "--unsafe"]) == 0
    assert "Move Heartbeat to openagents.runtime.v1" in capsys.readouterr().out
    assert b"message Heartbeat {" in (tree / "proto/openagents/runtime/v1/sync.proto").read_bytes()


def test_what_a_run_moved_moves_nothing_more(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second contract's home is unknown, and what it refers to is no news of its own."""
    text = (
        'syntax = "proto3";\n\npackage openagents.protocol.v1;\n\n'
        "message CodexWorkerPause { string codex_worker_id = 1; }\n\n"
        "message LoyaltyCampaign { CodexWorkerPause pause = 1; }\n"
    )
    put(tree, "proto/openagents/protocol/v1/new.proto", text)
    assert main(["fix", "--no-cache", "--unsafe"]) == 1
    said = capsys.readouterr()
    assert "CodexWorkerPause" in said.out
    assert "LoyaltyCampaign" not in said.out
    assert "LoyaltyCampaign" in (tree / "proto/openagents/protocol/v1/new.proto").read_text("utf-8")


def test_a_request_takes_its_response_along(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one move, so that the two are never apart."""
    text = (
        'syntax = "proto3";\n\npackage openagents.sync.v1;\n\n'
        "message CodexWorkerPauseRequest { string codex_worker_id = 1; }\n\n"
        "message CodexWorkerPauseResponse {}\n"
    )
    put(tree, "proto/openagents/sync/v1/new.proto", text)
    main(["fix", "--no-cache", "--unsafe"])
    assert not (tree / "proto/openagents/sync/v1/new.proto").exists()
    moved = "".join(path.read_text("utf-8") for path in tree.glob("proto/openagents/codex/v1/*"))
    assert "message CodexWorkerPauseRequest" in moved
    assert "message CodexWorkerPauseResponse" in moved
    assert capsys.readouterr().out.count("Move ") == 1


def test_a_diff_writes_nothing(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = texts(tree)
    assert main(["move", "CommsSendIntent", "openagents.control.v1", "--diff", "--no-cache"]) == 0
    assert texts(tree) == before
    out = capsys.readouterr().out
    assert out.startswith(f"--- a/{MAP}\n+++ b/{MAP}\n")
    assert "+++ b/proto/openagents/control/v1/comms.proto\n" in out


def test_pending_fixes_of_chosen_rules_are_shown_and_told_by_the_exit_code(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sync_file(tree, "presence", "SyncPresence")
    before = texts(tree)
    assert main(["fix", "--diff", "--no-cache", "--ignore", "file-not-audited"]) == 0
    assert main(["fix", "--diff", "--no-cache", "--select", "wrong-package"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["fix", "--diff", "--no-cache"]) == 1
    assert capsys.readouterr().out.startswith(f"--- a/{MAP}\n+++ b/{MAP}\n")
    assert texts(tree) == before
    assert main(["fix", "--no-cache", "--select", "file-not-audited"]) == 0
    assert main(["fix", "--diff", "--no-cache"]) == 0


def test_a_file_moves_as_a_whole(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    topics = "proto/openagents/sync/v1/topics.proto"
    argv = ["move", topics, "openagents.runtime.v1", "--no-cache"]
    assert main(argv) == 0
    assert "wrote proto/openagents/runtime/v1/topics.proto" in capsys.readouterr().out.splitlines()
    assert not (tree / topics).exists()
    moved = (tree / "proto/openagents/runtime/v1/topics.proto").read_text("utf-8")
    assert "package openagents.runtime.v1;" in moved
    assert main(["check", "--no-cache", "--select", "syntax-error,package-path-mismatch"]) == 0


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        ("topics.proto nowhere.v1", "proto/PACKAGE_MAP.md lists no package nowhere.v1"),
        ("topics.proto openagents.syn.v1", "… v1; did you mean `openagents.sync.v1`?"),
        (
            "topics.proto openagents.sync.v1",
            "proto/openagents/sync/v1/topics.proto exists already.",
        ),
        ("topics.proto openagents.runtime.v1 --keep-shim", "--with and --keep-shim are for …"),
    ],
)
def test_a_file_that_cannot_move_says_why(
    tree: Path, capsys: pytest.CaptureFixture[str], argv: str, line: str
) -> None:
    before = texts(tree)
    folder = "proto/openagents/sync/v1/"
    assert main(["move", *(folder + argv).split(), "--no-cache"]) == 2
    assert fits(capsys.readouterr().err.strip(), f"protohome: {line}")
    assert texts(tree) == before


def test_a_move_says_what_it_wrote(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["move", "CommsSendIntent", "openagents.control.v1", "--no-cache"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"wrote {MAP}",
        "wrote proto/openagents/control/v1/comms.proto",
        f"wrote {COMMS}",
    ]
    assert main(["check", "--no-cache", "--quiet"]) == 0


def test_a_shim_is_kept_where_it_is_asked_for(tree: Path) -> None:
    argv = ["move", "openagents.protocol.v1.CommsSendIntent", "openagents.control.v1"]
    assert main([*argv, "--keep-shim", "--no-cache"]) == 0
    text = (tree / COMMS).read_text("utf-8")
    assert "// Deprecated: use openagents.control.v1.CommsSendIntent.\nmessage" in text


def test_a_refused_move_says_why_and_what_would_work(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts(tree)
    assert main(["move", "CommsSendIntnt", "openagents.control.v1", "--no-cache"]) == 2
    assert capsys.readouterr().err == "protohome: There is no contract CommsSendIntnt here.\n"
    put(tree, COMMS, "\n".join([
        'syntax = "proto3";', "package openagents.protocol.v1;",
        "message Ping { Pong pong = 1; }", "message Pong { Ping ping = 1; }", "",
    ]))  # fmt: skip
    assert main(["move", "Ping", "openagents.control.v1", "--no-cache"]) == 2
    *_, advice = capsys.readouterr().err.splitlines()
    assert advice == (
        "Try: protohome move openagents.protocol.v1.Ping openagents.control.v1"
        " --with openagents.protocol.v1.Pong"
    )
    assert main(advice.split()[2:] + ["--no-cache"]) == 0
    assert not (tree / COMMS).exists()
    assert before[COMMS]


def test_nothing_moves_into_a_frozen_package(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts(tree)
    argv = ["openagents.protocol.v1", "--no-cache"]
    for what in ("openagents.sync.v1.TopicCursor", next(p for p in texts(tree) if "sync/v1/" in p)):
        assert main(["move", what, *argv]) == 2
        assert "openagents.protocol.v1 is frozen (proto/PACKAGE_MAP.md:" in capsys.readouterr().err
    assert main(["move", COMMS, "openagents.protocols.v1", "--no-cache"]) == 2
    assert "did you mean openagents.protocol.v1" not in capsys.readouterr().err
    assert texts(tree) == before


def test_an_ambiguous_name_is_asked_about(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["move", "CodexWorker", "openagents.control.v1", "--no-cache"]) == 2
    error = capsys.readouterr().err
    assert "openagents.codex.v1.CodexWorker or openagents.protocol.v1.CodexWorker" in error


def test_only_the_paths_given_are_fixed(tree: Path) -> None:
    for name in ("a", "b"):
        sync_file(tree, name, f"Sync{name}")
    assert main(["fix", "proto/openagents/sync/v1/a.proto", "--no-cache"]) == 0
    text = (tree / MAP).read_text("utf-8")
    assert "sync/v1/a.proto" in text
    assert "sync/v1/b.proto" not in text
