"""What the index says that small trees cannot show, as there no single channel accuses."""

from __future__ import annotations

import marshal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protohome.verdicts.learning.calibration import Model, Weighing, is_quiet, weighed
from protohome.verdicts.learning.examples import Example
from protohome.verdicts.learning.facts import Facts
from protohome.verdicts.learning.index import CHANNELS, Index

WORDS = ("alpha", "beta", "gamma", "delta", "edge")
FAMILIES = tuple(f"acme.{word}" for word in WORDS)


def message(fqn: str) -> Facts:
    return Facts(fqn, ("count",), (), (), "request", ())


def test_a_response_whose_package_has_a_request_of_that_name_is_that_ones() -> None:
    """Both packages ask how many there are; neither request belongs to the other's response."""
    pools = [message("acme.pools.v1.CountRequest"), message("acme.pools.v1.CountResponse")]
    gauges = message("acme.gauges.v1.CountRequest")
    index = Index(("acme.gauges", "acme.pools"), [Example(1, one) for one in pools], {})
    assert index.partners(pools[0]) == ["acme.pools.v1.CountResponse"]
    assert index.partners(gauges) == []
    alone = Index(("acme.gauges", "acme.pools"), [Example(1, pools[1])], {})
    assert alone.partners(gauges) == ["acme.pools.v1.CountResponse"]


def test_what_was_edited_is_judged_by_what_it_says_now() -> None:
    names = {
        "acme.bills.v1.Tax": "tax",
        "acme.bills.v1.TaxRate": "tax",
        "acme.ships.v1.Mast": "mast",
    }
    examples = [
        Example("ships" in fqn, Facts(fqn, (word,), (), (), "message", ()))
        for fqn, word in names.items()
    ]
    index = Index(("acme.bills", "acme.ships"), examples, {})
    was = index.examples["acme.bills.v1.TaxRate"].facts
    for facts, likelier in ((was, 0), (was._replace(name=("mast",)), 1), (was, 0)):
        rows = index.rows(facts, (), {}, (0, 1))
        fits = [row[CHANNELS.index("name")] for row in rows]
        assert fits[likelier] > fits[not likelier]


@st.composite
def indexes(draw: st.DrawFn) -> Index:
    """Some contracts of few words, in some families, that use each other and share names."""
    words = st.lists(st.sampled_from(WORDS), unique=True, max_size=4).map(tuple)
    names = draw(st.lists(st.tuples(st.sampled_from(FAMILIES), st.sampled_from(WORDS)), max_size=9))
    every = [f"{family}.{word}{number % 5}" for number, (family, word) in enumerate(names)]
    fqns = list(dict.fromkeys(every))
    examples = [
        Example(
            FAMILIES.index(fqn.rpartition(".")[0]),
            Facts(
                fqn,
                draw(words),
                draw(words),
                draw(words),
                draw(st.sampled_from(("message", "request", "service"))),
                tuple(draw(st.lists(st.sampled_from(fqns), unique=True, max_size=3))),
            ),
        )
        for fqn in fqns
    ]
    phrases = {("alpha",): FAMILIES[:1], ("beta", "gamma"): FAMILIES[2:4]}
    return Index(FAMILIES, examples, phrases)


numbers = st.floats(-4, 4)
weighings = st.builds(
    Weighing, st.tuples(*[numbers] * len(CHANNELS)), st.floats(-9, 9), st.just(())
)


@given(indexes(), weighings, weighings)
def test_nothing_is_quiet_that_a_close_look_would_accuse(
    index: Index, used: Weighing, new: Weighing
) -> None:
    model = Model(used, new)
    for counted, facts in index.examples.values():
        owns = counted, (counted + 1) % len(FAMILIES)
        for users, own in product((index.users_of(facts.fqn), ()), owns):
            on = weighed(index, model, facts, users, own)
            margins = [on.margin((own,), score) for at, score in on.scores.items() if at != own]
            if is_quiet(index, model, facts, users, own):
                assert all(margin < on.by.threshold for margin in margins)


@given(indexes())
def test_a_glance_tells_a_row_and_bounds_of_all_others(index: Index) -> None:
    for own, facts in index.examples.values():
        users = index.users_of(facts.fqn)
        others = [at for at in range(len(FAMILIES)) if at != own]
        row, bounds = index.glance(facts, users, own)
        assert row == pytest.approx(index.rows(facts, users, {}, [own])[0])
        for other in index.rows(facts, users, index.near(facts), others):
            for name, value, (low, high) in zip(CHANNELS, other, bounds, strict=True):
                assert low - 1e-9 <= value <= high + 1e-9, name


@given(indexes())
def test_what_is_kept_says_the_same(index: Index) -> None:
    kept = Index.unpacked(marshal.loads(marshal.dumps(index.packed())))
    families = range(len(FAMILIES))
    for own, facts in index.examples.values():
        users = index.users_of(facts.fqn)
        assert kept.users_of(facts.fqn) == users
        assert kept.partners(facts) == index.partners(facts)
        assert kept.neighbours(facts) == index.neighbours(facts)
        assert kept.glance(facts, users, own) == index.glance(facts, users, own)
        near = index.near(facts)
        assert kept.rows(facts, users, near, families) == index.rows(facts, users, near, families)
