"""What a contract says of itself: the words of its name and members, and its references.

A word is a stem (``invoic``); a gram is two or three that follow each other in a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from sys import intern

from ...model import Digest
from ...named import NamedTuple
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
            words = tokens(identifier)
            found = tuple([intern(w) for w in words if len(w) > 1 and not w.isdigit()])
        self[identifier] = found
        return found


class Reader:
    """Reads the facts of a snapshot's contracts; what several say alike is kept once."""

    def __init__(self, snapshot: Snapshot, earlier: Reader | None = None) -> None:
        self._snapshot = snapshot
        self.words: Words = earlier.words if earlier else Words()
        self._said: dict[tuple[str, ...], tuple[str, ...]] = {}
        # Of names and members, which the versions of a package have alike.
        self._grams: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._members: dict[tuple[str | tuple[str, ...], ...], tuple[str, ...]] = {}

    def facts(self, located: Located) -> Facts:
        """Everything that one contract says."""
        digest = located.digest
        name = self.words[located.name]
        grams = self._grams.get(name)
        if grams is None:
            grams = self._grams[name] = self._once((*_grams(name, 2), *_grams(name, 3)))
        members = self._members.get(digest.words)
        if members is None:
            members = self._once(chain.from_iterable(self._words_in(digest)))
            self._members[digest.words] = members
        refers = self._once(self._refers(located, digest))
        return Facts(located.fqn, name, grams, members, _kind(located.kind, name), refers)

    def _once(self, words: Iterable[str]) -> tuple[str, ...]:
        """Each of some words once, in their order."""
        said = tuple(dict.fromkeys(words))
        return self._said.setdefault(said, said)

    def _words_in(self, digest: Digest) -> Iterator[tuple[str, ...]]:
        """The words of every member, nested ones too; enum values without their enum's name."""
        words = self.words
        for said in digest.words:
            if isinstance(said, str):
                yield words[said]
                continue
            prefix, *values = [words[one] for one in said]
            for value in values:
                yield value[len(prefix) :] if value[: len(prefix)] == prefix else value

    def _refers(self, located: Located, digest: Digest) -> dict[str, None]:
        found: dict[str, None] = {}
        if not digest.refs:
            return found
        snapshot = self._snapshot
        view, types, key = snapshot.view, snapshot.types, snapshot.key(located.file.path)
        quick = view.quick(key)
        for scope, ref, kind in digest.refs:
            target = quick.type_of(ref, scope, kind)
            target = target or view.type_of(key, ref, scope, kind)
            if target is not None and target in types:
                found[types[target]] = None
                continue
            written = ref.lstrip(".")
            outer, _, name = written.rpartition(".")
            if outer in snapshot.packages:
                found[written] = None
            elif not outer:
                found[f"?{name}"] = None
        found.pop(located.fqn, None)
        return found


def _grams(words: tuple[str, ...], size: int) -> list[str]:
    """So many words that follow each other, joined; equal ones are one object, as many are."""
    return [intern(" ".join(words[at : at + size])) for at in range(len(words) - size + 1)]


def _kind(kind: str, name: tuple[str, ...]) -> str:
    if kind != "message":
        return kind
    last = name[-1] if len(name) > 1 else ""
    return {"request": "request", "respons": "response"}.get(last, "message")
