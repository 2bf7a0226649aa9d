"""Configurations that cannot be followed: protohome's own, and buf's where they name modules."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trees import (
    Arrange,
    Tool,
    Tree,
    assert_refused,
    cases,
    fits,
    instead,
    linked,
    protohome,
    written,
)


class TestConfigurations:
    """A mistake in a configuration ends the run: the check would not be the one that was meant."""

    @cases(
        {
            "typo": (
                written("protohome.toml", '\nexcludes = ["x"]\n'),
                "protohome.toml:2:1: unknown key `excludes`; did you mean `exclude`?",
            ),
            "unknown rule": (
                written("protohome.toml", 'ignore = ["wrong-pakage"]\n'),
                "protohome.toml:1:11: unknown rule `wrong-pakage`; did you mean `wrong-package`?",
            ),
            "missing map": (
                written("protohome.toml", '# ours\nmap = "docs/MAP.md"\n'),
                "protohome.toml:2:1: there is no map at `docs/MAP.md`",
            ),
            "missing root": (
                written("protohome.toml", 'roots = [\n  "proto",\n  "prot"\n]\n'),
                "protohome.toml:1:1: there is no folder `prot`",
            ),
            "map outside": (
                written("protohome.toml", 'map = "../MAP.md"\n'),
                "protohome.toml:1:7: `../MAP.md` is no path inside the workspace; …",
            ),
            "folder": (
                instead("protohome.toml", Path.mkdir),
                "protohome.toml: cannot be read: Is a directory",
            ),
            "link to nowhere": (
                linked("protohome.toml", "gone"),
                "protohome.toml: cannot be read: No such file or directory",
            ),
            "binary": (
                written("protohome.toml", b"\xff\x00"),
                "protohome.toml:1:1: not UTF-8 text; save the file as UTF-8",
            ),
            "no TOML": (
                written("pyproject.toml", "[tool.protohome]\nmap ="),
                "pyproject.toml:2:6: not readable as TOML: …",
            ),
        }
    )
    def test_one_line_says_where(self, tool: Tool, arrange: Arrange, line: str) -> None:
        assert_refused(tool, arrange, line)

    def test_the_path_is_the_one_to_open_from_here(self, tool: Tool) -> None:
        tool.tree.write("protohome.toml", "mapp = 1")
        (line,) = tool.check(at="proto/acme").err
        assert fits(line, "protohome: ../../protohome.toml:1:1: unknown key `mapp`; …")

    @cases(
        {
            "no YAML": (
                written("buf.yaml", "version: v2\nmodules: ["),
                "buf.yaml:2: not readable as YAML: …",
            ),
            "Latin-1": (
                written("buf.yaml", b"version: v1\nname: \xff"),
                "buf.yaml:2: not readable as YAML: …",
            ),
            "list": (
                written("buf.yaml", "- proto"),
                "buf.yaml:1: expected keys such as `build` here",
            ),
            "modules that are no list": (
                written("buf.yaml", "version: v2\nmodules:\n  path: proto\n"),
                "buf.yaml:3: `modules` must be a list",
            ),
            "module that is a word": (
                written("buf.yaml", "version: v2\nmodules:\n  - proto\n"),
                "buf.yaml:3: expected keys such as `path` here",
            ),
            "path that is a list": (
                written("buf.yaml", "version: v2\nmodules:\n  - path: [proto]\n"),
                "buf.yaml:3: `path` must be a path",
            ),
            "excludes that are a number": (
                written("buf.yaml", "version: v2\nmodules:\n  - path: proto\n    excludes: 3\n"),
                "buf.yaml:4: `excludes` must be a list",
            ),
            "build that is a list": (
                written("buf.yaml", "version: v1\nbuild: [proto]\n"),
                "buf.yaml:2: expected keys such as `roots` here",
            ),
            "module outside": (
                written("buf.yaml", "version: v2\nmodules:\n  - path: ../proto\n"),
                "buf.yaml:3: `../proto` is outside the workspace",
            ),
            "missing module": (
                written("buf.yaml", "version: v2\nmodules:\n  - path: protos\n"),
                "buf.yaml: there is no folder `protos`",
            ),
            "workspace of a word": (
                written("buf.work.yaml", "version: v1\ndirectories: proto\n"),
                "buf.work.yaml:2: `directories` must be a list",
            ),
            "depth": (
                written("buf.yaml", "[" * 5_000),
                "buf.yaml:1: not readable as YAML: nested too deeply",
            ),
        }
    )
    def test_so_does_one_about_bufs_files(self, tool: Tool, arrange: Arrange, line: str) -> None:
        assert_refused(tool, arrange, line)

    @pytest.mark.parametrize(
        "text",
        ["", "null", "a: &a [*a]\n", "? [a]\n: b\n", "lint: 2020-99-99\n", "modules:\nbuild:\n"],
    )
    def test_what_buf_means_by_it_is_none_of_our_business(self, tool: Tool, text: str) -> None:
        tool.tree.write("buf.yaml", text)
        assert tool.check().code == 0


@pytest.mark.parametrize("path", ["PACKAGE_MAP.md", "protohome.toml", "buf.yaml", "given"])
def test_a_pipe_is_never_waited_for(tree: Tree, path: str) -> None:
    instead(path, os.mkfifo)(tree)
    given = ("--config", "given") if path == "given" else ()
    done = protohome(tree.root, "check", "--no-cache", *given)
    assert done.returncode == 2
    assert done.stderr.decode() == f"protohome: {path}: cannot be read: not a regular file\n"
