"""A form is compiled for the first clause that has its words, so these must be the right ones."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protohome.packagemap.sentences import forms
from protohome.packagemap.sentences.grammar import TAIL, Form, folded
from protohome.packagemap.sentences.grammar import forms as made

FORMS = [form for each in vars(forms).values() if isinstance(each, tuple) for form in each]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.line)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_fits_a_form_has_the_words_it_needs(form: Form, data: st.DataObject) -> None:
    (short,) = made(form.line, tail=False)
    assert short.may_fit(folded(data.draw(st.from_regex(short.pattern, fullmatch=True))))


@pytest.mark.parametrize(
    ("form", "clause"),
    [
        ("TARGET BE CLOSED", "\x020\x03 is full of apples "),
        ("SUBJECT LIVE INTO TARGET", "apples are in \x020\x03 "),
        ("(?:un|re)?read (?:to|for) SUBJECT", "reed to a "),
        ("only TARGET HOLD SUBJECT", "\x020\x03 holds apples only "),
        ("TARGET DEPEND OTHERS", "\x020\x03 imports nothing "),
    ],
)
def test_a_clause_without_its_words_compiles_no_form(form: str, clause: str) -> None:
    (one,) = made(form)
    assert one.fullmatch(clause) is None
    assert "pattern" not in vars(one)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.from_regex(re.compile(TAIL, re.IGNORECASE), fullmatch=True).filter(bool))
def test_what_follows_a_form_is_looked_for(tail: str) -> None:
    (one,) = made("apples")
    assert one.fullmatch(f"apples {tail}") is not None


def test_a_clause_without_words_of_a_tail_compiles_none() -> None:
    (one,) = made("apples")
    assert one.fullmatch("apples ") is not None
    assert one.fullmatch("apples fall ") is None
    assert "with_tail" not in vars(one)


def test_letters_are_folded_as_expressions_fold_them() -> None:
    letters = re.compile("[a-z]", re.IGNORECASE)
    (one,) = made("risk", tail=False)
    for code in range(128, sys.maxunicode + 1):
        if letters.match(chr(code)):
            for letter in "risk":
                text = "risk ".replace(letter, chr(code))
                fits = one.pattern.fullmatch(text) is not None
                assert one.may_fit(folded(text)) >= fits, hex(code)
