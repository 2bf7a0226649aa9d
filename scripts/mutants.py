"""Breaks modules in one place at a time, and counts how often a test fails: ``make mutants``.

``python scripts/mutants.py [--seed N] [--most N] [--jobs N] [NAME ...]``; by default every module
of TESTS and group of GROUPS, whole. One mutant of each kind a place is tried (``a + b`` need not
become ten others), none in an annotation, where nothing is run. It works on copies of the tree.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import queue
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent

# The tests that are about a module; they must fail when it breaks.
TESTS = {
    "edits": "tests/test_edits.py",
    "system/disk": "tests/test_disk.py",
    "system/listing": "tests/test_discovery.py tests/test_disk.py",
    "system/writing": "tests/test_writing.py",
    "packagemap/edits": "tests/fixes/test_fixes.py tests/fixes/test_names.py",
    "fixes/moving/requalify": "tests/fixes/test_fixes.py",
}
# Folders of which each module has a page of its own: the cases with its name.
GROUPS = {"rules": "tests/rules/test_pages.py", "fixes": "tests/fixes/test_fixes.py"}
# Generous: the tests of one module take seconds, and a mutant may never end.
_SECONDS = 200.0


class Session(NamedTuple):
    """A module whose mutants are known to cosmic-ray, in its database."""

    file: str
    tests: str
    database: Path

    @property
    def config(self) -> Path:
        return self.database.with_suffix(".toml")


def main() -> int:
    known = [*TESTS, *GROUPS]
    parser = argparse.ArgumentParser(description="count the mutants that the tests kill")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--most", type=int, default=sys.maxsize, help="mutants a name")
    parser.add_argument("--jobs", type=int, default=2, help="tests at a time (default: 2)")
    arguments = parser.parse_args()
    with TemporaryDirectory() as name, ThreadPoolExecutor(arguments.jobs) as pool:
        folder = Path(name)
        folder.chmod(0o755)  # some tests become another user, who imports the rest
        copies: queue.Queue[Path] = queue.Queue()
        for number in range(arguments.jobs):
            copies.put(_copied(folder / str(number)))

        def begin(session: Session) -> list[str]:
            with _borrowed(copies) as copy:
                return _begin(copy, session, random.Random(arguments.seed))

        def finish(session: Session) -> list[tuple[str, bool]]:
            with _borrowed(copies) as copy:
                return _finish(copy, session)

        for each in arguments.names or known:
            sessions = _sessions(each, folder)
            begun = zip(sessions, pool.map(begin, sessions), strict=True)
            mutants = [(session, job) for session, jobs in begun for job in jobs]
            chance = random.Random(arguments.seed)
            chosen = chance.sample(mutants, min(arguments.most, len(mutants)))
            for session in sessions:
                _keep(session, {job for other, job in chosen if other == session})
            results = [one for some in pool.map(finish, sessions) for one in some]
            survived = sorted(place for place, killed in results if not killed)
            killed = len(results) - len(survived)
            of = f"{len(results)} tried of {len(mutants)}"
            print(f"{each}: {killed} killed, {of}", *survived, sep="\n  ", flush=True)
    return 0


def _sessions(name: str, folder: Path) -> list[Session]:
    """Those of a module, or of all the modules of a group."""
    tests = {name: TESTS.get(name, "")}
    if name in GROUPS:
        top = ROOT / "server/protohome"
        modules = sorted(top.glob("rules/*/[!_]*.py" if name == "rules" else f"{name}/[!_]*.py"))
        tests = {
            module.relative_to(top).with_suffix("").as_posix(): f"{GROUPS[name]} -k"
            f" {module.stem.replace('_', '-')}"
            for module in modules
        }
    return [
        Session(f"server/protohome/{module}.py", command, folder / f"{at}-{name[-5:]}.sqlite")
        for at, (module, command) in enumerate(tests.items())
    ]


def _copied(copy: Path) -> Path:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@contextmanager
def _borrowed(copies: queue.Queue[Path]) -> Iterator[Path]:
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)


def _begin(copy: Path, session: Session, chance: random.Random) -> list[str]:
    """Find the mutants of a module that are worth a try, by their ids; unbroken, it passes."""
    command = f"{sys.executable} -m pytest -q -x -p no:cacheprovider {session.tests}"
    _run(copy, *command.split())
    session.config.write_text(
        f'[cosmic-ray]\nmodule-path = "{session.file}"\ntimeout = {_SECONDS}\n'
        f'excluded-modules = []\ntest-command = "{command}"\n'
        '[cosmic-ray.distributor]\nname = "local"\n'
    )
    _run(copy, "cosmic-ray", "init", str(session.config), str(session.database))
    source = (copy / session.file).read_text("utf-8")
    silent: set[tuple[int, int]] = set()
    for node in ast.walk(ast.parse(source)):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            inner = ast.walk(part) if isinstance(part, ast.AST) else ()
            silent.update((n.lineno, n.col_offset) for n in inner if isinstance(n, ast.expr))
    database = sqlite3.connect(session.database)
    rows = database.execute(
        "select job_id, operator_name, start_pos_row, start_pos_col from mutation_specs"
    ).fetchall()
    database.close()
    places: dict[tuple[int, int, str], list[str]] = {}
    for job, operator, line, column in sorted(rows, key=lambda row: row[1:]):
        union = "BinaryOperator_BitOr" in operator and any(at == line for at, _ in silent)
        if not union and (line, column) not in silent:
            places.setdefault((line, column, operator.split("_")[0]), []).append(job)
    return [chance.choice(jobs) for _place, jobs in sorted(places.items())]


def _keep(session: Session, kept: set[str]) -> None:
    """Leave these mutants to be tried, and no others."""
    database = sqlite3.connect(session.database)
    for (job,) in database.execute("select job_id from work_items").fetchall():
        if job not in kept:
            for table in ("mutation_specs", "work_items"):
                database.execute(f"delete from {table} where job_id = ?", (job,))
    database.commit()
    database.close()


def _finish(copy: Path, session: Session) -> list[tuple[str, bool]]:
    """Try what is left; the place and kind of each mutant, and whether a test noticed it."""
    given = str(session.config), str(session.database)
    _run(copy, "cosmic-ray", "exec", *given)
    found: list[tuple[str, bool]] = []
    for line in _run(copy, "cosmic-ray", "dump", given[1]).splitlines():
        work, result = json.loads(line)
        if result:
            mutation = work["mutations"][0]
            row, column = mutation["start_pos"]
            place = f"{session.file}:{row}:{column + 1}: {mutation['operator_name']}"
            found.append((place, result["test_outcome"] != "survived"))
    return found


def _run(copy: Path, *command: str) -> str:
    paths = os.pathsep.join(str(copy / name) for name in ("server", "hooks", "tests"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PYTHONPATH": paths, "PATH": path}
    done = subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    return done.stdout.decode()


if __name__ == "__main__":
    sys.exit(main())
