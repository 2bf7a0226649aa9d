"""Options of a descriptor as text, the way a ``.proto`` file writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableSequence
from typing import Any

# google/protobuf/cpp_features.proto and java_features.proto: extensions of FeatureSet that the
# protobuf package does not know, by number: their name, and what the numbers inside them mean.
_LANGUAGE_FEATURES = {
    1000: ("(pb.cpp).string_type", 2, {1: "VIEW", 2: "CORD", 3: "STRING"}),
    1001: ("(pb.java).utf8_validation", 2, {1: "DEFAULT", 2: "VERIFY"}),
}


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def option_texts(options: Any) -> Iterator[tuple[str, str]]:
    """The options set in an ``…Options`` message, as (name, value); a list gives one pair an item.

    ``map_entry`` is left out: only compilers write it.
    """
    for field, value in options.ListFields():
        if field.name == "uninterpreted_option":
            for each in value:
                yield _uninterpreted(each)
        elif field.name == "features":
            yield from _features(value)
        elif field.name != "map_entry":
            name = f"({field.full_name})" if field.is_extension else field.name
            for item in value if isinstance(value, MutableSequence) else [value]:
                yield name, _text(field, item)


def _features(features: Any) -> Iterator[tuple[str, str]]:
    from google.protobuf.empty_pb2 import Empty
    from google.protobuf.unknown_fields import UnknownFieldSet

    for field, value in features.ListFields():
        if not field.is_extension:
            yield f"features.{field.name}", _text(field, value)
    others: Any = UnknownFieldSet(features)  # its type stubs do not know that it iterates
    for unknown in others:
        name, number, values = _LANGUAGE_FEATURES.get(unknown.field_number, ("", 0, {}))
        inside: Any = UnknownFieldSet(Empty.FromString(unknown.data)) if name else ()
        for each in inside:
            if each.field_number == number and each.data in values:
                yield f"features.{name}", values[each.data]


def _text(field: Any, value: Any) -> str:
    if field.message_type is not None:
        from google.protobuf import text_format

        return "{ " + text_format.MessageToString(value, as_one_line=True) + " }"
    if field.enum_type is not None:
        named = field.enum_type.values_by_number.get(value)
        return named.name if named else str(value)
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else str(value)


def _uninterpreted(option: Any) -> tuple[str, str]:
    name = ".".join(f"({n.name_part})" if n.is_extension else n.name_part for n in option.name)
    for kind in ("identifier_value", "positive_int_value", "negative_int_value", "double_value"):
        if option.HasField(kind):
            return name, str(getattr(option, kind))
    if option.HasField("string_value"):
        return name, quoted(option.string_value.decode("utf-8", "replace"))
    return name, "{ " + option.aggregate_value + " }"
