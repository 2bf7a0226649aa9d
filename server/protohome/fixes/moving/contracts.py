"""A contract's text taken from one file and put into another."""

from __future__ import annotations

from collections.abc import Sequence

from ...model import Contract, Enum, Message, ProtoFile, nested_types
from ...named import NamedTuple
from ...positions import LineIndex
from ...resolution import View
from ...workspace.snapshot import Located, Snapshot
from .. import Refused
from ..texts.deprecation import deprecated
from ..texts.headers import header, settings
from ..texts.statements import Statement, appended, statements, without
from .destinations import Destination
from .requalify import Draft, Origin


class Move(NamedTuple):
    """What is to go where. ``keep`` leaves the old contracts in place, deprecated;

    ``everywhere`` says whether references all over the workspace follow.
    """

    moved: tuple[Located, ...]
    package: str
    destination: Destination
    keep: bool = False
    everywhere: bool = True

    def renamed(self) -> dict[str, str]:
        """Old FQN to new FQN."""
        return {m.fqn: _join(self.package, m.contract.name) for m in self.moved}


def located(snapshot: Snapshot, fqn: str) -> Located:
    """The one contract of that name, in a file that can be read. Raises Refused."""
    found = snapshot.contracts.get(fqn.removeprefix("."), ())
    if not found:
        raise Refused(f"There is no contract {fqn} here.")
    if len(found) > 1:
        places = " and ".join(each.file.path for each in found)
        raise Refused(f"{fqn} is declared twice, in {places}: remove one of them first.")
    file = found[0].file
    if file.broken:
        line = LineIndex(file.source).position(file.broken[0].start).line + 1
        raise Refused(f"{file.path}:{line} cannot be read: correct it first.")
    if file.path in snapshot.unreadable:
        raise Refused(f"{file.path} cannot be read: {snapshot.unreadable[file.path]}.")
    return found[0]


def check_together(moved: Sequence[Located]) -> None:
    """Raise Refused when contracts cannot be in one file."""
    for at, each in enumerate(moved):
        for other in moved[:at]:
            if settings(each.file) != settings(other.file):
                raise Refused(f"The files of {other.fqn} and {each.fqn} differ in their settings.")
            if each.contract.name == other.contract.name:
                raise Refused(f"{other.fqn} and {each.fqn} have one name.")


def check_collisions(view: View, move: Move) -> None:
    """Raise Refused when a moved name is taken in the package."""
    for each in move.moved:
        for name in declared_names(each.contract):
            fqn = _join(move.package, name)
            taken = view.declaring(fqn)
            if taken is not None:
                raise Refused(f"{taken} declares {fqn} already.")
            if view.is_package(fqn):
                raise Refused(f"{fqn} is a package already.")


def declared_names(contract: Contract) -> tuple[str, ...]:
    """What a contract declares in its package: itself, and an enum's values beside it."""
    if isinstance(contract, Enum):
        return (contract.name, *(value.name for value in contract.values))
    return (contract.name,)


def check_copy(contract: Contract) -> None:
    """Raise Refused when a contract cannot exist twice."""
    if isinstance(contract, Message):
        inner = [m for _, m in nested_types(contract, "") if isinstance(m, Message)]
        for message in (contract, *inner):
            if message.extensions:
                field = message.extensions[0]
                raise Refused(
                    f"{contract.name} declares the extension {field.name}, and a second one cannot"
                    " have the same number."
                )


class _Part(NamedTuple):
    """What moves out of one file: its statements, and which of the file's names they hold."""

    path: str
    file: ProtoFile
    contracts: list[Contract]
    statements: list[Statement]
    names: list[int]


def draft(view: View, snapshot: Snapshot, move: Move) -> Draft:
    """The workspace with the contracts' text at its new place."""
    target = snapshot.import_path(move.destination.path)
    sources: dict[str, bytes | None] = {}
    origins: dict[str, tuple[Origin, ...]] = {}
    arriving: list[bytes] = []
    arrivals: list[Origin] = []
    for part in _parts(view, snapshot, move.moved):
        arriving += (part.file.source[s.region.start : s.region.end] for s in part.statements)
        arrivals += (Origin(part.path, at) for at in part.names)
        sources[part.path] = _left(part, move)
        if sources[part.path] is None:
            last = statements(part.file.source)[-1].region.end
            arriving += filter(None, [part.file.source[last:].strip()])
        else:
            origins[part.path] = _origins_left(view, part, move)
    emptied = {path: target for path, source in sources.items() if source is None}
    if move.destination.file is None:
        before = _new_file(snapshot, move, target, whole=bool(emptied))
    else:
        before = move.destination.file.source
        origins[target] = tuple(Origin(target, at) for at in range(len(view.names(target))))
    sources[target] = appended(before, arriving)
    origins[target] = (*origins.get(target, ()), *arrivals)
    return Draft(sources, origins, move.renamed(), emptied, move.everywhere)


def _parts(view: View, snapshot: Snapshot, moved: Sequence[Located]) -> list[_Part]:
    found: dict[str, list[Contract]] = {}
    for each in sorted(moved, key=lambda each: each.contract.span):
        found.setdefault(snapshot.import_path(each.file.path), []).append(each.contract)
    parts: list[_Part] = []
    for path, contracts in found.items():
        starts = {contract.span.start for contract in contracts}
        every = statements(view.files[path].source)
        chosen = [s for s in every if any(s.span.start <= at < s.span.end for at in starts)]
        inside = [
            at
            for at, name in enumerate(view.names(path))
            if any(s.span.start <= name.span.start < s.span.end for s in chosen)
        ]
        parts.append(_Part(path, view.files[path], contracts, chosen, inside))
    return parts


def _left(part: _Part, move: Move) -> bytes | None:
    """What is left of a file, None when that is nothing of use."""
    file = part.file
    if move.keep:
        new = move.renamed()
        successors = {c.name: new[file.fqn(c)] for c in part.contracts}
        return deprecated(file.source, part.contracts, successors)
    if (
        len(file.contracts) > len(part.contracts)
        or file.extensions
        or any(each.modifier == "public" for each in file.imports)
        or any(option.name.startswith("(") for option in file.options)
    ):
        return without(file.source, (each.region for each in part.statements))
    return None


def _origins_left(view: View, part: _Part, move: Move) -> tuple[Origin, ...]:
    """Where the names come from that a file still has; those in a shim follow nothing."""
    moved = set(part.names)
    return tuple(
        Origin(part.path, at, move.everywhere and at not in moved)
        for at in range(len(view.names(part.path)))
        if move.keep or at not in moved
    )


def _new_file(snapshot: Snapshot, move: Move, target: str, *, whole: bool) -> bytes:
    neighbours = [f for f in snapshot.by_package.get(move.package, ()) if not f.broken]
    return header(target, move.package, move.moved[0].file, neighbours, whole=whole)


def _join(package: str, name: str) -> str:
    return f"{package}.{name}" if package else name
