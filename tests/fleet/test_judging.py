"""What the fleet says of a repository is what a check of a checkout says, from objects alone."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from fleet import fleets
from protohome.fleet import judging
from protohome.fleet.blobs import facts, mirrors
from protohome.fleet.blobs.facts import Wanted
from protohome.fleet.blobs.mirrors import Repository
from protohome.fleet.blobs.store import Store
from protohome.fleet.engine import engine
from protohome.fleet.judging import Job, Result
from protohome.fleet.tables import FORMATS, NDJSON, columns, shard
from protohome.system.disk import LoadError
from trees import Repository as Git
from trees import Tool, Tree

EXAMPLE = Path(__file__).parents[2] / "examples" / "openagents"
Change = Callable[[Tree], None]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path / "tree")
    shutil.rmtree(tree.root)
    shutil.copytree(EXAMPLE, tree.root)
    return tree


def judged(url: Path | str, store: Store, since: str = "", given: bytes | None = None) -> Result:
    """A repository's result, by the two stages."""
    one = Repository("it", str(url), given)
    made_by = engine()
    found = judging.listed(one, since)
    ids = tuple(dict.fromkeys((*found.blobs.values(), *found.others)))
    places = facts.pack(store, made_by.facts, [Wanted(one.url, ids)]).places
    name = judging.key(one, found, since, made_by)
    judging.judge(store, made_by, [Job(one, name, found.commit, found.before, since, places)])
    result = judging.result(store, made_by, name)
    assert result is not None
    return result


def rows(result: Result, table: str) -> list[dict[str, Any]]:
    names = [*columns(table)][1:]
    return [dict(zip(names, row, strict=True)) for row in result.rows[table]]


def spoilt(tree: Tree) -> None:
    """Mistakes in files and in what is around them."""
    legacy = "proto/openagents/protocol/v1/comms.proto"
    with (tree.root / legacy).open("a") as stream:
        stream.write("message Brandnew {}\n// protohome:ignore-file shim-drift -- it is so\n")
    tree.write("proto/openagents/sync/v1/odd.proto", "package openagents.sync.v1;\nmessage X {")
    tree.write("proto/openagents/sync/v1/latin.proto", b"package openagents.sync.v1; // \xe9\n")
    tree.write("README.md", "<!-- protohome:begin packages -->\nold\n<!-- protohome:end -->\n")
    tree.write(".github/CODEOWNERS", "# protohome:begin owners\n# protohome:end\n")
    tree.write(".github/workflows/ci.yml", "run: buf lint\n")
    tree.write("protohome.toml", 'consumers = ["src/**"]\nmigration-notes = "notes"\n')
    tree.write("src/uses.py", "import comms_send_intent\nCommsSendIntent()\n")
    tree.write("notes/v2.md", "# Notes\n")


def nested(tree: Tree) -> None:
    """A second workspace in a folder of the first."""
    inner = Tree(tree.root / "more")
    inner.write("proto/acme/billing/v1/extra.proto", "package acme.billing.v1;\n")


def gone(tree: Tree) -> None:
    """Contracts that were there are not any more."""
    spoilt(tree)
    (tree.root / "proto/openagents/protocol/v1/comms.proto").unlink()


# Of what is around the protos: commits, Markdown, owners; and of what was there before.
AROUND = {"follow-on-landed", "list-drift", "frozen-package-addition"}
SEEN: dict[Change, set[str]] = {
    spoilt: AROUND,
    nested: {"follow-on-landed"},
    gone: {"follow-on-landed"},
}


