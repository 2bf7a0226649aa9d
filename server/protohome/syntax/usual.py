"""Fields, enum values and options as most are written, read from their text at one look.

Making objects of all that a tree has of them takes twice as long. What has a comment in it, or a
number that is not decimal, is for whoever walks the tree; these say the same of what both can read.
"""

from __future__ import annotations

import re
from sys import intern

from ..model import SCALARS, EnumValue, Field, Option, TypeRef
from ..positions import Span
from .texts import bracketed_text

_NAME = rb"[A-Za-z_][A-Za-z0-9_]*"
_NAMES = rb"%s(?:\.%s)*" % (_NAME, _NAME)
_NUMBER = rb"(0|[1-9][0-9]{0,9})"
_STRING = rb'"[^"\\\n]*"'
# What is between brackets, without lists and comments, and the end.
_END = rb"""\s*(?:\[([^][/"']*(?:%s[^][/"']*)*)\]\s*)?;?""" % _STRING
_LABEL = rb"repeated|optional|required"
_FIELD = re.compile(
    rb"(?:(%s)\s+)?(?!(?:%s)\b)(\.?%s)\s+(%s)\s*=\s*" % (_LABEL, _LABEL, _NAMES, _NAME)
    + _NUMBER
    + _END
)
_VALUE = re.compile(rb"(%s)\s*=\s*(-?)\s*" % _NAME + _NUMBER + _END)
_OPTION = re.compile(
    rb"option\s+(%s|\(\s*\.?%s\s*\))\s*=\s*(%s|%s)\s*;" % (_NAMES, _NAMES, _STRING, _NAME)
)
_SCALARS = {scalar.encode(): scalar for scalar in SCALARS}
_LABELS = {None: "", b"repeated": "repeated", b"optional": "optional", b"required": "required"}
_new = tuple.__new__  # as what a named tuple is made by, but in C


def usual_field(
    source: bytes, start: int, end: int, oneof: str, extendee: TypeRef | None
) -> Field | None:
    """The field that stands there, None for one that is not written as most are."""
    found = _FIELD.fullmatch(source, start, end)
    if found is None or (oneof and found[1]):  # which has no labels
        return None
    label, kind, name, number, options = found.groups()
    type_text, ref = _SCALARS.get(kind), None
    if type_text is None:
        type_text = intern(kind.decode())
        ref = _new(TypeRef, (type_text, _new(Span, found.span(2))))
    return Field(
        intern(name.decode()),
        int(number),
        type_text,
        _LABELS[label],
        oneof,
        ref,
        _new(Span, (start, end)),
        _new(Span, found.span(3)),
        extendee,
        None,
        bracketed_text(options) if options else "",
    )


def usual_value(source: bytes, start: int, end: int) -> EnumValue | None:
    """The enum value that stands there, None for one that is not written as most are."""
    found = _VALUE.fullmatch(source, start, end)
    if found is None:
        return None
    name, sign, number, options = found.groups()
    value = -int(number) if sign else int(number)
    spans = _new(Span, (start, end)), _new(Span, found.span(1))
    return EnumValue(
        intern(name.decode()), value, *spans, bracketed_text(options) if options else ""
    )


def usual_option(source: bytes, start: int, end: int) -> Option | None:
    """The option that stands there, None for one that is not written as most are."""
    found = _OPTION.fullmatch(source, start, end)
    return found and Option(
        bracketed_text(found[1]), bracketed_text(found[2]), _new(Span, (start, end))
    )
