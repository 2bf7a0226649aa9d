"""The shims of frozen packages: how far each is on its way out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..consumers import Mention, mentions
from ..history import is_new
from ..named import NamedTuple
from ..packagemap import DUAL_READING
from ..positions import LineIndex
from ..upkeep.differences import differences
from ..verdicts import Judge
from ..workspace.snapshot import Located

PHASES = ("not begun", "added", "dual-read", "ready to retire")
"""How far a shim has come, in the order of the sequence; each waits for the step of its place.

*dual-read* is a shim whose successor some source uses, or that no source uses any more.
"""

_STEPS = (
    (r"\badd\b.*\b(?:canonical|target|new)\b|\bcopy\b", "add the canonical contract at home"),
    (DUAL_READING, "let consumers read both"),
    (r"\b(?:remove|delete|drop|retire)\b.*\b(?:legacy|shims?|old|usage)\b", "remove the shim"),
    (r"\breserve\b", "reserve what was removed"),
)


class Step(NamedTuple):
    """A step of the team's sequence: its words, and its 1-based line in the map, 0 if not there."""

    text: str
    line: int


class Shim(NamedTuple):
    """One legacy contract. ``successor`` is an FQN or ``""``, ``drift`` says what is not alike.

    ``references`` are ``PATH:LINE`` of the protos that name it, ``mentions`` the places in source
    code; None where no ``consumers`` are configured, and so nobody knows. ``phase`` is an index
    into PHASES; ``next`` is what to do.
    """

    fqn: str
    path: str
    line: int
    kind: str
    home: str
    successor: str
    declared: bool
    drift: tuple[str, ...]
    deprecated: bool
    references: tuple[str, ...]
    mentions: tuple[Mention, ...] | None
    phase: int
    next: str
    owner: str
    follow_on: str

    @property
    def ready(self) -> bool:
        return self.phase == len(PHASES) - 1


def steps(judge: Judge) -> tuple[Step, ...]:
    """The sequence as the map has it, its four steps in order; in our words where it is silent."""
    found: list[Step] = []
    for pattern, words in _STEPS:
        said = next(
            (
                Step(sentence.text.rstrip(" ,;."), sentence.line)
                for sentence in judge.snapshot.map.sentences
                if re.search(pattern, sentence.text, re.IGNORECASE) and not sentence.statements
            ),
            Step(words, 0),
        )
        found.append(said)
    return tuple(found)


def shims(judge: Judge, sources: Sequence[tuple[str, str]] | None) -> list[Shim]:
    """Every known contract of a frozen package, the ones that may go first, then by lane.

    ``sources`` are the consumers' files with their text, None where none are configured.
    """
    legacy = [
        Located(file, contract)
        for package in judge.frozen
        for file in judge.snapshot.by_package.get(package, ())
        for contract in file.contracts
        if is_new(judge.snapshot, file.fqn(contract)) is not True
    ]
    asked = list(legacy)
    for shim in legacy:
        successor = judge.successor_of(shim)
        if successor is not None:
            asked.append(successor.located)
    said = None if sources is None else mentions(sources, asked)
    sequence = steps(judge)
    found = [_shim(judge, shim, said, sequence) for shim in legacy]
    return sorted(found, key=lambda shim: (-shim.phase, shim.owner, shim.path, shim.line))


def _shim(
    judge: Judge,
    shim: Located,
    said: Mapping[str, list[Mention]] | None,
    sequence: Sequence[Step],
) -> Shim:
    snapshot, path = judge.snapshot, shim.file.path
    successor = judge.successor_of(shim)
    verdict = judge.home_of(shim)
    home = successor.located.file.package if successor else verdict.home
    home = "" if home == shim.file.package else home
    drift: tuple[str, ...] = ()
    if successor is not None:
        found = differences(judge, shim, successor.located)
        drift = tuple(f"{each.member or shim.name}: {each.what}" for each in found)
    references = _references(judge, shim)
    mentioned = None if said is None else tuple(said.get(shim.fqn, ()))
    phase = 0
    if successor is not None:
        read = said is not None and (bool(said.get(successor.located.fqn)) or not mentioned)
        phase = 3 if not references and not mentioned else 2 if read else 1
    row, owner = snapshot.rows.get(path), snapshot.packages.get(home)
    return Shim(
        shim.fqn,
        path,
        _line(shim),
        type(shim.contract).__name__.lower(),
        home,
        successor.located.fqn if successor else "",
        bool(successor and successor.declared),
        drift,
        any(o.name == "deprecated" and o.value == "true" for o in shim.contract.options),
        references,
        mentioned,
        phase,
        _next(phase, drift, mentioned, sequence),
        owner.owner.lane if owner else row.owner.lane if row else "",
        row.follow_on.replace("`", "") if row else "",
    )


def _next(phase: int, drift: Sequence[str], mentioned: object, sequence: Sequence[Step]) -> str:
    if drift and phase:
        return (
            f"make the two alike ({len(drift)} differences)"
            if len(drift) > 1
            else (f"make the two alike ({drift[0]})")
        )
    if phase < len(PHASES) - 1:
        return sequence[phase].text
    unasked = "" if mentioned is not None else "; no `consumers` are configured, so ask them first"
    return f"remove it, then {sequence[3].text}{unasked}"


def _references(judge: Judge, shim: Located) -> tuple[str, ...]:
    """``PATH:LINE`` of the protos that name a contract, itself left out."""
    snapshot = judge.snapshot
    found: dict[str, None] = {}
    for one in snapshot.references.get(shim.fqn, ()):
        if one.contract != shim.fqn:
            source = snapshot.files[one.path].source
            line = LineIndex(source).position(one.ref.span.start).line + 1
            found[f"{one.path}:{line}"] = None
    return tuple(found)


def _line(located: Located) -> int:
    lines = LineIndex(located.file.source)
    return lines.position(located.contract.name_span.start).line + 1
