"""Move a contract to another package.

The contract goes, with its comments, into the file of the package where its neighbours'
counterparts are or that has the same stem, if that file agrees in syntax and features; else into a
new file in the style of the package's files. Every reference in the workspace is rewritten by
protobuf's scoping rules, imports are added and dropped, the package map's audit table follows, and
a file left empty goes.

Arguments: `contract`, its full name; `package`; `with`, full names of contracts that move along,
with commas between; `keep_shim`, `true` to leave the old contract in place, deprecated and naming
the new one, `false` to move it whole. Where nothing is said, a shim stays if the map's versioning
rules ask for dual reading and the contract is a known one of a frozen package.

It is refused where the name is taken (the contract there is offered instead), for a frozen package,
where imports would form a cycle (moving several contracts
together may then be offered instead), for a package that the map does not list, outside the module
root, and where a file that matters cannot be read.

The binary format stays as it is; full names in JSON `Any` values and in generated code change.
"""

from __future__ import annotations

from ..edits import WorkspaceEdit
from ..findings import FixRequest
from ..history import is_new
from ..model import Service
from ..packagemap import asks_for_dual_reading
from ..resolution import View
from ..verdicts import Judge
from ..workspace.snapshot import Located, Snapshot
from . import Refused, argument
from ._workspace import edit as edit_to
from ._workspace import map_text, row_added, row_removed, view, with_paths
from .moving.contracts import Move, check_collisions, check_copy, check_together, draft, located
from .moving.destinations import destinations
from .moving.packages import check_thawed
from .moving.requalify import Inseparable, requalify

SAFE = False

_MANY = 64  # files; where so many mention a contract, a move takes longer than a menu may


def title(judge: Judge, request: FixRequest) -> str:
    contract, package = argument(request, "contract"), argument(request, "package")
    count = _files(judge, request)
    along = request.arguments.get("with", "").count(",") + bool(request.arguments.get("with"))
    others = f" and {along} more" if along else ""
    name = contract.rpartition(".")[2]
    shim = ", and leave a shim" if keeps_shim(judge, request) else ""
    return f"Move {name}{others} to {package}{shim} ({count})"


def _files(judge: Judge, request: FixRequest) -> str:
    """How many files change. Raises Refused.

    Of a contract that very many mention it is not found out for a title: it takes seconds.
    """
    moved, _ = _asked(judge, request)
    files = view(judge.snapshot)
    if len(files.mentioning(each.contract.name for each in moved)) > _MANY:
        return f"more than {_MANY} files"
    count = len(edit(judge, request).paths)
    return f"{count} file{'s' * (count != 1)}"


def keeps_shim(judge: Judge, request: FixRequest) -> bool:
    """Whether the old contract stays in its place."""
    said = request.arguments.get("keep_shim", "")
    if said:
        return said == "true"
    snapshot = judge.snapshot
    old = located(snapshot, argument(request, "contract"))
    alone = not request.arguments.get("with")
    new = is_new(snapshot, old.fqn)
    known = old.file.path in snapshot.rows if new is None else not new
    shim = known and old.file.package in judge.frozen
    return alone and shim and asks_for_dual_reading(snapshot.map)


def _asked(judge: Judge, request: FixRequest) -> tuple[tuple[Located, ...], bool]:
    """The contracts to move, and whether a shim stays. Raises Refused for what cannot be."""
    snapshot = judge.snapshot
    package = argument(request, "package")
    first = located(snapshot, argument(request, "contract"))
    others = [name.strip() for name in request.arguments.get("with", "").split(",")]
    moved = (first, *(located(snapshot, name) for name in dict.fromkeys(others) if name))
    keep = keeps_shim(judge, request)
    check_together(moved)
    if package not in snapshot.packages:
        raise Refused(f"{snapshot.map.path} lists no package {package}: add a row for it first.")
    for each in moved:
        if each.file.package == package:
            raise Refused(f"{each.fqn} is in {package} already.")
        check_thawed(judge, package)
        for twin in snapshot.contracts.get(f"{package}.{each.contract.name}", ()):
            raise Refused(
                f"{each.contract.name} already exists in {package} ({twin.file.path}:"
                f"{snapshot.line(twin.file, twin.contract.name_span.start)}): use it, and remove"
                " this one.",
                FixRequest("use-successor", {"legacy": each.fqn, "successor": twin.fqn}),
            )
        if keep:
            check_copy(each.contract)
    return moved, keep


