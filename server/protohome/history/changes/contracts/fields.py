"""Fields, by number: what a reader or writer of the old ones would notice."""

from __future__ import annotations

from collections.abc import Iterator

from ....model import Enum, Field, json_name
from ....named import NamedTuple
from ....syntax import bracketed
from ....syntax.constants import constant
from ..model import RENAMED, RENUMBERED, Change
from .features import Features, of_field
from .ranges import said
from .sides import Scope, same_type

# Types that may replace one another on the wire and in JSON, as FIELD_WIRE_JSON_COMPATIBLE_TYPE has
# them.
_ALIKE = {
    "uint32": "int32",
    "uint64": "int64",
    "fixed32": "sfixed32",
    "fixed64": "sfixed64",
}
_BIG = frozenset(["int64", "uint64", "sint64", "fixed64", "sfixed64"])


class Pair(NamedTuple):
    """One field in its two states, each with the scope it stands in.

    ``symbol`` and ``member`` are as in Change. ``moving`` says that packages do not count.
    """

    symbol: str
    member: str
    before: Field
    after: Field
    old: Scope
    new: Scope
    moving: bool


def field_changes(pair: Pair) -> Iterator[Change]:
    """How a field differs from the one of the same number, its oneof left out."""
    one, other = pair.before, pair.after
    if one.name != other.name and one.name and other.name:
        yield _name(pair)
    elif _json_name(one) != _json_name(other):
        rules = ("FIELD_SAME_JSON_NAME",)
        yield _change(pair, rules, "JSON name", _json_name(one), _json_name(other))
    said_alike = one.options == other.options and pair.old.features == pair.new.features
    typed = list(_type(pair))
    yield from typed
    if not said_alike or _form(one) != _form(other):
        yield from _cardinality(pair)
    if not typed and not said_alike:
        yield from _options(pair)
    elif not typed:
        yield from _default(pair)


def _form(field: Field) -> tuple[str, str, bool, bool]:
    """What a field's cardinality rests on beside features and its type."""
    return field.label, field.oneof, field.type.startswith("map<"), field.extendee is None


def _change(pair: Pair, rules: tuple[str, ...], what: str, was: str, now: str) -> Change:
    return Change(
        rules,
        "extension" if pair.before.extendee else "field",
        pair.symbol,
        pair.member,
        what,
        was,
        now,
        pair.new.place(pair.after.name_span),
        pair.old.place(pair.before.name_span),
    )


def _name(pair: Pair) -> Change:
    rules: tuple[str, ...] = ("FIELD_SAME_NAME",)
    if _json_name(pair.before) != _json_name(pair.after):
        rules += ("FIELD_SAME_JSON_NAME",)
    return _change(pair, rules, RENAMED, pair.before.name, pair.after.name)


def _json_name(field: Field) -> str:
    if "json_name" in field.options:
        for name, value in bracketed(field.options):
            if name == "json_name":
                return constant(value, "string")
    return json_name(field.name)


# Type and cardinality


def _parts(text: str) -> tuple[str, str]:
    """The key's type of a map (``""`` for no map) and the value's or the type itself."""
    if not text.startswith("map<"):
        return "", text
    key, _, value = text[4:-1].partition(",")
    return key.strip(), value.strip()


def _type(pair: Pair) -> Iterator[Change]:
    one, other = pair.before, pair.after
    (old_key, old), (new_key, new) = _parts(one.type), _parts(other.type)
    if not old or not new or bool(old_key) != bool(new_key):
        return  # not there yet, or of another cardinality
    if one.ref is other.ref is None and one.type == other.type:
        return
    if one.ref is not None and other.ref is not None:
        same = same_type(pair.old.meaning(one.ref), pair.new.meaning(other.ref), pair.moving)
    else:
        same = old == new
    if same and old_key == new_key and _encoding(pair.old, one) == _encoding(pair.new, other):
        return
    rules: tuple[str, ...] = ("FIELD_SAME_TYPE",)
    compatible = _compatible(old_key, new_key) and (
        _compatible(old, new) if one.ref is None and other.ref is None else same or _grown(pair)
    )
    if not compatible or _encoding(pair.old, one) != _encoding(pair.new, other):
        rules += ("FIELD_WIRE_JSON_COMPATIBLE_TYPE",)
    yield _change(pair, rules, "type", _type_said(one, pair.old), _type_said(other, pair.new))


def _compatible(one: str, other: str) -> bool:
    return _ALIKE.get(one, one) == _ALIKE.get(other, other)


def _grown(pair: Pair) -> bool:
    """Whether both types are enums and the new one has all that the old one had."""
    if pair.before.ref is None or pair.after.ref is None:
        return False
    one = pair.old.declaration(pair.before.ref)
    other = pair.new.declaration(pair.after.ref)
    if one is None or other is None:
        return False
    old, new = one[1], other[1]
    if not isinstance(old, Enum) or not isinstance(new, Enum):
        return False
    have = {(value.name, value.number) for value in new.values}
    return old.name == new.name and all((v.name, v.number) in have for v in old.values)


def _encoding(scope: Scope, field: Field) -> str:
    """How a message is put on the wire; ``""`` for what is none."""
    if field.group is not None:
        return "DELIMITED"
    if field.ref is None or field.type.startswith("map<"):
        return ""
    features = of_field(scope.features, field)
    delimited = features["message_encoding"] == "DELIMITED" and scope.is_message(field)
    return "DELIMITED" if delimited else ""


