"""Where the workspace is, which module roots it has, and which of its files the map governs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from protohome.loading import discovery
from protohome.loading.files.disk import DISK
from protohome.loading.files.index import Index
from protohome.system.listing import proto_paths
from trees import ENTRY, INVOICE, MAP, Repository, Tool, Tree

BILL = "package acme.billing.v1;\nmessage Bill {}\n"
NEW = "proto/acme/billing/v1/bill.proto"


def governed(tree: Tree, at: str = ".", *, staged: bool = False) -> list[str]:
    """The governed files that a check started in ``at`` looks at, besides the audited two."""
    start = str(tree.root / at)
    snapshot = discovery.load(start, cache=False, files=Index(start) if staged else DISK)
    assert snapshot.files.keys() >= {INVOICE, ENTRY}
    return sorted(snapshot.files.keys() - {INVOICE, ENTRY})


def place(tree: Tree, at: str = ".") -> tuple[str, str, str]:
    """The root relative to the tree's, the configuration and the map, found from ``at``."""
    found = discovery.find(str(tree.root / at))
    return os.path.relpath(found.root, tree.root), found.config, found.map


class TestRoot:
    """The nearest folder with a configuration or a map, up to the top of the git work tree."""

    def test_from_any_folder_below(self, tree: Tree) -> None:
        assert place(tree) == (".", "", "PACKAGE_MAP.md")
        assert place(tree, "proto/acme/ledger") == (".", "", "PACKAGE_MAP.md")

    @pytest.mark.parametrize(
        "path", ["proto/PACKAGE_MAP.md", "docs/PACKAGE_MAP.md", "docs/contracts/PACKAGE_MAP.md"]
    )
    @pytest.mark.parametrize("start", [".", "proto/acme", "folder of the map"])
    def test_by_a_map_in_one_of_its_places(self, tree: Tree, path: str, start: str) -> None:
        (tree.root / "PACKAGE_MAP.md").rename(tree.path(path))
        at = os.path.dirname(path) if start == "folder of the map" else start
        assert place(tree, at) == (".", "", path)

    def test_by_a_configuration_that_names_the_map(self, tree: Tree) -> None:
        (tree.root / "PACKAGE_MAP.md").rename(tree.path("contracts/HOMES.md"))
        tree.write("protohome.toml", 'map = "contracts/HOMES.md"\n')
        assert place(tree, "proto/acme") == (".", "protohome.toml", "")
        assert governed(tree, "proto/acme") == []

    def test_by_the_table_in_a_pyproject(self, tree: Tree) -> None:
        tree.write("pyproject.toml", "[tool.protohome]\n")
        assert place(tree, "proto") == (".", "pyproject.toml", "PACKAGE_MAP.md")

    def test_a_pyproject_without_the_table_is_none_of_ours(self, tree: Tree) -> None:
        tree.write("proto/pyproject.toml", "[tool.ruff]\n")
        tree.write("proto/acme/pyproject.toml", "not TOML at all")
        assert place(tree, "proto/acme") == (".", "", "PACKAGE_MAP.md")

    def test_the_nearest_map_counts(self, tree: Tree) -> None:
        tree.write("proto/other/PACKAGE_MAP.md", MAP)
        assert place(tree, "proto/other") == ("proto/other", "", "PACKAGE_MAP.md")
        assert place(tree, "proto") == (".", "", "PACKAGE_MAP.md")

    def test_the_search_ends_at_the_top_of_the_work_tree(self, tree: Tree) -> None:
        tree.path("other/.git").mkdir()
        tree.path("other/proto/x.proto").touch()
        assert place(tree, "other/proto") == ("other/proto", "", "")

    def test_of_a_path_argument_wherever_it_is(self, tool: Tool, tmp_path: Path) -> None:
        tool.tree.write(NEW, BILL)
        for at, path in (("..", f"tree/{NEW}"), ("proto/acme/ledger", "../billing")):
            done = tool.check(path, at=at)
            assert done.code == 1
            (line,) = done.out
            shown = os.path.relpath(tool.tree.root / NEW, tool.tree.root / at)
            assert line.startswith(f"{shown}:1:9: error: ")
            assert line.endswith(" [file-not-audited]")

    def test_of_a_link_to_the_workspace(self, tool: Tool, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to("tree")
        assert tool.check("../link/proto").code == 0
        assert tool.check("../link/proto", "proto").code == 0

    def test_tools_get_paths_from_the_root_and_people_from_here(self, tool: Tool) -> None:
        tool.tree.write(NEW, BILL)
        at = "proto/acme/ledger"
        for name in ("text", "msvs"):
            assert "../billing/v1/bill.proto" in tool.check("--format", name, at=at).out[0]
        for name in ("json", "sarif", "github", "gitlab", "junit", "markdown"):
            said = "\n".join(tool.check("--format", name, at=at).out)
            assert NEW in said
            assert ".." not in said


class TestModuleRoots:
    """From the configuration, buf's files, audit rows, mapped packages, else the root itself."""

    def roots(self, tree: Tree) -> tuple[str, ...]:
        return discovery.load(str(tree.root), cache=False).module_roots

    def test_audit_rows(self, tree: Tree) -> None:
        assert self.roots(tree) == ("proto",)

    def test_audit_rows_of_several_roots(self, tree: Tree) -> None:
        tree.audit("api/acme/ledger/v2/a.proto", "acme.ledger.v2")
        assert self.roots(tree) == ("api", "proto")

    @pytest.mark.parametrize(
        "file", ["acme/billing/v1/a.proto", "proto/x/acme/billing/v1/a.proto", "proto/a.proto"]
    )
    def test_a_root_around_or_inside_a_commoner_one_is_a_mistake(
        self, tree: Tree, file: str
    ) -> None:
        tree.audit(file, "acme.billing.v1")
        assert self.roots(tree) == ("proto",)

    def test_folders_named_like_mapped_packages(self, tree: Tree) -> None:
        tree.write("PACKAGE_MAP.md", MAP.partition("\n\n")[0])
        assert self.roots(tree) == ("proto",)

    def test_nothing_says_anything(self, tree: Tree) -> None:
        tree.write("PACKAGE_MAP.md", MAP.partition("\n\n")[0].replace("`acme.", "`other."))
        assert self.roots(tree) == ("",)

    def test_the_configuration_comes_first(self, tree: Tree) -> None:
        tree.write("protohome.toml", 'roots = ["./proto/", "."]\n')
        tree.write("buf.yaml", "version: v2\nmodules: [path: proto/acme]\n")
        assert self.roots(tree) == ("proto", "")

    @pytest.mark.parametrize(
        ("files", "roots"),
        [
            ({"buf.yaml": "version: v2\nmodules: [path: proto/acme]\n"}, ("proto/acme",)),
            ({"buf.yaml": "version: v2\nmodules: [path: ./proto/, name: x]\n"}, ("proto", "")),
            ({"buf.yaml": "version: v2\nmodules: [name: buf.build/acme/x]\n"}, ("",)),
            ({"buf.yaml": "version: v1beta1\nbuild: {roots: [proto/acme]}\n"}, ("proto/acme",)),
            ({"buf.work.yaml": "version: v1\ndirectories: [proto/acme]\n"}, ("proto/acme",)),
            (
                {
                    "buf.work.yaml": "version: v1\ndirectories: [proto]\n",
                    "proto/buf.yaml": "version: v1beta1\nbuild: {roots: [acme]}\n",
                },
                ("proto/acme",),
            ),
            # What names no module leaves it to the audit rows.
            ({"buf.yaml": "version: v2\nlint: {use: [STANDARD]}\n"}, ("proto",)),
            (
                {"buf.yaml": "version: v1\n", "buf.work.yaml": "directories: [proto/acme]\n"},
                ("proto/acme",),
            ),
        ],
    )
    def test_bufs_files(self, tree: Tree, files: dict[str, str], roots: tuple[str, ...]) -> None:
        for path, text in files.items():
            tree.write(path, text)
        assert self.roots(tree) == roots

    def test_a_module_of_its_own_in_proto(self, tree: Tree) -> None:
        tree.write("PACKAGE_MAP.md", MAP.partition("\n\n")[0])
        tree.write("proto/buf.yaml", "version: v1\n")
        assert self.roots(tree) == ("proto",)


class TestGovernedFiles:
    """Under a module root, not excluded, and the first word of the package is the map's."""

    @pytest.mark.parametrize(
        ("path", "text", "expected"),
        [
            pytest.param(NEW, BILL, True, id="mapped package"),
            pytest.param(NEW, "package acme.cash.v1;", True, id="unmapped package"),
            pytest.param(NEW, "message Bill {}", True, id="no package, in our folder"),
            pytest.param("proto/bill.proto", "message Bill {}", True, id="no package, in the root"),
            pytest.param("proto/other/x.proto", "message X {}", False, id="no package, elsewhere"),
            pytest.param("proto/google/x.proto", "package google.x;", False, id="vendored"),
            pytest.param("proto/acmes/x.proto", "package acmes.x;", False, id="a longer word"),
            pytest.param(
                "proto/google/x.proto", "package google.x;\n// acme.billing.v1", False, id="mention"
            ),
            pytest.param("api/x.proto", BILL, False, id="outside the module roots"),
            pytest.param("proto/acme/x.txt", BILL, False, id="no .proto"),
        ],
    )
    def test_by_root_and_package(self, tree: Tree, path: str, text: str, expected: bool) -> None:
        tree.write(path, text)
        assert governed(tree) == ([path] if expected else [])

    def test_an_audited_file_is_governed_whatever_its_package(self, tree: Tree) -> None:
        tree.write("proto/other/x.proto", "package other.x;")
        tree.audit("proto/other/x.proto", "acme.billing.v1")
        assert governed(tree) == ["proto/other/x.proto"]

    @pytest.mark.parametrize(
        "pattern", ["bill.proto", "proto/**/bill.proto", "/proto/acme/*/v1/b*", "v1/\n!invoice*\n"]
    )
    def test_exclude_is_written_as_in_a_gitignore(self, tree: Tree, pattern: str) -> None:
        tree.write(NEW, BILL)
        patterns = [line for line in (*pattern.split(), "!entry.proto", "!invoice.proto") if line]
        tree.write("protohome.toml", f"exclude = {patterns}\n")
        assert governed(tree) == []

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("buf.yaml", "modules: [{path: proto, excludes: [proto/acme/billing/v1/old]}]\n"),
            ("buf.yaml", "version: v1beta1\nbuild: {roots: [proto], excludes: [{0}]}\n"),
            ("proto/buf.yaml", "version: v1\nbuild: {excludes: [acme/billing/v1/old]}\n"),
        ],
    )
    def test_what_buf_excludes(self, tree: Tree, path: str, text: str) -> None:
        tree.write("proto/acme/billing/v1/old/bill.proto", BILL)
        tree.write(path, text.replace("{0}", "proto/acme/billing/v1/old"))
        assert governed(tree) == []


