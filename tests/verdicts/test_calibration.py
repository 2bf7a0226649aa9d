"""What a large tree teaches does not swing with each contract that comes or goes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from protohome.verdicts.learning.calibration import sample
from protohome.verdicts.learning.examples import Example
from protohome.verdicts.learning.facts import Facts
from protohome.verdicts.learning.index import Index
from protohome.verdicts.model import SAMPLE

FAMILIES = tuple(f"acme.part{number}" for number in range(1, 21))


def contract(number: int) -> Example:
    """One of as many in its family as that is large: of the first a few, of the last most."""
    at = int(len(FAMILIES) * (number * 0.618 % 1) ** 0.5)
    fqn = f"{FAMILIES[at]}.Contract{number}"
    return Example(at, Facts(fqn, ("contract",), (), (), "message", ()))


EVERY = [contract(number) for number in range(3 * SAMPLE)]
BEFORE = set(sample(Index(FAMILIES, EVERY, {}), ()))


@settings(max_examples=30)
@given(st.integers(0, len(EVERY) - 1))
def test_one_contract_less_changes_a_place_or_two(gone: int) -> None:
    after = set(sample(Index(FAMILIES, EVERY[:gone] + EVERY[gone + 1 :], {}), ()))
    assert len(after) == len(BEFORE) == SAMPLE
    assert len(after - BEFORE) <= 2


def test_each_family_has_its_share() -> None:
    for at, family in enumerate(FAMILIES):
        held = sum(example.family == at for example in EVERY)
        taken = sum(fqn.startswith(f"{family}.") for fqn in BEFORE)
        assert abs(taken - held / 3) <= 1, family


def test_who_is_set_apart_teaches_nothing() -> None:
    few = [example.facts.fqn for example in EVERY[:9]]
    assert sample(Index(FAMILIES, EVERY[:9], {}), few[:2]) == sorted(few[2:])
