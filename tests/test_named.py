"""Our named tuples are those of ``typing``, but for what it looks into when a class is made."""

from __future__ import annotations

import pickle
import re
import typing
from pathlib import Path

from protohome import named
from protohome.positions import Span


class Theirs(typing.NamedTuple):
    """A lane."""

    name: str
    people: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.people

    @classmethod
    def of_one(cls, person: str) -> Theirs:
        return cls(person, (person,))


class Ours(named.NamedTuple):
    """A lane."""

    name: str
    people: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.people

    @classmethod
    def of_one(cls, person: str) -> Ours:
        return cls(person, (person,))


def test_a_class_tells_of_itself_what_theirs_does() -> None:
    for told in (
        "_fields",
        "_field_defaults",
        "__doc__",
        "__module__",
        "__match_args__",
        "__mro__",
    ):
        ours, theirs = getattr(Ours, told), getattr(Theirs, told)
        assert str(ours).replace("Ours", "Theirs") == str(theirs)
    assert Ours.__annotations__ == {"name": "str", "people": "tuple[str, ...]"}


def test_values_are_made_changed_and_shown_as_theirs_are() -> None:
    assert Ours("billing") == ("billing", ()) == Theirs("billing")
    assert Ours(people=("ada",), name="x")._replace(name="y") == ("y", ("ada",))
    assert Ours._make(["billing", ()])._asdict() == Theirs("billing")._asdict()
    assert repr(Ours("billing")) == "Ours(name='billing', people=())"


def test_what_a_class_declares_besides_its_fields_is_there() -> None:
    assert Ours("billing").is_empty
    assert Ours.of_one("ada") == ("ada", ("ada",))
    assert not Ours.of_one("ada").is_empty


def test_values_go_to_other_processes() -> None:
    span = pickle.loads(pickle.dumps(Span(1, 2)))
    assert type(span) is Span
    assert span == (1, 2)


def test_no_module_declares_one_of_theirs(root: Path) -> None:
    theirs = re.compile("^from typing import .*NamedTuple", re.MULTILINE)
    modules = [
        path for path in root.glob("server/**/*.py") if theirs.search(path.read_text("utf-8"))
    ]
    assert modules == []
