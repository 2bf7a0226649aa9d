"""The pages of this folder hold."""

from __future__ import annotations

import json

import pytest

from config.cases import RULES, Case, read_cases, settings
from protohome.config import Config, ConfigError, read
from protohome.config.edits import with_entry
from protohome.edits import TextEdit, apply


def cases(page: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", read_cases(page), ids=lambda case: case.name)


@cases("mistakes.md")
def test_a_mistake_has_its_place_and_advice(case: Case) -> None:
    with pytest.raises(ConfigError) as raised:
        read(case.path, case.source, rules=RULES)
    assert f"{raised.value}\n" == case.expected[0]


@cases("values.md")
def test_a_configuration_says_its_values(case: Case) -> None:
    values = settings(read(case.path, case.source, rules=RULES))
    defaults = settings(Config())
    told = {name: value for name, value in values.items() if value != defaults[name]}
    assert json.loads(json.dumps(told)) == json.loads(case.expected[0])


@cases("entries.md")
def test_an_entry_is_added(case: Case) -> None:
    change, after = case.expected
    symbol, package = change.strip().split(" -> ")
    edit = TextEdit(*with_entry(case.path, case.source, "homes", symbol, package))
    assert apply(case.source, [edit]).decode() == after
    assert read(case.path, after.encode()).homes[symbol] == package
