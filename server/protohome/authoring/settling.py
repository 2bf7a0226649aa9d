"""A first map and configuration under which a tree as it is has nothing to mend."""

from __future__ import annotations

from collections.abc import Mapping

from ..check import run as run_rules
from ..config import Config
from ..config.edits import quoted
from ..findings import INFERRED, INFORMATION, Report
from ..loading.modules import find_modules
from ..model import ProtoFile
from ..named import NamedTuple
from ..packagemap import read as read_map
from ..workspace.snapshot import Snapshot
from .first_map import Tree, draft

_OWNERS = "# The CODEOWNERS handles of the map's owner lanes\n[owners]"
_HOMES = "# Words and neighbours speak for another package: check these\n[homes]"


class Settled(NamedTuple):
    """A draft that the tree follows, the homes it needs, and what is left to find."""

    text: str
    homes: dict[str, str]
    report: Report


def settled(root: str, config: Config, path: str, tree: Tree, *, audited: bool) -> Settled:
    """A draft, to be written to ``path``, that accuses nobody by guessed words.

    Cells whose words would are left empty; what the tree's own structure would still accuse is
    declared to be at home where it is.
    """
    silent: frozenset[str] = frozenset()
    homes: dict[str, str] = {}
    while True:
        text = draft(tree, audited=audited, silent=silent)
        report = _checked(root, config, path, text, tree.files, homes)
        inferred = [
            placed.finding
            for placed in report.findings
            if placed.finding.verdict == INFERRED and placed.finding.severity != INFORMATION
        ]
        accusing = {finding.home for finding in inferred} - silent
        stay = {f.symbol: f.symbol.rpartition(".")[0] for f in inferred if f.symbol not in homes}
        if accusing:
            silent |= accusing
        elif stay:
            homes.update(stay)
        else:
            return Settled(text, homes, report)


def _checked(
    root: str,
    config: Config,
    path: str,
    text: str,
    files: tuple[ProtoFile, ...],
    homes: dict[str, str],
) -> Report:
    package_map = read_map(path, text.encode())
    config = config._replace(homes={**config.homes, **homes})
    modules = find_modules(root, config, package_map, cache=False)
    snapshot = Snapshot(
        root, config, package_map, modules.roots, {file.path: file for file in files}
    )
    return run_rules(snapshot)


def configuration(lanes: Mapping[str, tuple[str, ...]], homes: Mapping[str, str]) -> str:
    """The ``protohome.toml`` that goes with the map, ``""`` for none."""
    parts: list[str] = []
    if lanes:
        lines = [f"{quoted(lane)} = [{', '.join(map(quoted, of))}]" for lane, of in lanes.items()]
        parts.append("\n".join([_OWNERS, *lines, ""]))
    if homes:
        lines = [f"{quoted(symbol)} = {quoted(package)}" for symbol, package in homes.items()]
        parts.append("\n".join([_HOMES, *lines, ""]))
    return "\n".join(parts)
