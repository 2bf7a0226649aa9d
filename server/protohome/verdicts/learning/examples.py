"""The contracts that are learned from, in little room: a large tree has tens of thousands.

Words and FQNs are numbers here, and what several contracts say alike is there once.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, TypeVar

from ...named import NamedTuple
from .facts import Facts
from .rows import Rows, in_runs, of_runs

Key = TypeVar("Key", bound=Hashable)


class Example(NamedTuple):
    """A contract as an example of what a family contains."""

    family: int
    facts: Facts


class _Numbers(dict[Key, int]):
    """The numbers of what is asked for, as it came."""

    def __missing__(self, key: Key) -> int:
        self[key] = number = len(self)
        return number


class Examples(Mapping[str, Example]):
    """Examples by FQN, made anew for whoever asks for one.

    ``numbers`` are those of the examples, their places; of what else these refer to, as in Facts,
    ``others`` are, from there on, and ``fqns`` are what both mean. By an example's number
    ``families`` has its family, ``refers`` what it refers to, and ``kinds`` its kind as a word's
    number, of which ``words`` has the meaning.
    """

    def __init__(self, examples: Iterable[Example]) -> None:
        self.families, self.kinds = array("I"), array("I")
        self._names, self._grams, self._members = array("I"), array("I"), array("I")
        fqns: list[str] = []
        refers: list[list[int]] = []
        targets, words, said = _Numbers[str](), _Numbers[str](), _Numbers[tuple[str, ...]]()
        for family, facts in examples:  # as they are read, which may be going on
            fqns.append(facts.fqn)
            self.families.append(family)
            self.kinds.append(words[facts.kind])
            self._names.append(said[facts.name])
            self._grams.append(said[facts.grams])
            self._members.append(said[facts.members])
            refers.append([targets[fqn] for fqn in facts.refers])
        self._said = Rows([[words[word] for word in told] for told in said])
        places = _Numbers[str](zip(fqns, count(), strict=False))
        place_of = [places[fqn] for fqn in targets]
        self.refers = Rows([[place_of[target] for target in row] for row in refers])
        self._name([*places], [*words])

    def _name(self, fqns: Sequence[str], words: Sequence[str]) -> None:
        """Take over what the numbers of FQNs and words mean."""
        self.fqns, self.words, known = fqns, words, len(self.families)
        self.numbers = dict(zip(fqns[:known], count(), strict=False))
        self.others = dict(zip(fqns[known:], count(known), strict=False))
        self._number_of_word = dict(zip(words, count(), strict=False))
        self._made: Example | None = None  # whoever judges one asks for it again and again

    def packed(self) -> tuple[Any, ...]:
        """All examples, in parts of plain data that ``marshal`` writes."""
        columns = self.families, self.kinds, self._names, self._grams, self._members
        rows = self._said.packed(), self.refers.packed()
        texts = in_runs(self.fqns), in_runs(self.words)
        return [column.tobytes() for column in columns], rows, *texts

    @classmethod
    def unpacked(cls, data: Sequence[Any]) -> Examples:
        """What ``packed`` was asked of. Raises ValueError or TypeError for what it never gives."""
        columns, rows, fqns, words = data
        made = cls.__new__(cls)
        every = (array("I", column) for column in columns)
        made.families, made.kinds, made._names, made._grams, made._members = every
        made._said, made.refers = map(Rows.unpacked, rows)
        made._name(of_runs(fqns), of_runs(words))
        return made

    def __getitem__(self, fqn: str) -> Example:
        made = self._made
        if made is None or made.facts.fqn != fqn:
            made = self._made = self._example(fqn)
        return made

    def _example(self, fqn: str) -> Example:
        number, said, meaning = self.numbers[fqn], self._said, self.words.__getitem__
        facts = Facts(
            fqn,
            tuple(map(meaning, said[self._names[number]])),
            tuple(map(meaning, said[self._grams[number]])),
            tuple(map(meaning, said[self._members[number]])),
            meaning(self.kinds[number]),
            tuple(map(self.fqns.__getitem__, self.refers[number])),
        )
        return Example(self.families[number], facts)

    def __contains__(self, fqn: object) -> bool:
        return fqn in self.numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def target(self, fqn: str) -> int:
        """The number of an example or of what one refers to, -1 for anything else."""
        number = self.numbers.get(fqn, -1)
        return self.others.get(fqn, -1) if number < 0 else number

    def said(self) -> Iterator[tuple[tuple[int, ...], ...]]:
        """The numbers of the words of every example's name, grams and members."""
        said = [*self._said]
        columns = self._names, self._grams, self._members
        return zip(*([said[row] for row in column] for column in columns), strict=True)

    def numbered(self, words: Iterable[str]) -> tuple[int, ...]:
        """The numbers of words, without those that no example has."""
        known = self._number_of_word
        return tuple([known[word] for word in words if word in known])
