"""A form is compiled for the first clause that has its words, so these must be the right ones."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protohome.packagemap import reader
from protohome.packagemap.anycase import AnyCase, folded
from protohome.packagemap.sentences import clauses, forms, subjects, unread
from protohome.packagemap.sentences.grammar import TAIL, Form
from protohome.packagemap.sentences.grammar import forms as made

FORMS = [form for each in vars(forms).values() if isinstance(each, tuple) for form in each]
MODULES = (clauses, reader, subjects, unread)
EXPRESSIONS = [
    *(each for module in MODULES for each in vars(module).values() if isinstance(each, AnyCase)),
    *(expression for form in FORMS for expression in (form.pattern, form.with_tail)),
]


def in_any_case(expression: AnyCase) -> re.Pattern[str]:
    return re.compile(expression.pattern, re.IGNORECASE)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.line)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_fits_a_form_has_the_words_it_needs(form: Form, data: st.DataObject) -> None:
    (short,) = made(form.line, tail=False)
    clause = data.draw(st.from_regex(in_any_case(short.pattern), fullmatch=True))
    assert short.may_fit(folded(clause))
    assert short.fitted(clause) is not None


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
    assert one.fitted(clause) is None
    assert "pattern" not in vars(one)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.from_regex(re.compile(TAIL, re.IGNORECASE), fullmatch=True).filter(bool))
def test_what_follows_a_form_is_looked_for(tail: str) -> None:
    (one,) = made("apples")
    assert one.fitted(f"apples {tail}") is not None


def test_a_clause_without_words_of_a_tail_compiles_none() -> None:
    (one,) = made("apples")
    assert one.fitted("apples ") is not None
    assert one.fitted("apples fall ") is None
    assert "with_tail" not in vars(one)


def test_the_parts_of_a_clause_are_as_they_are_written() -> None:
    (one,) = made("SUBJECT LIVE INTO (?:TARGET|SHORTPACKAGE)")
    assert one.fitted("HTTP \u0130tems Live IN \x020\x03 ") == {
        "subject": "HTTP \u0130tems",
        "packages": "\x020\x03",
    }


# What is folded


def test_letters_are_folded_as_expressions_fold_them() -> None:
    letters = re.compile("[a-z]", re.IGNORECASE)
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        assert (letters.match(letter) is None) == (re.match("[a-z]", folded(letter)) is None)


def test_every_character_stays_in_its_place_and_what_it_is() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert len(folded(every)) == len(every)
    for kind in (r"\w", r"\d", r"\s"):
        there = [match.start() for match in re.finditer(kind, every)]
        assert [match.start() for match in re.finditer(kind, folded(every))] == there


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda each: each.pattern[:40])
def test_an_expression_for_any_case_is_written_in_small_letters(expression: AnyCase) -> None:
    written = re.sub(r"\\.|\(\?P<", "", expression.pattern)
    assert not re.search("[A-Z]", written)