@pytest.mark.parametrize("change", SEEN)
@pytest.mark.parametrize("bare", [False, True], ids=["clone", "mirror"])
def test_findings_are_those_of_a_check(
    tree: Tree,
    tool: Tool,
    git_environment: dict[str, str],
    tmp_path: Path,
    change: Change,
    bare: bool,
) -> None:
    dated = {**git_environment, "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
    git = Git(tree.root, dated)
    git("branch", "-M", "main")
    git("commit", "-q", "--amend", "-m", "Finish OA-RUST-010")
    change(tree)
    git = Git.of(tree.root, {**git_environment, "GIT_COMMITTER_DATE": "2026-02-01T00:00:00Z"})
    git("add", ".")
    git("commit", "-q", "-m", "Go on")
    url = tree.root
    if bare:
        url = tmp_path / "mirror.git"
        git("clone", "-q", "--mirror", str(tree.root), str(url))
    result = judged(url, Store(str(tmp_path / "store")), "2026-01-15T00:00:00Z")
    assert result.why == ""
    said = json.loads("\n".join(tool.check("--format", "json", "--against", "HEAD~1").out))
    found = [
        {
            **{name: finding[name] for name in ("rule", "severity", "verdict", "path", "symbol")},
            **{name: finding[name] for name in ("home", "message", "baselined", "new")},
            **finding["range"]["start"],
            "lane": finding["owner"],
        }
        for finding in said["findings"]
    ]
    order = lambda row: (row["path"], row["line"], row["rule"], row["message"])  # noqa: E731
    assert sorted(rows(result, "findings"), key=order) == sorted(found, key=order)
    [row] = rows(result, "repositories")
    assert {name: row[name] for name in said["summary"]} == said["summary"]
    assert {finding["rule"] for finding in found} >= SEEN[change]


def test_a_map_may_be_given(tmp_path: Path) -> None:
    found = fleets.files("acme", "pay")
    given = found.pop("PACKAGE_MAP.md").encode()
    place = fleets.repository(tmp_path / "it.git", found)
    store = Store(str(tmp_path / "store"))
    assert judged(place, store).status == judging.WITHOUT_MAP
    result = judged(place, store, given=given)
    [row] = rows(result, "repositories")
    assert (row["status"], row["map"], row["files"]) == ("checked", "given", 3)
    own = fleets.repository(tmp_path / "own.git", {**found, "PACKAGE_MAP.md": given})
    assert rows(judged(own, store, given=b"# No map"), "repositories")[0]["map"] == "PACKAGE_MAP.md"


def test_what_is_damaged_in_the_store_is_read_anew(tmp_path: Path) -> None:
    place = fleets.repository(tmp_path / "it.git", fleets.files("acme", "pay"))
    clean = judged(place, Store(str(tmp_path / "store")))
    folder = tmp_path / "store" / facts.folder(engine().facts)
    [pack] = folder.glob("*.pack")
    whole = pack.read_bytes()
    one = Repository("it", str(place))
    found = judging.listed(one, "")
    for data in (b"", whole[:100], bytes(len(whole)), b"\xff" * len(whole)):
        pack.write_bytes(data)
        store = Store(str(tmp_path / "store"))
        [index] = facts.known(store, engine().facts)
        judging.judge(store, engine(), [Job(one, "again", found.commit, found.before, "", index)])
        assert judging.result(store, engine(), "again") == clean
    for data in (b"", b"{", b"[1]", b'{"a": 1}'):
        next(folder.glob("*.json")).write_bytes(data)
        assert [*facts.known(Store(str(tmp_path / "store")), engine().facts)] == [{}]


def test_blobs_behind_a_damaged_one_are_read(tmp_path: Path) -> None:
    drawn = random.Random(1)
    texts = {f"{number}.proto": drawn.randbytes(100_000).hex() for number in range(6)}
    place = fleets.repository(tmp_path / "it.git", texts)
    with mirrors.opened(str(place)) as mirror:
        ids = sorted(blob.id for blob in mirror.at().protos.values())
        assert len(dict(mirror.contents(ids))) == 6
        for ident in (ids[1], ids[4]):
            file = place / "objects" / ident[:2] / ident[2:]
            file.chmod(0o600)
            file.write_bytes(file.read_bytes()[:50_000])
        assert [*dict(mirror.contents(ids))] == [ids[0], ids[2], ids[3], ids[5]]
        assert dict(mirror.contents(["0" * 40])) == {}


def test_a_file_appears_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(str(tmp_path))
    store.write("a/b", b"1")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        store.write("a/c", b"2")
    assert store.read("a/c") is None
    assert [name for name in store.names("a", "") if not name.endswith(".unfinished")] == ["b"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_path_that_is_not_utf_8_is_told_with_escapes(tmp_path: Path, form: str) -> None:
    row = [os.fsdecode(b"a/\xff.proto"), "0" * 40, 1, False, None, None, None]
    file = tmp_path / "rows"
    file.write_bytes(shard("files", [("one", [row]), ("none", [])], form))
    found: list[dict[str, Any]]
    if form == NDJSON:
        found = [json.loads(line) for line in file.read_text().splitlines()]
    else:
        found = parquet.read_table(file).to_pylist()
    assert found == [dict(zip(columns("files"), ["one", "a/\\udcff.proto", *row[1:]], strict=True))]


def test_the_engine_is_of_all_that_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine() == engine()
    assert engine().facts != engine().verdicts


def test_what_is_no_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no such folder"), mirrors.opened(str(tmp_path / "none")):
        pass
    with pytest.raises(LoadError, match="git has no commit"):
        judging.listed(Repository("it", str(tmp_path)), "")
