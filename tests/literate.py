"""Markdown pages as test suites.

A page's ``##`` headings are its cases; what stands before the first one belongs to them all, and
a block of a case replaces the page's block of the same name. The fenced blocks are the files of a
tree, by the name after the language::

    ```proto proto/acme/billing/v1/invoice.proto
    message Invoice {}  // want wrong-package: belongs in acme.ledger.v1
    ```

Words after the name change the bytes: ``crlf``, ``bom``, ``latin-1``, ``unfinished`` (no line
break at the end). A ``diff`` block edits a file that is there already: its ``-`` lines become its
``+`` lines, lines with neither anchor them. On lines of their own, ``base: examples/openagents``
begins with that tree, and ``paths: PATH`` checks that file only.

``history: SUBJECT`` makes the tree a git repository with one commit of that subject.
``against: before`` compares the case with what was there before: the page's own blocks or the
base, and the blocks of the case that have the word ``before``, which are of that tree alone.

What is wanted stands where it is about, in ``// want [SEVERITY] RULE: PART OF THE MESSAGE`` at
the end of a line, or, for files that have no such comments, in a ``want`` block whose lines read
as the text output does: ``PATH:LINE:COLUMN: [SEVERITY:] PART OF THE MESSAGE [RULE]``. A case on
the page of a rule wants exactly those findings of the rule; with a ``want all`` block, of every
rule.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from protohome import check
from protohome.findings import Placed, Report
from protohome.loading import discovery
from protohome.rules import RULES
from protohome.workspace.snapshot import Snapshot

ROOT = Path(__file__).parent.parent

_FENCE = re.compile(r"(`{3,})([\w-]+)?[ ]*(.*)")
_SETTING = re.compile(r"(base|paths|against|history): (\S.*)")
_COMMENT = re.compile(r"//\s*want\s+(.*?)(?=//\s*want\s|$)")
_WANT = re.compile(r"(?:(error|warning|information)\s+)?([a-z][a-z0-9-]*)(?::\s*(.*))?")
_LINE = re.compile(
    r"(\S+?):(\d+)(?::(\d+))?:\s*(?:(error|warning|information):\s*)?(.*?)(?:\s*\[([a-z-]+)\])?"
)


class Block(NamedTuple):
    """A fenced block: its language, its file's name, the words after that, its text."""

    language: str
    name: str
    words: tuple[str, ...]
    text: str

    @property
    def content(self) -> bytes:
        text = self.text.rstrip("\n") if "unfinished" in self.words else self.text
        if "crlf" in self.words:
            text = text.replace("\n", "\r\n")
        data = text.encode("latin-1" if "latin-1" in self.words else "utf-8")
        return b"\xef\xbb\xbf" + data if "bom" in self.words else data


class Case(NamedTuple):
    """One case of a page: its heading and 1-based line, its settings, its blocks.

    ``before`` are the blocks of the tree that it is compared with.
    """

    page: Path
    title: str
    line: int
    settings: Mapping[str, str]
    blocks: tuple[Block, ...]
    before: tuple[Block, ...] = ()

    def __str__(self) -> str:
        return f"{self.page.stem}: {self.title}"

    @property
    def rule(self) -> str:
        return self.page.stem

    def write(self, folder: Path) -> None:
        """Make the case's tree in ``folder``."""
        self._write(folder, self.blocks)

    def write_before(self, folder: Path) -> None:
        """Make the tree that the case is compared with in ``folder``."""
        self._write(folder, self.before)

    def _write(self, folder: Path, blocks: Sequence[Block]) -> None:
        if "base" in self.settings:
            shutil.copytree(ROOT / self.settings["base"], folder, dirs_exist_ok=True)
        for block in blocks:
            if block.name:
                path = folder / block.name
                path.parent.mkdir(parents=True, exist_ok=True)
                if block.language == "diff":
                    path.write_bytes(_edited(path.read_bytes().decode(), block).encode())
                else:
                    path.write_bytes(block.content)


class Want(NamedTuple):
    """A wanted finding; None and ``""`` are not asked about. Line and column are 1-based."""

    path: str
    line: int
    column: int | None
    severity: str
    part: str
    rule: str

    def is_met_by(self, placed: Placed) -> bool:
        finding, place = placed
        return (
            (finding.path, place.start_line, finding.rule) == (self.path, self.line, self.rule)
            and self.column in (None, place.start_column)
            and self.severity in ("", finding.severity)
            and self.part in finding.message
        )

    def __str__(self) -> str:
        column = "" if self.column is None else f":{self.column}"
        severity = self.severity and f" {self.severity}:"
        return f"{self.path}:{self.line}{column}:{severity} {self.part} [{self.rule}]"


def cases(page: Path) -> list[Case]:
    """The cases of a page, in order."""
    found: list[Case] = []
    shared: list[Block] = []
    title, start, settings, blocks = "", 0, dict[str, str](), shared
    lines = iter(enumerate(page.read_text("utf-8").split("\n"), 1))
    for number, line in lines:
        fence, setting = _FENCE.fullmatch(line), _SETTING.fullmatch(line)
        if fence:
            name, *words = fence[3].split() or [""]
            blocks.append(Block(fence[2] or "", name, tuple(words), _until(fence[1], lines)))
        elif setting:
            settings[setting[1]] = setting[2]
        elif line.startswith("## "):
            if title:
                found.append(_case(page, title, start, settings, shared, blocks))
            title, start, settings, blocks = line[3:].strip(), number, {}, []
    found.append(_case(page, title, start, settings, shared, blocks))
    return found


