"""Features of editions, resolved from file to message to field; older syntaxes have fixed ones.

The defaults are those of ``google/protobuf/descriptor.proto`` (``FeatureSet``), for C++ and Java
of ``cpp_features.proto`` and ``java_features.proto``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from ....model import Field, Option, ProtoFile
from ....syntax import bracketed

Features: TypeAlias = Mapping[str, str]

_EDITIONS = {
    "field_presence": "EXPLICIT",
    "enum_type": "OPEN",
    "repeated_field_encoding": "PACKED",
    "utf8_validation": "VERIFY",
    "message_encoding": "LENGTH_PREFIXED",
    "json_format": "ALLOW",
    "(pb.cpp).string_type": "STRING",
    "(pb.java).utf8_validation": "DEFAULT",
}
_PROTO3 = {**_EDITIONS, "field_presence": "IMPLICIT"}
_PROTO2 = {
    **_EDITIONS,
    "enum_type": "CLOSED",
    "repeated_field_encoding": "EXPANDED",
    "utf8_validation": "NONE",
    "json_format": "LEGACY_BEST_EFFORT",
}
_JAVA_CHECK = "java_string_check_utf8"  # says the same in the syntaxes before editions
_SETTING = re.compile(r"\[?([\w.]+)\]?\s*:\s*(\w+)")


def of_file(file: ProtoFile) -> Features:
    """The features that the file's declarations begin with."""
    if file.syntax == "proto3":
        base = _PROTO3
    elif file.syntax == "proto2":
        base = _PROTO2
    elif file.syntax == "2023":
        base = _EDITIONS
    else:  # since edition 2024
        base = {**_EDITIONS, "(pb.cpp).string_type": "VIEW"}
    found = within(base, file.options)
    if any(option.name == _JAVA_CHECK and option.value == "true" for option in file.options):
        return {**found, "(pb.java).utf8_validation": "VERIFY"}
    return found


def within(outer: Features, options: Iterable[Option]) -> Features:
    """The features inside a declaration with these options."""
    return _with(outer, [(option.name, option.value) for option in options])


def of_field(outer: Features, field: Field) -> Features:
    """The features of a field in a message with these features."""
    return _with(outer, bracketed(field.options)) if "features" in field.options else outer


def _with(outer: Features, pairs: Iterable[tuple[str, str]]) -> Features:
    found = dict(outer)
    for name, value in pairs:
        first, _, rest = "".join(name.split()).partition(".")
        if first == "features" and rest:
            found[rest] = value
        elif first == "features":
            found.update(_SETTING.findall(value))
    return found
