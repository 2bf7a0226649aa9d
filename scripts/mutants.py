"""Breaks modules in one place at a time, and counts how often a test fails: ``make mutants``.

``python scripts/mutants.py [--seed N] [--most N] [MODULE ...]``; by default every module of TESTS,
whole. One mutant of each kind a place is tried (``a + b`` need not become ten others), none in an
annotation, where nothing is run. It works on a copy of the tree.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent

# The tests that are about a module; they must fail when it breaks.
TESTS = {
    "edits": "tests/test_edits.py",
    "disk": "tests/test_disk.py",
    "listing": "tests/test_discovery.py",
    "writing": "tests/test_writing.py",
    "packagemap/edits": "tests/fixes/test_fixes.py tests/fixes/test_names.py",
    "rules/stale_audit_row": "tests/rules",
    "rules/owner_mismatch": "tests/rules",
    "fixes/move_contract": "tests/fixes/test_fixes.py",
    "fixes/moving/settle": "tests/fixes/test_fixes.py tests/fixes/test_scoping.py",
}
# Generous: the tests of one module take seconds, and a mutant may never end.
_SECONDS = 200.0


def main() -> int:
    parser = argparse.ArgumentParser(description="count the mutants that the tests kill")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(TESTS))
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--most", type=int, default=sys.maxsize, help="mutants a module")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, copy / name)
        for module in arguments.modules or TESTS:
            try_module(copy, module, random.Random(arguments.seed), arguments.most)
    return 0


def try_module(copy: Path, module: str, chance: random.Random, most: int) -> None:
    """Try the mutants of a module, and print how many were killed and which were not."""
    file = f"server/protohome/{module}.py"
    session = copy.parent / f"{module.replace('/', '-')}.sqlite"
    config = session.with_suffix(".toml")
    command = f"{sys.executable} -m pytest -q -x -p no:cacheprovider {TESTS[module]}"
    config.write_text(
        f'[cosmic-ray]\nmodule-path = "{file}"\ntimeout = {_SECONDS}\nexcluded-modules = []\n'
        f'test-command = "{command}"\n[cosmic-ray.distributor]\nname = "local"\n'
    )
    tried = ("cosmic-ray", str(config), str(session))
    _run(copy, tried[0], "init", *tried[1:])
    _thin(session, (copy / file).read_text("utf-8"), chance, most)
    _run(copy, tried[0], "exec", *tried[1:])
    dumped = _run(copy, tried[0], "dump", str(session)).splitlines()
    results = [(work["mutations"][0], result) for work, result in map(json.loads, dumped) if result]
    survived = [mutation for mutation, result in results if result["test_outcome"] == "survived"]
    print(f"{module}: {len(results) - len(survived)} of {len(results)} killed", flush=True)
    for mutation in survived:
        line, column = mutation["start_pos"]
        print(f"  {file}:{line}:{column + 1}: {mutation['operator_name']}", flush=True)


def _thin(session: Path, source: str, chance: random.Random, most: int) -> None:
    """Leave one mutant of each kind a place, none in an annotation, and not more than ``most``."""
    silent: set[tuple[int, int]] = set()
    for node in ast.walk(ast.parse(source)):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            inner = ast.walk(part) if isinstance(part, ast.AST) else ()
            silent.update((n.lineno, n.col_offset) for n in inner if isinstance(n, ast.expr))
    database = sqlite3.connect(session)
    rows = database.execute(
        "select job_id, operator_name, start_pos_row, start_pos_col from mutation_specs"
    ).fetchall()
    places: dict[tuple[int, int, str], list[str]] = {}
    for job, operator, line, column in rows:
        union = "BinaryOperator_BitOr" in operator and any(at == line for at, _ in silent)
        if not union and (line, column) not in silent:
            places.setdefault((line, column, operator.split("_")[0]), []).append(job)
    chosen = [chance.choice(jobs) for _place, jobs in sorted(places.items())]
    kept = set(chance.sample(chosen, min(most, len(chosen))))
    for job, *_ in rows:
        if job not in kept:
            for table in ("mutation_specs", "work_items"):
                database.execute(f"delete from {table} where job_id = ?", (job,))
    database.commit()
    database.close()


def _run(copy: Path, *command: str) -> str:
    paths = os.pathsep.join(str(copy / name) for name in ("server", "hooks", "tests"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PYTHONPATH": paths, "PATH": path}
    done = subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    return done.stdout.decode()


if __name__ == "__main__":
    sys.exit(main())
