"""``protohome fix [PATHS] [--unsafe] [--diff] [--select RULES] [--ignore RULES]``"""

from __future__ import annotations

import argparse
import os
import sys

from ..check import run as run_rules
from ..escaping.terminal import say
from ..findings import ERROR
from ..fixes._workspace import sources
from ..loading.files.index import Index
from ..runs.fixing import Fixed, fix_all
from ..runs.flags import add_rule_arguments, add_workspace_arguments, rules_asked_for
from ..runs.workspaces import wanted_paths
from ..runs.writing import changed, load_whole, report_written
from ..system.disk import LoadError
from ..workspace.snapshot import Snapshot


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: all)")
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="apply also fixes that change names in generated code, such as moves",
    )
    add_rule_arguments(parser)
    parser.add_argument(
        "--diff",
        action="store_true",
        help="write nothing, print a unified diff; exit 1 when there is one",
    )
    parser.add_argument(
        "--refuse-partly-staged",
        action="store_true",
        help="write nothing where a file to be edited has changes that are not staged",
    )
    parser.add_argument(
        "--exit-non-zero-on-fix", action="store_true", help="exit 1 when anything was fixed"
    )
    add_workspace_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    choose = rules_asked_for(arguments)
    before = load_whole(arguments, arguments.paths)
    rules = choose(before.config)
    wanted = wanted_paths(before, arguments.paths)
    fixed = fix_all(before, wanted, unsafe=arguments.unsafe, rules=rules)
    if arguments.refuse_partly_staged:
        _refuse_partly_staged(before, fixed.snapshot)
    report_written(before, fixed.snapshot, diff=arguments.diff)
    where = sys.stderr if arguments.diff else sys.stdout
    for line in fixed.done:
        say(line, where)
    for line in fixed.refused:
        say(f"refused: {line}", sys.stderr)
    say(_summary(fixed), sys.stderr)
    if fixed.done and (arguments.diff or arguments.exit_non_zero_on_fix):
        return 1
    left = run_rules(fixed.snapshot, rules, wanted).findings
    return int(any(p.finding.severity == ERROR and not p.finding.baselined for p in left))


def _refuse_partly_staged(before: Snapshot, after: Snapshot) -> None:
    """Raise LoadError when an edit would mix with what was held back from the commit."""
    index, now = Index(before.root), sources(before)
    mixed = []
    for path in sorted(changed(before, after)):
        file = os.path.join(before.root, path)
        if path in now and index.is_file(file) and index.contents(file) != now[path]:
            mixed.append(path)
    if mixed:
        raise LoadError(
            f"partly staged, so nothing was fixed: {', '.join(mixed)}; stage them whole, or put"
            " aside what is not for this commit (`git stash --keep-index`)"
        )


def _summary(fixed: Fixed) -> str:
    count = len(fixed.done)
    text = f"{count} fix{'es' * (count != 1)} made"
    if fixed.refused:
        text += f", {len(fixed.refused)} refused"
    if fixed.withheld:
        text += f"; {fixed.withheld} finding{'s' * (fixed.withheld != 1)} more with --unsafe"
    return text