def load(folder: Path, before: Path | None = None) -> Snapshot:
    """The snapshot of a tree on disk, read as the command line reads it."""
    ids = frozenset(rule.id for rule in RULES)
    against = str(before) if before else ""
    return discovery.load(str(folder), rule_ids=ids, cache=False, against=against)


def verify(case: Case, folder: Path) -> tuple[Snapshot, Report]:
    """Make the case's tree in an empty folder, check it, compare what is found and wanted."""
    case.write(folder)
    wants = list(_wants(case, folder))
    every = any(block.language == "want" and block.name == "all" for block in case.blocks)
    about = {want.rule for want in wants} | {case.rule}
    unmet, unwanted = list(wants), []
    only = case.settings.get("paths")
    before = None
    if "history" in case.settings:
        _commit(folder, case.settings["history"])
    if "against" in case.settings:
        before = folder.with_name(folder.name + "-before")
        before.mkdir()
        case.write_before(before)
    snapshot = load(folder, before)
    report = check.run(snapshot, wanted=lambda path: only in (None, path))
    for placed in report.findings:
        met = next((want for want in unmet if want.is_met_by(placed)), None)
        if met is not None:
            unmet.remove(met)
        elif every or placed.finding.rule in about:
            unwanted.append(placed)
    if unmet or unwanted:
        pytest.fail(_told(case, folder, unmet, unwanted), pytrace=False)
    return snapshot, report


def _commit(folder: Path, subject: str) -> None:
    who = ("-c", "user.name=A Developer", "-c", "user.email=developer@example.com")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-qm", subject)):
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True)


def findings(report: Report, rule: str = "") -> list[str]:
    """The findings as lines of text, of one rule or of all."""
    return [_line(placed) for placed in report.findings if rule in ("", placed.finding.rule)]


def _until(fence: str, lines: Iterator[tuple[int, str]]) -> str:
    inside = ""
    for _, line in lines:
        if line == fence:
            break
        inside += line + "\n"
    return inside


def _case(
    page: Path,
    title: str,
    line: int,
    settings: Mapping[str, str],
    shared: Sequence[Block],
    own: Sequence[Block],
) -> Case:
    now = [block for block in own if "before" not in block.words]
    then = [block for block in own if "before" in block.words]
    return Case(
        page,
        title,
        line,
        settings,
        _blocks(settings, shared, now),
        _blocks(settings, shared, then),
    )


def _blocks(
    settings: Mapping[str, str], shared: Sequence[Block], own: Sequence[Block]
) -> tuple[Block, ...]:
    """A case's blocks and those of the page that they do not replace; a base replaces them all."""
    replaced = {block.name for block in own if block.language != "diff"}
    kept = [block for block in shared if block.name not in replaced and "base" not in settings]
    return (*kept, *own)


def _edited(text: str, block: Block) -> str:
    lines = block.text.splitlines()
    old = "".join(line[1:] + "\n" for line in lines if not line.startswith("+"))
    new = "".join(line[1:] + "\n" for line in lines if not line.startswith("-"))
    assert text.count(old) == 1, f"{block.name} has this {text.count(old)} times, not once:\n{old}"
    return text.replace(old, new)


def _wants(case: Case, folder: Path) -> Iterator[Want]:
    for block in case.blocks:
        if block.language == "want":
            for line in block.text.splitlines():
                match = _LINE.fullmatch(line.strip())
                assert match, f"{case.page}:{case.line}: no line of a want block: {line}"
                path, number, column, severity, part, rule = match.groups()
                at = int(column) if column else None
                yield Want(path, int(number), at, severity or "", part, rule or case.rule)
    for path in {block.name for block in case.blocks if block.name.endswith(".proto")}:
        text = (folder / path).read_bytes().decode("utf-8-sig", "replace")
        for number, line in enumerate(text.splitlines(), 1):
            for comment in _COMMENT.findall(line):
                match = _WANT.fullmatch(comment.strip())
                assert match, f"{case.page}:{case.line}: no want: {comment}"
                yield Want(path, number, None, match[1] or "", match[3] or "", match[2])


def _line(placed: Placed) -> str:
    finding, place = placed
    where = f"{finding.path}:{place.start_line}:{place.start_column}"
    return f"{where}: {finding.severity}: {finding.message} [{finding.rule}]"


def _told(case: Case, folder: Path, unmet: Sequence[Want], unwanted: Sequence[Placed]) -> str:
    parts = [f"{case.page}:{case.line}: {case.title}"]
    paths = [want.path for want in unmet] + [placed.finding.path for placed in unwanted]
    for path in dict.fromkeys(paths):
        file = folder / path
        text = file.read_bytes().decode("utf-8-sig", "replace") if file.is_file() else ""
        marks: dict[int, list[str]] = {}
        for want in unmet:
            if want.path == path:
                marks.setdefault(want.line, []).append(f"  missing:    {want}")
        for placed in unwanted:
            if placed.finding.path == path:
                at = placed.range.start_line
                marks.setdefault(at, []).append(f"  unexpected: {_line(placed)}")
        parts += ["", path]
        for number, line in enumerate(text.splitlines() or [""], 1):
            parts.append(f"{number:4} | {line}")
            parts += marks.pop(number, [])
        parts += [mark for late in marks.values() for mark in late]
    return "\n".join(parts)
