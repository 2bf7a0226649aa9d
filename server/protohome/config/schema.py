"""The JSON Schema of ``protohome.toml``, made from the table of keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .keys import KEYS, LIST, REGEX, RULE, TABLE_OF_TEXT, TEXT, Key, Word


def schema(rules: Mapping[str, str]) -> dict[str, Any]:
    """A schema in draft 7, the one that TOML editors know.

    ``rules`` are names and summaries of the rules there are; without them any name passes.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "protohome",
        "description": "What the package map does not say: protohome.toml or [tool.protohome].",
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: _described(key, rules) for key in KEYS},
    }


def _described(key: Key, rules: Mapping[str, str]) -> dict[str, Any]:
    return {"description": f"{key.description}\nDefault: {key.default}.", **_form(key, rules)}


def _form(key: Key, rules: Mapping[str, str]) -> dict[str, Any]:
    one = _word(key.value, rules)
    some = {"type": "array", "items": one}
    if key.form == TEXT:
        return one
    if key.form == LIST:
        return some
    values = one if key.form == TABLE_OF_TEXT else {"anyOf": [one, some]}
    if key.entry is RULE and rules:
        named = {rule: {"description": summary, **values} for rule, summary in rules.items()}
        return {"type": "object", "additionalProperties": False, "properties": named}
    names = [_word(key.entry, rules)] if key.entry else []
    misplaced = {"not": {"enum": [each.name for each in KEYS]}}
    return {
        "type": "object",
        "propertyNames": {"allOf": [*names, misplaced]},
        "additionalProperties": values,
    }


def _word(word: Word, rules: Mapping[str, str]) -> dict[str, Any]:
    choices = [*rules] if word is RULE else [*word.choices]
    if choices:
        return {"type": "string", "enum": choices}
    if word.pattern:
        return {"type": "string", "pattern": f"^(?:{word.pattern})$"}
    if word is REGEX:
        return {"type": "string", "minLength": 1, "format": "regex"}
    return {"type": "string", "minLength": 1}
