"""How steady verdicts by words are while a tree grows. Prints a Markdown table.

``python benchmarks/steady.py`` takes npm's google-proto-files (fetched once) in a git work tree,
under a map without an audit table, so that words alone tell, and commits ten edits at a time, as
people edit. What is found in files that nobody touched should neither come nor go.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path

from environment import ENVIRONMENT
from speed import CHANGED, CHECK, committed, edit, git, google_workspace

COMMITS = 5


def found(folder: Path, cache: Path) -> set[tuple[str, str, str]]:
    """The contracts that are told to be elsewhere, with the rule and the path of their file."""
    command = [*CHECK, "--select=wrong-package,excluded-content", "--format=json"]
    environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, check=False, text=True
    )
    findings = json.loads(done.stdout)["findings"]
    return {(one["path"], one["rule"], one["symbol"]) for one in findings}


def main() -> int:
    print("| commit of ten edits | found in all | came elsewhere | went elsewhere |")
    print("| ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as scratch:
        folder, cache = Path(scratch, "tree"), Path(scratch, "cache")
        (folder / "PACKAGE_MAP.md").write_text(google_workspace(folder)["no table"])
        committed(folder)
        files = sorted(folder.rglob("*.proto"))
        step, numbers = len(files) // CHANGED, count()
        before, touched = found(folder, cache), set[str]()
        for commit in range(COMMITS):
            for file in files[commit::step][:CHANGED]:
                edit(file, next(numbers))
                touched.add(file.relative_to(folder).as_posix())
            git(folder, "commit", "-q", "-a", "-m", "What was changed")
            now = found(folder, cache)
            came = sum(path not in touched for path, *_ in now - before)
            went = sum(path not in touched for path, *_ in before - now)
            print(f"| {commit + 1} | {len(now)} | {came} | {went} |", flush=True)
            before = now
    return 0


if __name__ == "__main__":
    sys.exit(main())
