"""The JSON Schema and the reader come from one table and agree on every configuration."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from config.cases import RULES, read_cases, settings
from protohome.config import Config, ConfigError, keys, read
from protohome.config.schema import schema
from protohome.config.toml import loads
from protohome.findings import SEVERITIES

SCHEMA = schema(dict.fromkeys(RULES, "What it says."))
VALIDATOR = Draft7Validator(SCHEMA)

WORDS = st.sampled_from(
    [
        *("error", "information", "warn", "wrong-package", "transitional-shim", "wrong_package"),
        *("proto", "./proto", "a/../b", "..", "..a", "/a", "C:/a", "a\\b", "a//b", "größe/🦀", ""),
        *("a.v1", "a.v1.B", ".a.v1.B", "a..b", "a-b", "1a", "_a"),
        *("@org/team", "@", "sam", "sam@example.com", "@a b", "a\tb", "OA-[0-9]+"),
    ]
)
VALUES = st.recursive(
    WORDS | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=5,
)
TABLES = st.dictionaries(
    WORDS | st.sampled_from(["map", "homes"]), WORDS | st.lists(WORDS, max_size=2), max_size=2
)
NAMES = st.sampled_from([*(key.name for key in keys.KEYS), "exlude"])


def accepted(document: dict[str, Any]) -> bool:
    """Whether the reader accepts ``document``."""
    text = "".join(f"{toml(name)} = {toml(value)}\n" for name, value in document.items())
    try:
        read("protohome.toml", text.encode(), rules=RULES)
    except ConfigError:
        return False
    return True


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_the_schema_has_the_keys_of_the_configuration() -> None:
    fields = [name.replace("_", "-") for name in settings(Config())]
    assert sorted(SCHEMA["properties"]) == sorted(fields)
    assert keys.SEVERITY.choices == SEVERITIES


@pytest.mark.parametrize("key", keys.KEYS, ids=lambda key: key.name)
def test_an_example_of_the_docs_is_valid(key: keys.Key) -> None:
    example = loads(key.example)
    assert list(example) == [key.name]
    VALIDATOR.evolve(schema=schema({})).validate(example)
    assert read("protohome.toml", key.example.encode()) != Config()


@pytest.mark.parametrize("case", read_cases("values.md"), ids=lambda case: case.name)
def test_what_can_be_read_is_valid(case: Any) -> None:
    document = loads(case.source.decode())
    if case.path == "pyproject.toml":
        document = document["tool"].get("protohome", {})
    VALIDATOR.validate(document)


@given(NAMES, VALUES | TABLES)
def test_reader_and_schema_agree(name: str, value: Any) -> None:
    assert accepted({name: value}) == VALIDATOR.is_valid({name: value})
