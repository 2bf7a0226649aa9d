"""What a contract says of itself: the words of its name and members, and its references.

A word is a stem (``invoic``); a gram is two or three that follow each other in a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...model import Contract, Enum, Message, Service, type_refs
from ...packagemap.terms import tokens
from ...workspace.snapshot import Located, Snapshot


class Facts(NamedTuple):
    """What one contract says. ``grams`` and ``members`` hold each word once.

    ``kind`` is enum, service, request, response or message. ``refers`` are the other contracts it
    names, by FQN; a plain ``?Name`` where nothing of that name can be seen from here.
    """

    fqn: str
    name: tuple[str, ...]
    grams: tuple[str, ...]
    members: tuple[str, ...]
    kind: str
    refers: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of name and members, each once."""
        return tuple(dict.fromkeys(self.name + self.members))


class Reader:
    """Reads the facts of a snapshot's contracts; equal identifiers are taken apart once."""

    def __init__(self, snapshot: Snapshot, earlier: Reader | None = None) -> None:
        self._snapshot = snapshot
        self._words: dict[str, tuple[str, ...]] = earlier._words if earlier else {}

    def words(self, identifier: str) -> tuple[str, ...]:
        """The words of an identifier that say something: no numbers, no single letters."""
        found = self._words.get(identifier)
        if found is None:
            parts = identifier.split("_")
            if len(parts) > 1:
                found = tuple(word for part in parts for word in self.words(part))
            elif len(identifier) > 1 and identifier.isupper():
                found = self.words(identifier.lower())
            else:
                found = tuple(t for t in tokens(identifier) if len(t) > 1 and not t.isdigit())
            self._words[identifier] = found
        return found

    def facts(self, located: Located) -> Facts:
        """Everything that one contract says."""
        contract, fqn = located.contract, located.fqn
        name = self.words(contract.name)
        members = dict.fromkeys(word for said in self._members(contract) for word in said)
        return Facts(
            fqn,
            name,
            tuple(dict.fromkeys((*_grams(name, 2), *_grams(name, 3)))),
            tuple(members),
            _kind(contract, name),
            tuple(self._refers(located, fqn)),
        )

    def _members(self, contract: Contract) -> Iterator[tuple[str, ...]]:
        """The words of every member, nested ones too; enum values without their enum's name."""
        if isinstance(contract, Message):
            for field in contract.fields:
                yield self.words(field.name)
                if field.group is not None:
                    yield from self._members(field.group)
            inner: tuple[Message | Enum, ...] = contract.messages + contract.enums
            for type_ in inner:
                yield self.words(type_.name)
                yield from self._members(type_)
        elif isinstance(contract, Enum):
            prefix = self.words(contract.name)
            for value in contract.values:
                words = self.words(value.name)
                yield words[len(prefix) :] if words[: len(prefix)] == prefix else words
        else:
            for rpc in contract.rpcs:
                yield self.words(rpc.name)

    def _refers(self, located: Located, own: str) -> dict[str, None]:
        snapshot = self._snapshot
        found: dict[str, None] = {}
        for scope, ref, kind in type_refs(located.contract):
            target = snapshot.resolve(located.file, scope, ref, kind)
            if target is not None:
                found[snapshot.types[target]] = None
                continue
            written = ref.name.lstrip(".")
            outer, _, name = written.rpartition(".")
            if outer in snapshot.packages:
                found[written] = None
            elif not outer:
                found[f"?{name}"] = None
        found.pop(own, None)
        return found


def _grams(words: tuple[str, ...], size: int) -> Iterator[str]:
    return (" ".join(words[at : at + size]) for at in range(len(words) - size + 1))


def _kind(contract: Contract, name: tuple[str, ...]) -> str:
    if isinstance(contract, Enum):
        return "enum"
    if isinstance(contract, Service):
        return "service"
    last = name[-1] if len(name) > 1 else ""
    return {"request": "request", "respons": "response"}.get(last, "message")
