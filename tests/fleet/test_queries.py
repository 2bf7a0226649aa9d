"""The questions on the page of the fleet: DuckDB answers them as the page says.

``python tests/fleet/test_queries.py`` writes the answers into the page.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # where it is run by itself

from fleet import fleets
from protohome.fleet.tables import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "fleet.md"
QUERY = re.compile(r"(?ms)^```sql\n(.*?)^```\n\n```text\n(.*?)^```")


def answer(query: str) -> str:
    import duckdb

    lines = str(duckdb.sql(query)).rstrip().splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def tables(folder: Path) -> Path:
    """Where the tables of a small fleet are."""
    mirrors = fleets.make(folder / "mirrors")
    done = fleets.run(
        mirrors, "-o", folder / "out", "--format", "parquet", "--since", "2026-01-01T12:00:00Z"
    )
    assert done.code == 0, done.said
    return folder / "out"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tables(tmp_path_factory.mktemp("asked"))


def test_the_page_answers_five_questions() -> None:
    assert len(QUERY.findall(PAGE.read_text("utf-8"))) == 5


@pytest.mark.parametrize("number", range(5))
def test_an_answer_is_as_the_page_says(
    out: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.chdir(out)
    query, told = QUERY.findall(PAGE.read_text("utf-8"))[number]
    assert answer(query) == told


def test_the_page_names_every_column() -> None:
    page = PAGE.read_text("utf-8")
    for table, inside in TABLES.items():
        [row] = re.findall(rf"(?m)^\| `{table}` \|.*\|$", page)
        assert re.findall(r"`(\w+)`", row.rpartition(" | ")[2]) == [*inside]


def test_parquet_and_json_hold_the_same(out: Path, tmp_path: Path) -> None:
    from pyarrow import parquet

    argv = (out.parent / "mirrors", "-o", tmp_path, "--format", "ndjson", "--store", out / "store")
    done = fleets.run(*argv, "--since", "2026-01-01T12:00:00Z")
    assert (done.counted("read now"), done.counted("repositories judged now")) == (0, 0)
    for table, rows in fleets.tables(tmp_path).items():
        found = [parquet.read_table(file).to_pylist() for file in sorted(out.glob(f"{table}/*"))]
        assert [row for part in found for row in part] == rows


def main() -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(tables(Path(folder)))
        text = PAGE.read_text("utf-8")
        written = QUERY.sub(lambda q: f"```sql\n{q[1]}```\n\n```text\n{answer(q[1])}```", text)
        PAGE.write_text(written, "utf-8")


if __name__ == "__main__":
    main()