def _type_said(field: Field, scope: Scope) -> str:
    key, name = _parts(field.type)
    if field.ref is not None and field.group is None:
        name = scope.meaning(field.ref).name
    if field.group is not None or _encoding(scope, field):
        name = f"group {name}"
    return f"map<{key}, {name}>" if key else name


def cardinality(scope: Scope, field: Field) -> str:
    """``map``, ``repeated``, ``required``, ``optional`` or ``implicit``: as presence is."""
    if field.type.startswith("map<"):
        return "map"
    if field.label == "repeated":
        return "repeated"
    presence = of_field(scope.features, field)["field_presence"]
    if field.label == "required" or (presence == "LEGACY_REQUIRED" and not field.oneof):
        return "required"
    explicit = field.label or field.oneof or presence == "EXPLICIT" or field.extendee
    return "optional" if explicit or scope.is_message(field) else "implicit"


_PRESENCE = {
    "implicit": "without presence",
    "optional": "optional",
    "required": "required",
    "repeated": "repeated",
    "map": "a map",
}


def _cardinality(pair: Pair) -> Iterator[Change]:
    one = cardinality(pair.old, pair.before)
    other = cardinality(pair.new, pair.after)
    if one == other:
        return
    if pair.before.oneof != pair.after.oneof and {one, other} == {"implicit", "optional"}:
        return  # that it joined or left a oneof says as much
    rules: tuple[str, ...] = ("FIELD_SAME_CARDINALITY",)
    if "required" in (one, other):
        rules += ("MESSAGE_SAME_REQUIRED_FIELDS",)
    if {one, other} != {"implicit", "optional"}:
        rules += ("FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",)
    yield _change(pair, rules, "cardinality", _PRESENCE[one], _PRESENCE[other])


# Options and features


def _options(pair: Pair) -> Iterator[Change]:
    one, other = pair.before, pair.after
    kind = _parts(one.type)[1]
    old, new = dict(bracketed(one.options)), dict(bracketed(other.options))
    was, now = of_field(pair.old.features, one), of_field(pair.new.features, other)
    if kind in _BIG:
        yield from _differs(
            pair, "FIELD_SAME_JSTYPE", "jstype", old.get("jstype", "JS_NORMAL"),
            new.get("jstype", "JS_NORMAL"),
        )  # fmt: skip
    if kind in ("string", "bytes"):
        cpp = "(pb.cpp).string_type"
        yield from _differs(
            pair, "FIELD_SAME_CPP_STRING_TYPE", "ctype", old.get("ctype", was[cpp]),
            new.get("ctype", now[cpp]),
        )  # fmt: skip
    if kind == "string" or one.type.startswith("map<string"):
        name = "utf8_validation"
        yield from _differs(pair, "FIELD_SAME_UTF8_VALIDATION", name, was[name], now[name])
        yield from _differs(
            pair, "FIELD_SAME_JAVA_UTF8_VALIDATION", f"(pb.java).{name}",
            _java(was), _java(now),
        )  # fmt: skip
    yield from _default(pair)


def _differs(pair: Pair, rule: str, what: str, was: str, now: str) -> Iterator[Change]:
    if was != now:
        yield _change(pair, (rule,), what, was, now)


def _java(features: Features) -> str:
    checks = (features["(pb.java).utf8_validation"], features["utf8_validation"])
    return "VERIFY" if "VERIFY" in checks else "DEFAULT"


def _default(pair: Pair) -> Iterator[Change]:
    one, other = pair.before, pair.after
    if "repeated" in (one.label, other.label) or one.type.startswith("map<"):
        return
    if "default" not in one.options and "default" not in other.options:
        # Unsaid, it is zero; of an enum the first value, which in open enums is zero as well.
        closed = "CLOSED" in (pair.old.features["enum_type"], pair.new.features["enum_type"])
        if one.ref is None or one.group is not None or not closed:
            return
    old, new = dict(bracketed(one.options)), dict(bracketed(other.options))
    was, now = _value(pair.old, one, old), _value(pair.new, other, new)
    if was is not None and now is not None and was != now:
        yield _change(pair, ("FIELD_SAME_DEFAULT",), "default", was, now)


def _value(scope: Scope, field: Field, options: dict[str, str]) -> str | None:
    """The default value, the implicit one too; None for messages and where it is not known."""
    if field.ref is None:
        return (
            constant(options["default"], field.type)
            if "default" in options
            else constant("", field.type)
        )
    found = scope.declaration(field.ref)
    if found is None or not isinstance(found[1], Enum):
        return options.get("default")
    first = found[1].values[0].name if found[1].values else None
    return options.get("default", first)


def pushed(
    symbol: str,
    prefix: str,
    fields: list[tuple[Field, Field]],
    rules: tuple[str, ...],
    old: Scope,
    new: Scope,
) -> Change:
    """The fields whose numbers changed, as one change: one that comes first pushes the others."""
    fields = sorted(fields, key=lambda pair: pair[0].number or 0)
    one, other = fields[0]
    return Change(
        rules,
        "extension" if one.extendee else "field",
        symbol,
        prefix + one.name,
        RENUMBERED,
        said(one.number),
        said(other.number),
        new.place(other.name_span),
        old.place(one.name_span),
        members=tuple(f"{prefix}{field.name} = {field.number}" for field, _ in fields),
    )
