"""A declaration as it is and as it was, for fixes that put something back."""

from __future__ import annotations

from ..findings import FixRequest
from ..model import Enum, Message, declared_types
from ..named import NamedTuple
from ..verdicts import Judge
from ..workspace.snapshot import Located, Snapshot
from . import Refused, argument
from .moving.contracts import located


class Declaration(NamedTuple):
    """A message or enum of a contract; ``within`` is its path below the contract, or ``""``."""

    located: Located
    within: str
    declaration: Message | Enum

    @property
    def name(self) -> str:
        name = self.located.name
        return f"{name}.{self.within}" if self.within else name


def now(judge: Judge, request: FixRequest) -> Declaration:
    """What the request is about, as it is. Raises Refused."""
    found = located(judge.snapshot, argument(request, "contract"))
    return _within(found, request.arguments.get("within", ""), "here")


def before(snapshot: Snapshot | None, now: Declaration) -> Declaration:
    """The same as it was. Raises Refused where nothing tells."""
    if snapshot is None:
        raise Refused("Nothing is known of what was there before.")
    for found in snapshot.contracts.get(now.located.fqn, ()):
        return _within(found, now.within, "in what was there before")
    raise Refused(f"{now.located.fqn} was not there before.")


def _within(found: Located, within: str, where: str) -> Declaration:
    fqn = f"{found.fqn}.{within}" if within else found.fqn
    declaration = declared_types(found.contract, found.fqn).get(fqn)
    if declaration is None:
        raise Refused(f"There is no message or enum {fqn} {where}.")
    return Declaration(found, within, declaration)
