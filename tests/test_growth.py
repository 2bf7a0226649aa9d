"""Twice the tree is twice the work, whatever of it there is twice as much of."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from growth import at_most_trebles, is_linear
from protohome import check
from protohome.config import Config
from protohome.loading.beside.lookaround import beside
from protohome.packagemap import read as read_map
from protohome.syntax import read
from protohome.workspace.snapshot import Snapshot

MAP = """\
| Package | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- |
| `acme.a.v1` | `owner:a` | Alpha records, wheels | Beta |
| `acme.b.v1` | `owner:a` | Beta things, brakes | Alpha |
| `acme.old.v1` | `owner:a` | Shims | Any new contracts |

## Placement rules

- New contracts are forbidden in `acme.old.v1`.

| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |
| --- | --- | --- | --- | --- |
| `a.proto` | `acme.a.v1` | `acme.a.v1` | `owner:a` | A-1 |
| `old.proto` | `acme.old.v1` | `acme.a.v1` | `owner:a` | A-1 |
"""


def tree(rows: str = "", **sources: str) -> Snapshot:
    """A tree of files whose packages are called as they are."""
    files = {
        f"{name}.proto": read(f"{name}.proto", f"package acme.{name}.v1;\n{source}".encode())
        for name, source in sources.items()
    }
    return Snapshot("/", Config(), read_map("MAP.md", (MAP + rows).encode()), ("",), files)


def many(line: str) -> Callable[[int], str]:
    return lambda n: "".join(line.replace("#", str(i)) for i in range(n))


CONTRACTS = many("message M# { string a = 1; }\n")
ALIKE = many("message AlphaM# { string a = 1; int32 b = 2; int32 c = 3; }\n")

TREES: dict[str, Callable[[int], Snapshot]] = {
    "contracts at home": lambda n: tree(a=CONTRACTS(n)),
    "contracts on one line": lambda n: tree(a=CONTRACTS(n).replace("\n", "")),
    "contracts on one line behind an é": lambda n: tree(a=f"/*é*/{CONTRACTS(n)}".replace("\n", "")),
    "shims": lambda n: tree(old=CONTRACTS(n), a="message A {}"),
    "shims with twins": lambda n: tree(old=CONTRACTS(n), a=CONTRACTS(n)),
    "shims with renamed twins": lambda n: tree(old=CONTRACTS(n), a=ALIKE(n)),
    "references to one": lambda n: tree(a="message A {}" + many("message B# { A a = 1; }")(n)),
    "references to a shim": lambda n: tree(
        old="message A {}", a="message A {}" + many("message B# { old.v1.A a = 1; }\n")(n)
    ),
    "nested twins": lambda n: tree(
        old=f"message A {{ {many('message N# { N# b = 1; } ')(n)} }}",
        a=f"message A {{ {many('message N# { N# b = 1; } ')(n)} }}",
    ),
    "fields that drift": lambda n: tree(
        old=f"message A {{ {many('string f# = #;')(n)} }}",
        a=f"message A {{ {many('A f# = #;')(n)} }}",
    ),
    "values that drift": lambda n: tree(
        old=f"enum A {{ {many('E# = #;')(n)} }}", a=f"enum A {{ {many('F# = #;')(n)} }}"
    ),
    "imports": lambda n: tree(a=many('import "x#.proto";\n')(n) + "message A { x.Y y = 1; }"),
    "stray braces": lambda n: tree(a=many("}\n")(n)),
    "unclosed contracts": lambda n: tree(a=many("message M# {\n")(n)),
    "suppressions": lambda n: tree(
        old=many("message M# {} // protohome:ignore transitional-shim -- x\n")(n)
    ),
    "suppressions in what is broken": lambda n: tree(a=many("} // protohome:ignore x -- y\n")(n)),
    "audit rows": lambda n: tree(
        many("| `x#.proto` | `acme.a.v1` | `acme.b.v1` | `owner:x` | none |\n")(n), a="message A {}"
    ),
}


ROWS = many("| `f#.proto` | `acme.a.v1` | `acme.a.v1` | `owner:a` | A-1 |\n")
PACKAGES = many("| `acme.p#.v1` | `owner:p#` | Thing # | |\n")
SENTENCES = many("- `Thing#` lives in `acme.p#.v1`.\n")


def governed(packages: int) -> Snapshot:
    """A map of that many packages and sentences, and a file with a contract of each."""
    table, _, rest = MAP.partition("| `acme.old.v1`")
    head = table + PACKAGES(packages) + "| `acme.old.v1`" + rest
    head = head.replace("- New", SENTENCES(packages) + "- New")
    source = f"package acme.p0.v1;\n{many('message Thing# {}')(packages)}"
    files = {"p.proto": read("p.proto", source.encode())}
    return Snapshot("/", Config(), read_map("MAP.md", head.encode()), ("",), files)


@pytest.mark.parametrize(
    ("grown", "size"),
    [(lambda n: tree(ROWS(n)), 2_000), (governed, 250)],
    ids=["audit rows", "packages and sentences"],
)
def test_a_check_of_a_large_map_is_linear(grown: Callable[[int], Snapshot], size: int) -> None:
    assert is_linear(lambda number: check.run(grown(number)), lambda n: n, size)


GATED = "- `buf lint` and `buf breaking` are mandatory.\n\n"


@pytest.mark.parametrize("unit", ["retired ", "A-", "A1-", "#", "http://", "retired after tbd, "])
def test_a_check_of_a_long_follow_on_is_linear(unit: str) -> None:
    row = "| `b.proto` | `acme.a.v1` | `acme.b.v1` | `owner:a` | CELL |\n"

    def checked(number: int) -> None:
        check.run(tree(row.replace("CELL", unit * number), a="message A {}"))

    assert is_linear(checked, lambda n: n, 2_000)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "buf ",
            "buf -buf ",
            "buf:",
            "buf\t",
            "buf lint ",
            "echo buf lint\n",
            "buf lint || true\n",
        ),
        *("- buf lint\n  continue-on-error: true\n", "  if: false\n", "- ", "buf -a -b\n"),
    ],
)
@pytest.mark.parametrize("end", ["", "\nbuf lint\n"])
def test_a_check_of_long_pipelines_is_linear(unit: str, end: str, tmp_path: Path) -> None:
    before = tree(a="message A {}")
    rules = MAP.replace("- New", GATED + "- New")

    def checked(number: int) -> None:
        (tmp_path / "ci.yml").write_text(unit * number + end)
        around = beside(str(tmp_path), before.map, "", "")
        assert around.gates is not None
        check.run(before.with_surroundings(around))

    before = before.with_map(read_map("MAP.md", rules.encode()))
    assert is_linear(checked, lambda n: n, 400)


FIELDS = many("  string f# = #;\n")
STATED: dict[str, tuple[Callable[[int], Snapshot], int, int]] = {
    "audit rows": (lambda n: tree(ROWS(n)), 100_000, 10_000),
    "fields": (lambda n: tree(a=f"message M {{\n{FIELDS(n)}}}\n"), 200_000, 50_000),
    "stray braces": (TREES["stray braces"], 50_000, 50_000),
    "unclosed contracts": (TREES["unclosed contracts"], 20_000, 20_000),
    "contracts in one file": (TREES["contracts at home"], 40_000, 40_000),
    "five megabytes of contracts": (TREES["contracts at home"], 180_000, 20_000),
}
"""Sizes of which the work is known to be in proportion: how many of each, and as many of them as
every run of the tests has time for; ``STATED=1`` has the time for all."""


@pytest.mark.parametrize(("grown", "stated", "few"), STATED.values(), ids=STATED)
def test_a_check_stays_linear_to_the_sizes_that_are_stated(
    grown: Callable[[int], Snapshot], stated: int, few: int
) -> None:
    size = stated if os.environ.get("STATED") else few
    assert at_most_trebles(lambda number: check.run(grown(number)), size // 2, size)


@pytest.mark.parametrize("grown", TREES.values(), ids=TREES)
def test_a_check_is_linear(grown: Callable[[int], Snapshot]) -> None:
    assert is_linear(lambda number: check.run(grown(number)), lambda n: n, 200)


@pytest.mark.parametrize(
    "name", ["contracts at home", "references to one", "references to a shim", "shims with twins"]
)
def test_the_next_snapshot_is_linear(name: str) -> None:
    def typed(number: int) -> None:
        before = TREES[name](number)
        _ = before.references, before.mentions, before.by_package, before.by_import_path
        source = before.files["a.proto"].source + b"message Z {}"
        after = before.with_files({"a.proto": read("a.proto", source)})
        _ = after.references, after.types

    assert is_linear(typed, lambda n: n, 400)
