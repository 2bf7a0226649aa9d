"""Examples are told as they came, in whatever room they are held."""

from __future__ import annotations

import marshal

from hypothesis import given
from hypothesis import strategies as st

from protohome.verdicts.learning.examples import Example, Examples
from protohome.verdicts.learning.facts import Facts
from protohome.verdicts.learning.rows import Rows, in_runs, of_runs, turned

words = st.lists(st.sampled_from(("alpha", "beta", "alpha beta", "größe")), max_size=3).map(tuple)
fqns = st.sampled_from(("a.v1.Alpha", "a.v1.Beta", "b.v1.Alpha"))
targets = st.lists(st.one_of(fqns, st.sampled_from(("?Alpha", "c.Gone"))), max_size=3).map(tuple)
kinds = st.sampled_from(("enum", "service", "request", "response", "message"))
facts = st.builds(Facts, fqns, words, words, words, kinds, targets)
examples = st.lists(st.builds(Example, st.integers(0, 3), facts), unique_by=lambda e: e.facts.fqn)
rows = st.lists(st.lists(st.integers(0, 5), max_size=4, unique=True).map(tuple), max_size=6)


@given(examples)
def test_they_are_what_they_were_made_of(every: list[Example]) -> None:
    made = Examples(every)
    again = Examples.unpacked(marshal.loads(marshal.dumps(made.packed())))
    for one in (made, again):
        assert list(one.items()) == [(example.facts.fqn, example) for example in every]
        assert "?Alpha" not in one  # which one may refer to


@given(rows)
def test_rows_are_tuples_of_numbers(told: list[tuple[int, ...]]) -> None:
    made = Rows(told)
    assert [*made] == [made[at] for at in range(len(made))] == told
    assert [made.length(at) for at in range(len(made))] == [*map(len, told)]


def test_many_texts_are_the_same_in_several_runs() -> None:
    texts = [f"acme.v1.Message{number}" for number in range(9_999)]
    runs = in_runs(texts)
    assert len(runs) > 1
    assert of_runs(runs) == texts


@given(rows)
def test_turned_they_say_where_each_number_is(told: list[tuple[int, ...]]) -> None:
    where = turned(told, 6)
    for number in range(6):
        assert [*where[number]] == [at for at, row in enumerate(told) if number in row]
