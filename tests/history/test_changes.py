"""Before and after, compared by us and by the real ``buf breaking``.

Each case of ``changes.md`` and ``silent.md`` is a pair of trees, as the pages say. Its ``changes``
block says what we find, one change a line: the rules of buf that see it (``-`` for none), what it
is about, what was and what is. What buf finds (categories
PACKAGE and WIRE_JSON) is the same set of rules, unless lines ``buf only: RULE, … -- reason`` or
``ours only: RULE, … -- reason`` say why not.
"""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import literate
from protohome.config import Config
from protohome.history.changes import Change
from protohome.history.changes.engine import Comparison
from protohome.packagemap.model import PackageMap
from protohome.syntax import read
from protohome.workspace.snapshot import Snapshot

HERE = Path(__file__).parent
BUF = Path(sysconfig.get_path("scripts"), "buf")
HEADER = 'syntax = "proto3"; package a.v1;'
CATEGORIES = ("PACKAGE", "WIRE_JSON")
CASES = [case for page in ("changes", "silent") for case in literate.cases(HERE / f"{page}.md")]
_DIFFERENCE = re.compile(r"(buf|ours) only: ([A-Z_, ]+) -- (.+)")


def snapshot(files: Mapping[str, bytes]) -> Snapshot:
    package_map = PackageMap("PACKAGE_MAP.md", b"", (), (), (), ())
    facts = {path: read(path, source) for path, source in files.items()}
    return Snapshot("/", Config(), package_map, ("",), facts)


def side(case: literate.Case, word: str) -> dict[str, bytes]:
    """The files ``before`` or ``after``: a file that has no line there is not there."""
    other = "+" if word == "before" else "-"
    files: dict[str, bytes] = {}
    for block in case.blocks:
        if block.language == "diff":
            lines = [line[1:] for line in block.text.splitlines() if line[:1] != other]
            if lines:
                header = "" if "package" in block.text else HEADER
                files[block.name] = "\n".join([header, *lines, ""]).encode()
    return files


def block(case: literate.Case, language: str) -> str:
    return next((b.text.strip() for b in case.blocks if b.language == language), "")


def found(case: literate.Case) -> list[Change]:
    before, after = (snapshot(side(case, word)) for word in ("before", "after"))
    return Comparison(before, after).everything()


def shown(change: Change) -> str:
    name = f"{change.symbol}.{change.member}" if change.member else change.symbol
    said = f"{change.was} -> {change.now or 'nothing'}"
    line = f"{' '.join(change.rules) or '-'}: {change.kind} {name}: {change.what} {said}"
    if change.unreserved:
        line += f"; unreserved {change.unreserved}"
    return line + (f"; {', '.join(change.members)}" if change.members else "")


def said_by_buf(case: literate.Case, folder: Path) -> set[str]:
    for word in ("before", "after"):
        for path, source in side(case, word).items():
            folder.joinpath(word, path).parent.mkdir(parents=True, exist_ok=True)
            folder.joinpath(word, path).write_bytes(source)
        folder.joinpath(word).mkdir(exist_ok=True)
    config = {"version": "v2", "breaking": {"use": CATEGORIES}}
    words = ["breaking", ".", "--against", "../before", "--error-format", "json"]
    words += ["--config", json.dumps(config), "--against-config", json.dumps(config)]
    run = subprocess.run(
        [str(BUF), *words],
        cwd=folder / "after",
        capture_output=True,
        text=True,
    )
    assert run.returncode in (0, 100), run.stderr
    return {json.loads(line)["type"] for line in run.stdout.splitlines()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_ours(case: literate.Case) -> None:
    assert "\n".join(map(shown, found(case))) == block(case, "changes")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_buf(case: literate.Case, tmp_path: Path) -> None:
    ours = {rule for change in found(case) for rule in change.rules}
    only: dict[str, set[str]] = {"buf": set(), "ours": set()}
    for whose, rules in differences(case):
        only[whose] |= rules
    buf = said_by_buf(case, tmp_path)
    assert {"buf": buf - ours, "ours": ours - buf} == only


def differences(case: literate.Case) -> Iterator[tuple[str, set[str]]]:
    for line in block(case, "differences").splitlines():
        match = _DIFFERENCE.fullmatch(line)
        assert match, line
        yield match[1], set(match[2].split(", "))


def test_every_rule_of_buf_has_its_pair() -> None:
    """Every rule of the two categories is seen in some case, by us and by buf."""
    listed = subprocess.run(
        [BUF, "config", "ls-breaking-rules", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    rules = [json.loads(line) for line in listed.stdout.splitlines()]
    wanted = {rule["id"] for rule in rules if not set(CATEGORIES).isdisjoint(rule["categories"])}
    seen = {rule for case in CASES for change in found(case) for rule in change.rules}
    assert wanted <= seen


@pytest.mark.parametrize("case", CASES, ids=str)
def test_there_and_back(case: literate.Case) -> None:
    """Who compares moment after moment finds each time what a first look finds."""
    states = [snapshot(side(case, word)) for word in ("before", "after", "before", "after")]
    earlier = Comparison(states[0], states[0])
    for state in (*states, states[1]):
        earlier.everything()
        earlier = Comparison(states[0], state, earlier)
        assert earlier.everything() == Comparison(states[0], state).everything()


def test_a_contract_that_two_files_declared() -> None:
    """The one that is left is compared with the one that stood for both."""
    old, new = (HEADER + f"message M {{ {kind} a = 1; }}" for kind in ("string", "int32"))
    before = snapshot({"a.proto": old.encode(), "b.proto": new.encode()})
    after = snapshot({"b.proto": new.encode()})
    (change,) = Comparison(before, after).everything()
    assert (change.what, change.was, change.now) == ("type", "string", "int32")


def test_places_are_in_their_files() -> None:
    """Every place points at what the change is about, in the file it names."""
    for case in CASES:
        before, after = side(case, "before"), side(case, "after")
        for change in found(case):
            assert change.there.path in before
            assert change.there.span.end <= len(before[change.there.path])
            if change.here is not None:
                assert change.here.path in after
                assert change.here.span.end <= len(after[change.here.path])


def test_a_tree_against_itself() -> None:
    for case in CASES:
        for word in ("before", "after"):
            files = side(case, word)
            assert Comparison(snapshot(files), snapshot(files)).everything() == []


@pytest.mark.parametrize(
    "after",
    [
        "message M { string a = 1; string b = ",
        "message M { string a = 1; string b = ; int32 c = 3; }",
        "message M { string a = 1; string b 2; int32 c = 3; }",
        "message M { string a = 1; string b = 2 [ ; int32 c = 3; }",
    ],
)
def test_what_is_half_typed_is_not_gone(after: str) -> None:
    """What cannot be read is unknown, never absent."""
    before = HEADER + "message M { string a = 1; string b = 2; }"
    one, other = (snapshot({"a.proto": text.encode()}) for text in (before, HEADER + after))
    assert Comparison(one, other).everything() == []