def edit(judge: Judge, request: FixRequest) -> WorkspaceEdit:
    snapshot, package = judge.snapshot, argument(request, "package")
    moved, keep = _asked(judge, request)
    files = view(snapshot)
    try:
        return moved_to(snapshot, files, moved, package, keep=keep)
    except Inseparable as apart:
        if len(moved) > 1 or request.arguments.get("keep_shim") == "true":
            names = ", ".join(each.contract.name for each in moved)
            raise Refused(f"Moving {names} {apart.reason}.") from apart
        raise _with_others(snapshot, files, moved[0], request, apart) from apart


def moved_to(
    snapshot: Snapshot,
    files: View,
    moved: tuple[Located, ...],
    package: str,
    *,
    keep: bool = False,
    everywhere: bool = True,
) -> WorkspaceEdit:
    """The edit that moves contracts to the best place that tears nothing apart.

    Raises Refused, and Inseparable when there is no such place.
    """
    apart: Inseparable | None = None
    for destination in destinations(snapshot, moved[0], package):
        move = Move(moved, package, destination, keep, everywhere)
        check_collisions(files, move)
        try:
            texts = requalify(files, draft(files, snapshot, move))
        except Inseparable as found:
            apart = found
            continue
        new = {snapshot.import_path(destination.path): destination.path}
        after = with_paths(snapshot, texts, new)
        gone = [path for path, text in after.items() if text is None]
        rows = [row_removed(snapshot, path) for path in gone]
        if destination.file is None:
            came_from = moved[0].file.package
            follow_on = f"{'copied' if keep else 'moved'} from {came_from}"
            rows.append(row_added(snapshot, destination.path, package, follow_on))
        return edit_to(snapshot, {**after, **map_text(snapshot, rows)})
    assert apart is not None
    raise apart


def _with_others(
    snapshot: Snapshot, files: View, moved: Located, request: FixRequest, apart: Inseparable
) -> Refused:
    """The refusal of a move that tears something apart, with the contracts to take along."""
    package = request.arguments["package"]
    for group in _groups(snapshot, moved):
        try:
            moved_to(snapshot, files, (moved, *group), package)
        except Refused:
            continue
        names = ", ".join(each.contract.name for each in group)
        along = ",".join(each.fqn for each in group)
        return Refused(
            f"Moving {moved.contract.name} alone {apart.reason}: move {names} with it.",
            FixRequest("move-contract", {**request.arguments, "with": along}),
        )
    return Refused(f"Moving {moved.contract.name} {apart.reason}.")


def _groups(snapshot: Snapshot, moved: Located) -> list[tuple[Located, ...]]:
    """What of its file a contract needs, what needs it, and both; the fewest first.

    No service moves for one of its messages.
    """
    needs: dict[str, set[str]] = {moved.file.fqn(c): set() for c in moved.file.contracts}
    for reference in snapshot.references_from(moved.file):
        target = snapshot.types[reference.target]
        if reference.contract in needs and target in needs:
            needs[reference.contract].add(target)
    users: dict[str, set[str]] = {fqn: set() for fqn in needs}
    for fqn, targets in needs.items():
        for target in targets:
            users[target].add(fqn)
    both = {fqn: needs[fqn] | users[fqn] for fqn in needs}
    closures = [_closure(moved.fqn, graph) for graph in (needs, users, both)]
    contracts = {moved.file.fqn(c): c for c in moved.file.contracts}
    groups = (
        tuple(Located(moved.file, contracts[fqn]) for fqn in contracts if fqn in closure)
        for closure in closures
        if closure and not any(isinstance(contracts[fqn], Service) for fqn in closure)
    )
    return sorted(dict.fromkeys(groups), key=len)


def _closure(start: str, graph: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        for each in graph[pending.pop()] - found:
            found.add(each)
            pending.append(each)
    return found - {start}
