"""What a file says for all it holds: syntax, package and the options that shape generated code."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Option, ProtoFile
from ...syntax.constants import constant
from .model import Change, Location

# The options that buf's FILE_SAME_… rules are about, with what holds where nothing is said.
_OPTIONS = {
    "cc_enable_arenas": "true",
    "cc_generic_services": "false",
    "csharp_namespace": '""',
    "go_package": '""',
    "java_generic_services": "false",
    "java_multiple_files": "false",
    "java_outer_classname": '""',
    "java_package": '""',
    "objc_class_prefix": '""',
    "optimize_for": "SPEED",
    "php_class_prefix": '""',
    "php_metadata_namespace": '""',
    "php_namespace": '""',
    "py_generic_services": "false",
    "ruby_package": '""',
    "swift_prefix": '""',
}


def file_changes(one: ProtoFile, other: ProtoFile) -> Iterator[Change]:
    """How the file at the same path differs, declarations left out."""
    if one is other:
        return
    there = Location(one.path, one.package_span)
    if one.package != other.package:
        yield Change(
            ("FILE_SAME_PACKAGE",),
            "file",
            one.path,
            "",
            "package",
            one.package,
            other.package,
            Location(other.path, other.package_span),
            there,
        )
    if one.syntax != other.syntax:
        here = Location(other.path, other.package_span)
        rules = ("FILE_SAME_SYNTAX",)
        said = _syntax(one), _syntax(other)
        yield Change(rules, "file", one.path, "", "syntax", *said, here, there)
    before, after = _values(one.options), _values(other.options)
    spans = {option.name: option.span for option in other.options}
    for name in _OPTIONS:
        was, now = before[name], after[name]
        if was != now:
            here = Location(other.path, spans.get(name, other.package_span))
            rules = (f"FILE_SAME_{name.upper()}",)
            yield Change(rules, "file", one.path, "", name, was, now, here, there)


def _syntax(file: ProtoFile) -> str:
    return file.syntax if file.syntax.startswith("proto") else f"edition {file.syntax}"


def _values(options: tuple[Option, ...]) -> dict[str, str]:
    found = {**_OPTIONS, **{o.name: o.value for o in options if o.name in _OPTIONS}}
    return {
        name: constant(value, "string") if value[:1] in ("'", '"') else value.strip()
        for name, value in found.items()
    }
