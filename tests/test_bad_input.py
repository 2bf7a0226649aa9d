"""Whatever is in the tree: one clear line for it, the right exit code, nothing written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from trees import (
    ENTRY,
    INVOICE,
    MAP,
    NO_GIT,
    Arrange,
    Tool,
    Tree,
    assert_found,
    assert_refused,
    audited,
    cases,
    fits,
    instead,
    linked,
    protohome,
    replaced,
    written,
)

STRAY = "proto/acme/billing/v1/stray.proto"
PACKAGE = b"package acme.billing.v1;\n"


def test_the_tree_itself_is_clean(tool: Tool) -> None:
    assert tool.check() == (
        0,
        [],
        ["2 files, 2 contracts by PACKAGE_MAP.md: no errors or warnings" + NO_GIT],
    )


class TestFiles:
    """A governed file that cannot be read is an error in that file."""

    @cases(
        {
            "link to nowhere": (
                linked(STRAY, "gone"),
                f"{STRAY}:1:1: error: … a symbolic link that leads nowhere (gone); mend it, or …",
            ),
            "link to itself": (
                linked(STRAY, "stray.proto"),
                f"{STRAY}:1:1: error: … a symbolic link that leads nowhere (stray.proto); …",
            ),
            "audited link to nowhere": (
                linked(INVOICE, "gone"),
                f"{INVOICE}:1:1: error: … a symbolic link that leads nowhere (gone); …",
            ),
            "audited folder": (
                instead(INVOICE, Path.mkdir),
                f"PACKAGE_MAP.md:8:3: error: {INVOICE} is not in the tree; … [stale-audit-row]",
            ),
            "binary": (
                written(STRAY, PACKAGE + b"\x00\x01\x02"),
                f"{STRAY}:1:1: error: … a binary file (NUL at byte 25); save it as UTF-8 text, …",
            ),
            "binary all through": (
                written(STRAY, bytes(range(256)) * 16),
                f"{STRAY}:1:1: error: … a binary file (NUL at byte 0); save it as UTF-8 text, …",
            ),
            "Latin-1": (
                written(STRAY, PACKAGE + "// größer\n".encode("latin-1")),
                f"{STRAY}:1:1: error: … not UTF-8 (byte 0xf6 on line 2); save it as UTF-8 text, …",
            ),
            "UTF-16": (
                written(STRAY, PACKAGE.decode().encode("utf-16")),
                f"{STRAY}:1:1: error: … a binary file (NUL at byte 3); save it as UTF-8 text, …",
            ),
        }
    )
    def test_one_line_tells_of_it(self, tool: Tool, arrange: Arrange, line: str) -> None:
        assert_found(tool, arrange, line)

    @pytest.mark.skipif(sys.platform != "linux", reason="needs a file that opens but is not read")
    def test_reading_that_fails(self, tool: Tool) -> None:
        line = f"{STRAY}:1:1: error: … Input/output error; make it readable, or exclude it …"
        assert_found(tool, linked(STRAY, "/proc/self/mem"), line)

    @pytest.mark.parametrize(
        "make",
        [
            pytest.param(Path.mkdir, id="folder"),
            pytest.param(os.mkfifo, id="pipe"),
            pytest.param(lambda place: place.symlink_to(".."), id="link to a folder"),
        ],
    )
    def test_what_is_no_file_is_passed_over(
        self, tree: Tree, make: Callable[[Path], object]
    ) -> None:
        make(tree.path(STRAY))
        done = protohome(tree.root, "check", "--no-cache")
        assert (done.returncode, done.stdout) == (0, b"")

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("two words.proto", "two words.proto"),
            ("hash#1.proto", "hash#1.proto"),
            ("-v.proto", "-v.proto"),
            ("line\nbreak.proto", r"line\nbreak.proto"),
            ("größer 🧾.proto", "größer 🧾.proto"),
            (os.fsdecode(b"latin-\xf6.proto"), r"latin-\udcf6.proto"),
        ],
    )
    def test_any_name_is_one_line(self, tool: Tool, name: str, shown: str) -> None:
        path, shown = f"proto/acme/billing/v1/{name}", f"proto/acme/billing/v1/{shown}"
        assert_found(tool, written(path, PACKAGE), f"{shown}:1:9: error: … [file-not-audited]")
        explained = tool("explain", "--no-cache", path)
        assert (explained.code, explained.out[0]) == (0, f"{shown}  (package acme.billing.v1)")


class TestSize:
    """What is too much for a person is read all the same."""

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(b"x" * 5_000_000, id="a word"),
            pytest.param(b"// " + b"acme.billing.v1 " * 300_000, id="a comment"),
            pytest.param(b"/*" * 500_000, id="an open comment"),
            pytest.param(b"message Invoice {" * 50_000, id="open braces"),
            pytest.param(b"message Invoice {" * 2_000 + b"}" * 2_000, id="depth"),
            pytest.param(b"option x = " + b"{a:" * 50_000 + b"1" + b"}" * 50_000, id="an option"),
            pytest.param(b"[" * 200_000, id="brackets"),
        ],
    )
    def test_files(self, tool: Tool, text: bytes) -> None:
        tool.tree.write(INVOICE, PACKAGE + text)
        assert tool.check().code == 0

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("x" * 5_000_000, id="a word"),
            pytest.param("| " * 1_000_000, id="cells"),
            pytest.param("`" * 1_000_000, id="ticks"),
            pytest.param("- " * 50_000, id="lists"),
            pytest.param("> " * 10_000, id="quotes"),
        ],
    )
    def test_maps(self, tool: Tool, text: str) -> None:
        tool.tree.write("PACKAGE_MAP.md", f"{MAP}\n{text}\n")
        assert tool.check().code == 0


class TestMaps:
    """A mistake in the map is an error in the map, and nothing that follows from it is told."""

    @cases(
        {
            "nothing": (
                written("PACKAGE_MAP.md", ""),
                "PACKAGE_MAP.md:1:1: error: The package map is empty: it needs a table with …",
            ),
            "no ownership table": (
                written("PACKAGE_MAP.md", MAP.partition("\n\n")[2]),
                "PACKAGE_MAP.md:1:1: error: The package map has no ownership table: it needs …",
            ),
            "no owner column": (
                replaced("PACKAGE_MAP.md", "Domain | Owner lane", "Domain | Who"),
                "PACKAGE_MAP.md:1:1: error: The ownership table has no column `Owner lane`: …",
            ),
            "two rows for a package": (
                replaced("PACKAGE_MAP.md", "\n\n", "\n| `acme.ledger.v1` | | `owner:x` | | |\n\n"),
                "PACKAGE_MAP.md:5:1: error: Duplicate row for package `acme.ledger.v1`: line 4 …",
            ),
            "two rows for a file": (
                audited(INVOICE),
                f"PACKAGE_MAP.md:10:1: error: Duplicate audit row for `{INVOICE}`: line 8 …",
            ),
            "path that leaves the tree": (
                audited("../../x.proto"),
                "PACKAGE_MAP.md:10:3: error: The audit row's file `../../x.proto` leaves the …",
            ),
            "absolute path": (
                audited("/etc/x.proto"),
                "PACKAGE_MAP.md:10:3: error: The audit row's file `/etc/x.proto` is absolute: …",
            ),
            "drive": (
                audited("C:/x.proto"),
                "PACKAGE_MAP.md:10:3: error: The audit row's file `C:/x.proto` is absolute: …",
            ),
            "back-slash": (
                audited(r"proto\x.proto"),
                r"PACKAGE_MAP.md:10:3: error: … `proto\x.proto` has a back-slash where `/` …",
            ),
        }
    )
    def test_one_line_tells_of_it(self, tool: Tool, arrange: Arrange, line: str) -> None:
        assert_found(tool, arrange, line)

    def test_a_map_needs_no_audit_table(self, tool: Tool) -> None:
        tool.tree.write("buf.yaml", "version: v2\nmodules: [path: proto]\n")
        tool.tree.write("PACKAGE_MAP.md", MAP.partition("\n\n")[0] + "\n")
        done = tool.check()
        assert (done.code, done.out) == (0, [])

    def test_a_table_that_nearly_fits_is_named_at_its_place(self, tool: Tool) -> None:
        tool.tree.edit("PACKAGE_MAP.md", "| Package | Domain", "| Parcel | Domain")
        (line,) = tool.check().out
        assert fits(line, "PACKAGE_MAP.md:1:1: error: … `Parcel`: rename it `Package`. …")

    def test_a_broken_row_is_told_of_and_not_every_row_that_needs_it(self, tool: Tool) -> None:
        tool.tree.edit("PACKAGE_MAP.md", "| `acme.ledger.v1` | Books", "| acme ledger | Books")
        (line,) = tool.check("--select", "map-invalid").out
        assert fits(line, "PACKAGE_MAP.md:4:3: error: … `acme ledger` is no package name. …")

    @cases(
        {
            "folder": (
                instead("PACKAGE_MAP.md", Path.mkdir),
                "PACKAGE_MAP.md: cannot be read: Is a directory",
            ),
            "link to nowhere": (
                linked("PACKAGE_MAP.md", "gone"),
                "PACKAGE_MAP.md: cannot be read: No such file or directory",
            ),
            "binary": (
                written("PACKAGE_MAP.md", b"# Map\n\x00\xff"),
                "PACKAGE_MAP.md: the package map cannot be read: a binary file (NUL at byte 6); …",
            ),
            "Latin-1": (
                written("PACKAGE_MAP.md", MAP.encode() + "Größe".encode("latin-1")),
                "PACKAGE_MAP.md: the package map cannot be read: not UTF-8 (byte 0xf6 on line 10)…",
            ),
            "none": (
                instead("PACKAGE_MAP.md", lambda _place: None),
                "no package map: looked for PACKAGE_MAP.md, proto/PACKAGE_MAP.md and docs/…",
            ),
        }
    )
    def test_one_that_cannot_be_read_ends_the_run(
        self, tool: Tool, arrange: Arrange, line: str
    ) -> None:
        assert_refused(tool, arrange, line)

    def test_a_tree_without_any_file(self, tool: Tool) -> None:
        for path in (INVOICE, ENTRY):
            (tool.tree.root / path).unlink()
        done = tool.check()
        assert done.code == 1
        for line, row in zip(done.out, (8, 9), strict=True):
            assert fits(line, f"PACKAGE_MAP.md:{row}:3: error: … [stale-audit-row]")
