"""What a contract says of itself: the words of its name and members, and its references.

A word is a stem (``invoic``); a gram is two or three that follow each other in a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from sys import intern
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


class Words(dict[str, tuple[str, ...]]):
    """The words of identifiers that say something: no numbers, no single letters.

    Equal identifiers are taken apart once.
    """

    def __missing__(self, identifier: str) -> tuple[str, ...]:
        parts = identifier.split("_")
        if len(parts) > 1:
            found = tuple(chain.from_iterable([self[part] for part in parts]))
        elif len(identifier) > 1 and identifier.isupper():
            found = self[identifier.lower()]
        else:
            found = tuple([t for t in tokens(identifier) if len(t) > 1 and not t.isdigit()])
        self[identifier] = found
        return found


class Reader:
    """Reads the facts of a snapshot's contracts."""

    def __init__(self, snapshot: Snapshot, earlier: Reader | None = None) -> None:
        self._snapshot = snapshot
        self.words: Words = earlier.words if earlier else Words()

    def facts(self, located: Located) -> Facts:
        """Everything that one contract says."""
        contract, fqn = located.contract, located.fqn
        name = self.words[contract.name]
        return Facts(
            fqn,
            name,
            tuple(dict.fromkeys((*_grams(name, 2), *_grams(name, 3)))),
            tuple(dict.fromkeys(chain.from_iterable(self._members(contract)))),
            _kind(contract, name),
            tuple(self._refers(located, fqn)),
        )

    def _members(self, contract: Contract) -> Iterator[tuple[str, ...]]:
        """The words of every member, nested ones too; enum values without their enum's name."""
        words = self.words
        if isinstance(contract, Message):
            for field in contract.fields:
                yield words[field.name]
                if field.group is not None:
                    yield from self._members(field.group)
            inner: tuple[Message | Enum, ...] = contract.messages + contract.enums
            for type_ in inner:
                yield words[type_.name]
                yield from self._members(type_)
        elif isinstance(contract, Enum):
            prefix = words[contract.name]
            for value in contract.values:
                said = words[value.name]
                yield said[len(prefix) :] if said[: len(prefix)] == prefix else said
        else:
            for rpc in contract.rpcs:
                yield words[rpc.name]

    def _refers(self, located: Located, own: str) -> dict[str, None]:
        found: dict[str, None] = {}
        if isinstance(located.contract, Enum):
            return found
        snapshot = self._snapshot
        view, types, key = snapshot.view, snapshot.types, snapshot.key(located.file.path)
        quick = view.quick(key)
        for scope, ref, kind in type_refs(located.contract):
            target = quick.type_of(ref.name, scope, kind)
            target = target or view.type_of(key, ref.name, scope, kind)
            if target is not None and target in types:
                found[types[target]] = None
                continue
            written = ref.name.lstrip(".")
            outer, _, name = written.rpartition(".")
            if outer in snapshot.packages:
                found[written] = None
            elif not outer:
                found[f"?{name}"] = None
        found.pop(own, None)
        return found


def _grams(words: tuple[str, ...], size: int) -> list[str]:
    """So many words that follow each other, joined; equal ones are one object, as many are."""
    return [intern(" ".join(words[at : at + size])) for at in range(len(words) - size + 1)]


def _kind(contract: Contract, name: tuple[str, ...]) -> str:
    if isinstance(contract, Enum):
        return "enum"
    if isinstance(contract, Service):
        return "service"
    last = name[-1] if len(name) > 1 else ""
    return {"request": "request", "respons": "response"}.get(last, "message")
