"""What ``protohome check`` and ``explain`` say to a person and to a script."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from protohome import __version__
from protohome.cli import COMMANDS
from protohome.output import FORMATS
from protohome.rules import RULES
from protohome.runs import workspaces
from trees import ENTRY, INVOICE, NO_GIT, Done, Tool, Tree, fits, protohome

BILL = "proto/acme/billing/v1/bill.proto"
NO_ROW = f"{BILL}:1:9: error: This file has no row in the audit table; … [file-not-audited]"
NO_FOLLOW_ON = "PACKAGE_MAP.md:9:… warning: … [missing-follow-on]"
SHIM = f"{ENTRY}:2:9: information: … [transitional-shim]"


@pytest.fixture
def clean(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Tool:
    """The command line in a tree of which nobody complains."""
    return Tool(Tree(tmp_path / "tree"), capsys, monkeypatch)


@pytest.fixture
def tool(clean: Tool) -> Tool:
    """The command line in a tree with an error, a warning and an information."""
    clean.tree.write(BILL, "package acme.billing.v1;\nmessage Bill {}\n")
    clean.tree.edit("PACKAGE_MAP.md", "| Ledger entries | |", "| Shims | Any new contracts |")
    row = "| `acme.ledger.v1` | `owner:ledger` | A-2 |"
    clean.tree.edit("PACKAGE_MAP.md", row, "| `acme.billing.v1` | `owner:ledger` | |")
    return clean


def rules(done: Done) -> list[str]:
    """The rules of the lines on stdout."""
    return [line.rpartition("[")[2].rstrip("]") for line in done.out]


class TestHelp:
    def test_names_every_command(self, clean: Tool) -> None:
        done = clean("--help")
        assert done.code == 0
        assert re.findall(r"^    (\w+)", "\n".join(done.out), re.MULTILINE) == [*COMMANDS]

    @pytest.mark.parametrize("command", COMMANDS)
    def test_of_a_command_explains_every_flag(self, clean: Tool, command: str) -> None:
        done = clean(command, "--help")
        assert (done.code, done.err) == (0, [])
        said = " ".join(" ".join(done.out).split())
        assert f"{COMMANDS[command][1:]}." in said
        lines = [line.strip() for line in done.out]
        for at, line in enumerate(lines):
            alone = line.startswith("-") and "  " not in line
            assert not alone or not lines[at + 1].startswith("-"), f"no word about {line}"

    def test_of_check_tells_the_exit_codes(self, clean: Tool) -> None:
        said = "\n".join(clean("check", "--help").out)
        assert "exit code:\n  0  nothing found" in said

    def test_version(self, clean: Tool) -> None:
        assert clean("--version") == clean("-V") == (0, [f"protohome {__version__}"], [])

    def test_help_is_a_command_too(self, clean: Tool) -> None:
        assert clean("help") == clean("--help")
        assert clean("help", "check") == clean("check", "--help")

    @pytest.mark.parametrize("shell", ["bash", "zsh"])
    def test_a_shell_can_complete(self, clean: Tool, shell: str) -> None:
        done = clean("completion", shell)
        assert (done.code, done.err) == (0, [])
        said = "\n".join(done.out)
        for name in (*COMMANDS, "--keep-shim", "--statistics"):
            assert name in said

    def test_bash_completes_commands_and_flags(self, clean: Tool) -> None:
        script = "\n".join(clean("completion", "bash").out)
        asked = (
            "COMP_WORDS=(protohome check --stat); COMP_CWORD=2; _shtab_protohome;"
            ' echo "${COMPREPLY[@]}"'
        )
        done = subprocess.run(["bash", "-c", f"{script}\n{asked}"], capture_output=True, text=True)
        assert (done.stdout, done.stderr) == ("--statistics\n", "")

    @pytest.mark.parametrize(
        ("argv", "line"),
        [
            ("", "protohome: error: the following arguments are required: COMMAND"),
            ("chek", "protohome: error: argument COMMAND: invalid choice: 'chek' (choose from …"),
            ("check --format xml", "protohome check: error: argument --format: invalid choice: …"),
            ("check --fail-level none", "protohome check: error: argument --fail-level: inval…"),
            ("check --selec map-invalid", "protohome: error: unrecognized arguments: --selec…"),
            ("check --jobs 0", "protohome check: error: argument --jobs: '0' is no number of …"),
            ("check --jobs many", "protohome check: error: argument --jobs: 'many' is no num…"),
            ("explain a b", "protohome: error: unrecognized arguments: b"),
        ],
    )
    def test_what_is_no_usage_is_refused(self, clean: Tool, argv: str, line: str) -> None:
        done = clean(*argv.split())
        assert (done.code, done.out) == (2, [])
        assert done.err[0].startswith("usage: protohome")
        assert fits(done.err[-1], line)


class TestCheck:
    def test_a_line_a_finding_then_a_summary_on_stderr(self, tool: Tool) -> None:
        done = tool.check()
        assert done.code == 1
        for line, wanted in zip(done.out, (NO_FOLLOW_ON, NO_ROW), strict=True):
            assert fits(line, wanted)
        assert done.err == [
            "3 files, 3 contracts by PACKAGE_MAP.md: 1 error, 1 warning, 1 information" + NO_GIT,
            "1 fixable with `protohome fix`",
        ]

    def test_verbose_shows_information_too(self, tool: Tool) -> None:
        done = tool.check("--verbose")
        for line, wanted in zip(done.out, (NO_FOLLOW_ON, NO_ROW, SHIM), strict=True):
            assert fits(line, wanted)
        assert tool.check("-v") == done

    def test_quiet_leaves_out_the_summary(self, tool: Tool) -> None:
        loud = tool.check()
        assert tool.check("--quiet") == tool.check("-q") == (1, loud.out, [])

    def test_what_is_clean_is_said_in_one_line(self, clean: Tool) -> None:
        assert clean.check() == (
            0,
            [],
            ["2 files, 2 contracts by PACKAGE_MAP.md: no errors or warnings" + NO_GIT],
        )
        assert clean.check("--quiet") == (0, [], [])

    def test_paths_choose_files_and_folders(self, tool: Tool) -> None:
        assert rules(tool.check("-v", "proto")) == ["file-not-audited", "transitional-shim"]
        assert rules(tool.check("-v", "PACKAGE_MAP.md")) == ["missing-follow-on"]
        assert rules(tool.check("-v", ENTRY, "PACKAGE_MAP.md")) == [
            "missing-follow-on",
            "transitional-shim",
        ]
        assert len(rules(tool.check("-v", "."))) == 3
        assert len(rules(tool.check("-v", "../../..", at="proto/acme/billing"))) == 3

    def test_the_summary_counts_what_was_asked_for(self, tool: Tool) -> None:
        assert tool.check(INVOICE).err == [
            "1 file, 1 contract by PACKAGE_MAP.md: no errors or warnings" + NO_GIT
        ]

    def test_a_path_with_nothing_to_check_is_said(self, tool: Tool) -> None:
        tool.tree.write("README.md", "")
        assert tool.check("README.md") == (
            0,
            [],
            [
                "README.md: the map governs nothing there",
                "0 files, 0 contracts by PACKAGE_MAP.md: no errors or warnings" + NO_GIT,
            ],
        )
        assert tool.check("--quiet", "README.md") == (0, [], [])

    @pytest.mark.parametrize("level", ["error", "warning", "information"])
    @pytest.mark.parametrize("worst", ["error", "warning", "information", "none"])
    @pytest.mark.parametrize("name", FORMATS)
    def test_the_exit_code_is_the_same_in_every_format(
        self, tool: Tool, name: str, worst: str, level: str
    ) -> None:
        order = ("error", "warning", "information")
        found = ("file-not-audited", "missing-follow-on", "transitional-shim")
        left = found[order.index(worst) :] if worst in order else ()
        only = ",".join(left or ("map-invalid",))
        expected = worst in order and order.index(worst) <= order.index(level)
        done = tool.check("--format", name, "--fail-level", level, "--select", only)
        assert done.code == int(expected)

    def test_jobs_is_a_bound(self, tool: Tool) -> None:
        assert tool.check("--jobs", "1") == tool.check("--jobs", "8") == tool.check()


class TestStandardInput:
    """``check - --stdin-filename FILE``: the text that an editor has not saved yet."""

    def check(self, tool: Tool, monkeypatch: pytest.MonkeyPatch, name: str, text: bytes) -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        return tool.check("-", "--stdin-filename", name)

    def test_stands_for_a_file_whether_there_or_not(
        self, clean: Tool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = clean.tree.everything()
        text = b"package acme.billing.v2;\nmessage Bill {}\n"
        for name in (INVOICE, "proto/acme/billing/v2/new.proto"):
            done = self.check(clean, monkeypatch, name, text)
            assert done.code == 1
            assert "unlisted-package" in rules(done)
            assert {line.partition(":")[0] for line in done.out} == {name}
        done = self.check(clean, monkeypatch, INVOICE, (clean.tree.root / INVOICE).read_bytes())
        assert (done.code, done.out) == (0, [])
        assert done.err[0].startswith("1 file, 1 contract by PACKAGE_MAP.md: no errors or warnings")
        assert clean.tree.everything() == before

    def test_stands_for_the_map(self, clean: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
        text = (clean.tree.root / "PACKAGE_MAP.md").read_bytes().replace(b"entry.proto", b"x.proto")
        done = self.check(clean, monkeypatch, "PACKAGE_MAP.md", text)
        assert rules(done) == ["stale-audit-row"]

    def test_of_a_file_that_is_none_of_the_maps_is_clean(
        self, clean: Tool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clean.tree.write("protohome.toml", 'exclude = ["proto/vendor"]')
        for name, text in (
            ("proto/vendor/x.proto", b"package acme.x;"),
            ("proto/google/x.proto", b"package google.x;"),
            ("README.md", b"package acme.x;"),
        ):
            done = self.check(clean, monkeypatch, name, text)
            assert (done.code, done.out) == (0, [])
            assert done.err[0] == f"{name}: the map governs nothing there"

    @pytest.mark.parametrize("flags", ["-", "- a.proto --stdin-filename a.proto"])
    def test_is_one_named_file(self, clean: Tool, flags: str) -> None:
        done = clean.check(*flags.split())
        assert done.code == 2
        assert done.err == ["protohome: `-` reads one file; name it with --stdin-filename FILE"]


class TestRules:
    @pytest.mark.parametrize(
        "flags",
        [
            ("--select", "missing-follow-on,file-not-audited"),
            ("--select", "missing-follow-on, file-not-audited"),
            ("--select", "missing-follow-on", "--select", "file-not-audited"),
            ("--select=file-not-audited,missing-follow-on,",),
            ("--ignore", "transitional-shim"),
            ("--ignore", "map-invalid", "--ignore", "transitional-shim, shim-drift"),
        ],
    )
    def test_may_be_given_with_commas_or_repeated(self, tool: Tool, flags: tuple[str, ...]) -> None:
        assert rules(tool.check("-v", *flags)) == ["missing-follow-on", "file-not-audited"]

    def test_the_command_line_adds_to_what_the_configuration_ignores(self, tool: Tool) -> None:
        tool.tree.write("protohome.toml", 'ignore = ["file-not-audited"]')
        assert rules(tool.check("-v")) == ["missing-follow-on", "transitional-shim"]
        assert rules(tool.check("-v", "--ignore", "transitional-shim")) == ["missing-follow-on"]

    def test_selected_by_hand_runs_though_the_configuration_says_otherwise(
        self, tool: Tool
    ) -> None:
        tool.tree.write(
            "protohome.toml", 'select = ["map-invalid"]\nignore = ["file-not-audited"]\n'
        )
        assert rules(tool.check("-v")) == []
        assert rules(tool.check("--select", "file-not-audited")) == ["file-not-audited"]

    def test_config_names_another_configuration(self, tool: Tool) -> None:
        tool.tree.write("ci.toml", 'select = ["file-not-audited"]\n')
        assert rules(tool.check("--config", "ci.toml")) == ["file-not-audited"]
        assert rules(tool.check("--config", "../ci.toml", at="proto")) == ["file-not-audited"]


class TestOutput:
    @pytest.mark.parametrize("name", FORMATS)
    def test_a_file_gets_what_stdout_would(self, tool: Tool, name: str, tmp_path: Path) -> None:
        printed = tool.check("--format", name)
        done = tool.check("--format", name, "--output-file", str(tmp_path / "out"))
        assert done == (1, [], printed.err)
        assert (tmp_path / "out").read_text("utf-8").splitlines() == printed.out

    def test_json_is_json_and_nothing_else(self, tool: Tool) -> None:
        document = json.loads("\n".join(tool.check("--format", "json").out))
        assert document["summary"]["errors"] == 1
        assert len(document["findings"]) == 3

    def test_nothing_is_coloured_but_on_a_terminal(self, tool: Tool) -> None:
        for name in FORMATS:
            assert "\x1b" not in "\n".join(tool.check("--format", name).out)

    @pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
    def test_a_terminal_is_shown_coloured_frames_unless_told_not_to(
        self, tool: Tool, no_color: str, coloured: bool
    ) -> None:
        said = on_a_terminal(tool.tree, "main(['check', '--no-cache'])", NO_COLOR=no_color)
        plain = re.sub(r"\x1b\[[\d;]*m", "", said)
        assert (said != plain) is coloured
        frame = [
            "error file-not-audited [*]: This file has no row in the audit table; add one, after …",
            f" --> {BILL}:1:9",
            "  |",
            "1 | package acme.billing.v1;",
            "  |         ^^^^^^^^^^^^^^^",
            "  = audit-row: PACKAGE_MAP.md:9: | …",
            "  = fixes: add-audit-row",
            "",
        ]
        lines = plain.splitlines()
        at = next(at for at, line in enumerate(lines) if line.startswith("error "))
        for line, wanted in zip(lines[at : at + len(frame)], frame, strict=True):
            assert fits(line, wanted)
        assert lines[-1] == "1 fixable with `protohome fix`"

    def test_colour_may_be_forced(self, tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[1;31merror:\x1b[0m" in "\n".join(tool.check().out)
        assert "\x1b" not in "\n".join(tool.check("--format", "json").out)
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b" not in "\n".join(tool.check().out)

    @pytest.mark.parametrize(
        "flags",
        [
            ("--format", "text", "--format", "json=a.json", "--format=junit=b.xml"),
            ("--format=json", "--output-file=a.json", "--output-file=b.xml", "--format=junit")
            + ("--format=text",),
        ],
    )
    def test_several_formats_at_once(self, tool: Tool, flags: tuple[str, ...]) -> None:
        done = tool.check(*flags)
        assert done == tool.check()
        for name, file in (("json", "a.json"), ("junit", "b.xml")):
            printed = tool.check("--format", name).out
            assert (tool.tree.root / file).read_text("utf-8").splitlines() == printed

    @pytest.mark.parametrize(
        ("flags", "line"),
        [
            ("--format text --format json", "text and json cannot both go to standard output: …"),
            ("--format text=a --format json=a", "text and json cannot both go to a: …"),
        ],
    )
    def test_two_formats_need_two_places(self, tool: Tool, flags: str, line: str) -> None:
        done = tool.check(*flags.split())
        assert (done.code, done.out) == (2, [])
        assert fits(done.err[0], f"protohome: {line}")

    def test_exit_zero_is_for_reports_that_must_not_stop(self, tool: Tool) -> None:
        assert tool.check("--exit-zero") == tool.check()._replace(code=0)
        assert '<failure type="' not in "\n".join(tool.check("--exit-zero", "--format=junit").out)
        assert tool.check("--exit-zero", "--config", "none.toml").code == 2

    def test_statistics_count_the_findings_of_each_rule(self, tool: Tool) -> None:
        done = tool.check("--statistics")
        assert done.code == 1
        assert [line.split()[:2] for line in done.out] == [
            ["1", "file-not-audited"],
            ["1", "missing-follow-on"],
            ["1", "transitional-shim"],
        ]
        assert done.out[0].endswith(
            "[*]  A governed file has no row in the audit table of the map."
        )

    def test_services_are_told_paths_from_the_top_of_the_repository(self, tool: Tool) -> None:
        (tool.tree.root.parent / ".git").mkdir()
        above = f"{tool.tree.root.name}/"
        found = json.loads("\n".join(tool.check("--format", "json", at="proto").out))["findings"]
        assert found[1]["path"] == f"{above}{BILL}"
        assert found[1]["evidence"][0]["path"] == f"{above}PACKAGE_MAP.md"
        assert f", after {above}PACKAGE_MAP.md:9" in found[1]["message"]
        for name in ("sarif", "github", "junit", "gitlab", "markdown"):
            shown = "\n".join(tool.check("--format", name, at="proto").out)
            assert f"{above}{BILL}" in shown.replace("\\_", "_")
        for name in ("text", "full", "msvs"):
            shown = "\n".join(tool.check("--format", name, at="proto").out)
            assert above not in shown
            assert "after ../PACKAGE_MAP.md:9" in shown

    def test_github_gets_a_summary_of_the_job(
        self, tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
        printed = tool.check("--format", "markdown").out
        tool.check("--format", "github")
        tool.check("--format", "github")
        assert (tmp_path / "summary.md").read_text("utf-8").splitlines() == printed * 2

    def test_sarif_has_the_fixes(self, tool: Tool) -> None:
        log = json.loads("\n".join(tool.check("--format", "sarif").out))
        fixes = [fix for result in log["runs"][0]["results"] for fix in result.get("fixes", ())]
        assert [fix["description"]["text"] for fix in fixes] == [
            f"Add {BILL} to the audit table of PACKAGE_MAP.md"
        ]


class TestProgress:
    """A line on the terminal, when a run takes longer than a second."""

    SLOW = (
        "import itertools, protohome.runs.workspaces as workspaces;"
        " workspaces.monotonic = itertools.count().__next__;"
    )
    QUICK = "import protohome.runs.workspaces as workspaces; workspaces.monotonic = lambda: 0.0;"
    CHECK = "main(['check', '--no-cache'])"

    def test_on_a_terminal(self, clean: Tool) -> None:
        said = on_a_terminal(clean.tree, self.SLOW + self.CHECK)
        shown, cleared, summary = said.partition("\r\x1b[K")
        assert shown == "\rprotohome: reading 0/2 files\x1b[K"
        assert cleared
        assert summary.startswith("2 files, 2 contracts by PACKAGE_MAP.md:")

    def test_not_when_it_is_quick(self, clean: Tool) -> None:
        said = on_a_terminal(clean.tree, self.QUICK + self.CHECK)
        assert said.startswith("2 files, 2 contracts by PACKAGE_MAP.md:")

    def test_not_when_quiet(self, clean: Tool) -> None:
        assert on_a_terminal(clean.tree, self.SLOW + self.CHECK.replace("'--", "'-q', '--")) == ""

    def test_not_in_a_pipe(self, clean: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workspaces, "monotonic", count().__next__)
        assert clean.check().err == [
            "2 files, 2 contracts by PACKAGE_MAP.md: no errors or warnings" + NO_GIT
        ]


def on_a_terminal(tree: Tree, code: str, **environment: str) -> str:
    """What Python ``code`` prints on a terminal."""
    script = (
        "import os, pty, sys\n"
        "child, terminal = pty.fork()\n"
        "if not child:\n"
        f"    from protohome.cli import main; {code}; sys.exit()\n"
        "try:\n"
        "    while said := os.read(terminal, 4096):\n"
        "        sys.stdout.buffer.write(said)\n"
        "except OSError:\n"
        "    pass\n"
        "os.waitpid(child, 0)\n"
    )
    done = protohome(tree.root, code=script, environment={"NO_COLOR": "", **environment})
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().replace("\r\n", "\n")


class TestExplain:
    def test_nothing_lists_the_rules(self, clean: Tool) -> None:
        assert [line.split()[0] for line in clean("explain").out] == [rule.id for rule in RULES]

    def test_a_rule_prints_its_page_wherever_one_is(self, clean: Tool) -> None:
        (clean.tree.root / "PACKAGE_MAP.md").unlink()
        done = clean("explain", "wrong-package")
        assert done.code == 0
        assert done.out[0] == "# wrong-package (error)"
        assert "## How to fix" in done.out

    @pytest.mark.parametrize(
        "name", ["acme.ledger.v1.Entry", ".acme.ledger.v1.Entry", "Entry", "v1.Entry", "Entry.Line"]
    )
    def test_a_contract_by_any_of_its_names(self, tool: Tool, name: str) -> None:
        tool.tree.write(ENTRY, "package acme.ledger.v1;\nmessage Entry { message Line {} }\n")
        done = tool("explain", "--no-cache", name)
        assert done.code == 0
        assert done.out[0] == f"acme.ledger.v1.Entry  ({ENTRY}:2)"
        assert fits(done.out[1], "  home: acme.billing.v1  (declared; it belongs there, …")
        assert fits(done.out[2], "  audit-row: PACKAGE_MAP.md:9: | …")

    def test_a_name_that_several_have_explains_each(self, clean: Tool) -> None:
        clean.tree.write(ENTRY, "package acme.ledger.v1;\nmessage Invoice {}\n")
        done = clean("explain", "--no-cache", "Invoice")
        assert [line for line in done.out if line and not line.startswith(" ")] == [
            f"acme.billing.v1.Invoice  ({INVOICE}:2)",
            f"acme.ledger.v1.Invoice  ({ENTRY}:2)",
        ]

    def test_a_package(self, tool: Tool) -> None:
        assert tool("explain", "--no-cache", "acme.ledger.v1").out == [
            "acme.ledger.v1  (PACKAGE_MAP.md:4)",
            "  domain: Books",
            "  owner: owner:ledger",
            "  contains: Shims",
            "  does not contain: Any new contracts",
            "  frozen: PACKAGE_MAP.md:4: Does not contain: Any new contracts",
            f"  file: {ENTRY}, 1 contract",
        ]

    def test_a_file_with_paths_from_here(self, tool: Tool) -> None:
        done = tool("explain", "--no-cache", "v1/entry.proto", at="proto/acme/ledger")
        assert done.out[0] == "v1/entry.proto  (package acme.ledger.v1)"
        assert done.out[1].startswith("  ../../../PACKAGE_MAP.md:9: acme.ledger.v1 → acme.billing")
        assert "acme.ledger.v1.Entry  (v1/entry.proto:2)" in done.out

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("README.md", "it is no .proto file"),
            ("api/x.proto", "outside the module roots (proto)"),
            (
                "proto/google/x.proto",
                "git ignores it, it is excluded, or its package is not acme.…",
            ),
        ],
    )
    def test_a_file_that_is_not_governed(self, clean: Tool, path: str, why: str) -> None:
        clean.tree.write(path, "package google.x;\n")
        (line,) = clean("explain", "--no-cache", path).out
        assert line == f"{path}: not governed by PACKAGE_MAP.md: {why}"

    @pytest.mark.parametrize(
        ("subject", "line"),
        [
            ("Invoise", "'Invoise' is no rule, … did you mean `Invoice`?"),
            ("acme.leger.v1.Entry", "… did you mean `acme.ledger.v1.Entry`?"),
            ("acme.leger.v1", "… did you mean `acme.ledger.v1`?"),
            ("frozen-package", "… did you mean `frozen-package-addition`?"),
            ("unlisted_package", "… did you mean `unlisted-package`?"),
            ("Zebra", "'Zebra' is no rule, no file here, and nothing that the map governs; …"),
            ("proto", "proto is a folder; name a .proto file in it"),
            ("PACKAGE_MAP.md", "PACKAGE_MAP.md is the package map; `protohome map` shows …"),
        ],
    )
    def test_what_is_unknown_is_told_with_what_is_near(
        self, clean: Tool, subject: str, line: str
    ) -> None:
        done = clean("explain", "--no-cache", subject)
        assert (done.code, done.out, len(done.err)) == (2, [], 1)
        assert fits(done.err[0], f"protohome: {line}")

    def test_a_rule_is_guessed_without_a_workspace(self, clean: Tool) -> None:
        (clean.tree.root / "PACKAGE_MAP.md").unlink()
        assert clean("explain", "wrong-pakage").err == [
            "protohome: 'wrong-pakage' is no rule; did you mean `wrong-package`?"
        ]
