"""What was learned of a reference is kept: the next run judges what changed, and says the same."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from protohome.system.kept.store import Store
from protohome.verdicts.inference import Inference
from trees import Repository, Tool, Tree

MAP = "proto/PACKAGE_MAP.md"
NEW = "message CodexWorkerProjection { string codex_worker = 1; }\n"
SERVED = "service Replay { rpc Resume(CodexWorkerProjection) returns (CodexWorkerProjection); }\n"
FROZEN = "openagents.protocol.v1."

pytestmark = pytest.mark.usefixtures("cache_folder")


@pytest.fixture
def tool(
    tmp_path: Path,
    root: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    git_environment: dict[str, str],
) -> Tool:
    """The example without its audit table, in which words are asked of every file, in git."""
    tree = Tree(tmp_path / "tree")
    shutil.rmtree(tree.root)
    shutil.copytree(root / "examples" / "openagents", tree.root)
    text = (tree.root / MAP).read_text("utf-8").splitlines()
    rows = [line for line in text if ".proto` |" not in line and "| Current file" not in line]
    tree.write(MAP, "\n".join(rows) + "\n")
    tree.write("proto/openagents/sync/v1/draft.proto", "package openagents.sync.v1;\n" + NEW)
    Repository(tree.root, git_environment)
    return Tool(tree, capsys, monkeypatch)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The contracts that were judged by words, whatever was known of them."""
    fqns: list[str] = []
    look = Inference._judged

    def counted(self: Inference, located: object, explained: bool) -> object:
        fqns.append(located.fqn)  # type: ignore[attr-defined]
        return look(self, located, explained)  # type: ignore[arg-type]

    monkeypatch.setattr(Inference, "_judged", counted)
    return fqns


def add(tree: Tree, path: str, text: str) -> None:
    file = tree.root / "proto" / "openagents" / path
    tree.write(f"proto/openagents/{path}", file.read_text("utf-8") + text)


def test_only_what_changed_is_judged_by_words(tool: Tool, judged: list[str]) -> None:
    tool("check")
    assert len(judged) > 100
    judged.clear()
    add(tool.tree, "sync/v1/topics.proto", "message SyncTopicNote {}\n")
    done = tool("check", "--format=json")
    assert "openagents.sync.v1.SyncTopicNote" in judged
    elsewhere = [fqn for fqn in judged if not fqn.startswith((FROZEN, "openagents.sync.v1."))]
    assert elsewhere == [], "all but shims, which teach nothing and so are no examples"
    assert tool.check("--format=json") == done


def test_what_accuses_is_told_again(tool: Tool, judged: list[str]) -> None:
    tool("check")
    judged.clear()
    add(tool.tree, "codex/v1/auth.proto", "// a comment\n")
    done = tool("check", "--format=json")
    assert any("CodexWorkerProjection" in line for line in done.out)
    assert "openagents.sync.v1.CodexWorkerProjection" not in judged
    assert tool.check("--format=json") == done
    add(tool.tree, "sync/v1/draft.proto", "// its own file may say anything now\n")
    judged.clear()
    tool("check")
    assert "openagents.sync.v1.CodexWorkerProjection" in judged


def test_a_new_rpc_of_its_own_package_is_heard(tool: Tool) -> None:
    """It serves a contract whose file did not change."""
    ask = ("check", "--format=json", "--select=wrong-package")
    assert any("CodexWorkerProjection" in line for line in tool(*ask).out)
    add(tool.tree, "sync/v1/topics.proto", SERVED)
    served = tool(*ask)
    assert not any("CodexWorkerProjection" in line for line in served.out)
    assert tool(*ask, "--no-cache") == served


CHANGES: dict[str, Callable[[Tree], object]] = {
    "a row of the map": lambda tree: tree.edit(MAP, "worker", "walker"),
    "a sentence of the map": lambda tree: tree.write(
        MAP,
        (tree.root / MAP).read_text("utf-8") + "\n## Placement Rules\n\n- Drafts live in "
        "`openagents.codex.v1`.\n",
    ),
    "a home": lambda tree: tree.write(
        "protohome.toml", '[homes]\n"openagents.sync.v1.SyncTopic" = "openagents.sync.v1"\n'
    ),
    "a term": lambda tree: tree.write(
        "protohome.toml", '[terms]\n"openagents.sync.v1" = ["codex worker projection"]\n'
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_else_changes_has_everything_judged(
    tool: Tool, judged: list[str], change: Callable[[Tree], object]
) -> None:
    tool("check")
    judged.clear()
    change(tool.tree)
    done = tool("check", "--format=json")
    assert len(judged) > 100
    assert tool.check("--format=json") == done


def test_another_commit_teaches_anew(
    tool: Tool, judged: list[str], git_environment: dict[str, str]
) -> None:
    tool("check")
    add(tool.tree, "sync/v1/topics.proto", NEW.replace("Projection", "Cursor"))
    git = Repository.of(tool.tree.root, git_environment)
    git("commit", "-q", "-a", "-m", "More")
    judged.clear()
    done = tool("check", "--format=json")
    assert len(judged) > 100
    assert tool.check("--format=json") == done


def test_without_git_nothing_is_kept(tool: Tool, judged: list[str]) -> None:
    shutil.rmtree(tool.tree.root / ".git")
    tool("check")
    judged.clear()
    add(tool.tree, "sync/v1/topics.proto", "// a comment\n")
    done = tool("check", "--format=json")
    assert len(judged) > 100
    assert tool.check("--format=json") == done


@pytest.mark.parametrize("value", [b"", b"{}", b"N", b"[\0\0\0\0", b"(\2\0\0\0NN", b"\xff", b"i"])
def test_a_value_that_is_nothing_of_ours_is_made_anew(tool: Tool, value: bytes) -> None:
    first = tool("check", "--format=json")
    real = Store.get
    with pytest.MonkeyPatch.context() as patch:
        # Only what verdicts keep has keys of two words.
        patch.setattr(Store, "get", lambda *asked: value if " " in asked[1] else real(*asked))
        tool.tree.write("README.md", "<!-- protohome:begin packages -->\n<!-- protohome:end -->\n")
        assert tool("check", "--format=json", "--ignore=list-drift") == first


def test_random_edits_say_the_same_from_what_is_kept(tool: Tool) -> None:
    """Names, members and users move about, so that verdicts come and go."""
    draw = random.Random(4)
    words = ("Codex", "Worker", "Sync", "Topic", "Receipt", "Wallet", "Approval", "Comms")
    protos = sorted((tool.tree.root / "proto").rglob("*.proto"))
    for number in range(12):
        file = draw.choice(protos)
        text = file.read_text("utf-8")
        one, other = draw.choice(words), draw.choice(words)
        way = number % 4
        if way == 0:
            members = f"{one}{other} of = 1; string {one.lower()} = 2;"
            text += f"message {one}{other}{number} {{ {members} }}\n"
        elif way == 1:
            text = text.replace(one, other)
        elif way == 2:
            text += f"service {one}Service{number} {{ rpc Get({one}{other}) returns ({one}); }}\n"
        else:
            text = draw.choice(protos).read_text("utf-8")
        file.write_text(text, "utf-8")
        assert tool("check", "--format=json") == tool.check("--format=json"), (number, file)
