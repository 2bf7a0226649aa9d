"""Broken text loses nothing but the broken region: damage to one declaration leaves the others.

The files are those of google-proto-files that are laid out as people lay them out: top-level
declarations begin at the left margin, and what is in them does not. Where braces do not match,
layout is all that tells where one declaration ends (``cursor``); without it no reader could.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora import google_proto_files
from protohome.model import Contract, Import, Message, Option, ProtoFile
from protohome.positions import Span
from protohome.syntax import read
from syntax.invariants import assert_sound

# What people type, and what they paste: enough to open, close and interrupt anything.
_FRAGMENTS = [
    *(b"{ } [ ] ( ) < > ; = , . : \" ' // - @ $".split()),
    *(b"message enum service extend oneof rpc option import package syntax reserved map".split()),
    *(b"optional repeated group stream returns extensions to max string int32 true x X 1".split()),
    *("\n|\r\n|\t| |  |🦀|é|\x00".encode().split(b"|")),
    *(
        b"message X {|enum X {|service X {|oneof o {|rpc R(X) returns (X) {|option (a) = {".split(
            b"|"
        )
    ),
    *(
        b'import "x.proto";|package q;|} message X {|string s = 1;|\nmessage X {\n|\n}\n'.split(
            b"|"
        )
    ),
]


class Damage(NamedTuple):
    """``file`` with ``text`` in place of ``cut``, which lies within one declaration."""

    file: ProtoFile
    cut: Span
    text: bytes

    @property
    def growth(self) -> int:
        return len(self.text) - (self.cut.end - self.cut.start)

    def apply(self) -> bytes:
        source = self.file.source
        return source[: self.cut.start] + self.text + source[self.cut.end :]


@functools.cache
def files() -> list[Path]:
    """The files that are laid out as the page above says: nearly all."""
    every = sorted(google_proto_files().rglob("*.proto"))[::8]
    chosen = [path for path in every if _laid_out(read("", path.read_bytes()))]
    assert len(chosen) > 0.95 * len(every) > 950
    return chosen


def _laid_out(file: ProtoFile) -> bool:
    for each in declarations(file):
        text = file.source[each.span.start : each.span.end]
        if file.source[: each.span.start][-1:] not in (b"", b"\n"):
            return False
        if re.search(rb"\n(?!}\Z|[ \t\r\n]|//)", text):
            return False
    return bool(file.contracts) and not file.broken


def declarations(file: ProtoFile) -> list[Contract | Import | Option]:
    return [*file.imports, *file.options, *file.contracts]


def shifted(fact: Any, by: int) -> Any:
    """``fact`` with every span moved ``by`` bytes."""
    if isinstance(fact, Span):
        return Span(fact.start + by, fact.end + by)
    if not isinstance(fact, tuple):
        return fact
    parts = [shifted(part, by) for part in fact]
    return fact._make(parts) if hasattr(fact, "_make") else tuple(parts)


@st.composite
def damages(draw: st.DrawFn) -> Damage:
    """A cut and an insertion at random places of one declaration.

    Block comments are left out of it, whole or half: a comment mark more or less makes the text
    around it comment or code, and both readings are right.
    """
    file = read("", draw(st.sampled_from(files())).read_bytes())
    span = draw(st.sampled_from(declarations(file))).span
    start = draw(st.integers(span.start, span.end))
    end = draw(st.integers(start, span.end) | st.integers(start, min(start + 20, span.end)))
    text = b"".join(draw(st.lists(st.sampled_from(_FRAGMENTS), max_size=8)))
    source = file.source
    whole = source[span.start : start] + text + source[end : span.end]
    return Damage(file, span, re.sub(rb"/(?=\*)|\*(?=/)", rb"\g<0> ", whole))


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(damages())
def test_damage_to_one_declaration_leaves_the_others(damage: Damage) -> None:
    found = read("", damage.apply())
    assert_sound(found)
    kept = set(declarations(found))
    for each in declarations(damage.file):
        if each.span != damage.cut:
            after = each.span.start >= damage.cut.end
            assert shifted(each, damage.growth if after else 0) in kept


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_file_cut_short_keeps_what_is_there(data: st.DataObject) -> None:
    """All whole declarations, and of the last one its name and its whole members."""
    file = read("", data.draw(st.sampled_from(files())).read_bytes())
    cut = data.draw(st.integers(0, len(file.source)))
    found = read("", file.source[:cut])
    assert_sound(found)
    kept = set(declarations(found))
    assert {each for each in declarations(file) if each.span.end <= cut} <= kept
    for each in file.contracts:
        if each.name_span.end <= cut < each.span.end:
            same = [x for x in found.contracts if x[-2:] == (x.span, each.name_span)]
            assert [x.name for x in same] == [each.name]
            assert _members_before(each, cut) <= _members_before(same[0], cut)


def _members_before(contract: Contract, cut: int) -> set[Any]:
    members: list[Any]
    if isinstance(contract, Message):
        members = [*contract.fields, *contract.messages, *contract.enums]
        members += [*contract.oneofs, *contract.extensions]
    else:
        members = list(contract[1])
    return {each for each in members if each.span.end <= cut}
