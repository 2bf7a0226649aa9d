"""What a large tree teaches does not swing with each contract that comes or goes."""

from __future__ import annotations

import random

import pytest

from protohome.verdicts.learning.calibration import calibrated
from protohome.verdicts.learning.facts import Facts
from protohome.verdicts.learning.index import SAMPLE, Example, Index

FAMILIES = tuple(f"acme.part{number}" for number in range(20))
KIN = [frozenset([at]) for at in range(len(FAMILIES))]


def contract(number: int) -> Example:
    """One of a family by two of its ten words, most of the time, that uses another one of it."""
    chance = random.Random(number)
    at = number % len(FAMILIES)
    of = at if chance.random() < 0.9 else chance.randrange(len(FAMILIES))
    name = tuple(f"word{of}x{chance.randrange(10)}" for _ in range(2))
    members = tuple(f"word{of}x{chance.randrange(10)}" for _ in range(3))
    used = f"{FAMILIES[at]}.Contract{number - len(FAMILIES)}"
    fqn = f"{FAMILIES[at]}.Contract{number}"
    return Example(at, Facts(fqn, name, (), members, "message", (used,)))


@pytest.mark.parametrize("gone", [0, 1, 1000])
def test_one_contract_less_changes_hardly_anything(gone: int) -> None:
    every = [contract(number) for number in range(2 * SAMPLE)]
    before = calibrated(Index(FAMILIES, every, {}), KIN, ())
    after = calibrated(Index(FAMILIES, every[:gone] + every[gone + 1 :], {}), KIN, ())
    for one, other in zip(before, after, strict=True):
        assert one.weights == pytest.approx(other.weights, abs=0.1)
        assert one.threshold == pytest.approx(other.threshold, abs=0.1)
