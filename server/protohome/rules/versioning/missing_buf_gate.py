"""The map makes a buf gate mandatory, and nothing runs it, or nothing that can fail.

## What it does

Where a sentence of the map says that `buf lint` or `buf breaking` is mandatory, looks for what runs
it: pipelines (GitHub, GitLab, CircleCI, Azure, Bitbucket, Buildkite, Jenkins), hooks (pre-commit,
lefthook, husky) and the scripts that they can call (Makefile, `package.json`, Taskfile, justfile,
shell). `bufbuild/buf-action` runs both.

A gate that is only advice counts as none: `|| true`, `continue-on-error: true`,
`allow_failure: true`, `soft_fail: true`, `if: false`, `when: manual`, `stages: [manual]`.

## Why

A gate that everybody believes in and nothing runs is worse than none.

## Example

```markdown
Buf compatibility gates (`buf lint`, `buf breaking`) remain mandatory before merge.
```

> `buf breaking` is mandatory here, but no pipeline, hook or script runs it

## How to fix

Run the command where a failure stops the merge, or take the sentence out of the map.

## Configuration

None. Looked at is the whole git work tree that the workspace is in; what git ignores is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ...findings import WARNING, Evidence, Finding
from ...named import NamedTuple
from ...verdicts import Judge
from ...workspace.surroundings import gates_asked

SEVERITY = WARNING

_COMMENT = re.compile(r"\s*(?:#(?!!)|//)")
_TITLE = re.compile(r"\s*-?\s*\"?(?:name|displayName|label|desc|description|title|alias)\"?\s*:")
_SAID = re.compile(r"(?:\s|@|-|run:)*(?:echo|printf)\b[^|;&]*$")
_RUNS = (
    r"(?i)(?:\bbuf(?:\.exe)?(?:[@:][\w.$\-{{}}]+)?[\"'`)}}\],\s]+(?:-\S+\s+){{0,9}}[\"']?{0}\b"
    r"|\bbuf[-/]{0}\b|\bbufbuild/buf-action\b)"
)
_ADVICE_IN_LINE = re.compile(r"\|\|\s*(?:true\b|:(?=\s|$|\")|exit 0\b|echo\b)")
_ADVICE = re.compile(
    r"\s*(?:-\s+)*((?:continue-on-error|continueOnError|allow_failure|soft_fail):\s*[\"']?true\b"
    r"|if:\s*[\"']?(?:\$\{\{\s*)?false\b|when:\s*[\"']?(?:manual|never)\b"
    r"|stages:\s*\[\s*[\"']?manual[\"']?\s*\])"
)
_YAML = (".yml", ".yaml")
# Who runs it more often in one file means nothing by it.
_MOST_GATES = 100


class _Gate(NamedTuple):
    """Where a gate is run, and by what it is only advice, ``""`` for a real one."""

    path: str
    line: int
    text: str
    advice: str


def check_map(judge: Judge) -> Iterator[Finding]:
    snapshot = judge.snapshot
    files = snapshot.surroundings.gates
    if files is None:
        return
    for sentence, commands in gates_asked(snapshot.map):
        for command in commands:
            gates = [gate for path in sorted(files) for gate in _gates(path, files[path], command)]
            if any(not gate.advice for gate in gates):
                continue
            what = "no pipeline, hook or script runs it; run it where a failure stops the merge"
            if gates:
                path, line, _, advice = gates[0]
                what = f"{path}:{line} is only advice (`{advice}`); let its failure stop the merge"
            yield Finding(
                "missing-buf-gate",
                SEVERITY,
                snapshot.map.path,
                sentence.span,
                f"`buf {command}` is mandatory here, but {what}",
                evidence=(Evidence("sentence", snapshot.map.path, sentence.line, sentence.text),),
                related=tuple(Evidence("gate", g.path, g.line, g.text) for g in gates),
            )


def _gates(path: str, source: bytes, command: str) -> Iterator[_Gate]:
    runs = re.compile(_RUNS.format(command))
    lines = source.decode("utf-8", "replace").splitlines()
    found = (
        at
        for at, line in enumerate(lines)
        if runs.search(line) and not any(no.match(line) for no in (_COMMENT, _TITLE, _SAID))
    )
    for at in islice(found, _MOST_GATES):
        yield _Gate(path, at + 1, lines[at].strip(), _advice(path, lines, at))


def _advice(path: str, lines: list[str], at: int) -> str:
    in_line = _ADVICE_IN_LINE.search(lines[at])
    if in_line:
        return in_line[0]
    if path.rpartition("/")[2] in ("Makefile", "makefile") or path.endswith(".mk"):
        ignored = re.match(r"\t@?-", lines[at])
        return "-" if ignored else ""
    if path.endswith(_YAML):
        return _around(lines, at)
    return ""


def _around(lines: list[str], at: int) -> str:
    """The first advice in the YAML mappings that hold a line."""
    found: dict[int, str] = {}
    for way in (range(at, -1, -1), range(at, len(lines))):
        least = _columns(lines[at])[1]  # what a mapping's keys stand at, at most, to hold the line
        for other in way:
            line = lines[other]
            begins, column = _columns(line)
            if not line.strip() or _COMMENT.match(line):
                continue
            if other > at:
                least = min(least, begins)
            mark = _ADVICE.match(line)
            if mark and column <= least:
                found[other] = mark[1]
            if way.step < 0:
                least = min(least, begins)
    return found[min(found)] if found else ""


def _columns(line: str) -> tuple[int, int]:
    """Where a line begins, and where its text does behind the dashes of a list."""
    dashes = re.match(r"(\s*)(?:-\s+)*", line)
    return (len(dashes[1]), dashes.end()) if dashes else (0, 0)