class TestGit:
    """Git decides which files there are; where it cannot, its ignore files do."""

    @pytest.fixture
    def git(self, tree: Tree, git_environment: dict[str, str]) -> Repository:
        """The tree as a repository with one commit."""
        return Repository(tree.root, git_environment)

    @pytest.fixture(params=["git", "no git", "git refuses"])
    def any_git(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
        """What git does when it is asked; set when the repository is made."""
        if request.param == "no git":
            monkeypatch.setenv("PATH", "/nonexistent")
        if request.param == "git refuses":
            # As a folder that belongs to somebody else; git's own tests use it.
            monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        return str(request.param)

    def test_untracked_files_count_and_ignored_ones_do_not(
        self, tree: Tree, git: Repository, any_git: str
    ) -> None:
        tree.write(".gitignore", "build/\n*.tmp.proto\n")
        tree.write("proto/acme/.gitignore", "/ledger/*\n!/ledger/v1/\n!keep.tmp.proto\n")
        tree.write(".git/info/exclude", "secret.proto\n")
        for name in ("bill", "a.tmp", "keep.tmp", "build/x", "secret"):
            tree.write(f"proto/acme/billing/v1/{name}.proto", BILL)
        tree.write("proto/acme/ledger/v2/x.proto", BILL)
        found = governed(tree)
        assert found == [NEW, "proto/acme/billing/v1/keep.tmp.proto"]

    def test_the_workspace_may_be_a_folder_of_the_repository(
        self, tmp_path: Path, tree: Tree, git_environment: dict[str, str], any_git: str
    ) -> None:
        (tmp_path / ".gitignore").write_text("bill.proto\n")
        (tmp_path / ".git").mkdir()
        if any_git == "git":
            (tmp_path / ".git").rmdir()
            Repository(tmp_path, git_environment)
        tree.write(NEW, BILL)
        assert governed(tree) == []

    def test_a_deleted_file_that_is_still_tracked_is_gone(
        self, tool: Tool, git: Repository
    ) -> None:
        (tool.tree.root / INVOICE).unlink()
        (line,) = tool.check().out
        assert line.startswith(f"PACKAGE_MAP.md:8:3: error: {INVOICE} is not in the tree;")

    def test_tracked_leaves_out_what_is_not_in_the_index(self, tree: Tree, git: Repository) -> None:
        tree.write(NEW, BILL)
        assert governed(tree, staged=True) == []
        git("add", NEW)
        assert governed(tree, staged=True) == [NEW]

    def test_a_workspace_that_is_ignored_is_checked_all_the_same(
        self, tmp_path: Path, tree: Tree, git_environment: dict[str, str]
    ) -> None:
        (tmp_path / ".gitignore").write_text("tree/\n")
        Repository(tmp_path, git_environment)
        tree.write(NEW, BILL)
        assert governed(tree) == [NEW]

    def test_another_repository_inside_is_none_of_ours(
        self, tree: Tree, git: Repository, git_environment: dict[str, str]
    ) -> None:
        tree.write("proto/acme/clone/bill.proto", BILL)
        Repository(tree.root / "proto/acme/clone", git_environment)
        assert governed(tree) == []

    def test_a_submodule_is_ours(
        self, tmp_path: Path, tree: Tree, git: Repository, git_environment: dict[str, str]
    ) -> None:
        shared = Tree(tmp_path / "shared")
        shared.write("acme/cash/v1/till.proto", "package acme.cash.v1;")
        Repository(shared.root, git_environment)
        local = ("-c", "protocol.file.allow=always")
        git(*local, "submodule", "add", "-q", str(shared.root), "proto/shared")
        expected = {"acme/cash/v1/till.proto", INVOICE, ENTRY}
        assert governed(tree) == sorted(f"proto/shared/{path}" for path in expected)
        assert governed(tree, staged=True) == governed(tree)

    def test_a_submodule_that_is_a_link_is_none(self, tree: Tree, git: Repository) -> None:
        """Two links to the tree itself would make 2ⁿ folders of it; one outside is not ours."""
        modules = ""
        for number, target in enumerate((".", ".", "..", "proto")):
            (tree.root / f"sub{number}").symlink_to(target)
            modules += f'[submodule "{number}"]\n\tpath = sub{number}\n'
        tree.write(".gitmodules", modules)
        assert sorted(proto_paths(str(tree.root))) == [INVOICE, ENTRY]

    def test_a_submodule_of_a_submodule_that_both_name_is_listed_once(
        self, tree: Tree, git: Repository, git_environment: dict[str, str]
    ) -> None:
        """Each folder could name all below it, and so double the work."""
        folders = ["proto/" + "/".join("abcde"[: depth + 1]) for depth in range(5)]
        for number, folder in reversed(list(enumerate(folders))):
            inner = [below.removeprefix(f"{folder}/") for below in folders[number + 1 :]]
            modules = (f'[submodule "{path}"]\n\tpath = {path}\n' for path in inner)
            tree.write(f"{folder}/.gitmodules", "".join(modules))
            tree.write(f"{folder}/x.proto", BILL)
            Repository(tree.root / folder, git_environment)
        tree.write(".gitmodules", f'[submodule "a"]\n\tpath = {folders[0]}\n')
        listed = sorted(proto_paths(str(tree.root)))
        assert listed == sorted([INVOICE, ENTRY, *(f"{folder}/x.proto" for folder in folders)])

    def test_a_hooks_environment_means_another_folder_than_ours(
        self,
        tree: Tree,
        git: Repository,
        git_environment: dict[str, str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        other = Tree(tmp_path / "other")
        Repository(other.root, git_environment)
        tree.write(".gitignore", "bill.proto\n")
        tree.write(NEW, BILL)
        monkeypatch.chdir(other.root)
        for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"):
            monkeypatch.setenv(name, ".git")
        assert governed(tree) == []

    def test_a_commits_own_index_says_what_is_tracked(
        self, tree: Tree, git: Repository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As in the hook of ``git commit FILE``, which has an index of its own."""
        tree.write(NEW, BILL)
        (tree.root / ".git/next-index").write_bytes((tree.root / ".git/index").read_bytes())
        git("add", NEW, index=".git/next-index")
        monkeypatch.chdir(tree.root)
        assert governed(tree, staged=True) == []
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
        assert governed(tree, staged=True) == [NEW]
        assert governed(tree, "proto/acme", staged=True) == [NEW]

    @pytest.mark.parametrize("ignored", [True, False])
    def test_one_path_can_be_asked_about(
        self, tree: Tree, git: Repository, any_git: str, ignored: bool
    ) -> None:
        tree.write(".gitignore", "bill.proto\n" if ignored else "")
        assert discovery.is_ignored(str(tree.root), NEW) is ignored

    def test_nothing_is_ignored_without_a_repository(self, tree: Tree) -> None:
        tree.write(".gitignore", "bill.proto\n")
        tree.write(NEW, BILL)
        assert governed(tree) == [NEW]
        assert not discovery.is_ignored(str(tree.root), NEW)
